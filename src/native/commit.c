/* Group commit: whoever finds the leader's seat empty takes it and writes what all have queued. */
#include "base/bytes.h"
#include "base/time.h"
#include "native/store_private.h"

#include "base/banned.h"

#define GROUP_MAX 64

/* Sequences in a head are 32 bits wide relative to its base. */
#define SEQUENCES_IN_HEAD (UINT64_C(1) << 31)

/* ---- definitions that the log does not hold yet ---- */

/* Frames of the pending definitions, written before the batches that may use them. They stay
 * pending until the log holds them; `taken` is how much of the pending bytes these frames are. */
struct definition_frames {
    struct vv_buf bytes;
    size_t taken;
};

static vv_status definitions_frame(varve *store, struct definition_frames *frames, vv_error *err)
{
    if (!atomic_load_explicit(&store->definitions_pending, memory_order_acquire))
        return VARVE_OK;
    vv_mutex_lock(&store->define_mutex);
    frames->taken = store->pending.len;
    struct vv_reader from = vv_reader_of(store->pending.data, store->pending.len);
    while (from.at < from.end && !frames->bytes.failed) {
        enum vv_wal_kind kind = vv_read8(&from);
        uint32_t len = vv_read32(&from);
        uint8_t *frame = vv_buf_grow(&frames->bytes, VV_WAL_FRAME_HEADER + len);
        const uint8_t *payload = vv_read_bytes(&from, len);
        if (!frame)
            break;
        memcpy(frame + VV_WAL_FRAME_HEADER, payload, len);
        vv_wal_seal(frame, VV_WAL_FRAME_HEADER + len, kind, ++store->next_sequence);
    }
    vv_mutex_unlock(&store->define_mutex);
    return frames->bytes.failed ? vv_fail(err, VARVE_NO_MEMORY, "no memory to log definitions")
                                : VARVE_OK;
}

static void definitions_logged(varve *store, const struct definition_frames *frames)
{
    if (frames->taken == 0)
        return;
    vv_mutex_lock(&store->define_mutex);
    store->pending.len -= frames->taken;
    memmove(store->pending.data, store->pending.data + frames->taken, store->pending.len);
    if (store->pending.len == 0)
        atomic_store_explicit(&store->definitions_pending, false, memory_order_release);
    vv_mutex_unlock(&store->define_mutex);
}

/* ---- batches ---- */

struct group {
    struct vv_commit *commits[GROUP_MAX];
    size_t count;
    struct vv_wal_piece pieces[GROUP_MAX + 1];
    size_t piece_count;
};

/* Places the rows of one batch in the head; a batch that fails is aborted and not logged. */
static void place(varve *store, struct group *group, struct vv_commit *commit)
{
    commit->sequence = ++store->next_sequence;
    commit->status = vv_batch_apply(
        commit->frame + VV_WAL_FRAME_HEADER, commit->frame_bytes - VV_WAL_FRAME_HEADER,
        store->registry, store->active, commit->sequence, NULL, NULL, &commit->rows, commit->err);
    if (commit->status) {
        vv_head_abort(store->active, commit->sequence);
        return;
    }
    vv_wal_seal(commit->frame, commit->frame_bytes, VV_WAL_BATCH, commit->sequence);
    group->commits[group->count++] = commit;
    group->pieces[group->piece_count++] = (struct vv_wal_piece){commit->frame, commit->frame_bytes};
}

struct position_move {
    varve *store;
};

static void move_position(void *arg, const char *name, size_t name_bytes, uint64_t position)
{
    struct position_move *move = arg;
    vv_store_follower_move(&move->store->lists, name, name_bytes, position);
}

/* The batches are in the log and in the head: now they count. */
static void group_publish(varve *store, struct group *group)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < group->count; i++) {
        struct vv_commit *commit = group->commits[i];
        rows += commit->rows;
        if (commit->positions == 0)
            continue;
        uint64_t skipped = 0;
        struct position_move move = {store};
        vv_mutex_lock(&store->state_mutex);
        vv_batch_apply(commit->frame + VV_WAL_FRAME_HEADER,
                       commit->frame_bytes - VV_WAL_FRAME_HEADER, store->registry, NULL,
                       commit->sequence, move_position, &move, &skipped, NULL);
        vv_mutex_unlock(&store->state_mutex);
    }
    atomic_fetch_add_explicit(&store->counters.appended_rows, rows, memory_order_relaxed);
    atomic_store_explicit(&store->visible_sequence, store->next_sequence, memory_order_release);
}

static void group_fail(varve *store, struct group *group, vv_status status, const vv_error *why)
{
    for (size_t i = 0; i < group->count; i++) {
        vv_head_abort(store->active, group->commits[i]->sequence);
        group->commits[i]->status = status;
        if (group->commits[i]->err)
            *group->commits[i]->err = *why;
    }
    atomic_store_explicit(&store->visible_sequence, store->next_sequence, memory_order_release);
}

static vv_status log_write(varve *store, const struct vv_wal_piece *pieces, size_t count,
                           vv_error *err)
{
    vv_status status = vv_wal_write(store->wal, pieces, count, store->next_sequence, err);
    if (status == VARVE_BUSY) { /* too much is unsynced: make it durable now */
        status = vv_wal_sync(store->wal, err);
        if (!status)
            status = vv_wal_write(store->wal, pieces, count, store->next_sequence, err);
    }
    if (!status && store->options.sync == VARVE_SYNC_ALWAYS)
        status = vv_wal_sync(store->wal, err);
    if (status == VARVE_READ_ONLY)
        atomic_store(&store->read_only, true);
    if (status)
        return status;
    uint64_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += pieces[i].len_bytes;
    atomic_fetch_add_explicit(&store->counters.bytes_logged, bytes, memory_order_relaxed);
    return VARVE_OK;
}

/* Runs up to GROUP_MAX batches from the list; returns the first commit that is not part of it. */
static struct vv_commit *run_batches(varve *store, struct vv_commit *first)
{
    struct group group = {0};
    struct definition_frames definitions = {0};
    vv_error err = {0};
    vv_status status = definitions_frame(store, &definitions, &err);
    if (definitions.bytes.len > 0)
        group.pieces[group.piece_count++] =
            (struct vv_wal_piece){definitions.bytes.data, definitions.bytes.len};

    struct vv_commit *at = first;
    for (size_t i = 0; at && at->kind == VV_COMMIT_BATCH && i < GROUP_MAX; i++, at = at->next)
        place(store, &group, at);
    if (!status && group.piece_count > 0)
        status = log_write(store, group.pieces, group.piece_count, &err);
    if (status) {
        group_fail(store, &group, status, &err);
    } else {
        definitions_logged(store, &definitions);
        group_publish(store, &group);
    }
    vv_buf_deinit(&definitions.bytes);
    return at;
}

/* ---- freezing and deleting ---- */

vv_status vv_store_freeze(varve *store, vv_error *err)
{
    if (store->next_sequence == vv_head_base_sequence(store->active))
        return VARVE_OK; /* nothing was logged since it began */
    uint64_t log_number;
    struct vv_head *fresh = NULL;
    vv_mutex_lock(&store->state_mutex);
    vv_status status = vv_store_lists_reserve(&store->lists, 1, err);
    vv_mutex_unlock(&store->state_mutex);
    if (!status)
        status = vv_head_new(&store->memory, store->next_sequence, &fresh, err);
    if (!status)
        status = vv_wal_rotate(store->wal, &log_number, err);
    if (status == VARVE_READ_ONLY)
        atomic_store(&store->read_only, true);
    if (status) {
        vv_head_unref(fresh);
        return status;
    }
    vv_mutex_lock(&store->state_mutex);
    store->lists.heads[store->lists.head_count++] = (struct vv_store_head){fresh, log_number};
    status = vv_store_publish(store, err);
    if (status) { /* what goes to a head that no version has would be acknowledged and not seen */
        store->lists.head_count--;
    } else {
        vv_head_seal(store->active, store->next_sequence);
        store->active = fresh;
        vv_cond_broadcast(&store->state_changed);
    }
    vv_store_unlock(store);
    if (status)
        vv_head_unref(fresh);
    return status;
}

/* Freezes when the active head or the log has grown to its share. */
static void freeze_when_due(varve *store)
{
    struct vv_head *head = store->active;
    vv_error err = {0};
    bool due = vv_head_bytes(head) > store->options.memory_bytes / 4 ||
               vv_wal_bytes(store->wal) > store->options.log_bytes / 2 ||
               store->next_sequence - vv_head_base_sequence(head) > SEQUENCES_IN_HEAD ||
               !vv_head_abort_room(head, GROUP_MAX);
    if (due && vv_head_rows(head) > 0 && vv_store_freeze(store, &err))
        vv_store_trouble(store, &err);
}

static void run_delete(varve *store, struct vv_commit *commit)
{
    vv_status status = VARVE_OK;
    /* Rows before and after a mark must not share a head: see rowmerge's ranks. */
    if (vv_head_rows(store->active) > 0)
        status = vv_store_freeze(store, commit->err);
    if (!status) {
        vv_mutex_lock(&store->state_mutex);
        status = vv_store_lists_reserve(&store->lists, commit->mark_count, commit->err);
        vv_mutex_unlock(&store->state_mutex);
    }
    if (!status) {
        for (size_t i = 0, at = 0; i < commit->mark_count; i++) {
            commit->marks[i].sequence = ++store->next_sequence;
            vv_wal_seal(commit->frame + at, commit->pieces[i].len_bytes, VV_WAL_DELETE,
                        store->next_sequence);
            at += commit->pieces[i].len_bytes;
        }
        commit->sequence = store->next_sequence;
        status = log_write(store, commit->pieces, commit->mark_count, commit->err);
    }
    if (!status) {
        vv_mutex_lock(&store->state_mutex);
        for (size_t i = 0; i < commit->mark_count; i++)
            store->lists.marks[store->lists.mark_count++] =
                (struct vv_store_mark){.mark = commit->marks[i]};
        status = vv_store_publish(store, commit->err);
        vv_store_unlock(store);
        atomic_store_explicit(&store->visible_sequence, store->next_sequence, memory_order_release);
    }
    commit->status = status;
}

/* ---- the queue ---- */

static void lead(varve *store, struct vv_commit *first)
{
    for (struct vv_commit *at = first; at;) {
        if (at->kind == VV_COMMIT_BATCH) {
            if (!vv_head_abort_room(store->active, GROUP_MAX))
                freeze_when_due(store);
            at = run_batches(store, at);
            freeze_when_due(store);
            continue;
        }
        if (at->kind == VV_COMMIT_DELETE)
            run_delete(store, at);
        else
            at->status = vv_store_freeze(store, at->err);
        at = at->next;
    }
}

vv_status vv_store_commit(varve *store, struct vv_commit *commit)
{
    commit->done = false;
    commit->next = NULL;
    vv_mutex_lock(&store->commit_mutex);
    if (store->queue_last)
        store->queue_last->next = commit;
    else
        store->queue_first = commit;
    store->queue_last = commit;
    while (!commit->done) {
        if (store->leader_active) {
            vv_cond_wait(&store->commit_done, &store->commit_mutex);
            continue;
        }
        struct vv_commit *first = store->queue_first;
        store->queue_first = store->queue_last = NULL;
        store->leader_active = true;
        vv_mutex_unlock(&store->commit_mutex);
        lead(store, first);
        vv_mutex_lock(&store->commit_mutex);
        for (struct vv_commit *at = first, *next; at; at = next) {
            next = at->next; /* its thread may return and free it once it is done */
            at->done = true;
        }
        store->leader_active = false;
        vv_cond_broadcast(&store->commit_done);
    }
    vv_mutex_unlock(&store->commit_mutex);
    return commit->status;
}

/* ---- the public calls ---- */

vv_status vv_store_check_writable(varve *store, vv_error *err)
{
    if (atomic_load(&store->stopping))
        return vv_fail(err, VARVE_CLOSED, "the store %s is being closed", store->path);
    if (atomic_load(&store->read_only))
        return vv_fail(err, VARVE_READ_ONLY, "the store %s is open for reading only%s", store->path,
                       store->options.read_only ? "" : ", since its log could not be made durable");
    if (atomic_load(&store->disk_full))
        return vv_fail(err, VARVE_NO_SPACE,
                       "less than %llu MiB is free where the store %s is: make room",
                       (unsigned long long)(store->options.reserve_bytes >> 20), store->path);
    return VARVE_OK;
}

/* Rows in memory take more room than in the log; a batch is let in when that much is free, or when
 * nothing but it is there. */
static bool has_room(varve *store, size_t frame_bytes)
{
    size_t used = atomic_load_explicit(&store->memory.used_bytes, memory_order_relaxed);
    return used + frame_bytes * 4 <= store->options.memory_bytes ||
           used < store->options.memory_bytes / 4;
}

/* Waits until there is room, asking for a flush of what is there. */
static vv_status admit(varve *store, size_t frame_bytes, vv_error *err)
{
    vv_status status = vv_store_check_writable(store, err);
    if (status || has_room(store, frame_bytes))
        return status;
    if (store->options.no_background) {
        status = varve_flush(store, err);
        return status;
    }
    int64_t deadline = vv_monotonic_ms() + store->options.append_wait_ms;
    struct vv_commit freeze = {.kind = VV_COMMIT_FREEZE, .err = err};
    vv_mutex_lock(&store->state_mutex);
    bool waiting = store->lists.head_count > 1; /* a flush is on its way */
    vv_mutex_unlock(&store->state_mutex);
    if (!waiting)
        status = vv_store_commit(store, &freeze);
    vv_mutex_lock(&store->state_mutex);
    while (!status && !has_room(store, frame_bytes)) {
        int64_t left = deadline - vv_monotonic_ms();
        if (left <= 0)
            status =
                vv_fail(err, VARVE_BUSY,
                        "the store %s cannot write as fast as rows come: try again", store->path);
        else
            vv_cond_wait_for(&store->state_changed, &store->state_mutex, left);
    }
    vv_mutex_unlock(&store->state_mutex);
    return status ? status : vv_store_check_writable(store, err);
}

vv_status varve_append(varve *store, varve_batch *batch, uint64_t *sequence, varve_error *err)
{
    vv_error_clear(err);
    if (sequence)
        *sequence = atomic_load(&store->visible_sequence);
    if (batch->rows == 0 && batch->positions == 0)
        return VARVE_OK;
    vv_status status = admit(store, batch->frame.len, err);
    if (status)
        return status;
    struct vv_commit commit = {.kind = VV_COMMIT_BATCH,
                               .frame = batch->frame.data,
                               .frame_bytes = batch->frame.len,
                               .positions = batch->positions,
                               .err = err};
    status = vv_store_commit(store, &commit);
    if (status)
        return status;
    if (sequence)
        *sequence = commit.sequence;
    varve_batch_reset(batch);
    return VARVE_OK;
}

vv_status varve_sync(varve *store, varve_error *err)
{
    vv_error_clear(err);
    if (store->options.read_only)
        return VARVE_OK;
    vv_status status = vv_wal_sync(store->wal, err);
    if (status == VARVE_READ_ONLY)
        atomic_store(&store->read_only, true);
    return status;
}
