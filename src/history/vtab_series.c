/* vtab_series.c: from conditions on keys and names to series. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "history/tags.h"
#include "history/vtab_private.h"

#include "base/banned.h"

struct listing {
    struct vv_history_set *set;
    const struct vv_vtab_shape *shape;
    const struct vv_vtab_filter *filter;
    struct vv_history *history; /* the one at hand */
    uint32_t history_index;
    varve *store;
    uint32_t strata[VV_SOURCE_STRATA]; /* its strata's ids, UINT32_MAX where it has none */
    struct vv_buf found;               /* struct vv_source_series */
};

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "no memory to list series");
}

/* A key as the store has it, into a series. False when it is none of this table's. */
static bool read_key(const struct vv_vtab_shape *shape, const char *key, size_t key_bytes,
                     struct vv_source_series *series)
{
    char digits[24], *end;

    const char *end_of_text =
        shape->source->separator != '\0' ? memchr(key, shape->source->separator, key_bytes) : NULL;

    series->text = key;
    series->text_len = (uint32_t)(end_of_text != NULL ? (size_t)(end_of_text - key) : key_bytes);
    if (shape->text_key)
        return true;
    if (key_bytes == 0 || key_bytes >= sizeof digits)
        return false;
    memcpy(digits, key, key_bytes);
    digits[key_bytes] = '\0';
    series->key = strtoll(digits, &end, 10);
    return *end == '\0';
}

static void add(struct listing *l, const struct vv_source_series *series)
{
    if (!l->shape->text_key &&
        (series->key < l->filter->keys.low || series->key > l->filter->keys.high))
        return;
    vv_buf_add(&l->found, series, sizeof *series);
}

/* The series of one key in the history at hand. */
static void add_key(struct listing *l, const char *key, size_t key_bytes)
{
    for (uint32_t s = 0; s < VV_SOURCE_STRATA; s++) {
        struct vv_source_series series = {
            .history = l->history, .history_index = l->history_index, .stratum = s};
        const void *kept;
        size_t kept_bytes;
        uint32_t stratum;

        if (l->strata[s] != UINT32_MAX &&
            varve_series_find(l->store, l->strata[s], key, key_bytes, &series.series, NULL) ==
                VARVE_OK &&
            varve_series_key(l->store, series.series, &stratum, &kept, &kept_bytes, NULL) ==
                VARVE_OK &&
            read_key(l->shape, kept, kept_bytes, &series))
            add(l, &series);
    }
}

static void add_number(struct listing *l, int64_t number)
{
    char key[24];
    int len = snprintf(key, sizeof key, "%" PRId64, number);

    add_key(l, key, (size_t)len);
}

/* All series of the history at hand, or those whose key's text is `only`. */
static void add_every(struct listing *l, const char *only, size_t only_len)
{
    uint32_t count = varve_series_count(l->store);

    for (uint32_t i = 0; i < count && !l->found.failed; i++) {
        struct vv_source_series series = {
            .history = l->history, .history_index = l->history_index, .series = i};
        const void *key;
        size_t key_bytes;
        uint32_t stratum;

        if (varve_series_key(l->store, i, &stratum, &key, &key_bytes, NULL) != VARVE_OK)
            continue;
        for (series.stratum = 0; series.stratum < VV_SOURCE_STRATA; series.stratum++)
            if (l->strata[series.stratum] == stratum)
                break;
        if (series.stratum < VV_SOURCE_STRATA && read_key(l->shape, key, key_bytes, &series) &&
            (only == NULL ||
             (series.text_len == only_len && memcmp(series.text, only, only_len) == 0)))
            add(l, &series);
    }
}

static void add_value(struct listing *l, sqlite3_value *value)
{
    struct vv_vtab_range one = l->filter->keys;

    if (l->shape->text_key) {
        const char *text = (const char *)sqlite3_value_text(value);
        size_t len = text != NULL ? (size_t)sqlite3_value_bytes(value) : 0;

        if (text != NULL && l->shape->source->separator != '\0')
            add_every(l, text, len);
        else if (text != NULL)
            add_key(l, text, len);
        return;
    }
    vv_vtab_range_narrow(&one, VV_PLAN_EQ, value);
    if (one.low == one.high)
        add_number(l, one.low);
}

/* ---- lists of values ---- */

static vv_status add_values(struct listing *l, sqlite3_value *list, vv_error *err)
{
    sqlite3_value *value;
    int code = sqlite3_vtab_in_first(list, &value);

    for (; code == SQLITE_OK && value != NULL; code = sqlite3_vtab_in_next(list, &value))
        add_value(l, value);
    return code == SQLITE_OK || code == SQLITE_DONE ? VARVE_OK : no_memory(err);
}

static bool is_text(sqlite3_value *value, const struct vv_source_name *name)
{
    const void *text = sqlite3_value_text(value);

    return text != NULL && (size_t)sqlite3_value_bytes(value) == name->len_bytes &&
           memcmp(text, name->name, name->len_bytes) == 0;
}

static bool is_any(sqlite3_value *list, const struct vv_source_name *name)
{
    sqlite3_value *value;

    for (int code = sqlite3_vtab_in_first(list, &value); code == SQLITE_OK && value != NULL;
         code = sqlite3_vtab_in_next(list, &value))
        if (is_text(value, name))
            return true;
    return false;
}

static bool fits(const struct vv_vtab_filter *f, const struct vv_source_name *name)
{
    const char *pattern;

    if (f->name_is != NULL && !is_text(f->name_is, name))
        return false;
    if (f->name_in != NULL && !is_any(f->name_in, name))
        return false;
    if (f->name_like != NULL) {
        pattern = (const char *)sqlite3_value_text(f->name_like);
        if (pattern == NULL || sqlite3_strlike(pattern, name->name, 0) != 0)
            return false;
    }
    if (f->name_glob != NULL) {
        pattern = (const char *)sqlite3_value_text(f->name_glob);
        if (pattern == NULL || sqlite3_strglob(pattern, name->name) != 0)
            return false;
    }
    return true;
}

static bool by_name(const struct vv_vtab_filter *f)
{
    return f->name_is != NULL || f->name_in != NULL || f->name_like != NULL || f->name_glob != NULL;
}

static void add_named(struct listing *l)
{
    const struct vv_table_source *source = l->shape->source;
    struct vv_source_name name;

    for (uint32_t i = 0; source->name_at(l->set, i, &name); i++)
        if (fits(l->filter, &name))
            add_number(l, name.key);
}

/* ---- all of it ---- */

/* By key, which for texts is bytes. Equal keys in order of history and stratum. */
static int by_key(const void *a, const void *b)
{
    const struct vv_source_series *x = a, *y = b;
    uint32_t shorter = x->text_len < y->text_len ? x->text_len : y->text_len;
    int order = 0;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->text_len > 0 && y->text_len > 0)
        order = memcmp(x->text, y->text, shorter);
    if (order != 0)
        return order;
    if (x->text_len != y->text_len)
        return x->text_len < y->text_len ? -1 : 1;
    if (x->history_index != y->history_index)
        return x->history_index < y->history_index ? -1 : 1;
    return x->series < y->series ? -1 : x->series > y->series;
}

static vv_status list_history(struct listing *l, vv_error *err)
{
    const struct vv_vtab_filter *f = l->filter;
    bool any = false;

    for (size_t s = 0; s < VV_SOURCE_STRATA; s++) {
        const char *name = l->shape->source->strata[s];

        l->strata[s] = name != NULL ? vv_vtab_stratum(l->store, name, NULL) : UINT32_MAX;
        any |= l->strata[s] != UINT32_MAX;
    }
    if (!any)
        return VARVE_OK;
    if (f->place != NULL) {
        add_key(l, f->place->key, f->place->key_len);
        return VARVE_OK;
    }
    if (f->key_in != NULL)
        return add_values(l, f->key_in, err);
    if (f->key_is != NULL)
        add_value(l, f->key_is);
    else if (!l->shape->text_key && f->keys.low == f->keys.high)
        add_number(l, f->keys.low);
    else if (by_name(f))
        add_named(l);
    else
        add_every(l, NULL, 0);
    return VARVE_OK;
}

vv_status vv_vtab_series_list(const struct vv_sqltable *table, const struct vv_vtab_filter *filter,
                              struct vv_source_series **list, size_t *count, vv_error *err)
{
    struct listing l = {.set = table->tables->set, .shape = table->shape, .filter = filter};
    vv_status st = VARVE_OK;
    size_t kept = 0;

    *list = NULL;
    *count = 0;
    for (uint32_t i = 0; st == VARVE_OK && i < vv_history_count(l.set); i++) {
        l.history = vv_history_at(l.set, i);
        l.history_index = i;
        l.store = vv_history_native(l.history);
        if (l.store != NULL && vv_sqltable_shows(table, l.history))
            st = list_history(&l, err);
    }
    if (st == VARVE_OK && l.found.failed)
        st = no_memory(err);
    if (st != VARVE_OK) {
        vv_buf_deinit(&l.found);
        return st;
    }
    *count = l.found.len / sizeof **list;
    *list = (struct vv_source_series *)(void *)vv_buf_take(&l.found, NULL);
    if (*count == 0)
        return VARVE_OK;
    qsort(*list, *count, sizeof **list, by_key);
    /* A value may stand in an IN twice: as 1 and as '1'. */
    for (size_t i = 0; i < *count; i++)
        if (kept == 0 || by_key(&(*list)[kept - 1], &(*list)[i]) != 0)
            (*list)[kept++] = (*list)[i];
    *count = kept;
    return VARVE_OK;
}

/* ---- names ---- */

static int by_number(const void *a, const void *b)
{
    const struct vv_source_name *x = a, *y = b;

    return x->key < y->key ? -1 : x->key > y->key;
}

vv_status vv_vtab_names_refresh(struct vv_vtab_names *names, const struct vv_table_source *source,
                                struct vv_history_set *set, vv_error *err)
{
    uint32_t renamed = vv_tags_renamed(set);
    size_t before;
    struct vv_source_name name;

    if (renamed != names->renamed)
        names->count = 0;
    names->renamed = renamed;
    before = names->count;
    while (source->name_at(set, (uint32_t)names->count, &name)) {
        if (names->count == names->room) {
            size_t room = names->room > 0 ? names->room * 2 : 256;
            void *grown = vv_realloc(names->names, room * sizeof *names->names);

            if (grown == NULL)
                return vv_fail(err, VARVE_NO_MEMORY, "no memory for the names of %s",
                               source->table);
            names->names = grown;
            names->room = room;
        }
        names->names[names->count++] = name;
    }
    if (names->count > before)
        qsort(names->names, names->count, sizeof *names->names, by_number);
    return VARVE_OK;
}

const struct vv_source_name *vv_vtab_names_find(const struct vv_vtab_names *names, int64_t key)
{
    const struct vv_source_name wanted = {.key = key};

    return names->count > 0
               ? bsearch(&wanted, names->names, names->count, sizeof *names->names, by_number)
               : NULL;
}
