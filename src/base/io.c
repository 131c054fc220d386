/* io.c: what can be said with the table alone. */
#include "base/io.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"

#include "base/banned.h"

#define READ_STEP_BYTES 65536

vv_status vv_io_read_all(const struct vv_io *io, const char *path, size_t max_bytes,
                         struct vv_buf *buf, vv_error *err)
{
    size_t before = buf->len, total = 0;
    struct vv_file *file;
    vv_status status = io->open(io->context, path, VV_IO_READ, &file, err);
    if (status != VARVE_OK) {
        return status;
    }
    uint64_t size;
    if ((status = io->size_of(file, &size, err)) != VARVE_OK) {
        goto out;
    }
    if (size > max_bytes) {
        status = vv_fail(err, VARVE_LIMIT, "%s: %llu bytes are more than the %zu allowed", path,
                         (unsigned long long)size, max_bytes);
        goto out;
    }
    /* Until a read comes back short: the file may have grown since, and some files tell no size. */
    size_t step = size >= READ_STEP_BYTES ? (size_t)size + 1 : READ_STEP_BYTES;
    for (;;) {
        uint8_t *to = vv_buf_grow(buf, step);
        if (to == NULL) {
            status = vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to read it", path);
            goto out;
        }
        size_t got;
        status = io->read(file, total, to, step, &got, err);
        total += got;
        buf->len = before + total;
        if (status != VARVE_OK) {
            goto out;
        }
        if (total > max_bytes) {
            status = vv_fail(err, VARVE_LIMIT, "%s: it is larger than the %zu bytes allowed", path,
                             max_bytes);
            goto out;
        }
        if (got < step) {
            break;
        }
        step = READ_STEP_BYTES;
    }
out:
    if (status != VARVE_OK) {
        buf->len = before;
    }
    if (buf->data != NULL) {
        buf->data[buf->len] = '\0';
    }
    io->close(file);
    return status;
}

static vv_status write_synced(const struct vv_io *io, const char *path, const void *data,
                              size_t len_bytes, vv_error *err)
{
    struct vv_file *file;
    vv_status status = io->open(io->context, path, VV_IO_CREATE, &file, err);
    if (status == VARVE_EXISTS) { /* left behind by one that was killed */
        if ((status = io->unlink(io->context, path, err)) == VARVE_OK) {
            status = io->open(io->context, path, VV_IO_CREATE, &file, err);
        }
    }
    if (status != VARVE_OK) {
        return status;
    }
    status = io->write(file, 0, data, len_bytes, err);
    if (status == VARVE_OK) {
        status = io->sync(file, err);
    }
    io->close(file);
    if (status != VARVE_OK) {
        (void)io->unlink(io->context, path, NULL); /* the first error is the one to tell */
    }
    return status;
}

vv_status vv_io_replace(const struct vv_io *io, const char *dir, const char *path, const void *data,
                        size_t len_bytes, vv_error *err)
{
    struct vv_buf name = {0};
    vv_buf_text(&name, path);
    vv_buf_text(&name, ".tmp");
    if (name.failed) {
        vv_buf_deinit(&name);
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to write it", path);
    }
    const char *aside = (const char *)name.data;
    vv_status status = write_synced(io, aside, data, len_bytes, err);
    if (status != VARVE_OK) {
        goto out;
    }
    if ((status = io->rename(io->context, aside, path, err)) != VARVE_OK) {
        (void)io->unlink(io->context, aside, NULL);
        goto out;
    }
    status = io->sync_dir(io->context, dir, err);
out:
    vv_buf_deinit(&name);
    return status;
}

#define COPY_STEP_BYTES (1 << 20)

static vv_status copy_bytes(const struct vv_io *io, struct vv_file *source, struct vv_file *target,
                            uint64_t len_bytes, bool (*go_on)(void *arg, size_t piece_bytes),
                            void *arg, vv_error *err)
{
    uint8_t *piece = vv_alloc(COPY_STEP_BYTES);
    vv_status status =
        piece != NULL ? VARVE_OK : vv_fail(err, VARVE_NO_MEMORY, "no memory to copy it");
    for (uint64_t at = 0; at < len_bytes && status == VARVE_OK;) {
        size_t want = len_bytes - at < COPY_STEP_BYTES ? (size_t)(len_bytes - at) : COPY_STEP_BYTES;
        size_t got;
        status = io->read(source, at, piece, want, &got, err);
        if (status == VARVE_OK && got < want)
            status = vv_fail(err, VARVE_CORRUPT, "it ends after %llu bytes instead of %llu",
                             (unsigned long long)(at + got), (unsigned long long)len_bytes);
        if (status == VARVE_OK)
            status = io->write(target, at, piece, want, err);
        if (status == VARVE_OK && go_on != NULL && !go_on(arg, want))
            status = vv_fail(err, VARVE_CANCELLED, "given up on request");
        at += want;
    }
    vv_free(piece);
    return status;
}

vv_status vv_io_copy(const struct vv_io *io, const char *from, const char *to, uint64_t len_bytes,
                     bool (*go_on)(void *arg, size_t piece_bytes), void *arg, vv_error *err)
{
    struct vv_file *source = NULL, *target = NULL;
    vv_status status = io->open(io->context, from, VV_IO_READ, &source, err);
    if (status == VARVE_OK)
        status = io->open(io->context, to, VV_IO_CREATE, &target, err);
    bool made = status == VARVE_OK;
    if (status == VARVE_OK)
        status = copy_bytes(io, source, target, len_bytes, go_on, arg, err);
    if (status == VARVE_OK)
        status = io->sync(target, err);
    if (source != NULL)
        io->close(source);
    if (target != NULL)
        io->close(target);
    if (status != VARVE_OK) {
        if (made)
            (void)io->unlink(io->context, to, NULL);
        vv_error_prefix(err, "copy of %s", from);
    }
    return status;
}

/* ---- trees ---- */

static bool keep_name(void *arg, const char *name)
{
    vv_buf_add(arg, name, strlen(name) + 1);
    return true;
}

static vv_status remove_entries(const struct vv_io *io, const char *path, vv_error *err)
{
    struct vv_buf names = {0}, entry = {0};
    vv_status status = io->list(io->context, path, keep_name, &names, err);
    for (size_t at = 0; at < names.len && status == VARVE_OK;) {
        const char *name = (const char *)names.data + at;
        at += strlen(name) + 1;
        vv_buf_reset(&entry);
        vv_buf_format(&entry, "%s/%s", path, name);
        status = entry.failed ? vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to remove it", path)
                              : vv_io_remove_tree(io, (const char *)entry.data, err);
    }
    if (status == VARVE_OK && names.failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to remove it", path);
    vv_buf_deinit(&names);
    vv_buf_deinit(&entry);
    return status;
}

vv_status vv_io_remove_tree(const struct vv_io *io, const char *path, vv_error *err)
{
    vv_error why = {0};
    vv_status status = io->unlink(io->context, path, &why);
    if (status == VARVE_OK || why.native != EISDIR) {
        if (err != NULL)
            *err = why;
        return status;
    }
    status = remove_entries(io, path, err);
    return status == VARVE_OK ? io->rmdir(io->context, path, err) : status;
}

/* Calls sync_dir for the directory that holds the entry `path`, which is changed meanwhile. */
static vv_status sync_parent(const struct vv_io *io, char *path, vv_error *err)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return io->sync_dir(io->context, ".", err);
    }
    if (slash == path) {
        return io->sync_dir(io->context, "/", err);
    }
    *slash = '\0';
    vv_status status = io->sync_dir(io->context, path, err);
    *slash = '/';
    return status;
}

vv_status vv_io_sync_parent(const struct vv_io *io, const char *path, vv_error *err)
{
    char *name = vv_strdup(path);
    vv_status status = name != NULL ? sync_parent(io, name, err)
                                    : vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to sync", path);
    vv_free(name);
    return status;
}

vv_status vv_io_make_dirs(const struct vv_io *io, const char *path, vv_error *err)
{
    char *name = vv_strdup(path);
    if (name == NULL) {
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to make it", path);
    }
    vv_status status = VARVE_OK;
    size_t len = strlen(name);
    for (size_t at = 1; at <= len && status == VARVE_OK; at++) {
        if ((name[at] != '/' && name[at] != '\0') || name[at - 1] == '/') {
            continue; /* inside a name, or behind a doubled or last slash */
        }
        char saved = name[at];
        name[at] = '\0';
        status = io->mkdir(io->context, name, err);
        if (status == VARVE_OK) {
            status = sync_parent(io, name, err);
        } else if (status == VARVE_EXISTS) {
            status = VARVE_OK;
            vv_error_clear(err);
        }
        name[at] = saved;
    }
    vv_free(name);
    return status;
}
