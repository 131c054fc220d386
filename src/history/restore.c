/* restore.c: a backup back into an empty data directory.
 *
 * The files are copied into DIR/.restoring, verified there, and renamed into DIR. As long as
 * .restoring is there the directory is not whole, and vv_site_open refuses it.
 */
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "history/backup_private.h"

#include "base/banned.h"

struct restoring {
    const char *dir, *data;
    struct vv_backup_list *list;
    const struct vv_backup_watcher *watcher;
    struct vv_backup_progress progress;
    struct vv_arena arena;
    const char *aside; /* DATA/.restoring */
    bool made;         /* DATA was missing */
};

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "no memory to restore a backup");
}

/* ---- the directory ---- */

static bool note_name(void *arg, const char *name)
{
    vv_buf_text(arg, name);
    return false;
}

static vv_status begin(struct restoring *r, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    struct vv_buf name = {0};
    vv_error why = {0};
    vv_status status = io->list(io->context, r->data, note_name, &name, &why);
    r->made = status == VARVE_NOT_FOUND;
    if (!status && name.len > 0)
        status = vv_fail(err, VARVE_EXISTS,
                         strcmp((const char *)name.data, VV_RESTORE_NAME) == 0
                             ? "%s holds the rest of a restore that was interrupted: empty it"
                             : "%s is not empty: a backup is restored into an empty directory",
                         r->data);
    else if (r->made)
        status = vv_io_make_dirs(io, r->data, err);
    else if (status)
        *err = why;
    vv_buf_deinit(&name);
    if (!status)
        status = io->mkdir(io->context, r->aside, err);
    return status;
}

/* The folders of the list in which no other one of it lies are the entries of the directory. */
static bool is_top(const char *path)
{
    return strchr(path, '/') == NULL;
}

static vv_status move(struct restoring *r, const char *name, bool back, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    const char *aside = vv_arena_format(&r->arena, "%s/%s", r->aside, name);
    const char *place = vv_arena_format(&r->arena, "%s/%s", r->data, name);
    if (!aside || !place)
        return no_memory(err);
    return back ? io->rename(io->context, place, aside, err)
                : io->rename(io->context, aside, place, err);
}

/* Files first: the folder history is what makes a data directory. */
static vv_status move_all(struct restoring *r, bool back, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < vv_backup_file_count(r->list) && (!status || back); i++)
        if (is_top(vv_backup_file_at(r->list, i)->path))
            status = move(r, vv_backup_file_at(r->list, i)->path, back, err);
    for (size_t i = 0; i < vv_backup_folder_count(r->list) && (!status || back); i++)
        if (is_top(vv_backup_folder_at(r->list, i)))
            status = move(r, vv_backup_folder_at(r->list, i), back, err);
    return status;
}

static vv_status finish(struct restoring *r, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    vv_status status = move_all(r, false, err);
    if (!status)
        status = io->sync_dir(io->context, r->data, err);
    if (!status)
        status = io->rmdir(io->context, r->aside, err);
    return status ? status : io->sync_dir(io->context, r->data, err);
}

static void undo(struct restoring *r)
{
    const struct vv_io *io = vv_io_posix();
    move_all(r, true, NULL);
    vv_io_remove_tree(io, r->aside, NULL);
    if (r->made)
        io->rmdir(io->context, r->data, NULL);
}

/* ---- copying ---- */

static vv_status make_folders(struct restoring *r, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < vv_backup_folder_count(r->list) && !status; i++) {
        const char *path =
            vv_arena_format(&r->arena, "%s/%s", r->aside, vv_backup_folder_at(r->list, i));
        status = path ? io->mkdir(io->context, path, err) : no_memory(err);
    }
    return status;
}

static bool copied(void *arg, size_t piece_bytes)
{
    struct restoring *r = arg;
    r->progress.bytes_done += piece_bytes;
    return !r->watcher->progress || r->watcher->progress(r->watcher->arg, &r->progress);
}

static vv_status copy_files(struct restoring *r, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < vv_backup_file_count(r->list) && !status; i++) {
        const struct vv_backup_file *file = vv_backup_file_at(r->list, i);
        const char *from = vv_arena_format(&r->arena, "%s/%s", r->dir, file->path);
        const char *to = vv_arena_format(&r->arena, "%s/%s", r->aside, file->path);
        status = from && to ? vv_io_copy(vv_io_posix(), from, to, file->bytes, copied, r, err)
                            : no_memory(err);
    }
    return status;
}

static vv_status sync_folders(struct restoring *r, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    vv_status status = io->sync_dir(io->context, r->aside, err);
    for (size_t i = 0; i < vv_backup_folder_count(r->list) && !status; i++) {
        const char *path =
            vv_arena_format(&r->arena, "%s/%s", r->aside, vv_backup_folder_at(r->list, i));
        status = path ? io->sync_dir(io->context, path, err) : no_memory(err);
    }
    return status;
}

static vv_status check_room(const struct restoring *r, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    struct vv_io_space space;
    uint64_t bytes = vv_backup_list_bytes(r->list);
    vv_status status = io->space(io->context, r->aside, &space, err);
    if (!status && space.free_bytes < bytes)
        status = vv_fail(err, VARVE_NO_SPACE,
                         "%s: %" PRIu64 " MiB are needed where %" PRIu64 " MiB are free", r->data,
                         bytes >> 20, space.free_bytes >> 20);
    return status;
}

static vv_status restore(struct restoring *r, vv_error *err)
{
    vv_status status = check_room(r, err);
    if (!status)
        status = make_folders(r, err);
    if (!status)
        status = copy_files(r, err);
    if (!status)
        status = sync_folders(r, err);
    if (!status)
        status = vv_backup_verify(r->aside, r->list, r->watcher, err);
    return status ? status : finish(r, err);
}

vv_status vv_backup_restore(const char *dir, const char *data,
                            const struct vv_backup_watcher *watcher, struct vv_backup_list *list,
                            vv_error *err)
{
    static const struct vv_backup_watcher nobody = {0};
    struct restoring r = {.dir = dir,
                          .data = data,
                          .list = list,
                          .watcher = watcher ? watcher : &nobody,
                          .progress = {.step = "copy"}};
    vv_error own;
    if (!err)
        err = &own;
    vv_status status = vv_backup_read(dir, list, err);
    if (!status)
        status = vv_backup_verify(dir, list, r.watcher, err);
    if (status)
        return status;
    vv_arena_init(&r.arena, 0, NULL);
    r.progress.bytes = vv_backup_list_bytes(list);
    r.aside = vv_arena_format(&r.arena, "%s/" VV_RESTORE_NAME, data);
    bool begun = false;
    status = r.aside ? begin(&r, err) : no_memory(err);
    begun = !status;
    if (!status)
        status = restore(&r, err);
    if (status && begun)
        undo(&r);
    vv_arena_deinit(&r.arena);
    return status;
}
