/* tag_rename.c: renamed points in the ledger: whose rows of ScadaTagMapping get which names. */
#include "history/tag_rename.h"

#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "catalog/names.h"
#include "history/history_private.h"
#include "sql/ledger.h"

#include "base/banned.h"

#define TYPE_BRANCH 0
#define TREE_DEPTH  100
/* Bytes of a name in a message. */
#define SHOWN_BYTES 120

struct vv_tag_rename {
    struct vv_history_set *set;
    struct vv_arena arena;
    int64_t *providers; /* ScadaProviderMapping.Id, null until the first object */
    size_t provider_count, provider_room;
    struct tag_switch *list;
    size_t count, room;
    struct vv_map *places; /* "provider/present name" → place in the list */
};

/* An object whose path changed. */
struct node {
    struct node *next;
    int64_t id;
    bool branch;
    const char *from, *to; /* paths */
};

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to rename tags");
}

static int shown(const char *name)
{
    return (int)vv_utf8_cut(name, strlen(name), SHOWN_BYTES);
}

/* ---- paths ---- */

static vv_status get_object(struct vv_tag_rename *r, struct vv_ledger_tx *tx, int64_t id,
                            struct vv_row *row, vv_error *err)
{
    vv_status st = vv_row_init(row, vv_catalog_find("TB_Objects"), &r->arena, err);

    if (st == VARVE_OK)
        st = vv_row_set_int(row, "ObjId", id, err);
    return st == VARVE_OK ? vv_ledger_get(tx, row, err) : st;
}

static vv_status keep_path(struct vv_tag_rename *r, struct vv_buf *text, const char **path,
                           vv_error *err)
{
    *path = text->failed ? NULL : vv_arena_text(&r->arena, (const char *)text->data, text->len);
    vv_buf_deinit(text);
    return *path != NULL ? VARVE_OK : no_memory(err);
}

/* The path of `name` below the object `parent`. */
static vv_status path_below(struct vv_tag_rename *r, struct vv_ledger_tx *tx, int64_t parent,
                            const char *name, const char **path, vv_error *err)
{
    const char *names[TREE_DEPTH];
    struct vv_buf text = {0};
    size_t depth = 0;

    *path = NULL;
    names[depth++] = name;
    while (parent != 0) {
        struct vv_row row;
        vv_status st = get_object(r, tx, parent, &row, err);

        if (st == VARVE_OK && depth == TREE_DEPTH)
            st = vv_fail(err, VARVE_CONFLICT, "point \"%.*s\" stands more than %d branches deep",
                         shown(name), name, TREE_DEPTH);
        if (st != VARVE_OK)
            return st;
        names[depth++] = vv_row_get_text(&row, "Name");
        parent = vv_row_get_int(&row, "Parent", 0);
    }
    while (depth-- > 0)
        vv_path_add(&text, names[depth], strlen(names[depth]));
    return keep_path(r, &text, path, err);
}

static vv_status join(struct vv_tag_rename *r, const char *path, const char *name,
                      const char **joined, vv_error *err)
{
    struct vv_buf text = {0};

    vv_buf_text(&text, path);
    vv_path_add(&text, name, strlen(name));
    return keep_path(r, &text, joined, err);
}

/* ---- which tags of the set they are ---- */

static bool grow_list(struct vv_tag_rename *r)
{
    size_t room = r->room > 0 ? 2 * r->room : 16;
    void *list;

    if (r->count < r->room)
        return true;
    list = vv_realloc(r->list, room * sizeof *r->list);
    if (list == NULL)
        return false;
    r->list = list;
    r->room = room;
    return true;
}

static struct vv_history *history_of(struct vv_history_set *set, int64_t provider_id)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->histories[i].provider_id == provider_id)
            return &set->histories[i];
    return NULL;
}

static const char *place_key(struct vv_tag_rename *r, int64_t provider_id, const char *name)
{
    return vv_arena_format(&r->arena, "%" PRId64 "/%s", provider_id, name);
}

/* Notes that the tag `from` becomes `to`; one that was noted before goes on from there. A history
 * that is not configured has no tags in memory. */
static vv_status note(struct vv_tag_rename *r, int64_t provider_id, const char *from,
                      const char *to, vv_error *err)
{
    struct vv_history *history = history_of(r->set, provider_id);
    const char *from_key = place_key(r, provider_id, from), *to_key = place_key(r, provider_id, to);
    uint64_t place, number;

    if (from_key == NULL || to_key == NULL)
        return no_memory(err);
    if (vv_map_get(r->places, from_key, strlen(from_key), &place)) {
        vv_map_remove(r->places, from_key, strlen(from_key));
    } else {
        if (history == NULL || !vv_tag_registry_number(history, from, strlen(from), &number))
            return VARVE_OK;
        if (!grow_list(r))
            return no_memory(err);
        place = r->count++;
        r->list[place] = (struct tag_switch){
            .history = history, .number = (uint32_t)number, .from = from, .from_len = strlen(from)};
    }
    r->list[place].to = to;
    r->list[place].to_len = strlen(to);
    return vv_map_put(r->places, to_key, strlen(to_key), place) == VARVE_OK ? VARVE_OK
                                                                            : no_memory(err);
}

/* ---- rows of ScadaTagMapping ---- */

static vv_status add_provider(struct vv_tag_rename *r, int64_t id, vv_error *err)
{
    if (r->provider_count == r->provider_room) {
        size_t room = r->provider_room > 0 ? 2 * r->provider_room : 8;
        void *providers = vv_realloc(r->providers, room * sizeof *r->providers);

        if (providers == NULL)
            return no_memory(err);
        r->providers = providers;
        r->provider_room = room;
    }
    r->providers[r->provider_count++] = id;
    return VARVE_OK;
}

static vv_status list_providers(struct vv_tag_rename *r, struct vv_ledger_tx *tx, vv_error *err)
{
    const struct vv_query query = {.table = vv_catalog_find("ScadaProviderMapping")};
    struct vv_ledger_cursor *cursor = NULL;
    const struct vv_row *row;
    vv_status st = vv_ledger_select(tx, &query, &cursor, err);

    r->provider_count = 0;
    while (st == VARVE_OK && (st = vv_ledger_next(cursor, &row, err)) == VARVE_OK)
        st = add_provider(r, vv_row_get_int(row, "Id", 0), err);
    vv_ledger_cursor_close(cursor);
    return st == VARVE_END ? VARVE_OK : st;
}

/* The Ids of the rows of a name, one for each type that it has had. */
static vv_status rows_of(struct vv_ledger_tx *tx, int64_t provider_id, const char *name,
                         int64_t ids[VV_TYPE_COUNT], size_t *count, vv_error *err)
{
    const struct vv_filter filters[] = {
        {"ProviderId", VV_FILTER_EQ, vv_value_int(provider_id)},
        {"Tag", VV_FILTER_EQ, vv_value_text(name)},
    };
    const struct vv_query query = {
        .table = vv_catalog_find("ScadaTagMapping"), .filters = filters, .filter_count = 2};
    struct vv_ledger_cursor *cursor = NULL;
    const struct vv_row *row;
    vv_status st = vv_ledger_select(tx, &query, &cursor, err);

    *count = 0;
    while (st == VARVE_OK && *count < VV_TYPE_COUNT &&
           (st = vv_ledger_next(cursor, &row, err)) == VARVE_OK)
        ids[(*count)++] = vv_row_get_int(row, "Id", 0);
    vv_ledger_cursor_close(cursor);
    return st == VARVE_END ? VARVE_OK : st;
}

static vv_status set_name(struct vv_tag_rename *r, struct vv_ledger_tx *tx, int64_t id,
                          const char *name, vv_error *err)
{
    struct vv_arena arena;
    struct vv_row row;
    vv_status st;

    vv_arena_init(&arena, 0, NULL);
    st = vv_row_init(&row, vv_catalog_find("ScadaTagMapping"), &arena, err);
    if (st == VARVE_OK)
        st = vv_row_set_int(&row, "Id", id, err);
    if (st == VARVE_OK)
        st = vv_tag_row_set_name(r->set, &row, name, err);
    if (st == VARVE_OK)
        st = vv_ledger_update(tx, &row, err);
    vv_arena_deinit(&arena);
    return st;
}

static vv_status rename_tag(struct vv_tag_rename *r, struct vv_ledger_tx *tx, int64_t provider_id,
                            const struct node *node, vv_error *err)
{
    int64_t ids[VV_TYPE_COUNT], taken[VV_TYPE_COUNT];
    size_t count, taken_count = 0;
    vv_status st = rows_of(tx, provider_id, node->from, ids, &count, err);

    if (st != VARVE_OK || count == 0)
        return st;
    st = vv_tag_name_check(node->to, strlen(node->to), err);
    if (st == VARVE_OK)
        st = rows_of(tx, provider_id, node->to, taken, &taken_count, err);
    if (st == VARVE_OK && taken_count > 0)
        st = vv_fail(err, VARVE_CONFLICT,
                     "point \"%.*s\" cannot become \"%.*s\": another tag has that name and a "
                     "history of its own (ScadaTagMapping.Id %" PRId64 "; the point's is %" PRId64
                     ")",
                     shown(node->from), node->from, shown(node->to), node->to, taken[0], ids[0]);
    for (size_t i = 0; i < count && st == VARVE_OK; i++)
        st = set_name(r, tx, ids[i], node->to, err);
    return st == VARVE_OK ? note(r, provider_id, node->from, node->to, err) : st;
}

/* ---- an object and those below it ---- */

static struct node *make_node(struct vv_tag_rename *r, const struct vv_row *row)
{
    struct node *node = vv_arena_zero(&r->arena, sizeof *node);

    if (node != NULL) {
        node->id = vv_row_get_int(row, "ObjId", 0);
        node->branch = vv_row_get_int(row, "Type", TYPE_BRANCH) == TYPE_BRANCH;
    }
    return node;
}

/* Puts the objects right below a branch behind `*last`. */
static vv_status add_children(struct vv_tag_rename *r, struct vv_ledger_tx *tx,
                              const struct node *branch, struct node **last, vv_error *err)
{
    const struct vv_filter filter = {"Parent", VV_FILTER_EQ, vv_value_int(branch->id)};
    const struct vv_query query = {
        .table = vv_catalog_find("TB_Objects"), .filters = &filter, .filter_count = 1};
    struct vv_ledger_cursor *cursor = NULL;
    const struct vv_row *row;
    vv_status st = vv_ledger_select(tx, &query, &cursor, err);

    while (st == VARVE_OK && (st = vv_ledger_next(cursor, &row, err)) == VARVE_OK) {
        const char *name = vv_row_get_text(row, "Name");
        struct node *child = make_node(r, row);

        st = child != NULL ? join(r, branch->from, name, &child->from, err) : no_memory(err);
        if (st == VARVE_OK)
            st = join(r, branch->to, name, &child->to, err);
        if (st == VARVE_OK)
            *last = (*last)->next = child;
    }
    vv_ledger_cursor_close(cursor);
    return st == VARVE_END ? VARVE_OK : st;
}

static vv_status rename_all(struct vv_tag_rename *r, struct vv_ledger_tx *tx, struct node *first,
                            vv_error *err)
{
    struct node *last = first;
    vv_status st = VARVE_OK;

    for (struct node *node = first; node != NULL && st == VARVE_OK; node = node->next) {
        if (node->branch)
            st = add_children(r, tx, node, &last, err);
        for (size_t i = 0; i < r->provider_count && !node->branch && st == VARVE_OK; i++)
            st = rename_tag(r, tx, r->providers[i], node, err);
    }
    return st;
}

vv_status vv_tag_rename_object(struct vv_tag_rename *rename, struct vv_ledger_tx *tx,
                               const struct vv_row *before, const struct vv_row *now, vv_error *err)
{
    const char *from = vv_row_get_text(before, "Name"), *to = vv_row_get_text(now, "Name");
    int64_t from_parent = vv_row_get_int(before, "Parent", 0);
    int64_t to_parent = vv_row_get_int(now, "Parent", 0);
    struct node *node;
    vv_status st = VARVE_OK;

    if (from_parent == to_parent && strcmp(from, to) == 0)
        return VARVE_OK;
    node = make_node(rename, now);
    if (node == NULL)
        return no_memory(err);
    if (rename->provider_count == 0)
        st = list_providers(rename, tx, err);
    if (st == VARVE_OK)
        st = path_below(rename, tx, from_parent, from, &node->from, err);
    if (st == VARVE_OK)
        st = path_below(rename, tx, to_parent, to, &node->to, err);
    return st == VARVE_OK ? rename_all(rename, tx, node, err) : st;
}

/* ---- from begin to end ---- */

vv_status vv_tag_rename_begin(struct vv_history_set *set, struct vv_tag_rename **rename,
                              vv_error *err)
{
    struct vv_tag_rename *r = vv_alloc_zero(sizeof *r);

    *rename = NULL;
    if (r == NULL)
        return no_memory(err);
    r->places = vv_map_new();
    if (r->places == NULL) {
        vv_free(r);
        return no_memory(err);
    }
    r->set = set;
    vv_arena_init(&r->arena, 0, NULL);
    vv_mutex_lock(&set->register_mutex);
    *rename = r;
    return VARVE_OK;
}

vv_status vv_tag_rename_commit(struct vv_tag_rename *rename, struct vv_ledger_tx **tx,
                               vv_error *err)
{
    struct vv_history_set *set = rename->set;
    vv_status st = vv_tag_switch_prepare(set, rename->list, rename->count, err);

    if (st != VARVE_OK) {
        vv_ledger_rollback(tx);
        return st;
    }
    st = vv_ledger_commit(tx, err);
    if (st == VARVE_OK)
        vv_tag_switch_apply(set, rename->list, rename->count);
    else
        vv_tag_switch_undo(set, rename->list, rename->count);
    rename->count = 0;
    return st;
}

void vv_tag_rename_end(struct vv_tag_rename **rename)
{
    struct vv_tag_rename *r = *rename;

    *rename = NULL;
    if (r == NULL)
        return;
    vv_mutex_unlock(&r->set->register_mutex);
    vv_map_free(r->places);
    vv_free(r->list);
    vv_free(r->providers);
    vv_arena_deinit(&r->arena);
    vv_free(r);
}
