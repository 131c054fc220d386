#include "history/reader.h"

#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/io.h"
#include "base/time.h"
#include "catalog/catalog.h"
#include "history/history.h"
#include "sql/ledger.h"

#include "base/banned.h"

#define HISTORIES_MAX 64
/* Of the time that passes, at most one in so many parts goes into opening. */
#define REST 10

struct vv_reader {
    char *dir;
    struct vv_ledger *ledger;
    struct vv_history_set *set;
    uint64_t signature; /* of the files when `set` was opened */
    int64_t opened_us, took_us;
};

/* ---- which histories there are ---- */

struct found {
    struct vv_arena arena;
    const char *node;
    struct vv_history_options histories[HISTORIES_MAX];
    size_t count;
};

static bool go_on(void *arg, const char *name)
{
    (void)arg;
    (void)name;
    return true;
}

static bool is_folder(const char *path)
{
    const struct vv_io *io = vv_io_posix();

    return io->list(io->context, path, go_on, NULL, NULL) == VARVE_OK;
}

static vv_status add_history(const struct vv_reader *reader, struct found *found,
                             const struct vv_row *row, vv_error *err)
{
    const char *node = vv_row_get_text(row, "Node"), *name = vv_row_get_text(row, "Provider");
    const char *path = vv_arena_format(&found->arena, "%s/history/%s", reader->dir, name);
    struct vv_history_options *h = &found->histories[found->count];

    if (path != NULL && !is_folder(path))
        return VARVE_OK; /* another node's, or in another database */
    if (found->count == HISTORIES_MAX)
        return vv_fail(err, VARVE_LIMIT, "%s: more than %d histories", reader->dir, HISTORIES_MAX);
    if (found->count > 0 && strcmp(node, found->node) != 0)
        return vv_fail(err, VARVE_CONFLICT,
                       "%s: it has histories of the nodes \"%.80s\" and \"%.80s\"", reader->dir,
                       found->node, node);
    found->node = vv_arena_text(&found->arena, node, strlen(node));
    *h = (struct vv_history_options){.name = vv_arena_text(&found->arena, name, strlen(name)),
                                     .path = path,
                                     .layout = VV_LAYOUT_KEPT,
                                     .native = {.read_only = true}};
    if (found->node == NULL || h->name == NULL || path == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to list the histories");
    found->count++;
    return VARVE_OK;
}

static vv_status find_histories(const struct vv_reader *reader, struct found *found, vv_error *err)
{
    const struct vv_query query = {.table = vv_catalog_find("ScadaProviderMapping")};
    struct vv_ledger_tx *tx = NULL;
    struct vv_ledger_cursor *cursor = NULL;
    const struct vv_row *row;
    vv_status st = vv_ledger_begin_read(reader->ledger, &tx, err);

    if (st == VARVE_OK)
        st = vv_ledger_select(tx, &query, &cursor, err);
    while (st == VARVE_OK && (st = vv_ledger_next(cursor, &row, err)) == VARVE_OK)
        st = add_history(reader, found, row, err);
    vv_ledger_cursor_close(cursor);
    vv_ledger_rollback(&tx);
    if (st != VARVE_END)
        return st;
    return found->count > 0
               ? VARVE_OK
               : vv_fail(err, VARVE_NOT_FOUND, "%s: it has no native history yet", reader->dir);
}

/* ---- what has changed ---- */

struct signing {
    const char *folder;
    const char *prefix; /* of the names that count */
    uint64_t sum;
};

static uint64_t hash(uint64_t value, const char *text)
{
    for (; *text != '\0'; text++)
        value = (value ^ (uint8_t)*text) * UINT64_C(1099511628211);
    return value;
}

/* Names and sizes: logs and manifests only ever grow, or are followed by others. */
static bool sign(void *arg, const char *name)
{
    struct signing *s = arg;
    const struct vv_io *io = vv_io_posix();
    struct vv_file *file;
    struct vv_arena arena;
    const char *path;
    uint64_t size_bytes = 0;

    if (strncmp(name, s->prefix, strlen(s->prefix)) != 0)
        return true;
    vv_arena_init(&arena, 0, NULL);
    path = vv_arena_format(&arena, "%s/%s", s->folder, name);
    if (path != NULL && io->open(io->context, path, VV_IO_READ, &file, NULL) == VARVE_OK) {
        if (io->size_of(file, &size_bytes, NULL) != VARVE_OK)
            size_bytes = 0;
        io->close(file);
    }
    vv_arena_deinit(&arena);
    s->sum += hash(size_bytes * UINT64_C(0x9E3779B97F4A7C15) + 1, name);
    return true;
}

/* A number that changes with what the histories' writer does. */
static uint64_t signature_of(const struct found *found)
{
    const struct vv_io *io = vv_io_posix();
    struct vv_arena arena;
    uint64_t sum = found->count;

    vv_arena_init(&arena, 0, NULL);
    for (size_t i = 0; i < found->count; i++) {
        const char *path = found->histories[i].path;
        struct signing manifests = {.folder = path, .prefix = "MANIFEST"};
        struct signing logs = {.folder = vv_arena_format(&arena, "%s/log", path), .prefix = ""};

        io->list(io->context, path, sign, &manifests, NULL);
        if (logs.folder != NULL)
            io->list(io->context, logs.folder, sign, &logs, NULL);
        sum = sum * 31 + manifests.sum * 7 + logs.sum;
    }
    vv_arena_deinit(&arena);
    return sum;
}

/* ---- opening and following ---- */

static vv_status open_set(struct vv_reader *reader, const struct found *found, vv_error *err)
{
    const struct vv_history_set_options options = {.node = found->node,
                                                   .ledger = reader->ledger,
                                                   .histories = found->histories,
                                                   .count = found->count,
                                                   .read_only = true};
    struct vv_history_set *set;
    /* Before the opening: what comes during it is found out by the next look. */
    uint64_t signature = signature_of(found);
    int64_t start_us = vv_monotonic_us();
    vv_status st = vv_history_set_open(&options, &set, err);

    if (st != VARVE_OK)
        return st;
    vv_history_set_close(reader->set, NULL);
    reader->set = set;
    reader->signature = signature;
    reader->opened_us = vv_monotonic_us();
    reader->took_us = reader->opened_us - start_us;
    return VARVE_OK;
}

vv_status vv_reader_open(const char *dir, const char *ledger, struct vv_reader **reader,
                         vv_error *err)
{
    struct vv_reader *r = vv_alloc_zero(sizeof *r);
    struct found found = {0};
    struct vv_ledger_options options = {.read_only = true};
    vv_status st;

    *reader = NULL;
    if (r == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to open %s", dir);
    vv_arena_init(&found.arena, 0, NULL);
    r->dir = vv_strdup(dir);
    options.url = ledger != NULL ? vv_arena_format(&found.arena, "sqlite:%s", ledger)
                                 : vv_arena_format(&found.arena, "sqlite:%s/varve.db", dir);
    if (r->dir == NULL || options.url == NULL)
        st = vv_fail(err, VARVE_NO_MEMORY, "no memory to open %s", dir);
    else
        st = vv_ledger_open(&options, &r->ledger, err);
    if (st == VARVE_OK)
        st = find_histories(r, &found, err);
    if (st == VARVE_OK)
        st = open_set(r, &found, err);
    vv_arena_deinit(&found.arena);
    if (st != VARVE_OK)
        vv_reader_close(r);
    else
        *reader = r;
    return st;
}

void vv_reader_close(struct vv_reader *reader)
{
    if (reader == NULL)
        return;
    vv_history_set_close(reader->set, NULL);
    vv_ledger_close(reader->ledger);
    vv_free(reader->dir);
    vv_free(reader);
}

struct vv_history_set *vv_reader_set(struct vv_reader *reader)
{
    return reader->set;
}

vv_status vv_reader_follow(struct vv_reader *reader, bool now, struct vv_history_set **set,
                           vv_error *err)
{
    int64_t since_us = vv_monotonic_us() - reader->opened_us;
    struct found found = {0};
    vv_status st = VARVE_OK;

    if (now || since_us >= REST * reader->took_us) {
        vv_arena_init(&found.arena, 0, NULL);
        st = find_histories(reader, &found, err);
        if (st == VARVE_OK && signature_of(&found) != reader->signature)
            st = open_set(reader, &found, err);
        vv_arena_deinit(&found.arena);
    }
    *set = reader->set;
    return st;
}
