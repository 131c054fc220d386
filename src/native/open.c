#include <inttypes.h>
#include <stdio.h>

#include "native/store_private.h"

#include "base/banned.h"

#define VV_OPEN_TRIES 20

void vv_store_path(const varve *store, const char *name, char *to)
{
    snprintf(to, VV_PATH_MAX, "%s/%s", store->path, name);
}

void vv_store_part_path(const varve *store, uint64_t number, char *to)
{
    snprintf(to, VV_PATH_MAX, "%s/parts/%016" PRIx64 ".part", store->path, number);
}

void vv_store_part_id(const varve *store, const struct vv_manifest_part *about,
                      struct vv_part_id *id)
{
    *id = (struct vv_part_id){.epoch = about->epoch, .number = about->number};
    memcpy(id->store_id, store->store_id, sizeof id->store_id);
}

/* ---- options ---- */

static void fill_options(struct varve_options *options, const struct varve_options *given)
{
    *options = given ? *given : (struct varve_options){0};
    if (options->sync_interval_ms == 0)
        options->sync_interval_ms = 100;
    if (options->memory_bytes == 0)
        options->memory_bytes = 256u << 20;
    if (options->cache_bytes == 0)
        options->cache_bytes = 64u << 20;
    if (options->log_bytes == 0)
        options->log_bytes = 256u << 20;
    if (options->reserve_bytes == 0)
        options->reserve_bytes = 64u << 20;
    if (options->flush_interval_s == 0)
        options->flush_interval_s = 300;
    if (options->block_rows == 0)
        options->block_rows = 1024;
    if (options->append_wait_ms == 0)
        options->append_wait_ms = 2000;
}

static vv_status check_options(const struct varve_options *options, vv_error *err)
{
    if (options->block_rows < 16 || options->block_rows > 65536)
        return vv_fail(err, VARVE_USAGE, "block_rows is %u: allowed are 16 to 65536",
                       options->block_rows);
    if ((unsigned)options->sync > VARVE_SYNC_NEVER)
        return vv_fail(err, VARVE_USAGE, "sync is %d: no such mode", (int)options->sync);
    return VARVE_OK;
}

/* ---- making and unmaking ---- */

static vv_status store_new(const char *path, const struct varve_options *options,
                           const struct vv_io *io, varve **store, vv_error *err)
{
    varve *s = vv_alloc_zero(sizeof *s);
    if (!s)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a store");
    s->io = io;
    fill_options(&s->options, options);
    vv_mutex_init(&s->define_mutex);
    vv_mutex_init(&s->commit_mutex);
    vv_cond_init(&s->commit_done);
    vv_mutex_init(&s->state_mutex);
    vv_cond_init(&s->state_changed);
    vv_mutex_init(&s->sync_mutex);
    vv_cond_init(&s->sync_wake);
    vv_mutex_init(&s->flush_mutex);
    vv_mutex_init(&s->merge_mutex);
    vv_mutex_init(&s->work_mutex);
    atomic_store(&s->read_only, s->options.read_only);
    atomic_store(&s->merge_due, true);
    s->memory.limit_bytes = s->options.memory_bytes;
    *store = s;
    s->path = vv_strdup(path);
    s->cache = vv_cache_new(s->options.cache_bytes);
    if (!s->path || !s->cache)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a store");
    if (strlen(path) > VV_PATH_MAX - 64)
        return vv_fail(err, VARVE_BAD_NAME, "the path of the store is too long");
    vv_status status = check_options(&s->options, err);
    if (!status)
        status = vv_registry_new(&s->registry, err);
    return status;
}

/* Gives back memory and files; nothing is written. */
static void store_free(varve *store)
{
    if (!store)
        return;
    struct vv_version *version = atomic_load(&store->versions.current);
    vv_version_unref(version);
    vv_store_lists_deinit(&store->lists);
    vv_wal_free(store->wal);
    vv_manifest_free(store->manifest);
    vv_registry_free(store->registry);
    vv_cache_free(store->cache);
    vv_buf_deinit(&store->pending);
    if (store->lock_file)
        store->io->close(store->lock_file);
    vv_mutex_deinit(&store->define_mutex);
    vv_mutex_deinit(&store->commit_mutex);
    vv_cond_deinit(&store->commit_done);
    vv_mutex_deinit(&store->state_mutex);
    vv_cond_deinit(&store->state_changed);
    vv_mutex_deinit(&store->sync_mutex);
    vv_cond_deinit(&store->sync_wake);
    vv_mutex_deinit(&store->flush_mutex);
    vv_mutex_deinit(&store->merge_mutex);
    vv_mutex_deinit(&store->work_mutex);
    vv_free(store->path);
    vv_free(store);
}

/* ---- opening ---- */

static vv_status take_lock(varve *store, vv_error *err)
{
    char path[VV_PATH_MAX];
    pid_t holder = 0;
    vv_store_path(store, "LOCK", path);
    vv_status status = store->io->lock(store->io->context, path, &store->lock_file, &holder, err);
    if (status == VARVE_LOCKED)
        return vv_fail(err, VARVE_LOCKED,
                       "the store %s is in use by process %ld: stop that one first, or ask it",
                       store->path, (long)holder);
    return status;
}

static vv_status make_dirs(varve *store, vv_error *err)
{
    static const char *const names[] = {"log", "parts", "touched", "aside"};
    vv_status status = vv_io_make_dirs(store->io, store->path, err);
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !status; i++) {
        char path[VV_PATH_MAX];
        vv_store_path(store, names[i], path);
        status = store->io->mkdir(store->io->context, path, err);
        if (status == VARVE_EXISTS)
            status = VARVE_OK;
    }
    if (!status)
        status = store->io->sync_dir(store->io->context, store->path, err);
    return status;
}

static vv_status open_manifest(varve *store, vv_error *err)
{
    vv_status status = vv_manifest_load(store->io, store->path, &store->manifest, err);
    if (status == VARVE_NOT_FOUND && !store->options.read_only)
        status = vv_manifest_create(store->io, store->path, &store->manifest, err);
    return status;
}

static vv_status open_once(const char *path, const struct varve_options *options,
                           const struct vv_io *io,
                           void (*note)(void *arg, bool damage, const char *text), void *note_arg,
                           varve **store, vv_error *err)
{
    *store = NULL;
    varve *s = NULL;
    vv_status status = store_new(path, options, io, &s, err);
    if (s) {
        s->note = note;
        s->note_arg = note_arg;
    }
    if (!status && !s->options.read_only)
        status = make_dirs(s, err);
    if (!status && !s->options.read_only)
        status = take_lock(s, err);
    if (!status)
        status = open_manifest(s, err);
    if (!status)
        status = vv_store_recover(s, err);
    if (!status && !s->options.read_only && !s->options.no_background)
        status = vv_store_start_threads(s, err);
    if (status) {
        store_free(s);
        return status;
    }
    *store = s;
    return VARVE_OK;
}

vv_status vv_store_open_noting(const char *path, const struct varve_options *options,
                               const struct vv_io *io,
                               void (*note)(void *arg, bool damage, const char *text), void *arg,
                               varve **store, vv_error *err)
{
    vv_error own;
    if (!err)
        err = &own;
    vv_error_clear(err);
    vv_status status = open_once(path, options, io, note, arg, store, err);
    /* Beside a live process files come and go between the manifest's reading and their opening. */
    for (int i = 0; i < VV_OPEN_TRIES && options && options->read_only &&
                    (status == VARVE_NOT_FOUND || status == VARVE_CORRUPT || status == VARVE_BUSY);
         i++)
        status = open_once(path, options, io, note, arg, store, err);
    return status;
}

vv_status vv_store_open(const char *path, const struct varve_options *options,
                        const struct vv_io *io, varve **store, vv_error *err)
{
    return vv_store_open_noting(path, options, io, NULL, NULL, store, err);
}

vv_status varve_open(const char *path, const struct varve_options *options, varve **store,
                     varve_error *err)
{
    return vv_store_open(path, options, vv_io_posix(), store, err);
}

void vv_store_abandon(varve *store)
{
    vv_store_stop_threads(store);
    store_free(store);
}

vv_status varve_close(varve *store, varve_error *err)
{
    vv_error_clear(err);
    if (!store)
        return VARVE_OK;
    vv_status status = VARVE_OK;
    vv_store_stop_threads(store);
    if (!atomic_load(&store->read_only)) {
        vv_error ignored;
        status = varve_sync(store, err);
        /* The log holds everything: a flush that fails now only makes the next opening longer. */
        varve_flush(store, &ignored);
    }
    store_free(store);
    return status;
}
