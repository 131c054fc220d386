#include "collect/settings.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/banned.h"

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for driver settings");
}

static bool is_key_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static vv_status room(struct vv_arena *arena, size_t count, struct vv_setting_list *out,
                      vv_error *err)
{
    out->count = 0;
    out->list = vv_arena_alloc(arena, (count > 0 ? count : 1) * sizeof *out->list);
    return out->list != NULL ? VARVE_OK : no_memory(err);
}

/* Puts a key into its place in the order; false when it is there already. */
static bool insert(struct vv_setting_list *out, const char *key, const char *value)
{
    size_t at = out->count;

    while (at > 0 && strcmp(out->list[at - 1].key, key) > 0)
        at--;
    if (at > 0 && strcmp(out->list[at - 1].key, key) == 0)
        return false;
    memmove(&out->list[at + 1], &out->list[at], (out->count - at) * sizeof *out->list);
    out->list[at] = (struct varve_setting){key, value};
    out->count++;
    return true;
}

/* KEY= at *at, which is moved behind it. */
static vv_status take_key(const char *text, const char **at, struct vv_arena *arena, char **key,
                          vv_error *err)
{
    const char *from = *at;
    size_t len = 0;

    while (is_key_char(from[len]))
        len++;
    if (len == 0 || from[len] != '=')
        return vv_fail(err, VARVE_SYNTAX, "settings \"%.100s\": KEY=value is expected at byte %zu",
                       text, (size_t)(from - text) + 1);
    *key = vv_arena_text(arena, from, len);
    if (*key == NULL)
        return no_memory(err);
    for (char *c = *key; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    *at = from + len + 1;
    return VARVE_OK;
}

/* A value, quoted or up to the next blank, at *at, which is moved behind it. */
static vv_status take_value(const char *text, const char **at, struct vv_arena *arena, char **value,
                            vv_error *err)
{
    const char *from = *at;
    size_t len;

    if (*from == '"' || *from == '\'') {
        const char *end = strchr(from + 1, *from);

        if (end == NULL)
            return vv_fail(err, VARVE_SYNTAX, "settings \"%.100s\": the quote at byte %zu is open",
                           text, (size_t)(from - text) + 1);
        if (end[1] != '\0' && end[1] != ' ' && end[1] != '\t')
            return vv_fail(err, VARVE_SYNTAX,
                           "settings \"%.100s\": a blank is expected behind the quote, byte %zu",
                           text, (size_t)(end - text) + 2);
        *value = vv_arena_text(arena, from + 1, (size_t)(end - from - 1));
        *at = end + 1;
    } else {
        len = strcspn(from, " \t");
        *value = vv_arena_text(arena, from, len);
        *at = from + len;
    }
    return *value != NULL ? VARVE_OK : no_memory(err);
}

vv_status vv_settings_parse(const char *text, struct vv_arena *arena, struct vv_setting_list *out,
                            vv_error *err)
{
    const char *at = text != NULL ? text : "";
    vv_status st = room(arena, VV_SETTINGS_MAX, out, err);

    while (st == VARVE_OK) {
        char *key, *value;

        at += strspn(at, " \t");
        if (*at == '\0')
            break;
        if (out->count == VV_SETTINGS_MAX)
            return vv_fail(err, VARVE_TOO_MANY, "settings \"%.100s\": more than %d keys", text,
                           VV_SETTINGS_MAX);
        st = take_key(text, &at, arena, &key, err);
        if (st == VARVE_OK)
            st = take_value(text, &at, arena, &value, err);
        if (st == VARVE_OK && !insert(out, key, value))
            st = vv_fail(err, VARVE_EXISTS, "settings \"%.100s\": %s is there twice", text, key);
    }
    return st;
}

vv_status vv_settings_merge(const struct vv_setting_list *first,
                            const struct vv_setting_list *second, struct vv_arena *arena,
                            struct vv_setting_list *out, vv_error *err)
{
    vv_status st = room(arena, first->count + second->count, out, err);

    if (st != VARVE_OK)
        return st;
    for (size_t i = 0; i < second->count; i++)
        insert(out, second->list[i].key, second->list[i].value);
    for (size_t i = 0; i < first->count; i++)
        insert(out, first->list[i].key, first->list[i].value);
    return VARVE_OK;
}

vv_status vv_settings_split(const struct vv_setting_list *all, const char *const *line_keys,
                            struct vv_arena *arena, struct vv_setting_list *line,
                            struct vv_setting_list *device, vv_error *err)
{
    vv_status st = room(arena, all->count, line, err);

    if (st == VARVE_OK)
        st = room(arena, all->count, device, err);
    for (size_t i = 0; i < all->count && st == VARVE_OK; i++) {
        const char *const *k = line_keys;

        while (*k != NULL && strcasecmp(*k, all->list[i].key) != 0)
            k++;
        insert(*k != NULL ? line : device, all->list[i].key, all->list[i].value);
    }
    return st;
}
