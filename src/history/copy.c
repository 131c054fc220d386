#include "history/copy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/time.h"
#include "catalog/names.h"
#include "history/copy_private.h"
#include "history/history_private.h"
#include "history/query.h"

#include "base/banned.h"

#define BATCH_SAMPLES 20000
#define BATCH_BYTES   (4u * 1024u * 1024u) /* of texts */

struct copying {
    struct vv_history_set *set;
    const struct vv_copy *copy;
    struct vv_copied *copied; /* one for each tag */
    const char **names;       /* the same */
    struct vv_arena kept;     /* the names */
    uint64_t done, all;

    /* The tag at hand. */
    size_t at;
    const struct vv_tag *target; /* its newest row; null: not there */
    bool only_typed;             /* a dry run for a new tag of several types: each by itself */

    /* The batch. */
    struct vv_sample *samples; /* BATCH_SAMPLES */
    size_t count, text_bytes;
    struct vv_arena texts;
};

static struct vv_history *history_of(const struct copying *c, size_t at)
{
    struct vv_history *into = c->copy->tags[at]->history;
    if (c->copy->into)
        vv_history_find(c->set, c->copy->into, &into, NULL);
    return into;
}

/* ---- what is asked ---- */

static vv_status check(const struct vv_history_set *set, const struct vv_copy *copy, vv_error *err)
{
    if (!copy->dry_run && set->read_only)
        return vv_fail(err, VARVE_READ_ONLY, "the histories are open for reading only");
    if (copy->from_ms >= copy->to_ms)
        return vv_fail(err, VARVE_BAD_TIME, "the range is empty: from is not before to");
    if (copy->count == 0 || copy->count > VV_COPY_TAGS_MAX)
        return vv_fail(err, VARVE_LIMIT, "%zu tags: 1 to %d are copied at once", copy->count,
                       VV_COPY_TAGS_MAX);
    if (copy->as && copy->prefix)
        return vv_fail(err, VARVE_BAD_VALUE, "a prefix or a new name, not both");
    if (copy->as && copy->count > 1)
        return vv_fail(err, VARVE_BAD_VALUE, "a new name is for one tag, not for %zu: use a prefix",
                       copy->count);
    return VARVE_OK;
}

/* Nothing is copied onto what is copied, nor two tags into one. */
static vv_status check_target(const struct copying *c, size_t at, vv_error *err)
{
    const struct vv_history *into = history_of(c, at);
    for (size_t i = 0; i < c->copy->count; i++) {
        const struct vv_tag *tag = c->copy->tags[i];
        if (tag->history == into && strcmp(tag->name, c->names[at]) == 0)
            return vv_fail(
                err, VARVE_BAD_VALUE,
                "tag \"%.120s\" of history \"%s\" would be copied onto itself or another "
                "that is copied: name another history, a prefix or a new name",
                tag->name, into->name);
        if (i < at && history_of(c, i) == into && strcmp(c->names[i], c->names[at]) == 0)
            return vv_fail(err, VARVE_BAD_VALUE, "two tags would become \"%.120s\"", c->names[at]);
    }
    return VARVE_OK;
}

static vv_status name_targets(struct copying *c, vv_error *err)
{
    const struct vv_copy *copy = c->copy;
    struct vv_history *into;
    vv_status status = copy->into ? vv_history_find(c->set, copy->into, &into, err) : VARVE_OK;
    c->names = vv_arena_zero(&c->kept, copy->count * sizeof *c->names);
    for (size_t i = 0; i < copy->count && !status; i++) {
        const char *prefix = copy->prefix ? copy->prefix : "";
        if (c->names)
            c->names[i] = vv_arena_format(&c->kept, "%s%s", prefix,
                                          copy->as ? copy->as : copy->tags[i]->name);
        if (!c->names || !c->names[i])
            status = vv_fail(err, VARVE_NO_MEMORY, "no memory to copy %zu tags", copy->count);
        else
            status = vv_tag_name_check(c->names[i], strlen(c->names[i]), err);
    }
    for (size_t i = 0; i < copy->count && !status; i++)
        status = check_target(c, i, err);
    return status;
}

static bool add_count(void *arg, int64_t start_ms, const struct varve_stats *stats)
{
    (void)start_ms;
    *(uint64_t *)arg += stats->count;
    return true;
}

/* Where types of a name have rows of the same time, they are counted twice here. */
static vv_status count_rows(struct copying *c, vv_error *err)
{
    const struct vv_copy *copy = c->copy;
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < copy->count && !status; i++) {
        struct vv_history *history = copy->tags[i]->history;
        const struct vv_tag *row = vv_tag_registry_newest(c->set, copy->tags[i]);
        for (; row && !status; row = row->older) {
            const struct vv_store_buckets whole = {.range = {row, copy->from_ms, copy->to_ms}};
            status =
                history->kind->aggregate(history->store, &whole, add_count, &c->all, NULL, err);
        }
    }
    if (!status && copy->rows_max > 0 && c->all > copy->rows_max)
        status = vv_fail(err, VARVE_LIMIT,
                         "%" PRIu64 " rows: at most %" PRIu64 " are copied at once; take shorter "
                         "ranges or fewer tags",
                         c->all, copy->rows_max);
    return status;
}

/* ---- batches ---- */

static vv_status flush(struct copying *c, vv_error *err)
{
    struct vv_copied *copied = &c->copied[c->at];
    struct vv_rejection first = {0};
    struct vv_write_result result = {.list = &first, .capacity = 1};
    const struct vv_write_options options = {.history = history_of(c, c->at)->name,
                                             .source = VV_SOURCE_CLIENT,
                                             .partial = true,
                                             .only_check = c->copy->dry_run,
                                             .stored = c->copy->stored,
                                             .stored_arg = c->copy->stored_arg};
    if (c->count == 0)
        return VARVE_OK;
    vv_status status = vv_history_write(c->set, c->samples, c->count, &options, &result, err);
    if (!status) {
        copied->rows += c->copy->dry_run ? c->count - result.rejected : result.stored;
        copied->refused += result.rejected;
        if (result.listed > 0 && !copied->reason[0])
            snprintf(copied->reason, sizeof copied->reason, "%s", first.reason);
    }
    c->count = c->text_bytes = 0;
    vv_arena_reset(&c->texts);
    return status;
}

/* The target's row of that type, where it has one. */
static const struct vv_tag *typed_target(const struct copying *c, enum vv_tag_type type)
{
    const struct vv_tag *row = c->target;
    while (row && row->type != type)
        row = row->older;
    return row;
}

static vv_status add(struct copying *c, int64_t time_ms, int32_t quality,
                     const struct vv_datum *value, vv_error *err)
{
    enum vv_tag_type type = c->copy->tags[c->at]->type;
    vv_status status = VARVE_OK;
    if (c->only_typed && value->type != VV_TYPE_NONE)
        type = value->type;
    if (c->count == BATCH_SAMPLES || c->text_bytes >= BATCH_BYTES ||
        (c->only_typed && c->count > 0 && c->samples[0].register_type != type))
        status = flush(c, err);
    if (status)
        return status;
    struct vv_sample *sample = &c->samples[c->count];
    *sample = (struct vv_sample){.tag = typed_target(c, value->type),
                                 .name = c->names[c->at],
                                 .name_len = strlen(c->names[c->at]),
                                 .register_type = type,
                                 .quality = quality,
                                 .time_ms = time_ms,
                                 .value = *value};
    if (value->type == VV_TYPE_STRING) {
        sample->value.as.text = vv_arena_text(&c->texts, value->as.text, value->text_len);
        c->text_bytes += value->text_len;
        if (!sample->value.as.text)
            return vv_fail(err, VARVE_NO_MEMORY, "no memory for a text");
    }
    c->count++;
    return VARVE_OK;
}

/* ---- one tag ---- */

/* Declares a new tag with the types that its source's name had, the oldest first. */
static vv_status declare_types(struct copying *c, const struct vv_tag *newest, vv_error *err)
{
    const struct vv_tag *source = c->copy->tags[c->at];
    enum vv_tag_type types[VV_TYPE_COUNT] = {source->type};
    size_t count = 1;
    vv_status status = VARVE_OK;
    for (const struct vv_tag *row = newest; row && count < VV_TYPE_COUNT; row = row->older)
        if (row->type != source->type)
            types[count++] = row->type;
    while (count > 0 && !status) {
        struct vv_tag_declaration declaration = {
            .name = c->names[c->at], .name_len = strlen(c->names[c->at]), .type = types[--count]};
        status = vv_tags_declare(c->set, history_of(c, c->at)->name, &declaration, 1, err);
        if (!status)
            c->target = vv_tag_registry_newest(c->set, declaration.tag);
    }
    return status;
}

static vv_status find_target(struct copying *c, vv_error *err)
{
    const struct vv_tag *newest = vv_tag_registry_newest(c->set, c->copy->tags[c->at]);
    const struct vv_history *into = history_of(c, c->at);
    const char *name = c->names[c->at];
    const struct vv_tag *found;
    vv_status status = vv_tag_find(c->set, into->name, name, strlen(name), &found, err);
    c->target = status ? NULL : vv_tag_registry_newest(c->set, found);
    c->only_typed = false;
    if (!status || status != VARVE_NOT_FOUND)
        return status;
    if (!newest->older || into->layout->points_only)
        return VARVE_OK; /* the first write registers it, or refuses it */
    c->only_typed = c->copy->dry_run;
    return c->only_typed ? VARVE_OK : declare_types(c, newest, err);
}

static vv_status go_on(const struct copying *c, vv_error *err)
{
    const struct vv_copy *copy = c->copy;
    if (!copy->watch || copy->watch(copy->watch_arg, copy->tags[c->at]->name, c->done, c->all))
        return VARVE_OK;
    return vv_fail(err, VARVE_CANCELLED, "given up; what was copied so far stays");
}

static vv_status copy_rows(struct copying *c, struct vv_history_query *query, vv_error *err)
{
    struct vv_history_query_block block;
    vv_status status;
    while (!(status = vv_history_query_next(query, &block, err))) {
        for (size_t i = 0; i < block.rows && !status; i++)
            status = add(c, block.times_ms[i], block.quality[i], &block.values[i], err);
        c->done += block.rows;
        if (!status)
            status = go_on(c, err);
        if (status)
            return status;
    }
    return status == VARVE_END ? flush(c, err) : status;
}

static vv_status copy_tag(struct copying *c, vv_error *err)
{
    const struct vv_history_query_spec spec = {.tag = c->copy->tags[c->at],
                                               .from_ms = c->copy->from_ms,
                                               .to_ms = c->copy->to_ms,
                                               .mode = VV_HISTORY_RAW};
    struct vv_history_query *query = NULL;
    vv_status status = find_target(c, err);
    if (!status)
        status = vv_history_query_open(c->set, &spec, &query, err);
    if (status)
        return status;
    status = copy_rows(c, query, err);
    c->copied[c->at].lost_blocks = vv_history_query_lost_blocks(query);
    vv_history_query_close(query);
    return status;
}

/* ---- all of them ---- */

static vv_status copy_all(struct copying *c, vv_error *err)
{
    uint64_t refused = 0;
    char what[128];
    vv_status status =
        c->copy->dry_run ? VARVE_OK : vv_copy_note(c->set, c->copy, c->names, c->all, err);
    if (status)
        return status;
    for (; c->at < c->copy->count && !status; c->at++) {
        status = copy_tag(c, err);
        refused += c->copied[c->at].refused;
    }
    if (c->copy->dry_run || (!status && refused == 0))
        return status;
    if (status)
        snprintf(what, sizeof what, "failed: %.110s", err->message);
    else
        snprintf(what, sizeof what, "%" PRIu64 " rows were refused", refused);
    vv_copy_note_trouble(c->set, c->copy, what);
    return status;
}

vv_status vv_history_copy(struct vv_history_set *set, const struct vv_copy *copy,
                          struct vv_copied *copied, vv_error *err)
{
    struct copying c = {.set = set, .copy = copy, .copied = copied};
    vv_error own = {0};
    if (!err)
        err = &own;
    for (size_t i = 0; i < copy->count; i++)
        copied[i] = (struct vv_copied){0};
    vv_status status = check(set, copy, err);
    if (status)
        return status;
    vv_arena_init(&c.kept, 0, NULL);
    vv_arena_init(&c.texts, 0, NULL);
    status = name_targets(&c, err);
    if (!status)
        status = count_rows(&c, err);
    if (!status) {
        c.samples = vv_alloc_array(BATCH_SAMPLES, sizeof *c.samples);
        status = c.samples ? copy_all(&c, err) : vv_fail(err, VARVE_NO_MEMORY, "no memory to copy");
    }
    vv_free(c.samples);
    vv_arena_deinit(&c.kept);
    vv_arena_deinit(&c.texts);
    return status;
}
