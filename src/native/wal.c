#include "native/wal_private.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"
#include "base/thread.h"

#include "base/banned.h"

#define KEPT_BYTES     (16u << 20) /* memory that an emptied buffer may keep */
#define UNSYNCED_BYTES (64u << 20)
#define FILE_BYTES     (64u << 20)

enum state {
    SOUND,
    UNSETTLED, /* a failed write was cut off again: to be synced before the next one */
    BROKEN,    /* nothing may be added to this file: the unsynced tail goes to a new one */
    DEAD
};

struct old_file {
    uint64_t number, bytes;
};

struct vv_wal {
    const struct vv_io *io;
    char *dir;
    struct vv_wal_options options;
    struct vv_mutex lock;
    struct vv_cond changed;
    /* Who has both may change the file; taken in this order, given back under the lock. */
    bool syncing, writing;
    struct vv_wal_header header; /* of the file */
    struct vv_file *file;
    uint64_t next_number;
    struct vv_buf staging; /* of the one who writes */
    uint64_t marked;       /* what the last mark in the file says */
    /* Under the lock: */
    enum state state;
    uint64_t file_bytes, durable_bytes; /* good bytes of the file; those surely on the disk */
    struct vv_buf in_sync, pending;     /* the unsynced frames: being synced, and behind those */
    uint64_t written_sequence;
    struct old_file *old;
    size_t old_count, old_capacity;
    uint64_t old_bytes;
    atomic_uint_least64_t synced_sequence;
};

/* ---- opening ---- */

static void add_old(struct vv_wal *wal, uint64_t number, uint64_t bytes)
{
    wal->old[wal->old_count++] = (struct old_file){number, bytes};
    wal->old_bytes += bytes;
}

static bool reserve_old(struct vv_wal *wal)
{
    if (wal->old_count < wal->old_capacity)
        return true;
    size_t capacity = wal->old_capacity ? wal->old_capacity * 2 : 8;
    struct old_file *old = vv_realloc(wal->old, capacity * sizeof *old);
    if (!old)
        return false;
    wal->old = old;
    wal->old_capacity = capacity;
    return true;
}

static vv_status old_size(struct vv_wal *wal, uint64_t number, uint64_t *bytes, vv_error *err)
{
    struct vv_file *file = NULL;
    char *path = vv_wal_path(wal->dir, number, "");
    if (!path)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a file's name");
    vv_status status = wal->io->open(wal->io->context, path, VV_IO_READ, &file, err);
    if (status == VARVE_OK)
        status = wal->io->size_of(file, bytes, err);
    if (file)
        wal->io->close(file);
    vv_free(path);
    return status;
}

struct listing {
    struct vv_wal *wal;
    uint64_t highest;
    bool no_memory;
};

static bool list_one(void *arg, const char *name)
{
    struct listing *l = arg;
    uint64_t number;
    if (!vv_wal_number_of(name, &number))
        return true;
    if (!reserve_old(l->wal)) {
        l->no_memory = true;
        return false;
    }
    add_old(l->wal, number, 0);
    if (number > l->highest)
        l->highest = number;
    return true;
}

static vv_status take_old_files(struct vv_wal *wal, uint64_t number, uint64_t *highest,
                                vv_error *err)
{
    struct listing l = {.wal = wal};
    vv_status status = wal->io->list(wal->io->context, wal->dir, list_one, &l, err);
    if (status == VARVE_OK && l.no_memory)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory to list %s", wal->dir);
    for (size_t i = 0; i < wal->old_count && status == VARVE_OK; i++) {
        status = old_size(wal, wal->old[i].number, &wal->old[i].bytes, err);
        wal->old_bytes += wal->old[i].bytes;
    }
    if (status == VARVE_OK && l.highest >= number)
        status =
            vv_fail(err, VARVE_USAGE, "%s: file %" PRIx64 " is there, %" PRIx64 " cannot begin",
                    wal->dir, l.highest, number);
    *highest = l.highest;
    return status;
}

vv_status vv_wal_open(const struct vv_io *io, const char *dir, const struct vv_wal_id *id,
                      uint64_t number, const struct vv_wal_options *options, struct vv_wal **wal,
                      vv_error *err)
{
    *wal = NULL;
    struct vv_wal *w = vv_alloc_zero(sizeof *w);
    if (!w)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the log");
    w->io = io;
    w->options = *options;
    if (w->options.unsynced_bytes == 0)
        w->options.unsynced_bytes = UNSYNCED_BYTES;
    if (w->options.file_bytes == 0)
        w->options.file_bytes = FILE_BYTES;
    vv_mutex_init(&w->lock);
    vv_cond_init(&w->changed);
    w->dir = vv_strdup(dir);
    w->next_number = number + 1;
    uint64_t highest = 0;
    bool exposed;
    vv_status status = w->dir ? take_old_files(w, number, &highest, err)
                              : vv_fail(err, VARVE_NO_MEMORY, "no memory for the log");
    if (status == VARVE_OK) {
        memcpy(w->header.store_id, id->store_id, sizeof w->header.store_id);
        w->header.epoch = id->epoch;
        w->header.number = number;
        w->header.previous = highest;
        struct vv_buf *const tail = &w->pending;
        if (highest > 0)
            status = vv_wal_tail(io, dir, highest, &w->header.previous_bytes, tail, err);
        if (status == VARVE_OK)
            status = vv_wal_file_begin(io, dir, &w->header, &tail, 1, &w->file, &w->file_bytes,
                                       &exposed, err);
        w->durable_bytes = w->file_bytes;
        w->marked = VV_WAL_START;
        vv_buf_deinit(&w->pending);
    }
    if (status != VARVE_OK) {
        vv_wal_free(w);
        return status;
    }
    *wal = w;
    return VARVE_OK;
}

void vv_wal_free(struct vv_wal *wal)
{
    if (!wal)
        return;
    if (wal->file)
        wal->io->close(wal->file);
    vv_buf_deinit(&wal->staging);
    vv_buf_deinit(&wal->in_sync);
    vv_buf_deinit(&wal->pending);
    vv_cond_deinit(&wal->changed);
    vv_mutex_deinit(&wal->lock);
    vv_free(wal->old);
    vv_free(wal->dir);
    vv_free(wal);
}

/* ---- who may do what: called and left with the lock held ---- */

static void take(struct vv_wal *wal, bool *turn)
{
    while (*turn)
        vv_cond_wait(&wal->changed, &wal->lock);
    *turn = true;
}

static void give(struct vv_wal *wal, bool *turn)
{
    *turn = false;
    vv_cond_broadcast(&wal->changed);
}

static vv_status dead(vv_error *err)
{
    return vv_fail(err, VARVE_READ_ONLY,
                   "the log could not be made durable: the store takes no writes until it is "
                   "opened again");
}

static void empty(struct vv_buf *buf)
{
    if (buf->capacity > KEPT_BYTES)
        vv_buf_deinit(buf);
    else
        vv_buf_reset(buf);
}

/* Goes on in a new file, which begins with the unsynced tail; both turns are held. Everything
 * written is durable afterwards. */
static vv_status begin_next(struct vv_wal *wal, vv_error *err)
{
    struct vv_wal_header header = wal->header;
    struct vv_file *file;
    uint64_t bytes;
    bool exposed;
    header.previous = wal->header.number;
    header.previous_bytes = wal->durable_bytes;
    header.number = wal->next_number++;
    struct vv_buf *const tail[] = {&wal->in_sync, &wal->pending};
    if (!reserve_old(wal))
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the log");
    vv_mutex_unlock(&wal->lock);
    vv_status status =
        vv_wal_file_begin(wal->io, wal->dir, &header, tail, 2, &file, &bytes, &exposed, err);
    vv_mutex_lock(&wal->lock);
    if (status != VARVE_OK && exposed)
        wal->state = BROKEN; /* recovery may find the new file and cut this one where it says */
    if (status != VARVE_OK)
        return status;
    wal->io->close(wal->file);
    add_old(wal, wal->header.number, wal->file_bytes);
    wal->file = file;
    wal->header = header;
    wal->file_bytes = wal->durable_bytes = bytes;
    wal->marked = VV_WAL_START;
    empty(&wal->in_sync);
    empty(&wal->pending);
    wal->state = SOUND;
    atomic_store(&wal->synced_sequence, wal->written_sequence);
    return VARVE_OK;
}

/* begin_next after the file could not be synced, or not be cut. A full disk may have room later;
 * after anything else there is no telling what is on the disk. */
static vv_status replace_broken(struct vv_wal *wal, vv_error *err)
{
    wal->state = BROKEN;
    vv_status status = begin_next(wal, err);
    if (status != VARVE_OK && status != VARVE_NO_SPACE && status != VARVE_NO_MEMORY) {
        wal->state = DEAD;
        vv_error_prefix(err, "the log's unsynced end could not be written to a new file either");
    }
    return status;
}

/* Syncs the file as it is; the turn to sync is held. */
static vv_status sync_file(struct vv_wal *wal, vv_error *err)
{
    bool settles = wal->state == UNSETTLED;
    uint64_t bytes = wal->file_bytes, sequence = wal->written_sequence;
    struct vv_buf swapped = wal->in_sync; /* empty */
    wal->in_sync = wal->pending;
    wal->pending = swapped;
    vv_mutex_unlock(&wal->lock);
    vv_status status = wal->io->sync(wal->file, err);
    vv_mutex_lock(&wal->lock);
    if (status != VARVE_OK)
        return status;
    empty(&wal->in_sync);
    wal->durable_bytes = bytes;
    atomic_store(&wal->synced_sequence, sequence);
    if (settles && wal->state == UNSETTLED)
        wal->state = SOUND;
    return VARVE_OK;
}

vv_status vv_wal_sync(struct vv_wal *wal, vv_error *err)
{
    vv_status status = VARVE_OK;
    vv_mutex_lock(&wal->lock);
    take(wal, &wal->syncing);
    if (wal->state == DEAD) {
        status = dead(err);
        goto out;
    }
    if (wal->state == SOUND && wal->pending.len == 0)
        goto out;
    if (wal->state != BROKEN && sync_file(wal, NULL) == VARVE_OK)
        goto out;
    take(wal, &wal->writing);
    status = replace_broken(wal, err);
    give(wal, &wal->writing);
out:
    give(wal, &wal->syncing);
    vv_mutex_unlock(&wal->lock);
    return status;
}

vv_status vv_wal_rotate(struct vv_wal *wal, uint64_t *number, vv_error *err)
{
    vv_status status = VARVE_OK;
    vv_mutex_lock(&wal->lock);
    take(wal, &wal->syncing);
    take(wal, &wal->writing);
    if (wal->state == DEAD)
        status = dead(err);
    else if (wal->state == BROKEN || sync_file(wal, NULL) != VARVE_OK)
        status = replace_broken(wal, err);
    else if (wal->file_bytes > VV_WAL_START)
        status = begin_next(wal, err);
    *number = wal->header.number;
    give(wal, &wal->writing);
    give(wal, &wal->syncing);
    vv_mutex_unlock(&wal->lock);
    return status;
}

/* ---- writing ---- */

/* The frames to write, guarded, in staging: a mark first when more is durable than the last one
 * says. */
static bool stage(struct vv_wal *wal, uint64_t durable_bytes, const struct vv_wal_piece *pieces,
                  size_t count)
{
    struct vv_buf *out = &wal->staging;
    empty(out);
    if (durable_bytes > wal->marked) {
        uint8_t mark[VV_WAL_MARK_BYTES];
        vv_put64(mark + VV_WAL_FRAME_HEADER, durable_bytes);
        vv_wal_seal(mark, sizeof mark, (enum vv_wal_kind)VV_WAL_MARK, 0);
        vv_buf_add(out, mark, sizeof mark);
    }
    for (size_t i = 0; i < count; i++)
        vv_buf_add(out, pieces[i].data, pieces[i].len_bytes);
    if (out->failed)
        return false;
    vv_wal_guard(out->data, out->len, wal->header.guard);
    return true;
}

/* Takes the turn to write, with a file that can take it: what a failed write put there is cut off
 * for good, and a new file begins where that did not succeed, or when this one is full. On an error
 * the turn is not held. The lock is held before and after. */
static vv_status take_sound(struct vv_wal *wal, vv_error *err)
{
    vv_status status = VARVE_OK;
    while (status == VARVE_OK) {
        uint64_t number;
        take(wal, &wal->writing);
        bool sound = wal->state == SOUND;
        if (sound && wal->file_bytes < wal->options.file_bytes)
            return VARVE_OK;
        give(wal, &wal->writing);
        vv_mutex_unlock(&wal->lock);
        status = sound ? vv_wal_rotate(wal, &number, err) : vv_wal_sync(wal, err);
        vv_mutex_lock(&wal->lock);
    }
    return status;
}

vv_status vv_wal_write(struct vv_wal *wal, const struct vv_wal_piece *pieces, size_t count,
                       uint64_t last_sequence, vv_error *err)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += pieces[i].len_bytes;
    vv_mutex_lock(&wal->lock);
    vv_status status = take_sound(wal, err);
    if (status != VARVE_OK) {
        vv_mutex_unlock(&wal->lock);
        return status;
    }
    size_t unsynced = wal->in_sync.len + wal->pending.len;
    if (unsynced > 0 && unsynced + len > wal->options.unsynced_bytes) {
        status = vv_fail(err, VARVE_BUSY, "%zu bytes of the log are not synced yet", unsynced);
        goto out;
    }
    uint64_t durable_bytes = wal->durable_bytes, at = wal->file_bytes;
    vv_mutex_unlock(&wal->lock);
    if (!stage(wal, durable_bytes, pieces, count)) {
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for %zu bytes of the log", len);
        vv_mutex_lock(&wal->lock);
        goto out;
    }
    status = wal->io->write(wal->file, at, wal->staging.data, wal->staging.len, err);
    vv_mutex_lock(&wal->lock);
    /* Without the mark: it speaks of this file alone, and the tail may go to another. */
    size_t mark_bytes = wal->staging.len - len;
    if (status == VARVE_OK && !vv_buf_reserve(&wal->pending, len)) {
        wal->pending.failed = false; /* what it holds is good */
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for the log's unsynced end");
    }
    if (status == VARVE_OK) {
        vv_buf_add(&wal->pending, wal->staging.data + mark_bytes, len);
        wal->file_bytes = at + wal->staging.len;
        wal->written_sequence = last_sequence;
        wal->marked = durable_bytes;
        goto out;
    }
    vv_mutex_unlock(&wal->lock);
    bool cut = wal->io->truncate(wal->file, at, NULL) == VARVE_OK;
    vv_mutex_lock(&wal->lock);
    if (wal->state == SOUND)
        wal->state = cut ? UNSETTLED : BROKEN;
out:
    give(wal, &wal->writing);
    vv_mutex_unlock(&wal->lock);
    return status;
}

/* ---- what there is ---- */

uint64_t vv_wal_synced(const struct vv_wal *wal)
{
    return atomic_load(&wal->synced_sequence);
}

uint64_t vv_wal_number(const struct vv_wal *wal)
{
    struct vv_wal *w = (struct vv_wal *)wal; /* for its lock alone */
    vv_mutex_lock(&w->lock);
    uint64_t number = w->header.number;
    vv_mutex_unlock(&w->lock);
    return number;
}

uint64_t vv_wal_bytes(const struct vv_wal *wal)
{
    struct vv_wal *w = (struct vv_wal *)wal; /* for its lock alone */
    vv_mutex_lock(&w->lock);
    uint64_t bytes = w->old_bytes + w->file_bytes;
    vv_mutex_unlock(&w->lock);
    return bytes;
}

static vv_status remove_old(struct vv_wal *wal, uint64_t number, vv_error *err)
{
    char *path = vv_wal_path(wal->dir, number, "");
    if (!path)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a file's name");
    vv_status status = wal->io->unlink(wal->io->context, path, err);
    vv_free(path);
    return status == VARVE_NOT_FOUND ? VARVE_OK : status;
}

vv_status vv_wal_remove_before(struct vv_wal *wal, uint64_t number, vv_error *err)
{
    vv_status status = VARVE_OK;
    size_t kept = 0;
    vv_mutex_lock(&wal->lock);
    take(wal, &wal->syncing); /* so that nobody else adds to the list meanwhile */
    for (size_t i = 0; i < wal->old_count; i++) {
        struct old_file old = wal->old[i];
        bool keep = old.number >= number;
        if (!keep) {
            vv_mutex_unlock(&wal->lock);
            vv_error local;
            vv_status removed = remove_old(wal, old.number, &local);
            keep = removed != VARVE_OK;
            if (keep && status == VARVE_OK) {
                status = removed;
                if (err)
                    *err = local;
            }
            vv_mutex_lock(&wal->lock);
        }
        if (keep)
            wal->old[kept++] = old;
        else
            wal->old_bytes -= old.bytes;
    }
    wal->old_count = kept;
    give(wal, &wal->syncing);
    vv_mutex_unlock(&wal->lock);
    return status;
}
