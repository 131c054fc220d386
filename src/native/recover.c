/* From what is on the disk to a store in memory: the manifest's parts, then the log. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/logger.h"
#include "native/store_private.h"

#include "base/banned.h"

struct recovery {
    varve *store;
    uint64_t damaged;
    struct vv_buf missing; /* numbers of parts whose files are not there */
};

/* A new head behind the one that was filled; `log` is the file that goes on in it. */
static vv_status next_head(varve *store, uint64_t log, vv_error *err)
{
    struct vv_head *fresh;
    vv_status status = vv_store_lists_reserve(&store->lists, 1, err);
    if (!status)
        status = vv_head_new(&store->memory, store->next_sequence, &fresh, err);
    if (status)
        return status;
    if (store->lists.head_count > 0)
        vv_head_seal(store->active, store->next_sequence);
    store->lists.heads[store->lists.head_count++] = (struct vv_store_head){fresh, log};
    store->active = fresh;
    return VARVE_OK;
}

static void replay_position(void *arg, const char *name, size_t name_bytes, uint64_t position)
{
    varve *store = arg;
    vv_store_follower_move(&store->lists, name, name_bytes, position);
}

static vv_status replay_batch(struct recovery *recovery, uint64_t file, uint64_t sequence,
                              const uint8_t *payload, size_t len_bytes, vv_error *err)
{
    varve *store = recovery->store;
    uint64_t rows = 0;
    vv_status status = vv_batch_apply(payload, len_bytes, store->registry, store->active, sequence,
                                      replay_position, store, &rows, err);
    if (status == VARVE_CORRUPT && vv_head_abort_room(store->active, 1)) {
        vv_log_error("store", err, "log file %llu", (unsigned long long)file);
        vv_head_abort(store->active, sequence);
        recovery->damaged++;
        return VARVE_OK;
    }
    /* The log may hold more than memory should: make parts on the way. */
    bool large = vv_head_bytes(store->active) > store->options.memory_bytes / 2;
    if (!status && large && !store->options.read_only) {
        status = next_head(store, file, err);
        for (bool more = true; more && !status;)
            status = vv_store_flush_oldest(store, &more, err);
    }
    return status;
}

static vv_status replay_delete(varve *store, uint64_t file, uint64_t sequence,
                               const uint8_t *payload, size_t len_bytes, vv_error *err)
{
    struct vv_reader from = vv_reader_of(payload, len_bytes);
    struct vv_manifest_mark mark = {.series = (uint32_t)vv_read_varint(&from)};
    mark.from = vv_read_svarint(&from);
    mark.to = vv_read_svarint(&from);
    mark.sequence = sequence;
    if (from.bad)
        return vv_fail(err, VARVE_CORRUPT, "log file %llu: deletion %llu cannot be read",
                       (unsigned long long)file, (unsigned long long)sequence);
    vv_status status = VARVE_OK;
    if (vv_head_rows(store->active) > 0) {
        store->next_sequence = sequence - 1;
        status = next_head(store, file, err);
        store->next_sequence = sequence;
    }
    if (!status)
        status = vv_store_lists_reserve(&store->lists, 1, err);
    if (!status)
        store->lists.marks[store->lists.mark_count++] = (struct vv_store_mark){.mark = mark};
    return status;
}

static vv_status replay(void *arg, uint64_t file, enum vv_wal_kind kind, uint64_t sequence,
                        const uint8_t *payload, size_t len_bytes, vv_error *err)
{
    struct recovery *recovery = arg;
    varve *store = recovery->store;
    if (kind == VV_WAL_STRATUM || kind == VV_WAL_SERIES) {
        if (sequence > store->next_sequence)
            store->next_sequence = sequence;
        return vv_registry_apply(store->registry, kind == VV_WAL_STRATUM, payload, len_bytes, err);
    }
    if (sequence <= store->next_sequence)
        return VARVE_OK; /* in a part already */
    store->next_sequence = sequence;
    if (kind == VV_WAL_BATCH)
        return replay_batch(recovery, file, sequence, payload, len_bytes, err);
    if (kind == VV_WAL_DELETE)
        return replay_delete(store, file, sequence, payload, len_bytes, err);
    return vv_fail(err, VARVE_UNSUPPORTED,
                   "log file %llu holds a record of kind %d: written by a "
                   "newer version",
                   (unsigned long long)file, (int)kind);
}

static void note(void *arg, bool damage, const char *text)
{
    struct recovery *recovery = arg;
    recovery->damaged += damage;
    if (recovery->store->note) {
        recovery->store->note(recovery->store->note_arg, damage, text);
        return;
    }
    vv_log(damage ? VV_LOG_ERROR : VV_LOG_INFO, "store", "%s: %s", recovery->store->path, text);
}

/* ---- what the manifest lists ---- */

vv_status vv_store_new_number(varve *store, uint64_t *number, vv_error *err)
{
    vv_mutex_lock(&store->work_mutex);
    *number = vv_manifest_state_of(store->manifest)->next_number;
    const struct vv_manifest_edit edit = {
        .remove_parts = number, .remove_part_count = 1, .next_number = *number + 1};
    vv_status status = vv_manifest_commit(store->manifest, &edit, err);
    vv_mutex_unlock(&store->work_mutex);
    return status;
}

vv_status vv_store_live_part(varve *store, const struct vv_manifest_part *about,
                             struct vv_live_part **part, vv_error *err)
{
    char path[VV_PATH_MAX];
    struct vv_part_id id;
    vv_store_part_path(store, about->number, path);
    vv_store_part_id(store, about, &id);
    return vv_live_part_new(store->io, store->cache, path, &id, about, part, err);
}

static vv_status load_lists(varve *store, vv_error *err)
{
    const struct vv_manifest_state *state = vv_manifest_state_of(store->manifest);
    struct vv_store_lists *lists = &store->lists;
    size_t most =
        state->part_count + state->mark_count + state->prune_count + state->follower_count;
    vv_status status = vv_store_lists_reserve(lists, most + 2, err);
    for (size_t i = 0; i < state->part_count && !status; i++) {
        struct vv_live_part *part;
        status = vv_store_live_part(store, &state->parts[i], &part, err);
        if (!status)
            vv_store_lists_add_part(lists, part);
    }
    if (status)
        return status;
    for (size_t i = 0; i < state->mark_count; i++)
        lists->marks[lists->mark_count++] =
            (struct vv_store_mark){.mark = state->marks[i], .durable = true};
    for (size_t i = 0; i < state->prune_count; i++)
        lists->prunes[lists->prune_count++] = state->prunes[i];
    for (size_t i = 0; i < state->follower_count; i++) {
        struct vv_store_follower *follower = &lists->followers[lists->follower_count++];
        follower->position = state->followers[i].position;
        follower->name = vv_strdup(state->followers[i].name);
        if (!follower->name)
            return vv_fail(err, VARVE_NO_MEMORY, "no memory for the followers");
    }
    lists->flushed_sequence = state->flushed_sequence;
    store->next_sequence = state->flushed_sequence;
    return next_head(store, state->first_log, err);
}

/* ---- files that the manifest does not list ---- */

struct listing {
    struct vv_buf names; /* NUL-terminated, one behind another */
};

static bool keep_name(void *arg, const char *name)
{
    struct listing *listing = arg;
    vv_buf_add(&listing->names, name, strlen(name) + 1);
    return true;
}

/* "<16 hex digits><suffix>" */
static bool file_number(const char *name, const char *suffix, uint64_t *number)
{
    if (strlen(name) != 16 + strlen(suffix) || strcmp(name + 16, suffix) != 0)
        return false;
    for (int i = 0; i < 16; i++)
        if (!isxdigit((unsigned char)name[i]))
            return false;
    *number = strtoull(name, NULL, 16);
    return true;
}

enum file_fate {
    FATE_KEEP,
    FATE_REMOVE,
    FATE_ASIDE
};

/* A file that the manifest lists stays. One whose number it gave out, or that it removed, is the
 * rest of an interrupted flush or merge. All else is not ours to delete. */
static enum file_fate fate_of(const struct vv_manifest_state *state, const char *name,
                              const char *suffix)
{
    uint64_t number;
    if (!file_number(name, suffix, &number))
        return FATE_ASIDE;
    for (size_t i = 0; i < state->part_count; i++)
        if (state->parts[i].number == number)
            return FATE_KEEP;
    for (size_t i = 0; i < state->touched_count; i++)
        if (state->touched[i].number == number)
            return FATE_KEEP;
    for (size_t i = 0; i < state->removed_count; i++)
        if (state->removed[i] == number)
            return FATE_REMOVE;
    return FATE_ASIDE;
}

static vv_status settle_file(varve *store, const char *folder, const char *name, const char *suffix,
                             vv_error *err)
{
    char from[VV_PATH_MAX], to[VV_PATH_MAX];
    snprintf(from, sizeof from, "%s/%s/%s", store->path, folder, name);
    snprintf(to, sizeof to, "%s/aside/%s", store->path, name);
    switch (fate_of(vv_manifest_state_of(store->manifest), name, suffix)) {
    case FATE_KEEP:
        break;
    case FATE_REMOVE:
        return store->io->unlink(store->io->context, from, err);
    case FATE_ASIDE:
        vv_log(VV_LOG_WARN, "store", "%s is not known to the manifest: set aside as %s", from, to);
        return store->io->rename(store->io->context, from, to, err);
    }
    return VARVE_OK;
}

static vv_status settle_files(varve *store, const char *folder, const char *suffix, vv_error *err)
{
    char dir[VV_PATH_MAX];
    struct listing listing = {0};
    vv_store_path(store, folder, dir);
    vv_status status = store->io->list(store->io->context, dir, keep_name, &listing, err);
    if (!status && listing.names.failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory to list %s", dir);
    for (size_t at = 0; at < listing.names.len && !status;) {
        const char *name = (const char *)listing.names.data + at;
        at += strlen(name) + 1;
        status = settle_file(store, folder, name, suffix, err);
    }
    vv_buf_deinit(&listing.names);
    if (!status)
        status = store->io->sync_dir(store->io->context, dir, err);
    return status;
}

/* ---- beside a live process ---- */

/* A process that only reads does not keep the writer from removing parts and log files. So it opens
 * all of them, and then looks whether the manifest still wants what it took: if so, it has all of
 * that moment, whatever is removed later. */
static vv_status hold_parts(struct recovery *recovery, vv_error *err)
{
    const struct vv_store_lists *lists = &recovery->store->lists;
    long most = sysconf(_SC_OPEN_MAX) / 2; /* the others are opened as they are read */
    for (size_t i = 0; i < lists->part_count && (long)i < most; i++) {
        vv_error why = {0};
        vv_status status = vv_part_hold(lists->parts[i]->part, &why);
        if (status == VARVE_NOT_FOUND)
            vv_buf_add(&recovery->missing, &lists->parts[i]->about.number, sizeof(uint64_t));
        else if (why.native == EMFILE || why.native == ENFILE)
            break;
        else if (status)
            return vv_fail(err, status, "%s", why.message);
    }
    return recovery->missing.failed ? vv_fail(err, VARVE_NO_MEMORY, "no memory to open a store")
                                    : VARVE_OK;
}

static bool lists_part(const struct vv_manifest_state *state, uint64_t number)
{
    for (size_t i = 0; i < state->part_count; i++)
        if (state->parts[i].number == number)
            return true;
    return false;
}

/* A part that is missing and still wanted is damage: for whoever reads it to tell. */
static bool still_holds(const struct recovery *recovery, const struct vv_manifest_state *now)
{
    const struct vv_manifest_state *taken = vv_manifest_state_of(recovery->store->manifest);
    const uint64_t *missing = (const uint64_t *)(const void *)recovery->missing.data;
    if (now->first_log != taken->first_log || now->epoch != taken->epoch)
        return false;
    for (size_t i = 0; i < recovery->missing.len / sizeof *missing; i++)
        if (!lists_part(now, missing[i]))
            return false;
    return true;
}

static vv_status confirm(void *arg, vv_error *err)
{
    struct recovery *recovery = arg;
    varve *store = recovery->store;
    struct vv_manifest *now;
    vv_status status = vv_manifest_load(store->io, store->path, &now, err);
    if (status)
        return status;
    if (!still_holds(recovery, vv_manifest_state_of(now)))
        status = vv_fail(err, VARVE_BUSY, "the store %s changes faster than it can be opened",
                         store->path);
    vv_manifest_free(now);
    return status;
}

/* ---- the log ---- */

static vv_status replay_log(varve *store, struct vv_wal_recovery *found, vv_error *err)
{
    const struct vv_manifest_state *state = vv_manifest_state_of(store->manifest);
    struct recovery recovery = {.store = store};
    bool beside = store->options.read_only;
    const struct vv_wal_replay to = {
        .each = replay, .note = note, .confirm = beside ? confirm : NULL, .arg = &recovery};
    struct vv_wal_id id = {.epoch = store->epoch};
    memcpy(id.store_id, store->store_id, sizeof id.store_id);
    char dir[VV_PATH_MAX];
    vv_store_path(store, "log", dir);
    vv_status status = beside ? hold_parts(&recovery, err) : VARVE_OK;
    if (!status)
        status = vv_wal_recover(store->io, dir, &id, state->first_log, &to, found, err);
    vv_buf_deinit(&recovery.missing);
    atomic_fetch_add(&store->counters.damaged, recovery.damaged);
    return status;
}

vv_status vv_store_recover(varve *store, vv_error *err)
{
    struct vv_wal_recovery found = {0};
    char path[VV_PATH_MAX];
    const struct vv_manifest_state *state = vv_manifest_state_of(store->manifest);
    memcpy(store->store_id, state->store_id, sizeof store->store_id);
    vv_store_path(store, "registry", path);
    vv_status status =
        vv_registry_load(store->registry, store->io, path, state->registry_bytes, err);
    if (!status && !store->options.read_only)
        status = settle_files(store, "parts", ".part", err);
    if (!status && !store->options.read_only)
        status = settle_files(store, "touched", ".touched", err);
    if (!status && !store->options.read_only)
        status = vv_manifest_begin(store->manifest, err);
    store->epoch = state->epoch;
    store->registry_bytes = state->registry_bytes;
    if (!status)
        status = load_lists(store, err);
    if (!status)
        status = vv_store_publish(store, err);
    if (!status)
        status = replay_log(store, &found, err);
    if (!status && !store->options.read_only) {
        struct vv_wal_id id = {.epoch = store->epoch};
        struct vv_wal_options options = {.file_bytes = store->options.log_bytes / 4};
        memcpy(id.store_id, store->store_id, sizeof id.store_id);
        vv_store_path(store, "log", path);
        uint64_t number =
            (found.last_file > state->first_log ? found.last_file : state->first_log) + 1;
        status = vv_wal_open(store->io, path, &id, number, &options, &store->wal, err);
        if (!status && vv_head_rows(store->active) > 0)
            status = next_head(store, number, err);
    }
    if (!status)
        status = vv_store_publish(store, err);
    if (!status)
        atomic_store(&store->visible_sequence, store->next_sequence);
    return status;
}
