#include "history/backup.h"

#include <string.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/time.h"
#include "history/backup_private.h"
#include "history/history_private.h"
#include "sql/ledger.h"

#include "base/banned.h"

struct making {
    const struct vv_backup_options *options;
    struct vv_backup_result *result;
    struct vv_arena arena;
    const char *partial;
    const char *step; /* at hand */
};

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "no memory for a backup");
}

static bool go_on(const struct vv_backup_watcher *watcher, const char *step, uint64_t bytes,
                  uint64_t bytes_done)
{
    const struct vv_backup_progress progress = {step, bytes, bytes_done};
    return !watcher->progress || watcher->progress(watcher->arg, &progress);
}

static bool native_progress(void *arg, const struct varve_backup_progress *progress)
{
    const struct making *m = arg;
    return go_on(&m->options->watcher, m->step, progress->bytes, progress->bytes_done);
}

/* ---- histories and ledger ---- */

static vv_status take_history(struct making *m, struct vv_history *history, vv_error *err)
{
    const struct varve_backup_options options = {
        .copy = m->options->copy, .progress = native_progress, .arg = m};
    struct vv_backup_history about = {.name = history->name, .store = history->kind->scheme};
    struct varve_backup_result made = {0};
    varve *native = vv_history_native(history);
    if (native) {
        const char *path = vv_arena_format(&m->arena, "%s/history/%s", m->partial, history->name);
        m->step = vv_arena_format(&m->arena, "history %s", history->name);
        vv_status status =
            path && m->step ? varve_backup(native, path, &options, &made, err) : no_memory(err);
        if (status)
            return status;
    }
    about.sequence = made.sequence;
    about.rows = made.rows;
    m->result->linked += made.linked;
    m->result->copied += made.copied;
    return vv_backup_list_add_history(&m->result->list, &about, err);
}

static vv_status take_histories(struct making *m, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    const char *folder = vv_arena_format(&m->arena, "%s/history", m->partial);
    vv_status status = folder ? io->mkdir(io->context, folder, err) : no_memory(err);
    for (size_t i = 0; i < m->options->set->count && !status; i++)
        status = take_history(m, &m->options->set->histories[i], err);
    return status;
}

static vv_status take_ledger(struct making *m, vv_error *err)
{
    const char *path = vv_arena_format(&m->arena, "%s/" VV_BACKUP_LEDGER_NAME, m->partial);
    if (!go_on(&m->options->watcher, "ledger", 0, 0))
        return vv_backup_cancelled(err);
    return path ? vv_ledger_copy(m->options->ledger, path, err) : no_memory(err);
}

/* ---- the list ---- */

static bool keep_name(void *arg, const char *name)
{
    vv_buf_add(arg, name, strlen(name) + 1);
    return true;
}

/* What is in the folder `path` of the backup; "" is all of it. The lengths of the files, not yet
 * their checksums. */
static vv_status list_folder(struct making *m, const char *path, vv_error *err);

static vv_status list_entry(struct making *m, const char *path, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    struct vv_backup_file about = {.path = path};
    const char *whole = vv_arena_format(&m->arena, "%s/%s", m->partial, path);
    vv_error why = {0};
    if (!whole)
        return no_memory(err);
    vv_status status = vv_backup_file_size(io, whole, &about.bytes, &why);
    if (!status)
        return vv_backup_list_add_file(&m->result->list, &about, err);
    if (status != VARVE_CONFLICT) { /* that is: a directory */
        *err = why;
        return status;
    }
    status = vv_backup_list_add_folder(&m->result->list, path, err);
    return status ? status : list_folder(m, path, err);
}

static vv_status list_folder(struct making *m, const char *path, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    struct vv_buf names = {0};
    const char *whole = vv_arena_format(&m->arena, "%s/%s", m->partial, path);
    vv_status status =
        whole ? io->list(io->context, whole, keep_name, &names, err) : no_memory(err);
    if (!status && names.failed)
        status = no_memory(err);
    for (size_t at = 0; at < names.len && !status;) {
        const char *name = (const char *)names.data + at;
        at += strlen(name) + 1;
        const char *entry = path[0] ? vv_arena_format(&m->arena, "%s/%s", path, name)
                                    : vv_arena_text(&m->arena, name, strlen(name));
        status = entry ? list_entry(m, entry, err) : no_memory(err);
    }
    vv_buf_deinit(&names);
    return status;
}

static vv_status write_list(struct making *m, vv_error *err)
{
    struct vv_buf text = {0};
    const char *path = vv_arena_format(&m->arena, "%s/" VV_BACKUP_LIST_NAME, m->partial);
    vv_backup_list_write(&m->result->list, &text);
    vv_status status = path && !text.failed ? vv_io_replace(vv_io_posix(), m->partial, path,
                                                            text.data, text.len, err)
                                            : no_memory(err);
    vv_buf_deinit(&text);
    return status;
}

static vv_status make_list(struct making *m, vv_error *err)
{
    const struct vv_backup_options *options = m->options;
    vv_status status = vv_backup_list_set(&m->result->list, options->version, options->set->node,
                                          vv_now_ms(), err);
    if (!status)
        status = list_folder(m, "", err);
    if (!status)
        status = vv_backup_checksums(m->partial, &m->result->list, true, &options->watcher, err);
    return status ? status : write_list(m, err);
}

/* ---- the directory ---- */

static bool no_more(void *arg, const char *name)
{
    (void)arg;
    (void)name;
    return false;
}

static vv_status begin_directory(struct making *m, bool *begun, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    const char *dir = m->options->dir;
    size_t len = strlen(dir);
    while (len > 1 && dir[len - 1] == '/')
        len--;
    m->partial = vv_arena_format(&m->arena, "%.*s.partial", (int)len, dir);
    if (!m->partial)
        return no_memory(err);
    if (io->list(io->context, dir, no_more, NULL, NULL) == VARVE_OK)
        return vv_fail(err, VARVE_EXISTS, "%s is there already: a backup makes its own directory",
                       dir);
    vv_status status = io->mkdir(io->context, m->partial, err);
    if (status == VARVE_EXISTS)
        return vv_fail(err, VARVE_CONFLICT,
                       "%s is the rest of a backup that was interrupted: remove it", m->partial);
    *begun = status == VARVE_OK;
    return status;
}

static vv_status finish_directory(struct making *m, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    const char *folder = vv_arena_format(&m->arena, "%s/history", m->partial);
    vv_status status = folder ? io->sync_dir(io->context, folder, err) : no_memory(err);
    if (!status)
        status = io->sync_dir(io->context, m->partial, err);
    if (!status)
        status = io->rename(io->context, m->partial, m->options->dir, err);
    if (status)
        return status;
    status = vv_io_sync_parent(io, m->options->dir, err);
    if (status) /* back under the name that says that it is not whole */
        io->rename(io->context, m->options->dir, m->partial, NULL);
    return status;
}

vv_status vv_backup_make(const struct vv_backup_options *options, struct vv_backup_result *result,
                         vv_error *err)
{
    struct making m = {.options = options, .result = result};
    bool begun = false;
    vv_error own;
    if (!err)
        err = &own;
    *result = (struct vv_backup_result){0};
    vv_backup_list_init(&result->list);
    vv_arena_init(&m.arena, 0, NULL);
    vv_status status = begin_directory(&m, &begun, err);
    if (!status)
        status = take_histories(&m, err);
    if (!status)
        status = take_ledger(&m, err);
    if (!status)
        status = make_list(&m, err);
    if (!status)
        status = vv_backup_check(m.partial, &result->list, &options->watcher, err);
    if (!status)
        status = finish_directory(&m, err);
    if (status && begun)
        vv_io_remove_tree(vv_io_posix(), m.partial, NULL);
    vv_arena_deinit(&m.arena);
    return status;
}

void vv_backup_result_deinit(struct vv_backup_result *result)
{
    vv_backup_list_deinit(&result->list);
}
