/* varve_backup: the parts of one moment under a second name, in a directory that is a store.
 *
 * What is pinned is the manifest's state, and the parts that it lists: under work_mutex the two
 * agree, and everything up to the flushed sequence is in these parts, with the deletions up to
 * there. A pinned part keeps its file, whatever merges do meanwhile. Files of touched ranges are
 * not counted, but only a flush removes them: those are taken while no flush runs.
 */
#include <inttypes.h>
#include <stdio.h>

#include "native/store_private.h"

#include "base/banned.h"

/* Copies tell their progress after so many bytes. */
#define TELL_BYTES (8u << 20)

struct backup {
    varve *store;
    const char *dir;
    struct varve_backup_options options;
    char partial[VV_PATH_MAX];
    struct vv_manifest_state state;
    struct vv_live_part **parts; /* referenced; as in the state */
    size_t part_count;
    bool copying; /* a link is not wanted, or was tried and is impossible */
    uint64_t untold_bytes;
    struct varve_backup_progress progress;
    struct varve_backup_result result;
};

/* ---- progress ---- */

static bool tell(struct backup *b)
{
    b->untold_bytes = 0;
    return !b->options.progress || b->options.progress(b->options.arg, &b->progress);
}

static vv_status tell_file(struct backup *b, vv_error *err)
{
    b->progress.files_done++;
    return tell(b) ? VARVE_OK : vv_fail(err, VARVE_CANCELLED, "the backup was given up on request");
}

static bool copied_piece(void *arg, size_t piece_bytes)
{
    struct backup *b = arg;
    b->progress.bytes_done += piece_bytes;
    b->untold_bytes += piece_bytes;
    return b->untold_bytes < TELL_BYTES || tell(b);
}

/* ---- the directory ---- */

static void path_in(const struct backup *b, const char *name, char *to)
{
    snprintf(to, VV_PATH_MAX, "%.*s/%.60s", VV_PATH_MAX - 64, b->partial, name);
}

static const char *const folders[] = {"log", "parts", "touched", "aside"};
#define FOLDERS (sizeof folders / sizeof folders[0])

static bool no_more(void *arg, const char *name)
{
    (void)arg;
    (void)name;
    return false;
}

/* From here on the directory is ours: what is in it is removed after an error. */
static vv_status begin_directory(struct backup *b, bool *begun, vv_error *err)
{
    const struct vv_io *io = b->store->io;
    vv_error why = {0};
    if (strlen(b->dir) == 0 || strlen(b->dir) > VV_PATH_MAX - 128)
        return vv_fail(err, VARVE_BAD_NAME, "a backup's directory needs a name of 1 to %d bytes",
                       VV_PATH_MAX - 128);
    snprintf(b->partial, sizeof b->partial, "%s.partial", b->dir);
    vv_status status = io->list(io->context, b->dir, no_more, NULL, &why);
    if (status == VARVE_OK)
        return vv_fail(err, VARVE_EXISTS, "%s is there already: a backup makes its own directory",
                       b->dir);
    if (status != VARVE_NOT_FOUND) {
        *err = why;
        return status;
    }
    status = io->mkdir(io->context, b->partial, err);
    if (status == VARVE_EXISTS)
        return vv_fail(err, VARVE_CONFLICT,
                       "%s is the rest of a backup that was interrupted: remove it", b->partial);
    *begun = status == VARVE_OK;
    for (size_t i = 0; i < FOLDERS && !status; i++) {
        char path[VV_PATH_MAX];
        path_in(b, folders[i], path);
        status = io->mkdir(io->context, path, err);
    }
    return status;
}

static vv_status finish_directory(struct backup *b, vv_error *err)
{
    const struct vv_io *io = b->store->io;
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < FOLDERS && !status; i++) {
        char path[VV_PATH_MAX];
        path_in(b, folders[i], path);
        status = io->sync_dir(io->context, path, err);
    }
    if (!status)
        status = io->sync_dir(io->context, b->partial, err);
    if (!status)
        status = io->rename(io->context, b->partial, b->dir, err);
    if (status)
        return status;
    status = vv_io_sync_parent(io, b->dir, err);
    if (status) /* back under the name that says that it is not whole */
        io->rename(io->context, b->dir, b->partial, NULL);
    return status;
}

/* ---- files ---- */

/* So that a backup on the store's own disk does not stop appends. */
static vv_status check_room(const struct backup *b, uint64_t bytes, vv_error *err)
{
    struct vv_io_space space;
    vv_status status = b->store->io->space(b->store->io->context, b->partial, &space, err);
    if (!status && space.free_bytes < bytes + b->store->options.reserve_bytes)
        status = vv_fail(err, VARVE_NO_SPACE,
                         "%s: %" PRIu64 " MiB have to be copied, and %" PRIu64 " MiB kept free, "
                         "where %" PRIu64 " MiB are free",
                         b->partial, bytes >> 20, b->store->options.reserve_bytes >> 20,
                         space.free_bytes >> 20);
    return status;
}

static vv_status copy_file(struct backup *b, const char *from, const char *to, uint64_t bytes,
                           vv_error *err)
{
    vv_status status = vv_io_copy(b->store->io, from, to, bytes, copied_piece, b, err);
    b->result.copied += status == VARVE_OK;
    return status;
}

/* `bytes` is the length of the file, which does not change any more. */
static vv_status take_file(struct backup *b, const char *from, const char *to, uint64_t bytes,
                           vv_error *err)
{
    vv_status status = VARVE_UNSUPPORTED;
    if (!b->copying)
        status = b->store->io->link(b->store->io->context, from, to, err);
    if (status == VARVE_UNSUPPORTED) {
        if (!b->copying)
            status = check_room(b, b->progress.bytes - b->progress.bytes_done, err);
        else
            status = VARVE_OK;
        b->copying = true;
        return status ? status : copy_file(b, from, to, bytes, err);
    }
    if (!status) {
        b->result.linked++;
        b->progress.bytes_done += bytes;
    }
    return status;
}

static vv_status take_parts(struct backup *b, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < b->part_count && !status; i++) {
        const struct vv_live_part *part = b->parts[i];
        char name[64], to[VV_PATH_MAX];
        snprintf(name, sizeof name, "parts/%016" PRIx64 ".part", part->about.number);
        path_in(b, name, to);
        status = take_file(b, vv_part_path(part->part), to, part->about.summary.size_bytes, err);
        if (!status)
            status = tell_file(b, err);
    }
    return status;
}

static vv_status file_size(const struct vv_io *io, const char *path, uint64_t *bytes, vv_error *err)
{
    struct vv_file *file;
    vv_status status = io->open(io->context, path, VV_IO_READ, &file, err);
    if (status)
        return status;
    status = io->size_of(file, bytes, err);
    io->close(file);
    return status;
}

/* Under flush_mutex. */
static vv_status take_touched(struct backup *b, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < b->state.touched_count && !status; i++) {
        char name[64], from[VV_PATH_MAX], to[VV_PATH_MAX];
        uint64_t bytes = 0;
        snprintf(name, sizeof name, "touched/%016" PRIx64 ".touched", b->state.touched[i].number);
        path_in(b, name, to);
        vv_store_touched_path(b->store, b->state.touched[i].number, from);
        status = file_size(b->store->io, from, &bytes, err);
        b->progress.bytes += bytes;
        if (!status)
            status = take_file(b, from, to, bytes, err);
        if (!status)
            status = tell_file(b, err);
    }
    return status;
}

/* The file only grows behind the length that counts: these bytes stay as they are. */
static vv_status take_registry(struct backup *b, vv_error *err)
{
    char from[VV_PATH_MAX], to[VV_PATH_MAX];
    if (b->state.registry_bytes == 0)
        return VARVE_OK;
    vv_store_path(b->store, "registry", from);
    path_in(b, "registry", to);
    return copy_file(b, from, to, b->state.registry_bytes, err);
}

/* ---- the moment ---- */

static struct vv_live_part *find_part(const struct vv_store_lists *lists, uint64_t number)
{
    for (size_t i = 0; i < lists->part_count; i++)
        if (lists->parts[i]->about.number == number)
            return lists->parts[i];
    return NULL;
}

/* Under work_mutex. */
static vv_status pin_parts(struct backup *b, vv_error *err)
{
    varve *store = b->store;
    vv_status status = VARVE_OK;
    b->parts = vv_alloc_array(b->state.part_count + 1, sizeof(struct vv_live_part *));
    if (!b->parts)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a backup");
    vv_mutex_lock(&store->state_mutex);
    for (size_t i = 0; i < b->state.part_count && !status; i++) {
        struct vv_live_part *part = find_part(&store->lists, b->state.parts[i].number);
        if (!part) {
            status = vv_fail(err, VARVE_INTERNAL, "part %016" PRIx64 " is in no list",
                             b->state.parts[i].number);
            break;
        }
        vv_live_part_ref(part);
        b->parts[b->part_count++] = part;
        b->result.rows += part->about.summary.rows;
        b->result.bytes += part->about.summary.size_bytes;
    }
    vv_mutex_unlock(&store->state_mutex);
    return status;
}

static vv_status pin(struct backup *b, vv_error *err)
{
    varve *store = b->store;
    vv_mutex_lock(&store->flush_mutex);
    vv_mutex_lock(&store->work_mutex);
    vv_status status =
        vv_manifest_state_copy(vv_manifest_state_of(store->manifest), &b->state, err);
    if (!status)
        status = pin_parts(b, err);
    vv_mutex_unlock(&store->work_mutex);
    b->result.sequence = b->state.flushed_sequence;
    b->result.parts = b->part_count;
    b->progress.files = b->part_count + b->state.touched_count;
    b->progress.bytes = b->result.bytes + b->state.registry_bytes;
    if (!status && b->options.copy)
        status = check_room(b, b->progress.bytes, err);
    if (!status)
        status = take_touched(b, err);
    vv_mutex_unlock(&store->flush_mutex);
    return status;
}

/* Its last reference removes the file of a part that was merged meanwhile: no lock is held here. */
static void unpin(struct backup *b)
{
    for (size_t i = 0; i < b->part_count; i++)
        vv_live_part_unref(b->parts[i]);
    vv_free(b->parts);
    vv_manifest_state_deinit(&b->state);
}

vv_status varve_backup(varve *store, const char *dir, const struct varve_backup_options *options,
                       struct varve_backup_result *result, varve_error *err)
{
    vv_error own;
    if (!err)
        err = &own;
    vv_error_clear(err);
    if (result)
        *result = (struct varve_backup_result){0};
    if (store->options.read_only)
        return vv_fail(err, VARVE_READ_ONLY,
                       "the store %s is open for reading only: its process makes backups",
                       store->path);
    struct backup *b = vv_alloc_zero(sizeof *b);
    if (!b)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a backup");
    bool begun = false;
    b->store = store;
    b->dir = dir;
    b->options = options ? *options : (struct varve_backup_options){0};
    b->copying = b->options.copy;
    vv_status status = begin_directory(b, &begun, err);
    if (!status)
        status = varve_flush(store, err);
    if (!status)
        status = pin(b, err);
    if (!status)
        status = take_parts(b, err);
    if (!status)
        status = take_registry(b, err);
    if (!status)
        status = vv_manifest_write(store->io, b->partial, &b->state, err);
    if (!status)
        status = finish_directory(b, err);
    if (status && begun)
        vv_io_remove_tree(store->io, b->partial, NULL);
    if (!status && result)
        *result = b->result;
    if (status)
        vv_error_prefix(err, "backup of %s", store->path);
    unpin(b);
    vv_free(b);
    return status;
}
