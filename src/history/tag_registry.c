/* tag_registry.c: the tags of all histories in memory, and their rows in ScadaTagMapping. */
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/time.h"
#include "catalog/normalize.h"
#include "history/history_private.h"
#include "history/point_find.h"
#include "sql/ledger.h"

#include "base/banned.h"

/* ---- tags by index ---- */

static void place_of(uint32_t index, uint32_t *chunk, uint32_t *at)
{
    uint32_t k = 0, first = 0, size = VV_TAG_CHUNK_FIRST;

    while (index - first >= size) {
        first += size;
        size *= 2;
        k++;
    }
    *chunk = k;
    *at = index - first;
}

struct tag_slot *vv_tag_registry_slot(struct vv_history_set *set, uint32_t index)
{
    uint32_t chunk, at;

    place_of(index, &chunk, &at);
    return atomic_load_explicit(&set->chunks[chunk], memory_order_relaxed) + at;
}

const struct vv_tag *vv_tag_at(struct vv_history_set *set, uint32_t index)
{
    if (index >= atomic_load_explicit(&set->tag_count, memory_order_acquire))
        return NULL;
    return atomic_load_explicit(&vv_tag_registry_slot(set, index)->tag, memory_order_acquire);
}

uint32_t vv_tag_count(struct vv_history_set *set)
{
    return atomic_load_explicit(&set->tag_count, memory_order_acquire);
}

uint32_t vv_tags_renamed(struct vv_history_set *set)
{
    return atomic_load_explicit(&set->renamed, memory_order_acquire);
}

/* ---- making and ending ---- */

void vv_tag_registry_init(struct vv_history_set *set)
{
    vv_mutex_init(&set->register_mutex);
    pthread_rwlock_init(&set->names_lock, NULL);
    vv_arena_init(&set->texts, 0, NULL);
}

void vv_tag_registry_deinit(struct vv_history_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        vv_map_free(set->histories[i].names);
    for (size_t k = 0; k < VV_TAG_CHUNKS; k++)
        vv_free(atomic_load(&set->chunks[k]));
    vv_free(set->names);
    vv_free(set->sorted);
    vv_map_free(set->meta);
    vv_free(set->metas);
    vv_normalizer_free(set->normalizer);
    vv_arena_deinit(&set->texts);
    pthread_rwlock_destroy(&set->names_lock);
    vv_mutex_deinit(&set->register_mutex);
}

/* ---- names ---- */

bool vv_tag_registry_number(const struct vv_history *history, const char *name, size_t name_len,
                            uint64_t *number)
{
    return vv_map_get(history->names, name, name_len, number) && *number < VV_TAG_NAME_RESERVED;
}

const struct vv_tag *vv_tag_registry_find_locked(const struct vv_history *history, const char *name,
                                                 size_t name_len)
{
    uint64_t number;

    return vv_tag_registry_number(history, name, name_len, &number)
               ? history->set->names[number].current
               : NULL;
}

const struct vv_tag *vv_tag_registry_newest(struct vv_history_set *set, const struct vv_tag *tag)
{
    uint64_t number;
    const struct vv_tag *newest;

    pthread_rwlock_rdlock(&set->names_lock);
    newest = tag = vv_tag_at(set, tag->index); /* it may have been renamed since it was found */
    if (vv_tag_registry_number(tag->history, tag->name, tag->name_len, &number))
        newest = set->names[number].newest;
    pthread_rwlock_unlock(&set->names_lock);
    return newest;
}

static vv_status out_of_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for another tag");
}

/* Room for one name more; names_lock held for writing. */
static bool grow_names(struct vv_history_set *set)
{
    uint32_t capacity = set->name_capacity > 0 ? set->name_capacity * 2 : 256;
    void *names, *sorted;

    if (set->name_count < set->name_capacity)
        return true;
    names = vv_realloc(set->names, capacity * sizeof *set->names);
    if (names == NULL)
        return false;
    set->names = names;
    sorted = vv_realloc(set->sorted, capacity * sizeof *set->sorted);
    if (sorted == NULL)
        return false;
    set->sorted = sorted;
    set->name_capacity = capacity;
    return true;
}

/* Puts a tag that was filled in at index tag_count under its name. register_mutex is held. */
static vv_status publish(struct vv_history *history, struct vv_tag *tag, vv_error *err)
{
    struct vv_history_set *set = history->set;
    vv_status st = VARVE_OK;
    uint64_t number;

    pthread_rwlock_wrlock(&set->names_lock);
    if (vv_tag_registry_number(history, tag->name, tag->name_len, &number)) {
        tag->older = set->names[number].newest;
        set->names[number] = (struct tag_name){.current = tag, .newest = tag};
    } else if (!grow_names(set)) {
        st = out_of_memory(err);
    } else {
        st = vv_map_put(history->names, tag->name, tag->name_len, set->name_count);
        if (st != VARVE_OK) {
            out_of_memory(err);
        } else {
            set->names[set->name_count] = (struct tag_name){.current = tag, .newest = tag};
            set->sorted[set->name_count] = set->name_count;
            set->name_count++;
        }
    }
    if (st == VARVE_OK) {
        atomic_store(&vv_tag_registry_slot(set, tag->index)->tag, tag);
        atomic_store_explicit(&set->tag_count, tag->index + 1, memory_order_release);
    }
    pthread_rwlock_unlock(&set->names_lock);
    return st;
}

struct tag_row {
    int64_t id;
    int64_t object_id; /* 0: not a point, or not needed */
    const char *name;
    size_t name_len;
    enum vv_tag_type type;
};

/* Makes the tag of a row of ScadaTagMapping. register_mutex is held. */
static vv_status add_tag(struct vv_history *history, const struct tag_row *row,
                         const struct vv_tag **added, vv_error *err)
{
    struct vv_history_set *set = history->set;
    uint32_t index = atomic_load(&set->tag_count), chunk, at;
    struct tag_slot *slots;
    struct vv_tag *tag;
    vv_status st;

    *added = NULL;
    place_of(index, &chunk, &at);
    if (chunk >= VV_TAG_CHUNKS)
        return vv_fail(err, VARVE_TOO_MANY, "%u tags are the most that fit", index);
    slots = atomic_load(&set->chunks[chunk]);
    if (slots == NULL) {
        slots = vv_alloc_array((size_t)VV_TAG_CHUNK_FIRST << chunk, sizeof *slots);
        if (slots == NULL)
            return out_of_memory(err);
        atomic_store(&set->chunks[chunk], slots);
    }
    tag = vv_arena_alloc(&set->texts, sizeof *tag);
    if (tag == NULL)
        return out_of_memory(err);
    *tag = (struct vv_tag){
        .id = row->id,
        .object_id = row->object_id,
        .index = index,
        .type = row->type,
        .name = vv_arena_text(&set->texts, row->name, row->name_len),
        .name_len = row->name_len,
        .history = history,
    };
    if (tag->name == NULL)
        return out_of_memory(err);
    st = history->kind->tag_open(history->store, tag, &tag->series, err);
    if (st == VARVE_OK)
        st = publish(history, tag, err);
    if (st == VARVE_OK)
        *added = tag;
    return st;
}

/* ---- the ledger's rows ---- */

vv_status vv_tag_registry_load(struct vv_history *history, vv_error *err)
{
    const struct vv_filter filter = {"ProviderId", VV_FILTER_EQ,
                                     vv_value_int(history->provider_id)};
    const struct vv_query query = {
        .table = vv_catalog_find("ScadaTagMapping"), .filters = &filter, .filter_count = 1};
    struct vv_ledger_tx *tx = NULL;
    struct vv_ledger_cursor *cursor = NULL;
    const struct vv_row *row;
    struct vv_map *points = NULL;
    vv_status st = VARVE_OK;

    if (history->layout->points_only)
        st = vv_point_ids_load(history->set->ledger, &points, err);
    if (st == VARVE_OK)
        st = vv_ledger_begin_read(history->set->ledger, &tx, err);
    if (st == VARVE_OK)
        st = vv_ledger_select(tx, &query, &cursor, err);
    while (st == VARVE_OK && (st = vv_ledger_next(cursor, &row, err)) == VARVE_OK) {
        const char *name = vv_row_get_text(row, "Tag");
        struct tag_row found = {
            .id = vv_row_get_int(row, "Id", 0),
            .name = name != NULL ? name : "",
            .name_len = name != NULL ? strlen(name) : 0,
            .type = (enum vv_tag_type)vv_row_get_int(row, "Type", 0),
        };
        const struct vv_tag *tag;
        uint64_t object_id;

        if (points != NULL && vv_map_get(points, found.name, found.name_len, &object_id))
            found.object_id = (int64_t)object_id;
        if (found.type <= VV_TYPE_NONE || found.type >= VV_TYPE_COUNT)
            st = vv_fail(err, VARVE_CORRUPT, "ScadaTagMapping, Id %lld: type %d is none of 1 to 5",
                         (long long)found.id, (int)found.type);
        else
            st = add_tag(history, &found, &tag, err);
    }
    if (st == VARVE_END)
        st = VARVE_OK;
    vv_ledger_cursor_close(cursor);
    vv_ledger_rollback(&tx);
    vv_map_free(points);
    return st;
}

/* The Id of the row that is there already: an earlier call committed it and then found no memory
 * for the tag. */
static vv_status find_row(struct vv_ledger_tx *tx, const struct vv_row *row, int64_t *id,
                          vv_error *err)
{
    const struct vv_filter filters[] = {
        {"ProviderId", VV_FILTER_EQ, *vv_row_get(row, "ProviderId")},
        {"Tag", VV_FILTER_EQ, *vv_row_get(row, "Tag")},
        {"Type", VV_FILTER_EQ, *vv_row_get(row, "Type")},
    };
    const struct vv_query query = {.table = row->table, .filters = filters, .filter_count = 3};
    struct vv_ledger_cursor *cursor = NULL;
    const struct vv_row *found;
    vv_status st = vv_ledger_select(tx, &query, &cursor, err);

    if (st == VARVE_OK)
        st = vv_ledger_next(cursor, &found, err);
    if (st == VARVE_OK)
        *id = vv_row_get_int(found, "Id", 0);
    vv_ledger_cursor_close(cursor);
    return st;
}

vv_status vv_tag_row_set_name(struct vv_history_set *set, struct vv_row *row, const char *name,
                              vv_error *err)
{
    struct vv_buf latin = {0};
    vv_status st = VARVE_OK;

    if (set->normalizer == NULL)
        st = vv_normalizer_new(&set->normalizer, err);
    if (st == VARVE_OK)
        st = vv_normalize(set->normalizer, name, strlen(name), &latin, err);
    vv_buf_char(&latin, '\0');
    if (st == VARVE_OK && latin.failed)
        st = out_of_memory(err);
    if (st == VARVE_OK)
        st = vv_row_set_text(row, "Tag", name, err);
    if (st == VARVE_OK)
        st = vv_row_set_text(row, "NormalizedName", (const char *)latin.data, err);
    vv_buf_deinit(&latin);
    return st;
}

/* Inserts the row of one tag; its Id into *id. */
static vv_status insert_row(struct vv_history *history, struct vv_ledger_tx *tx,
                            const struct vv_tag_declaration *r, struct vv_arena *arena, int64_t *id,
                            vv_error *err)
{
    const char *name = vv_arena_text(arena, r->name, r->name_len);
    struct vv_row row;
    vv_status st;

    if (name == NULL)
        return out_of_memory(err);
    st = vv_row_init(&row, vv_catalog_find("ScadaTagMapping"), arena, err);
    if (st == VARVE_OK)
        st = vv_tag_row_set_name(history->set, &row, name, err);
    if (st == VARVE_OK)
        st = vv_row_set_int(&row, "Type", (int64_t)r->type, err);
    if (st == VARVE_OK)
        st = vv_row_set_int(&row, "ProviderId", history->provider_id, err);
    if (st == VARVE_OK)
        st = vv_ledger_insert(tx, &row, err);
    if (st == VARVE_OK)
        *id = vv_row_get_int(&row, "Id", 0);
    else if (st == VARVE_EXISTS)
        st = find_row(tx, &row, id, err);
    return st;
}

/* What is to be done about one registration: nothing (its tag is found), take back an earlier row
 * of that type, or make a new row. */
static bool needs_row(const struct vv_registration_options *options, struct vv_tag_declaration *r)
{
    struct vv_history_set *set = options->history->set;
    uint64_t number;

    if (!vv_tag_registry_number(options->history, r->name, r->name_len, &number))
        return true;
    r->tag = set->names[number].current;
    if (!options->retype || r->tag->type == r->type)
        return false;
    for (const struct vv_tag *t = set->names[number].newest; t != NULL; t = t->older)
        if (t->type == r->type) {
            pthread_rwlock_wrlock(&set->names_lock);
            set->names[number].current = t;
            pthread_rwlock_unlock(&set->names_lock);
            r->tag = t;
            return false;
        }
    r->tag = NULL;
    return true;
}

/* The point of a tag that is about to be registered, where its history keeps points only. A plant
 * that was read before one of its points was renamed must not bring the old name back. */
static vv_status find_object(const struct vv_registration_options *options, struct vv_ledger_tx *tx,
                             const struct vv_tag_declaration *r, int64_t *object_id, vv_error *err)
{
    const struct vv_history *history = options->history;
    bool may_be_stale = options->points && vv_tags_renamed(history->set) > 0;
    struct vv_point_key point;
    vv_status st;

    if (!history->layout->points_only && !may_be_stale)
        return VARVE_OK;
    st = vv_point_find(tx, r->name, r->name_len, &point, err);
    if (st == VARVE_NOT_FOUND && may_be_stale)
        return vv_fail(err, VARVE_CHANGED,
                       "tag \"%.*s\": its point was renamed or deleted meanwhile",
                       (int)(r->name_len < 120 ? r->name_len : 120), r->name);
    if (st == VARVE_OK && !history->layout->points_only)
        return VARVE_OK;
    if (st == VARVE_NOT_FOUND)
        return vv_fail(err, VARVE_BAD_NAME,
                       "tag \"%.*s\" is no point, and history \"%s\" keeps "
                       "points only: add it to the plant, or write to another history",
                       (int)(r->name_len < 120 ? r->name_len : 120), r->name, history->name);
    if (st == VARVE_OK && point.type != r->type)
        return vv_fail(err, VARVE_BAD_TYPE, "tag \"%.*s\": its point is %s, not %s",
                       (int)(r->name_len < 120 ? r->name_len : 120), r->name,
                       vv_type_name(point.type), vv_type_name(r->type));
    if (st == VARVE_OK)
        *object_id = point.object_id;
    return st;
}

/* Whether one more series may come in this hour. register_mutex is held. */
static bool admit(struct vv_history *h)
{
    uint64_t limit = h->set->new_series_per_hour;
    int64_t hour = vv_floor_div(h->set->now_ms(), VV_HOUR_MS);

    if (limit == 0)
        return true;
    if (hour != h->hour) {
        h->hour = hour;
        h->series_this_hour = 0;
    }
    if (h->series_this_hour >= limit)
        return false;
    h->series_this_hour++;
    return true;
}

bool vv_series_admit(struct vv_history *history)
{
    bool admitted;

    vv_mutex_lock(&history->set->register_mutex);
    admitted = admit(history);
    vv_mutex_unlock(&history->set->register_mutex);
    return admitted;
}

vv_status vv_tag_registry_add(const struct vv_registration_options *options,
                              struct vv_tag_declaration *list, size_t count, vv_error *err)
{
    struct vv_history_set *set = options->history->set;
    struct vv_ledger_tx *tx = NULL;
    struct vv_arena arena;
    int64_t *ids = NULL, *objects = NULL;
    vv_status st = VARVE_OK;

    vv_arena_init(&arena, 0, NULL);
    vv_mutex_lock(&set->register_mutex);
    ids = vv_arena_zero(&arena, count * sizeof *ids);
    objects = vv_arena_zero(&arena, count * sizeof *objects);
    if (ids == NULL || objects == NULL)
        st = out_of_memory(err);
    for (size_t i = 0; i < count && st == VARVE_OK; i++) {
        if (!needs_row(options, &list[i]))
            continue;
        if (set->read_only) {
            st = vv_fail(err, VARVE_READ_ONLY, "tag \"%.*s\": opened for reading only",
                         (int)list[i].name_len, list[i].name);
            continue;
        }
        if (options->limited && !admit(options->history))
            continue;
        if (tx == NULL)
            st = vv_ledger_begin_write(set->ledger, &tx, err);
        if (st == VARVE_OK)
            st = find_object(options, tx, &list[i], &objects[i], err);
        if (st == VARVE_OK)
            st = insert_row(options->history, tx, &list[i], &arena, &ids[i], err);
    }
    if (st == VARVE_OK && tx != NULL)
        st = vv_ledger_commit(&tx, err);
    vv_ledger_rollback(&tx);
    for (size_t i = 0; i < count && st == VARVE_OK; i++) {
        const struct tag_row row = {ids[i], objects[i], list[i].name, list[i].name_len,
                                    list[i].type};

        if (ids[i] != 0)
            st = add_tag(options->history, &row, &list[i].tag, err);
    }
    vv_mutex_unlock(&set->register_mutex);
    vv_arena_deinit(&arena);
    return st;
}
