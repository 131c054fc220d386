/* history.c: opening and closing a set, and the list of store kinds. */
#include "history/history.h"

#include <string.h>

#include "base/alloc.h"
#include "base/time.h"
#include "history/history_private.h"
#include "sql/ledger.h"

#include "base/banned.h"

#define NAME_MAX_BYTES 255

static const struct vv_store_kind *const kinds[] = {&vv_store_native};

/* The kind that a store's text names: what stands before its first ":". */
static const struct vv_store_kind *find_kind(const char *store)
{
    size_t len;

    if (store == NULL)
        store = "native";
    len = strcspn(store, ":");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strlen(kinds[i]->scheme) == len && strncmp(kinds[i]->scheme, store, len) == 0)
            return kinds[i];
    return NULL;
}

vv_status vv_history_supported(const struct vv_history_options *options, vv_error *err)
{
    if (find_kind(options->store) == NULL)
        return vv_fail(err, VARVE_UNSUPPORTED,
                       "history \"%s\": store \"%.*s\" is not in this version; use \"native\"",
                       options->name, (int)strcspn(options->store, ":"), options->store);
    return VARVE_OK;
}

/* ---- opening ---- */

static vv_status check_options(const struct vv_history_set_options *options, vv_error *err)
{
    if (options->count == 0)
        return vv_fail(err, VARVE_USAGE, "no history database is configured");
    for (size_t i = 0; i < options->count; i++) {
        const struct vv_history_options *h = &options->histories[i];
        vv_status st;

        if (h->name == NULL || h->name[0] == '\0' || strlen(h->name) > NAME_MAX_BYTES)
            return vv_fail(err, VARVE_BAD_NAME, "history number %zu: a name of 1 to %d bytes",
                           i + 1, NAME_MAX_BYTES);
        for (size_t k = 0; k < i; k++)
            if (strcmp(h->name, options->histories[k].name) == 0)
                return vv_fail(err, VARVE_EXISTS, "history \"%s\": the name is used twice",
                               h->name);
        st = vv_history_supported(h, err);
        if (st != VARVE_OK)
            return st;
    }
    return VARVE_OK;
}

static vv_status find_provider(struct vv_ledger_tx *tx, struct vv_history *h, vv_error *err)
{
    const struct vv_filter filters[] = {
        {"Node", VV_FILTER_EQ, vv_value_text(h->set->node)},
        {"Provider", VV_FILTER_EQ, vv_value_text(h->name)},
    };
    const struct vv_query query = {
        .table = vv_catalog_find("ScadaProviderMapping"), .filters = filters, .filter_count = 2};
    struct vv_ledger_cursor *cursor = NULL;
    const struct vv_row *row;
    vv_status st = vv_ledger_select(tx, &query, &cursor, err);

    if (st == VARVE_OK)
        st = vv_ledger_next(cursor, &row, err);
    if (st == VARVE_OK)
        h->provider_id = vv_row_get_int(row, "Id", 0);
    vv_ledger_cursor_close(cursor);
    return st;
}

static vv_status insert_provider(struct vv_ledger_tx *tx, struct vv_history *h, vv_error *err)
{
    struct vv_arena arena;
    struct vv_row row;
    vv_status st;

    vv_arena_init(&arena, 0, NULL);
    st = vv_row_init(&row, vv_catalog_find("ScadaProviderMapping"), &arena, err);
    if (st == VARVE_OK)
        st = vv_row_set_text(&row, "Node", h->set->node, err);
    if (st == VARVE_OK)
        st = vv_row_set_text(&row, "Provider", h->name, err);
    if (st == VARVE_OK)
        st = vv_ledger_insert(tx, &row, err);
    if (st == VARVE_OK)
        h->provider_id = vv_row_get_int(&row, "Id", 0);
    vv_arena_deinit(&arena);
    return st;
}

/* The row of (node, name) in ScadaProviderMapping, made when it is missing. */
static vv_status register_provider(struct vv_history *h, vv_error *err)
{
    struct vv_ledger *ledger = h->set->ledger;
    struct vv_ledger_tx *tx = NULL;
    vv_status st = vv_ledger_begin_read(ledger, &tx, err);

    if (st == VARVE_OK)
        st = find_provider(tx, h, err);
    vv_ledger_rollback(&tx);
    if (st != VARVE_END)
        return st;
    if (h->set->read_only)
        return vv_fail(err, VARVE_NOT_FOUND, "history \"%s\" of node \"%s\" is not there yet",
                       h->name, h->set->node);
    st = vv_ledger_begin_write(ledger, &tx, err);
    if (st == VARVE_OK)
        st = insert_provider(tx, h, err);
    if (st == VARVE_OK)
        st = vv_ledger_commit(&tx, err);
    vv_ledger_rollback(&tx);
    return st;
}

static vv_status open_history(struct vv_history *h, const struct vv_history_options *options,
                              vv_error *err)
{
    struct vv_history_options o = *options;
    vv_status st;

    o.native.read_only = o.native.read_only || h->set->read_only;
    h->kind = find_kind(options->store);
    st = register_provider(h, err);
    if (st == VARVE_OK)
        st = h->kind->open(&o, &h->store, err);
    if (st == VARVE_OK)
        h->layout = vv_layout_get(h->kind->layout(h->store));
    if (st == VARVE_OK)
        st = vv_tag_registry_load(h, err);
    if (st != VARVE_OK)
        vv_error_prefix(err, "history \"%s\"", h->name);
    return st;
}

vv_status vv_history_set_open(const struct vv_history_set_options *options,
                              struct vv_history_set **set, vv_error *err)
{
    struct vv_history_set *s = NULL;
    vv_status st;

    *set = NULL;
    st = check_options(options, err);
    if (st != VARVE_OK)
        return st;
    s = vv_alloc_zero(sizeof *s);
    if (s == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the histories");
    s->ledger = options->ledger;
    s->new_series_per_hour = options->new_series_per_hour;
    s->zone = options->zone;
    s->read_only = options->read_only;
    s->now_ms = options->now_ms != NULL ? options->now_ms : vv_now_ms;
    vv_mutex_init(&s->scratch_mutex);
    vv_tag_registry_init(s);
    s->node = vv_strdup(options->node);
    s->histories = vv_alloc_array(options->count, sizeof *s->histories);
    st = s->node != NULL && s->histories != NULL
             ? VARVE_OK
             : vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the histories");
    for (size_t i = 0; i < options->count && st == VARVE_OK; i++) {
        s->histories[i].set = s;
        s->histories[i].name = vv_strdup(options->histories[i].name);
        s->histories[i].names = vv_map_new();
        if (s->histories[i].name == NULL || s->histories[i].names == NULL)
            st = vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the histories");
        s->count = i + 1;
    }
    for (size_t i = 0; i < s->count && st == VARVE_OK; i++)
        st = open_history(&s->histories[i], &options->histories[i], err);
    if (st != VARVE_OK) {
        vv_history_set_close(s, NULL);
        return st;
    }
    *set = s;
    return VARVE_OK;
}

vv_status vv_history_set_close(struct vv_history_set *set, vv_error *err)
{
    vv_status first = VARVE_OK;

    if (set == NULL)
        return VARVE_OK;
    for (size_t i = 0; i < set->count; i++) {
        struct vv_history *h = &set->histories[i];
        vv_status st = VARVE_OK;

        if (h->store != NULL)
            st = h->kind->close(h->store, first == VARVE_OK ? err : NULL);
        if (first == VARVE_OK)
            first = st;
    }
    vv_write_scratches_free(set);
    vv_tag_registry_deinit(set);
    for (size_t i = 0; i < set->count; i++)
        vv_free(set->histories[i].name);
    vv_free(set->histories);
    vv_free(set->node);
    vv_mutex_deinit(&set->scratch_mutex);
    vv_free(set);
    return first;
}

/* ---- what there is ---- */

size_t vv_history_count(const struct vv_history_set *set)
{
    return set->count;
}

struct vv_history *vv_history_at(struct vv_history_set *set, size_t index)
{
    return index < set->count ? &set->histories[index] : NULL;
}

vv_status vv_history_find(struct vv_history_set *set, const char *name, struct vv_history **history,
                          vv_error *err)
{
    char known[300] = "";
    size_t len = 0;

    *history = NULL;
    if (name == NULL || name[0] == '\0') {
        *history = &set->histories[0];
        return VARVE_OK;
    }
    for (size_t i = 0; i < set->count; i++) {
        const char *have = set->histories[i].name;
        size_t have_len = strlen(have);

        if (strcmp(have, name) == 0) {
            *history = &set->histories[i];
            return VARVE_OK;
        }
        if (len + have_len + 3 < sizeof known) {
            memcpy(known + len, i > 0 ? ", " : "", i > 0 ? 2 : 0);
            len += i > 0 ? 2 : 0;
            memcpy(known + len, have, have_len + 1);
            len += have_len;
        }
    }
    return vv_fail(err, VARVE_NOT_FOUND, "there is no history \"%.80s\"; there are: %s", name,
                   known);
}

const char *vv_history_name(const struct vv_history *history)
{
    return history->name;
}

enum vv_history_layout vv_history_layout(const struct vv_history *history)
{
    return history->kind->layout(history->store);
}

int64_t vv_history_provider_id(const struct vv_history *history)
{
    return history->provider_id;
}

varve *vv_history_native(const struct vv_history *history)
{
    return history->kind->native != NULL ? history->kind->native(history->store) : NULL;
}
