/* write.c: samples checked, resolved to tags, and handed to the store as one batch. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/time.h"
#include "catalog/names.h"
#include "history/history_private.h"
#include "history/point_find.h"
#include "sql/ledger.h"

#include "base/banned.h"

/* Arrays of one call, kept for later ones. A scratch that one huge call made large is not. */
#define SCRATCH_KEEP_ROWS 262144

struct write_scratch {
    struct write_scratch *next;
    struct vv_stored *rows; /* one for each sample, those to be stored moved to the front */
    uint8_t *bad;           /* sample i was refused */
    size_t capacity;
};

/* A call on its way. */
struct call {
    struct vv_history_set *set;
    struct vv_history *history;
    const struct vv_sample *samples;
    size_t count;
    const struct vv_write_options *options;
    struct vv_write_result *result;
    struct write_scratch *scratch;
    int64_t now_ms;
    struct vv_rejection first; /* the first refusal, for the answer */
    bool has_first;

    /* Only when there are names that no tag has yet: */
    struct vv_map *fresh; /* name → number in `registrations` */
    struct vv_tag_declaration *registrations;
    size_t registration_count, registration_capacity;

    struct vv_diverted *diverted; /* drivers' samples outside the time limits */
    size_t diverted_count;
};

/* ---- scratches ---- */

static void scratch_free(struct write_scratch *s)
{
    vv_free(s->rows);
    vv_free(s->bad);
    vv_free(s);
}

void vv_write_scratches_free(struct vv_history_set *set)
{
    while (set->scratches != NULL) {
        struct write_scratch *s = set->scratches;

        set->scratches = s->next;
        scratch_free(s);
    }
}

static void scratch_give(struct vv_history_set *set, struct write_scratch *s)
{
    if (s->capacity > SCRATCH_KEEP_ROWS) {
        scratch_free(s);
        return;
    }
    vv_mutex_lock(&set->scratch_mutex);
    s->next = set->scratches;
    set->scratches = s;
    vv_mutex_unlock(&set->scratch_mutex);
}

/* One with room for `count` samples; null without memory. */
static struct write_scratch *scratch_take(struct vv_history_set *set, size_t count)
{
    struct write_scratch *s;

    vv_mutex_lock(&set->scratch_mutex);
    s = set->scratches;
    if (s != NULL)
        set->scratches = s->next;
    vv_mutex_unlock(&set->scratch_mutex);
    if (s == NULL)
        s = vv_alloc_zero(sizeof *s);
    if (s == NULL || s->capacity >= count)
        return s;
    vv_free(s->rows);
    vv_free(s->bad);
    s->capacity = count < 1024 ? 1024 : count;
    s->rows = vv_alloc_array(s->capacity, sizeof *s->rows);
    s->bad = vv_alloc_array(s->capacity, sizeof *s->bad);
    if (s->rows == NULL || s->bad == NULL) {
        scratch_free(s);
        return NULL;
    }
    return s;
}

/* ---- refusals ---- */

static void sample_name(const struct vv_sample *sample, const char **name, int *len)
{
    *name = sample->tag != NULL ? sample->tag->name : sample->name;
    *len = (int)(sample->tag != NULL ? sample->tag->name_len : sample->name_len);
    if (*len > 120)
        *len = 120;
}

static void reject(struct call *c, size_t index, vv_status status, const char *format, ...)
    VARVE_PRINTF(4, 5);

static void reject(struct call *c, size_t index, vv_status status, const char *format, ...)
{
    struct vv_write_result *r = c->result;
    struct vv_rejection *entry = NULL;
    va_list args;

    c->scratch->bad[index] = 1;
    r->rejected++;
    if (r->list != NULL && r->listed < r->capacity)
        entry = &r->list[r->listed++];
    else if (!c->has_first)
        entry = &c->first;
    if (entry == NULL)
        return;
    entry->index = index;
    entry->status = status;
    va_start(args, format);
    vsnprintf(entry->reason, sizeof entry->reason, format, args);
    va_end(args);
    if (!c->has_first) {
        if (entry != &c->first)
            c->first = *entry;
        c->has_first = true;
    }
}

/* ---- checking one sample ---- */

/* Settles the value for the tag's type: widened, or null. False when the types do not go together.
 */
static bool settle_value(struct vv_stored *row, enum vv_tag_type type)
{
    struct vv_datum *v = &row->value;

    if (v->type == VV_TYPE_INTEGER && type == VV_TYPE_DOUBLE)
        *v = vv_datum_double((double)v->as.integer);
    if (v->type == VV_TYPE_DOUBLE && !isfinite(v->as.number))
        *v = vv_datum_null();
    if (v->type == VV_TYPE_NONE) {
        if ((row->quality & 0xC0) != 0)
            row->quality = VV_QUALITY_BAD;
        return true;
    }
    return v->type == type;
}

/* True when the time is within the limits; else it is refused or put aside for vv_rejected. */
static bool check_time(struct call *c, size_t index)
{
    const struct vv_sample *s = &c->samples[index];
    const char *reason = NULL, *name;
    int len;

    if (s->time_ms < 0)
        reason = "a time before 1970";
    else if (s->time_ms > c->now_ms + VV_DAY_MS)
        reason = "a time more than a day ahead";
    if (reason == NULL)
        return true;
    sample_name(s, &name, &len);
    reject(c, index, VARVE_BAD_TIME, "sample %zu, tag \"%.*s\": %s (%" PRId64 " ms)", index, len,
           name, reason, s->time_ms);
    if (c->options->source == VV_SOURCE_DRIVER && c->diverted == NULL)
        c->diverted = vv_alloc_array(c->count, sizeof *c->diverted);
    if (c->options->source == VV_SOURCE_DRIVER && c->diverted != NULL)
        c->diverted[c->diverted_count++] = (struct vv_diverted){s, reason};
    return false;
}

static bool check_value(struct call *c, size_t index, enum vv_tag_type type)
{
    const struct vv_sample *s = &c->samples[index];
    struct vv_stored *row = &c->scratch->rows[index];
    const char *name;
    int len;

    sample_name(s, &name, &len);
    if (s->quality < 0 || s->quality > VV_QUALITY_MAX) {
        reject(c, index, VARVE_BAD_VALUE, "sample %zu, tag \"%.*s\": quality %d is not 0 to %d",
               index, len, name, s->quality, VV_QUALITY_MAX);
        return false;
    }
    if (s->value.type == VV_TYPE_STRING && s->value.text_len > VARVE_TEXT_MAX) {
        reject(c, index, VARVE_BAD_VALUE, "sample %zu, tag \"%.*s\": a text of %u bytes, %d fit",
               index, len, name, s->value.text_len, VARVE_TEXT_MAX);
        return false;
    }
    if (!settle_value(row, type)) {
        reject(c, index, VARVE_BAD_TYPE, "sample %zu, tag \"%.*s\" is %s, the value is %s", index,
               len, name, vv_type_name(type), vv_type_name(s->value.type));
        return false;
    }
    if (c->history->layout->settle != NULL)
        c->history->layout->settle(row);
    return true;
}

/* ---- names that no tag has yet ---- */

static bool grow_registrations(struct call *c)
{
    size_t capacity = c->registration_capacity > 0 ? c->registration_capacity * 2 : 64;
    void *grown;

    if (c->registration_count < c->registration_capacity)
        return true;
    grown = vv_realloc(c->registrations, capacity * sizeof *c->registrations);
    if (grown == NULL)
        return false;
    c->registrations = grown;
    c->registration_capacity = capacity;
    return true;
}

static void reject_no_point(struct call *c, size_t index)
{
    const char *name;
    int len;

    sample_name(&c->samples[index], &name, &len);
    reject(
        c, index, VARVE_BAD_NAME,
        "sample %zu: \"%.*s\" is no point, and history \"%.40s\" keeps points only: add it to the "
        "plant, or write to another",
        index, len < 80 ? len : 80, name, c->history->name);
}

/* The type of the point with that name, NONE when the sample is refused because there is none. */
static vv_status point_type(struct call *c, size_t index, enum vv_tag_type *type, vv_error *err)
{
    const struct vv_sample *s = &c->samples[index];
    struct vv_ledger_tx *tx = NULL;
    struct vv_point_key point;
    vv_status st = vv_ledger_begin_read(c->set->ledger, &tx, err);

    if (st == VARVE_OK)
        st = vv_point_find(tx, s->name, s->name_len, &point, err);
    vv_ledger_rollback(&tx);
    if (st == VARVE_OK)
        *type = point.type;
    if (st != VARVE_NOT_FOUND)
        return st;
    *type = VV_TYPE_NONE;
    reject_no_point(c, index);
    return VARVE_OK;
}

/* The type with which sample `index` would register its name, NONE when that is refused. */
static vv_status fresh_type(struct call *c, size_t index, enum vv_tag_type *type, vv_error *err)
{
    const struct vv_sample *s = &c->samples[index];
    const char *name;
    int len;
    vv_error why;

    *type = VV_TYPE_NONE;
    sample_name(s, &name, &len);
    if (vv_tag_name_check(s->name, s->name_len, &why) != VARVE_OK) {
        reject(c, index, VARVE_BAD_NAME, "sample %zu: %.200s", index, why.message);
        return VARVE_OK;
    }
    if (c->history->layout->points_only)
        return point_type(c, index, type, err);
    *type = s->register_type != VV_TYPE_NONE ? s->register_type : s->value.type;
    if (*type == VV_TYPE_NONE)
        reject(c, index, VARVE_BAD_TYPE,
               "sample %zu, tag \"%.*s\" is new and has neither a value nor a type", index, len,
               name);
    return VARVE_OK;
}

/* Notes an unknown name; its number, plus one, stands for the tag until it is registered. Sets
 * *type to the type that the name has, or gets in this call. */
static vv_status note_fresh(struct call *c, size_t index, enum vv_tag_type *type, vv_error *err)
{
    const struct vv_sample *s = &c->samples[index];
    uint64_t number;
    vv_status st;

    *type = VV_TYPE_NONE;
    if (c->fresh == NULL)
        c->fresh = vv_map_new();
    if (c->fresh == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for new tags");
    if (vv_map_get(c->fresh, s->name, s->name_len, &number)) {
        *type = c->registrations[number].type;
        return VARVE_OK;
    }
    st = fresh_type(c, index, type, err);
    if (st != VARVE_OK || *type == VV_TYPE_NONE)
        return st;
    if (!grow_registrations(c))
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for new tags");
    st = vv_map_put(c->fresh, s->name, s->name_len, c->registration_count);
    if (st != VARVE_OK)
        return vv_fail(err, st, "not enough memory for new tags");
    c->registrations[c->registration_count++] =
        (struct vv_tag_declaration){.name = s->name, .name_len = s->name_len, .type = *type};
    return VARVE_OK;
}

/* Registers what note_fresh noted, and gives the samples their tags. */
static vv_status register_fresh(struct call *c, vv_error *err)
{
    const struct vv_registration_options options = {.history = c->history, .limited = true};
    vv_status st;

    if (c->registration_count == 0)
        return VARVE_OK;
    st = vv_tag_registry_add(&options, c->registrations, c->registration_count, err);
    for (size_t i = 0; i < c->count && st == VARVE_OK; i++) {
        const struct vv_sample *s = &c->samples[i];
        const struct vv_tag_declaration *r;
        uint64_t number;

        if (c->scratch->bad[i] || c->scratch->rows[i].tag != NULL ||
            !vv_map_get(c->fresh, s->name, s->name_len, &number))
            continue;
        r = &c->registrations[number];
        if (r->tag == NULL) {
            reject(c, i, VARVE_TOO_MANY,
                   "sample %zu, tag \"%.*s\": more than %" PRIu64
                   " new series in this hour (limits.new_series_per_hour)",
                   i, (int)(s->name_len < 120 ? s->name_len : 120), s->name,
                   c->set->new_series_per_hour);
            continue;
        }
        c->scratch->rows[i].tag = r->tag;
        /* Another call may have registered the name meanwhile, with a type of its own. */
        if (r->tag->type != r->type) {
            c->scratch->rows[i].value = s->value;
            check_value(c, i, r->tag->type);
        }
    }
    return st;
}

/* ---- the call ---- */

/* Looks up all names under one taking of the lock. */
static void resolve(struct call *c)
{
    int64_t unit_ms = c->history->layout->unit_ms;

    pthread_rwlock_rdlock(&c->set->names_lock);
    for (size_t i = 0; i < c->count; i++) {
        const struct vv_sample *s = &c->samples[i];

        c->scratch->bad[i] = 0;
        c->scratch->rows[i] = (struct vv_stored){
            .tag = s->tag != NULL ? s->tag
                                  : vv_tag_registry_find_locked(c->history, s->name, s->name_len),
            .time_ms = unit_ms == 1 ? s->time_ms : vv_floor_div(s->time_ms, unit_ms) * unit_ms,
            .quality = s->quality,
            .value = s->value,
        };
    }
    pthread_rwlock_unlock(&c->set->names_lock);
}

static vv_status check_all(struct call *c, vv_error *err)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct vv_tag *tag = c->scratch->rows[i].tag;
        enum vv_tag_type type = tag != NULL ? tag->type : VV_TYPE_NONE;
        vv_status st = VARVE_OK;

        if (tag != NULL && tag->history != c->history)
            return vv_fail(err, VARVE_USAGE, "sample %zu: tag \"%s\" belongs to history \"%s\"", i,
                           tag->name, tag->history->name);
        if (!check_time(c, i))
            continue;
        if (tag != NULL && c->history->layout->points_only && tag->object_id == 0) {
            reject_no_point(c, i);
            continue;
        }
        if (tag == NULL)
            st = note_fresh(c, i, &type, err);
        if (st != VARVE_OK)
            return st;
        if (type != VV_TYPE_NONE)
            check_value(c, i, type);
    }
    return VARVE_OK;
}

static vv_status refuse_call(const struct call *c, vv_error *err)
{
    return vv_fail(err, c->first.status, "%s", c->first.reason);
}

static vv_status store(struct call *c, vv_error *err)
{
    struct write_scratch *s = c->scratch;
    size_t n = 0;
    vv_status st;

    for (size_t i = 0; i < c->count; i++)
        if (!s->bad[i])
            s->rows[n++] = s->rows[i];
    if (n == 0)
        return VARVE_OK;
    st = c->history->kind->write(c->history->store, s->rows, n, &c->result->sequence, err);
    if (st != VARVE_OK)
        return st;
    c->result->stored = n;
    if (c->options->stored != NULL)
        c->options->stored(c->options->stored_arg, s->rows, n);
    return VARVE_OK;
}

static vv_status run(struct call *c, vv_error *err)
{
    bool partial = c->options->partial || c->options->source == VV_SOURCE_DRIVER;
    vv_status st;

    resolve(c);
    st = check_all(c, err);
    if (st == VARVE_OK && c->result->rejected > 0 && !partial)
        return refuse_call(c, err);
    if (c->options->only_check)
        return st;
    if (st == VARVE_OK)
        st = register_fresh(c, err);
    if (st == VARVE_OK && c->result->rejected > 0 && !partial)
        return refuse_call(c, err);
    if (st == VARVE_OK)
        st = store(c, err);
    if (st == VARVE_OK && c->diverted_count > 0) {
        st = vv_rejected_write(c->set, c->diverted, c->diverted_count, err);
        if (st == VARVE_OK)
            c->result->diverted = c->diverted_count;
    }
    return st;
}

vv_status vv_history_write(struct vv_history_set *set, const struct vv_sample *samples,
                           size_t count, const struct vv_write_options *options,
                           struct vv_write_result *result, vv_error *err)
{
    struct call c = {
        .set = set,
        .samples = samples,
        .count = count,
        .options = options,
        .result = result,
        .now_ms = set->now_ms(),
    };
    vv_status st = vv_history_find(set, options->history, &c.history, err);

    result->listed = result->rejected = result->diverted = result->stored = 0;
    result->sequence = 0;
    if (st != VARVE_OK || count == 0)
        return st;
    c.scratch = scratch_take(set, count);
    if (c.scratch == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for %zu samples", count);
    st = run(&c, err);
    scratch_give(set, c.scratch);
    vv_map_free(c.fresh);
    vv_free(c.registrations);
    vv_free(c.diverted);
    return st;
}
