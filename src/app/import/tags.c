#include "app/import/tags.h"

#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "catalog/names.h"

#include "base/banned.h"

struct vv_import_tags {
    const char *prefix;
    struct vv_arena arena; /* tags and names */
    struct vv_map *by_cell;
    struct vv_map *by_name;
    struct vv_import_tag **list;
    uint32_t count, capacity;
    struct vv_buf name;
};

struct vv_import_tags *vv_import_tags_new(const char *prefix)
{
    struct vv_import_tags *tags = vv_alloc_zero(sizeof *tags);
    if (!tags)
        return NULL;
    tags->prefix = prefix ? prefix : "";
    vv_arena_init(&tags->arena, 0, NULL);
    tags->by_cell = vv_map_new();
    tags->by_name = vv_map_new();
    if (tags->by_cell && tags->by_name)
        return tags;
    vv_import_tags_free(tags);
    return NULL;
}

void vv_import_tags_free(struct vv_import_tags *tags)
{
    if (!tags)
        return;
    vv_map_free(tags->by_cell);
    vv_map_free(tags->by_name);
    vv_arena_deinit(&tags->arena);
    vv_buf_deinit(&tags->name);
    vv_free(tags->list);
    vv_free(tags);
}

/* A name as a path: what would make it a pattern is escaped, what is escaped already stays. */
static void add_escaped(struct vv_buf *out, const char *name, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool pair = name[i] == '\\' && i + 1 < len && strchr("*?[/\\", name[i + 1]);
        if (strchr("*?[\\", name[i]) && name[i] && !pair)
            vv_buf_char(out, '\\');
        vv_buf_char(out, name[i]);
        if (pair)
            vv_buf_char(out, name[++i]);
    }
}

static vv_status make_name(struct vv_import_tags *tags, const char *cell, size_t len, vv_error *err)
{
    struct vv_buf *name = &tags->name;
    size_t prefix = strlen(tags->prefix);
    bool alone = prefix > 0 && len == 5 && memcmp(cell, "value", 5) == 0;
    vv_buf_reset(name);
    vv_buf_add(name, tags->prefix, prefix);
    if (prefix > 0 && !alone && tags->prefix[prefix - 1] != '/')
        vv_buf_char(name, '/');
    if (alone && name->data[name->len - 1] == '/')
        name->len--;
    if (!alone)
        add_escaped(name, cell, len);
    if (name->failed)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the tags");
    return vv_tag_name_check(name->data ? (const char *)name->data : "", name->len, err);
}

static struct vv_import_tag *new_tag(struct vv_import_tags *tags)
{
    if (tags->count == tags->capacity) {
        uint32_t capacity = tags->capacity ? 2 * tags->capacity : 64;
        struct vv_import_tag **grown = vv_realloc(tags->list, capacity * sizeof(void *));
        if (!grown)
            return NULL;
        tags->list = grown;
        tags->capacity = capacity;
    }
    struct vv_import_tag *tag = vv_arena_zero(&tags->arena, sizeof *tag);
    if (!tag)
        return NULL;
    tag->number = tags->count;
    tag->name_len = tags->name.len;
    tag->name = vv_arena_text(&tags->arena, (const char *)tags->name.data, tags->name.len);
    tag->previous_ms = VV_IMPORT_NO_TIME;
    if (!tag->name || vv_map_put(tags->by_name, tag->name, tag->name_len, tag->number))
        return NULL;
    tags->list[tags->count++] = tag;
    return tag;
}

vv_status vv_import_tags_add(struct vv_import_tags *tags, const char *name, size_t len_bytes,
                             struct vv_import_tag **tag, vv_error *err)
{
    uint64_t number;
    *tag = NULL;
    if (vv_map_get(tags->by_cell, name, len_bytes, &number)) {
        *tag = tags->list[number];
        return VARVE_OK;
    }
    vv_status status = make_name(tags, name, len_bytes, err);
    if (status)
        return status;
    struct vv_import_tag *found =
        vv_map_get(tags->by_name, tags->name.data, tags->name.len, &number) ? tags->list[number]
                                                                            : new_tag(tags);
    if (!found || vv_map_put(tags->by_cell, name, len_bytes, found->number))
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the tags");
    *tag = found;
    return VARVE_OK;
}

uint32_t vv_import_tags_count(const struct vv_import_tags *tags)
{
    return tags->count;
}

struct vv_import_tag *vv_import_tags_at(struct vv_import_tags *tags, uint32_t number)
{
    return tags->list[number];
}

void vv_import_tags_begin(struct vv_import_tags *tags)
{
    for (uint32_t i = 0; i < tags->count; i++)
        tags->list[i]->previous_ms = VV_IMPORT_NO_TIME;
}
