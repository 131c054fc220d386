/* backup_verify.c: whether a backup holds what its list says, and whether that is good. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/crc32c.h"
#include "history/backup_private.h"
#include "sql/ledger.h"

#include "base/banned.h"

#define PIECE_BYTES (1u << 20)

vv_status vv_backup_cancelled(vv_error *err)
{
    return vv_fail(err, VARVE_CANCELLED, "given up on request");
}

static bool no_more(void *arg, const char *name)
{
    (void)arg;
    (void)name;
    return false;
}

vv_status vv_backup_file_size(const struct vv_io *io, const char *path, uint64_t *bytes,
                              vv_error *err)
{
    struct vv_file *file;
    if (io->list(io->context, path, no_more, NULL, NULL) == VARVE_OK)
        return vv_fail(err, VARVE_CONFLICT, "%s is a directory", path);
    vv_status status = io->open(io->context, path, VV_IO_READ, &file, err);
    if (status)
        return status;
    status = io->size_of(file, bytes, err);
    io->close(file);
    return status;
}

/* ---- checksums ---- */

struct reading {
    const char *dir;
    const struct vv_backup_watcher *watcher;
    struct vv_backup_progress progress;
    struct vv_arena arena;
    uint8_t *piece;
};

static vv_status read_file(struct reading *r, struct vv_file *file, uint64_t bytes, uint32_t *crc,
                           vv_error *err)
{
    size_t got = 0;
    *crc = 0;
    for (uint64_t at = 0; at < bytes; at += got) {
        size_t want = bytes - at < PIECE_BYTES ? (size_t)(bytes - at) : PIECE_BYTES;
        const struct vv_io *io = vv_io_posix();
        vv_status status = io->read(file, at, r->piece, want, &got, err);
        if (status)
            return status;
        if (got < want)
            return vv_fail(err, VARVE_CORRUPT, "it ends after %" PRIu64 " bytes", at + got);
        *crc = vv_crc32c(*crc, r->piece, got);
        r->progress.bytes_done += got;
        if (r->watcher->progress && !r->watcher->progress(r->watcher->arg, &r->progress))
            return vv_backup_cancelled(err);
    }
    return VARVE_OK;
}

static vv_status compare_file(struct reading *r, const char *path, struct vv_backup_file *about,
                              bool note, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    struct vv_file *file = NULL;
    uint64_t bytes = 0;
    uint32_t crc = 0;
    vv_status status = io->open(io->context, path, VV_IO_READ, &file, err);
    if (status == VARVE_NOT_FOUND)
        return vv_fail(err, VARVE_CORRUPT, "%s is missing", path);
    if (!status)
        status = io->size_of(file, &bytes, err);
    if (!status && bytes != about->bytes)
        status = vv_fail(err, VARVE_CORRUPT, "%s has %" PRIu64 " bytes instead of %" PRIu64, path,
                         bytes, about->bytes);
    if (!status)
        status = read_file(r, file, bytes, &crc, err);
    if (!status && note)
        about->crc32c = crc;
    else if (!status && crc != about->crc32c)
        status = vv_fail(err, VARVE_CORRUPT,
                         "%s has other bytes than it was saved with (checksum %08" PRIx32
                         " instead of %08" PRIx32 ")",
                         path, crc, about->crc32c);
    if (file)
        io->close(file);
    return status;
}

vv_status vv_backup_checksums(const char *dir, struct vv_backup_list *list, bool note,
                              const struct vv_backup_watcher *watcher, vv_error *err)
{
    struct reading r = {.dir = dir,
                        .watcher = watcher,
                        .progress = {"checksums", vv_backup_list_bytes(list), 0},
                        .piece = vv_alloc(PIECE_BYTES)};
    vv_status status =
        r.piece ? VARVE_OK : vv_fail(err, VARVE_NO_MEMORY, "no memory to verify a backup");
    vv_arena_init(&r.arena, 0, NULL);
    for (size_t i = 0; i < vv_backup_file_count(list) && !status; i++) {
        struct vv_backup_file *about = (struct vv_backup_file *)(void *)list->files.data + i;
        const char *path = vv_arena_format(&r.arena, "%s/%s", dir, about->path);
        status = path ? compare_file(&r, path, about, note, err)
                      : vv_fail(err, VARVE_NO_MEMORY, "no memory to verify a backup");
        vv_arena_reset(&r.arena);
    }
    vv_arena_deinit(&r.arena);
    vv_free(r.piece);
    return status;
}

/* ---- every block ---- */

struct finding {
    const struct vv_backup_watcher *watcher;
    char first[300];
};

static void found(void *arg, enum varve_finding_kind kind, const char *text)
{
    struct finding *finding = arg;
    if (kind == VARVE_FINDING_DAMAGE && !finding->first[0])
        snprintf(finding->first, sizeof finding->first, "%s", text);
}

static bool checked(void *arg, uint64_t bytes_done, uint64_t bytes)
{
    const struct vv_backup_watcher *watcher = ((const struct finding *)arg)->watcher;
    const struct vv_backup_progress progress = {"check", bytes, bytes_done};
    return !watcher->progress || watcher->progress(watcher->arg, &progress);
}

static void found_in_ledger(void *arg, const char *text)
{
    found(arg, VARVE_FINDING_DAMAGE, text);
}

static vv_status check_ledger(const char *dir, struct vv_arena *arena, vv_error *err)
{
    struct vv_ledger_options options = {.read_only = true};
    struct vv_ledger *ledger = NULL;
    struct finding finding = {0};
    uint64_t damaged = 0;
    options.url = vv_arena_format(arena, "sqlite:%s/" VV_BACKUP_LEDGER_NAME, dir);
    if (!options.url)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to check a backup");
    vv_status status = vv_ledger_open(&options, &ledger, err);
    if (!status)
        status = vv_ledger_check(ledger, found_in_ledger, &finding, &damaged, err);
    vv_ledger_close(ledger);
    if (!status && damaged > 0)
        status = vv_fail(err, VARVE_CORRUPT, "ledger: %s", finding.first);
    return status;
}

static vv_status check_history(const char *dir, const struct vv_backup_history *history,
                               const struct vv_backup_watcher *watcher, struct vv_arena *arena,
                               vv_error *err)
{
    struct finding finding = {.watcher = watcher};
    const struct varve_watch watch = {found, checked, &finding};
    uint64_t damaged = 0;
    const char *path = vv_arena_format(arena, "%s/history/%s", dir, history->name);
    if (!path)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to check a backup");
    vv_status status = varve_check_watched(path, &watch, &damaged, err);
    if (!status && damaged > 0)
        status = vv_fail(err, VARVE_CORRUPT, "history %s: %s", history->name, finding.first);
    return status;
}

vv_status vv_backup_check(const char *dir, const struct vv_backup_list *list,
                          const struct vv_backup_watcher *watcher, vv_error *err)
{
    struct vv_arena arena;
    vv_status status = VARVE_OK;
    vv_arena_init(&arena, 0, NULL);
    for (size_t i = 0; i < vv_backup_history_count(list) && !status; i++) {
        const struct vv_backup_history *history = vv_backup_history_at(list, i);
        if (strcmp(history->store, "native") == 0)
            status = check_history(dir, history, watcher, &arena, err);
    }
    if (!status)
        status = check_ledger(dir, &arena, err);
    vv_arena_deinit(&arena);
    return status;
}

vv_status vv_backup_read(const char *dir, struct vv_backup_list *list, vv_error *err)
{
    struct vv_buf path = {0}, text = {0};
    vv_buf_format(&path, "%s/" VV_BACKUP_LIST_NAME, dir);
    vv_status status = path.failed ? vv_fail(err, VARVE_NO_MEMORY, "no memory to read a backup")
                                   : vv_io_read_all(vv_io_posix(), (const char *)path.data,
                                                    VV_BACKUP_LIST_BYTES_MAX, &text, err);
    if (status == VARVE_NOT_FOUND)
        status =
            vv_fail(err, VARVE_NOT_FOUND, "%s is no backup: it has no " VV_BACKUP_LIST_NAME, dir);
    else if (!status) {
        status = vv_backup_list_parse(list, text.data, text.len, err);
        if (status)
            vv_error_prefix(err, "%s", (const char *)path.data);
    }
    vv_buf_deinit(&path);
    vv_buf_deinit(&text);
    return status;
}

vv_status vv_backup_verify(const char *dir, struct vv_backup_list *list,
                           const struct vv_backup_watcher *watcher, vv_error *err)
{
    static const struct vv_backup_watcher nobody = {0};
    if (!watcher)
        watcher = &nobody;
    vv_status status = vv_backup_checksums(dir, list, false, watcher, err);
    return status ? status : vv_backup_check(dir, list, watcher, err);
}
