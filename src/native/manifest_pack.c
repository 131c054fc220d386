/* The manifest's state and its edits as bytes: a list of items {kind, length, content}. A snapshot
 * is the list that makes the state out of nothing. */
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "native/manifest_private.h"

#include "base/banned.h"

#define SPANS_MAX 65536

enum item {
    ITEM_STORE = 1, /* id, epoch, features */
    ITEM_NEXT_NUMBER = 2,
    ITEM_FLUSHED_SEQUENCE = 3,
    ITEM_FIRST_LOG = 4,
    ITEM_REGISTRY_BYTES = 5,
    ITEM_ADD_PART = 6,
    ITEM_REMOVE_PART = 7,
    ITEM_ADD_MARK = 8,
    ITEM_REMOVE_MARK = 9,
    ITEM_SET_PRUNE = 10,
    ITEM_SET_FOLLOWER = 11,
    ITEM_REMOVE_FOLLOWER = 12,
    ITEM_ADD_TOUCHED = 13,
    ITEM_REMOVE_TOUCHED = 14
};

/* ---- out ---- */

/* Adds an item of what `body` holds, and empties it. */
static void put_item(struct vv_buf *out, enum item kind, struct vv_buf *body)
{
    vv_buf_varint(out, kind);
    vv_buf_varint(out, body->len);
    vv_buf_add(out, body->data, body->len);
    out->failed |= body->failed;
    vv_buf_reset(body);
}

static void put_number(struct vv_buf *out, struct vv_buf *body, enum item kind, uint64_t number)
{
    vv_buf_varint(body, number);
    put_item(out, kind, body);
}

static void put_part(struct vv_buf *out, struct vv_buf *body, const struct vv_manifest_part *part)
{
    const struct vv_part_summary *s = &part->summary;
    vv_buf_varint(body, part->number);
    vv_buf_varint(body, part->epoch);
    vv_buf_varint(body, part->level);
    vv_buf_varint(body, s->size_bytes);
    vv_buf_varint(body, s->rows);
    vv_buf_varint(body, s->min_sequence);
    vv_buf_varint(body, s->max_sequence);
    vv_buf_varint(body, s->span_count);
    for (uint32_t i = 0; i < s->span_count; i++) {
        vv_buf_varint(body, s->spans[i].stratum);
        vv_buf_varint(body, s->spans[i].series_min);
        vv_buf_varint(body, s->spans[i].series_max);
        vv_buf_svarint(body, s->spans[i].from);
        vv_buf_svarint(body, s->spans[i].to);
    }
    put_item(out, ITEM_ADD_PART, body);
}

static void put_mark(struct vv_buf *out, struct vv_buf *body, const struct vv_manifest_mark *mark)
{
    vv_buf_varint(body, mark->series);
    vv_buf_svarint(body, mark->from);
    vv_buf_svarint(body, mark->to);
    vv_buf_varint(body, mark->sequence);
    put_item(out, ITEM_ADD_MARK, body);
}

static void put_prune(struct vv_buf *out, struct vv_buf *body,
                      const struct vv_manifest_prune *prune)
{
    vv_buf_varint(body, prune->stratum);
    vv_buf_svarint(body, prune->before);
    put_item(out, ITEM_SET_PRUNE, body);
}

static void put_follower(struct vv_buf *out, struct vv_buf *body,
                         const struct vv_manifest_follower *follower)
{
    vv_buf_varint(body, follower->position);
    vv_buf_add(body, follower->name, strlen(follower->name));
    put_item(out, ITEM_SET_FOLLOWER, body);
}

static void put_touched(struct vv_buf *out, struct vv_buf *body,
                        const struct vv_manifest_touched *touched)
{
    vv_buf_varint(body, touched->number);
    vv_buf_varint(body, touched->min_sequence);
    vv_buf_varint(body, touched->max_sequence);
    put_item(out, ITEM_ADD_TOUCHED, body);
}

void vv_manifest_pack_state(const struct vv_manifest_state *state, struct vv_buf *out)
{
    struct vv_buf body = {0};
    vv_buf_add(&body, state->store_id, sizeof state->store_id);
    vv_buf_put64(&body, state->epoch); /* fixed: a snapshot's length does not depend on it */
    vv_buf_put64(&body, state->features);
    put_item(out, ITEM_STORE, &body);
    put_number(out, &body, ITEM_NEXT_NUMBER, state->next_number);
    put_number(out, &body, ITEM_FLUSHED_SEQUENCE, state->flushed_sequence);
    put_number(out, &body, ITEM_FIRST_LOG, state->first_log);
    put_number(out, &body, ITEM_REGISTRY_BYTES, state->registry_bytes);
    for (size_t i = 0; i < state->part_count; i++)
        put_part(out, &body, &state->parts[i]);
    for (size_t i = 0; i < state->mark_count; i++)
        put_mark(out, &body, &state->marks[i]);
    for (size_t i = 0; i < state->prune_count; i++)
        put_prune(out, &body, &state->prunes[i]);
    for (size_t i = 0; i < state->follower_count; i++)
        put_follower(out, &body, &state->followers[i]);
    for (size_t i = 0; i < state->touched_count; i++)
        put_touched(out, &body, &state->touched[i]);
    for (size_t i = 0; i < state->removed_count; i++)
        put_number(out, &body, ITEM_REMOVE_PART, state->removed[i]);
    vv_buf_deinit(&body);
}

/* Removals stand before additions, so that a name or number can be given anew in one edit. */
void vv_manifest_pack_edit(const struct vv_manifest_edit *edit, struct vv_buf *out)
{
    struct vv_buf body = {0};
    for (size_t i = 0; i < edit->remove_part_count; i++)
        put_number(out, &body, ITEM_REMOVE_PART, edit->remove_parts[i]);
    for (size_t i = 0; i < edit->remove_mark_count; i++)
        put_number(out, &body, ITEM_REMOVE_MARK, edit->remove_marks[i]);
    for (size_t i = 0; i < edit->remove_touched_count; i++)
        put_number(out, &body, ITEM_REMOVE_TOUCHED, edit->remove_touched[i]);
    if (edit->remove_follower) {
        vv_buf_text(&body, edit->remove_follower);
        put_item(out, ITEM_REMOVE_FOLLOWER, &body);
    }
    for (size_t i = 0; i < edit->add_part_count; i++)
        put_part(out, &body, &edit->add_parts[i]);
    for (size_t i = 0; i < edit->add_mark_count; i++)
        put_mark(out, &body, &edit->add_marks[i]);
    if (edit->set_prune)
        put_prune(out, &body, edit->set_prune);
    for (size_t i = 0; i < edit->set_follower_count; i++)
        put_follower(out, &body, &edit->set_followers[i]);
    if (edit->add_touched)
        put_touched(out, &body, edit->add_touched);
    const uint64_t numbers[] = {edit->next_number, edit->flushed_sequence, edit->first_log,
                                edit->registry_bytes};
    for (int i = 0; i < 4; i++)
        if (numbers[i])
            put_number(out, &body, (enum item)(ITEM_NEXT_NUMBER + i), numbers[i]);
    vv_buf_deinit(&body);
}

/* ---- arrays of the state ---- */

/* Room for one more element at `at`; null without memory. */
static void *insert(void **array, size_t *count, size_t element_bytes, size_t at)
{
    uint8_t *grown = *array;
    /* Arrays grow when their count is a power of two: no capacity is kept. */
    if ((*count & (*count - 1)) == 0) {
        grown = vv_realloc(*array, (*count ? *count * 2 : 1) * element_bytes);
        if (!grown)
            return NULL;
        *array = grown;
    }
    memmove(grown + (at + 1) * element_bytes, grown + at * element_bytes,
            (*count - at) * element_bytes);
    (*count)++;
    return memset(grown + at * element_bytes, 0, element_bytes);
}

static void take_out(void *array, size_t *count, size_t element_bytes, size_t at)
{
    uint8_t *bytes = array;
    (*count)--;
    memmove(bytes + at * element_bytes, bytes + (at + 1) * element_bytes,
            (*count - at) * element_bytes);
}

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "no memory for the manifest");
}

void vv_manifest_state_deinit(struct vv_manifest_state *state)
{
    for (size_t i = 0; i < state->part_count; i++)
        vv_free(state->parts[i].summary.spans);
    for (size_t i = 0; i < state->follower_count; i++)
        vv_free(state->followers[i].name);
    vv_free(state->parts);
    vv_free(state->marks);
    vv_free(state->prunes);
    vv_free(state->followers);
    vv_free(state->touched);
    vv_free(state->removed);
    *state = (struct vv_manifest_state){0};
}

/* By way of its bytes: what is copied is exactly what a snapshot says. */
vv_status vv_manifest_state_copy(const struct vv_manifest_state *from, struct vv_manifest_state *to,
                                 vv_error *err)
{
    struct vv_buf bytes = {0};
    *to = (struct vv_manifest_state){0};
    vv_manifest_pack_state(from, &bytes);
    vv_status status =
        bytes.failed ? no_memory(err) : vv_manifest_apply(to, bytes.data, bytes.len, err);
    if (status != VARVE_OK)
        vv_manifest_state_deinit(to);
    vv_buf_deinit(&bytes);
    return status;
}

/* ---- in ---- */

static vv_status bad_item(enum item kind, vv_error *err)
{
    return vv_fail(err, VARVE_CORRUPT, "an item of kind %d cannot be read", (int)kind);
}

static vv_status apply_store(struct vv_manifest_state *state, struct vv_reader *from, vv_error *err)
{
    const uint8_t *id = vv_read_bytes(from, sizeof state->store_id);
    if (!id)
        return bad_item(ITEM_STORE, err);
    memcpy(state->store_id, id, sizeof state->store_id);
    state->epoch = vv_read64(from);
    state->features = vv_read64(from);
    uint64_t unknown = state->features & ~(uint64_t)VV_MANIFEST_FEATURES;
    if (unknown)
        return vv_fail(err, VARVE_UNSUPPORTED,
                       "the store uses features 0x%" PRIx64 " of its format, which this program "
                       "does not know: use a newer one",
                       unknown);
    return VARVE_OK;
}

static bool part_before(const struct vv_manifest_part *a, const struct vv_manifest_part *b)
{
    if (a->summary.max_sequence != b->summary.max_sequence)
        return a->summary.max_sequence < b->summary.max_sequence;
    return a->number < b->number;
}

static vv_status read_spans(struct vv_reader *from, struct vv_part_summary *summary, vv_error *err)
{
    if (from->bad || summary->span_count > SPANS_MAX)
        return bad_item(ITEM_ADD_PART, err);
    summary->spans = vv_alloc_array((size_t)summary->span_count + 1, sizeof *summary->spans);
    if (!summary->spans)
        return no_memory(err);
    for (uint32_t i = 0; i < summary->span_count; i++) {
        struct vv_part_span *span = &summary->spans[i];
        span->stratum = (uint32_t)vv_read_varint(from);
        span->series_min = (uint32_t)vv_read_varint(from);
        span->series_max = (uint32_t)vv_read_varint(from);
        span->from = vv_read_svarint(from);
        span->to = vv_read_svarint(from);
    }
    return from->bad ? bad_item(ITEM_ADD_PART, err) : VARVE_OK;
}

static vv_status add_part(struct vv_manifest_state *state, struct vv_reader *from, vv_error *err)
{
    struct vv_manifest_part part = {.number = vv_read_varint(from), .epoch = vv_read_varint(from)};
    struct vv_part_summary *s = &part.summary;
    part.level = (uint32_t)vv_read_varint(from);
    s->size_bytes = vv_read_varint(from);
    s->rows = vv_read_varint(from);
    s->min_sequence = vv_read_varint(from);
    s->max_sequence = vv_read_varint(from);
    uint64_t spans = vv_read_varint(from);
    s->span_count = spans > SPANS_MAX ? UINT32_MAX : (uint32_t)spans;
    vv_status status = read_spans(from, s, err);
    size_t at = state->part_count;
    while (at > 0 && part_before(&part, &state->parts[at - 1]))
        at--;
    if (status == VARVE_OK && at > 0 && !part_before(&state->parts[at - 1], &part))
        status = vv_fail(err, VARVE_CORRUPT, "part %" PRIx64 " is added twice", part.number);
    struct vv_manifest_part *slot = NULL;
    if (status == VARVE_OK) {
        slot = insert((void **)&state->parts, &state->part_count, sizeof *slot, at);
        status = slot ? VARVE_OK : no_memory(err);
    }
    if (slot)
        *slot = part;
    else
        vv_free(s->spans);
    for (size_t i = state->removed_count; slot && i-- > 0;)
        if (state->removed[i] == part.number)
            take_out(state->removed, &state->removed_count, sizeof *state->removed, i);
    return status;
}

/* The number is remembered, also of a part that was only about to be made: its file may be there,
 * or come back with the power. */
static vv_status remove_part(struct vv_manifest_state *state, uint64_t number, vv_error *err)
{
    for (size_t i = 0; i < state->part_count; i++) {
        if (state->parts[i].number != number)
            continue;
        vv_free(state->parts[i].summary.spans);
        take_out(state->parts, &state->part_count, sizeof *state->parts, i);
        break;
    }
    uint64_t *slot =
        insert((void **)&state->removed, &state->removed_count, sizeof *slot, state->removed_count);
    if (!slot)
        return no_memory(err);
    *slot = number;
    return VARVE_OK;
}

static vv_status add_mark(struct vv_manifest_state *state, struct vv_reader *from, vv_error *err)
{
    struct vv_manifest_mark mark = {.series = (uint32_t)vv_read_varint(from)};
    mark.from = vv_read_svarint(from);
    mark.to = vv_read_svarint(from);
    mark.sequence = vv_read_varint(from);
    struct vv_manifest_mark *slot =
        insert((void **)&state->marks, &state->mark_count, sizeof *slot, state->mark_count);
    if (!slot)
        return no_memory(err);
    *slot = mark;
    return VARVE_OK;
}

static void remove_marks(struct vv_manifest_state *state, uint64_t sequence)
{
    for (size_t i = state->mark_count; i-- > 0;)
        if (state->marks[i].sequence == sequence)
            take_out(state->marks, &state->mark_count, sizeof *state->marks, i);
}

static vv_status set_prune(struct vv_manifest_state *state, struct vv_reader *from, vv_error *err)
{
    struct vv_manifest_prune prune = {.stratum = (uint32_t)vv_read_varint(from)};
    prune.before = vv_read_svarint(from);
    struct vv_manifest_prune *slot = NULL;
    for (size_t i = 0; i < state->prune_count && !slot; i++)
        if (state->prunes[i].stratum == prune.stratum)
            slot = &state->prunes[i];
    if (!slot)
        slot =
            insert((void **)&state->prunes, &state->prune_count, sizeof *slot, state->prune_count);
    if (!slot)
        return no_memory(err);
    *slot = prune;
    return VARVE_OK;
}

static size_t find_follower(const struct vv_manifest_state *state, const char *name, size_t len)
{
    size_t i = 0;
    while (i < state->follower_count && (strlen(state->followers[i].name) != len ||
                                         memcmp(state->followers[i].name, name, len) != 0))
        i++;
    return i;
}

static vv_status set_follower(struct vv_manifest_state *state, struct vv_reader *from,
                              vv_error *err)
{
    uint64_t position = vv_read_varint(from);
    size_t len = (size_t)(from->end - from->at);
    const char *name = (const char *)vv_read_bytes(from, len);
    if (!name || len == 0 || memchr(name, 0, len))
        return bad_item(ITEM_SET_FOLLOWER, err);
    size_t at = find_follower(state, name, len);
    if (at < state->follower_count) {
        if (position > state->followers[at].position)
            state->followers[at].position = position;
        return VARVE_OK;
    }
    char *copy = vv_strndup(name, len);
    struct vv_manifest_follower *slot =
        copy ? insert((void **)&state->followers, &state->follower_count, sizeof *slot, at) : NULL;
    if (!slot) {
        vv_free(copy);
        return no_memory(err);
    }
    *slot = (struct vv_manifest_follower){copy, position};
    return VARVE_OK;
}

static void remove_follower(struct vv_manifest_state *state, struct vv_reader *from)
{
    size_t len = (size_t)(from->end - from->at);
    const char *name = (const char *)vv_read_bytes(from, len);
    size_t at = name ? find_follower(state, name, len) : state->follower_count;
    if (at == state->follower_count)
        return;
    vv_free(state->followers[at].name);
    take_out(state->followers, &state->follower_count, sizeof *state->followers, at);
}

static vv_status add_touched(struct vv_manifest_state *state, struct vv_reader *from, vv_error *err)
{
    struct vv_manifest_touched touched = {.number = vv_read_varint(from)};
    touched.min_sequence = vv_read_varint(from);
    touched.max_sequence = vv_read_varint(from);
    struct vv_manifest_touched *slot =
        insert((void **)&state->touched, &state->touched_count, sizeof *slot, state->touched_count);
    if (!slot)
        return no_memory(err);
    *slot = touched;
    return VARVE_OK;
}

static void remove_touched(struct vv_manifest_state *state, uint64_t number)
{
    for (size_t i = state->touched_count; i-- > 0;)
        if (state->touched[i].number == number)
            take_out(state->touched, &state->touched_count, sizeof *state->touched, i);
}

static vv_status apply_item(struct vv_manifest_state *state, uint64_t kind, struct vv_reader *from,
                            vv_error *err)
{
    switch ((enum item)kind) {
    case ITEM_STORE:
        return apply_store(state, from, err);
    case ITEM_NEXT_NUMBER:
        state->next_number = vv_read_varint(from);
        return VARVE_OK;
    case ITEM_FLUSHED_SEQUENCE:
        state->flushed_sequence = vv_read_varint(from);
        return VARVE_OK;
    case ITEM_FIRST_LOG:
        state->first_log = vv_read_varint(from);
        return VARVE_OK;
    case ITEM_REGISTRY_BYTES:
        state->registry_bytes = vv_read_varint(from);
        return VARVE_OK;
    case ITEM_ADD_PART:
        return add_part(state, from, err);
    case ITEM_REMOVE_PART:
        return remove_part(state, vv_read_varint(from), err);
    case ITEM_ADD_MARK:
        return add_mark(state, from, err);
    case ITEM_REMOVE_MARK:
        remove_marks(state, vv_read_varint(from));
        return VARVE_OK;
    case ITEM_SET_PRUNE:
        return set_prune(state, from, err);
    case ITEM_SET_FOLLOWER:
        return set_follower(state, from, err);
    case ITEM_REMOVE_FOLLOWER:
        remove_follower(state, from);
        return VARVE_OK;
    case ITEM_ADD_TOUCHED:
        return add_touched(state, from, err);
    case ITEM_REMOVE_TOUCHED:
        remove_touched(state, vv_read_varint(from));
        return VARVE_OK;
    }
    return vv_fail(err, VARVE_UNSUPPORTED,
                   "an edit holds an item of kind %" PRIu64 ", which this program does not know: "
                   "use a newer one",
                   kind);
}

vv_status vv_manifest_apply(struct vv_manifest_state *state, const uint8_t *payload,
                            size_t len_bytes, vv_error *err)
{
    struct vv_reader all = vv_reader_of(payload, len_bytes);
    while (all.at < all.end) {
        uint64_t kind = vv_read_varint(&all), len = vv_read_varint(&all);
        const uint8_t *body =
            len <= (size_t)(all.end - all.at) ? vv_read_bytes(&all, (size_t)len) : NULL;
        if (all.bad || !body)
            return vv_fail(err, VARVE_CORRUPT, "an item passes the end of its record");
        struct vv_reader from = vv_reader_of(body, (size_t)len);
        vv_status status = apply_item(state, kind, &from, err);
        if (status != VARVE_OK)
            return status;
        if (from.bad || from.at != from.end)
            return bad_item((enum item)kind, err);
    }
    return VARVE_OK;
}
