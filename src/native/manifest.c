#include "native/manifest_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/alloc.h"

#include "base/banned.h"

#define NAME        "MANIFEST-"
#define NAME_BYTES  9
#define DIGITS      16
#define PATH_BYTES  40    /* "/MANIFEST-%016llx.tmp" and its NUL, rounded up */
#define GROWN_BYTES 65536 /* of edits, before a new file is thought of */
#define GROWN_TIMES 4     /* and they are so many times the snapshot */
#define RACES_MAX   16    /* a reader beside a live process: files that go while they are listed */

struct vv_manifest {
    const struct vv_io *io;
    char *dir;
    struct vv_manifest_state state;
    struct vv_manifest_header header; /* of the file that edits go to */
    struct vv_file *file;             /* null until begin */
    uint64_t next_file;
    uint32_t ordinal;
    uint64_t snapshot_bytes, end_bytes;
    bool doubtful; /* what is behind end_bytes, or in a newer file, may be anything */
    uint64_t bad_copies;
};

static char *path_of(const struct vv_manifest *m, uint64_t number, const char *suffix)
{
    size_t size = strlen(m->dir) + PATH_BYTES;
    char *path = vv_alloc(size);
    if (path)
        (void)snprintf(path, size, "%s/" NAME "%016" PRIx64 "%s", m->dir, number, suffix);
    return path;
}

/* The number in "MANIFEST-<16 hex digits>suffix". */
static bool number_of(const char *name, const char *suffix, uint64_t *number)
{
    *number = 0;
    if (strncmp(name, NAME, NAME_BYTES) != 0)
        return false;
    name += NAME_BYTES;
    for (int i = 0; i < DIGITS; i++) {
        char c = name[i];
        if (c >= '0' && c <= '9')
            *number = *number << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            *number = *number << 4 | (uint64_t)(c - 'a' + 10);
        else
            return false;
    }
    return strcmp(name + DIGITS, suffix) == 0;
}

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "no memory for the manifest");
}

static struct vv_manifest *manifest_new(const struct vv_io *io, const char *dir)
{
    struct vv_manifest *m = vv_alloc_zero(sizeof *m);
    if (!m)
        return NULL;
    m->io = io;
    m->dir = vv_strdup(dir);
    if (!m->dir) {
        vv_free(m);
        return NULL;
    }
    return m;
}

void vv_manifest_free(struct vv_manifest *manifest)
{
    if (!manifest)
        return;
    if (manifest->file)
        manifest->io->close(manifest->file);
    vv_manifest_state_deinit(&manifest->state);
    vv_free(manifest->dir);
    vv_free(manifest);
}

const struct vv_manifest_state *vv_manifest_state_of(const struct vv_manifest *manifest)
{
    return &manifest->state;
}

uint64_t vv_manifest_bad_copies(const struct vv_manifest *manifest)
{
    return manifest->bad_copies;
}

/* ---- loading ---- */

struct newest {
    uint64_t numbers[2]; /* the newest, and the one before it */
    size_t count;
};

static bool list_one(void *arg, const char *name)
{
    struct newest *n = arg;
    uint64_t number;
    if (!number_of(name, "", &number))
        return true;
    if (n->count == 0 || number > n->numbers[0]) {
        n->numbers[1] = n->numbers[0];
        n->numbers[0] = number;
    } else if (n->count == 1 || number > n->numbers[1]) {
        n->numbers[1] = number;
    }
    n->count++;
    return true;
}

static vv_status parse_file(const struct vv_manifest *m, uint64_t number, uint64_t *size_bytes,
                            struct vv_manifest_parsed *parsed, vv_error *err)
{
    struct vv_buf buf = {0};
    char *path = path_of(m, number, "");
    vv_status status =
        path ? vv_io_read_all(m->io, path, VV_MANIFEST_MAX, &buf, err) : no_memory(err);
    *size_bytes = buf.len;
    if (status == VARVE_OK) {
        status = vv_manifest_parse(buf.data, buf.len, parsed, err);
        if (status == VARVE_OK && parsed->header.number != number) {
            vv_manifest_state_deinit(&parsed->state);
            status = vv_fail(err, VARVE_CORRUPT, "it is a copy of file %016" PRIx64,
                             parsed->header.number);
        }
        if (status != VARVE_OK)
            vv_error_prefix(err, "%s", path);
    }
    vv_buf_deinit(&buf);
    vv_free(path);
    return status;
}

static vv_status snapshot_bytes(const struct vv_manifest_state *state, uint64_t *bytes,
                                vv_error *err)
{
    struct vv_buf payload = {0};
    vv_manifest_pack_state(state, &payload);
    bool failed = payload.failed;
    *bytes = 2 * (VV_MANIFEST_HEADER + VV_MANIFEST_RECORD + (uint64_t)payload.len);
    vv_buf_deinit(&payload);
    return failed ? no_memory(err) : VARVE_OK;
}

/* The newest file is damaged. The one before it is there only when the process ended between the
 * newest's rename and the removal of the older, or when that removal did not last; it is the whole
 * truth if nothing was ever added to the newest: when that is exactly as long as the snapshot of
 * the older one's state, and the older one ends with a good record. */
static bool older_is_right(const struct vv_manifest *m, const struct newest *newest,
                           uint64_t newest_bytes, struct vv_manifest_parsed *older)
{
    uint64_t older_bytes, expected;
    if (newest->count < 2 || parse_file(m, newest->numbers[1], &older_bytes, older, NULL))
        return false;
    if (older->torn_bytes == 0 && snapshot_bytes(&older->state, &expected, NULL) == VARVE_OK &&
        expected == newest_bytes)
        return true;
    vv_manifest_state_deinit(&older->state);
    return false;
}

static vv_status load(struct vv_manifest *m, vv_error *err)
{
    struct newest newest = {.count = 0};
    struct vv_manifest_parsed parsed;
    uint64_t size = 0;
    vv_status status = m->io->list(m->io->context, m->dir, list_one, &newest, err);
    if (status != VARVE_OK)
        return status;
    if (newest.count == 0)
        return vv_fail(err, VARVE_NOT_FOUND, "%s holds no store", m->dir);
    m->next_file = newest.numbers[0] + 1;
    status = parse_file(m, newest.numbers[0], &size, &parsed, err);
    if (status == VARVE_CORRUPT && older_is_right(m, &newest, size, &parsed)) {
        parsed.state.epoch++; /* the damaged one's session may have left files of its epoch */
        parsed.bad_copies++;
        status = VARVE_OK;
    }
    if (status != VARVE_OK)
        return status;
    m->state = parsed.state;
    m->bad_copies = parsed.bad_copies;
    return VARVE_OK;
}

vv_status vv_manifest_load(const struct vv_io *io, const char *dir, struct vv_manifest **manifest,
                           vv_error *err)
{
    *manifest = NULL;
    struct vv_manifest *m = manifest_new(io, dir);
    if (!m)
        return no_memory(err);
    vv_status status;
    int races = 0;
    /* A live process may have removed the file between its listing and its opening. */
    do
        status = load(m, err);
    while (status == VARVE_NOT_FOUND && m->next_file > 0 && ++races < RACES_MAX);
    if (status != VARVE_OK) {
        vv_manifest_free(m);
        return status;
    }
    *manifest = m;
    return VARVE_OK;
}

/* ---- writing ---- */

/* Writes the state as a new file. From the rename on that file may be found at the next opening,
 * whatever the outcome: nothing may be added to the older one then (`doubtful`). */
static vv_status begin_file(struct vv_manifest *m, const struct vv_manifest_state *state,
                            vv_error *err)
{
    struct vv_manifest_header header = {.epoch = state->epoch, .number = m->next_file};
    struct vv_buf payload = {0}, bytes = {0};
    struct vv_file *file = NULL;
    char *path = path_of(m, header.number, ""), *temporary = path_of(m, header.number, ".tmp");
    memcpy(header.store_id, state->store_id, sizeof header.store_id);
    vv_manifest_header_pack(&header, &bytes);
    vv_manifest_pack_state(state, &payload);
    vv_manifest_record(&header, 0, &payload, &bytes);
    vv_status status = VARVE_OK;
    if (!path || !temporary || bytes.failed) {
        status = no_memory(err);
        goto out;
    }
    m->next_file++;
    (void)m->io->unlink(m->io->context, temporary, NULL);
    status = m->io->open(m->io->context, temporary, VV_IO_CREATE, &file, err);
    if (status != VARVE_OK)
        goto out;
    status = m->io->write(file, 0, bytes.data, bytes.len, err);
    if (status == VARVE_OK)
        status = m->io->sync(file, err);
    if (status == VARVE_OK) {
        m->doubtful = true;
        status = m->io->rename(m->io->context, temporary, path, err);
    }
    if (status == VARVE_OK)
        status = m->io->sync_dir(m->io->context, m->dir, err);
    if (status != VARVE_OK) {
        (void)m->io->unlink(m->io->context, temporary, NULL);
        goto out;
    }
    if (m->file)
        m->io->close(m->file);
    m->file = file;
    file = NULL;
    m->header = header;
    m->ordinal = 1;
    m->snapshot_bytes = m->end_bytes = bytes.len;
    m->doubtful = false;
out:
    if (file)
        m->io->close(file);
    vv_buf_deinit(&payload);
    vv_buf_deinit(&bytes);
    vv_free(path);
    vv_free(temporary);
    return status;
}

struct removal {
    struct vv_manifest *manifest;
    uint64_t number;
    bool found;
};

static bool find_older(void *arg, const char *name)
{
    struct removal *r = arg;
    r->found = (number_of(name, "", &r->number) && r->number < r->manifest->header.number) ||
               number_of(name, ".tmp", &r->number);
    return !r->found;
}

/* Older files and unfinished ones. One that cannot be removed does no harm: the newest counts. */
static void remove_older(struct vv_manifest *m)
{
    for (;;) {
        struct removal r = {.manifest = m};
        if (m->io->list(m->io->context, m->dir, find_older, &r, NULL) != VARVE_OK || !r.found)
            return;
        bool removed = false;
        static const char *const suffixes[] = {"", ".tmp"};
        for (int i = 0; i < 2; i++) {
            char *path =
                r.number < m->header.number || i == 1 ? path_of(m, r.number, suffixes[i]) : NULL;
            if (path)
                removed |= m->io->unlink(m->io->context, path, NULL) == VARVE_OK;
            vv_free(path);
        }
        if (!removed)
            return;
    }
}

vv_status vv_manifest_create(const struct vv_io *io, const char *dir, struct vv_manifest **manifest,
                             vv_error *err)
{
    *manifest = NULL;
    struct vv_manifest *m = manifest_new(io, dir);
    if (!m)
        return no_memory(err);
    vv_status status = VARVE_OK;
    m->next_file = 1;
    m->state.next_number = m->state.first_log = 1;
    if (getrandom(m->state.store_id, sizeof m->state.store_id, 0) !=
        (ssize_t)sizeof m->state.store_id)
        status = vv_fail(err, VARVE_IO, "the machine gives no random number");
    if (status == VARVE_OK)
        status = begin_file(m, &m->state, err);
    if (status != VARVE_OK) {
        vv_error_prefix(err, "%s: no store could be made", dir);
        vv_manifest_free(m);
        return status;
    }
    *manifest = m;
    return VARVE_OK;
}

vv_status vv_manifest_write(const struct vv_io *io, const char *dir,
                            const struct vv_manifest_state *state, vv_error *err)
{
    struct vv_manifest_state bare = *state;
    struct vv_manifest *m = manifest_new(io, dir);
    if (!m)
        return no_memory(err);
    m->next_file = 1;
    bare.removed_count = 0;
    vv_status status = begin_file(m, &bare, err);
    vv_manifest_free(m);
    return status;
}

vv_status vv_manifest_begin(struct vv_manifest *manifest, vv_error *err)
{
    manifest->state.epoch++;
    manifest->state.removed_count = 0;
    vv_status status = begin_file(manifest, &manifest->state, err);
    if (status == VARVE_OK)
        remove_older(manifest);
    return status;
}

static vv_status append_edit(struct vv_manifest *m, const struct vv_buf *payload, vv_error *err)
{
    struct vv_buf bytes = {0};
    vv_manifest_record(&m->header, m->ordinal, payload, &bytes);
    vv_status status = VARVE_OK;
    if (bytes.failed)
        status = no_memory(err);
    if (status == VARVE_OK) {
        m->doubtful = true;
        status = m->io->write(m->file, m->end_bytes, bytes.data, bytes.len, err);
    }
    if (status == VARVE_OK)
        status = m->io->sync(m->file, err);
    if (status == VARVE_OK) {
        m->end_bytes += bytes.len;
        m->ordinal++;
        m->doubtful = false;
    }
    vv_buf_deinit(&bytes);
    return status;
}

static bool grown(const struct vv_manifest *m)
{
    uint64_t edits = m->end_bytes - m->snapshot_bytes;
    return edits > GROWN_BYTES && edits > GROWN_TIMES * m->snapshot_bytes;
}

vv_status vv_manifest_commit(struct vv_manifest *manifest, const struct vv_manifest_edit *edit,
                             vv_error *err)
{
    struct vv_manifest *m = manifest;
    struct vv_buf payload = {0};
    struct vv_manifest_state next = {0};
    if (!m->file)
        return vv_fail(err, VARVE_INTERNAL, "%s: a manifest that was not begun", m->dir);
    vv_manifest_pack_edit(edit, &payload);
    vv_status status = payload.failed ? no_memory(err) : VARVE_OK;
    /* What a reader will make of the bytes is what the state becomes, and nothing can fail once
     * they are durable. */
    if (status == VARVE_OK)
        status = vv_manifest_state_copy(&m->state, &next, err);
    if (status == VARVE_OK)
        status = vv_manifest_apply(&next, payload.data, payload.len, err);
    if (status != VARVE_OK)
        goto out;
    bool appended = !m->doubtful && !grown(m) && append_edit(m, &payload, NULL) == VARVE_OK;
    if (!appended)
        status = begin_file(m, &next, err);
    /* A file that had only grown too long can still take the edit. */
    if (status != VARVE_OK && !m->doubtful)
        status = append_edit(m, &payload, err);
    if (status != VARVE_OK)
        goto out;
    if (!appended && m->ordinal == 1)
        remove_older(m);
    struct vv_manifest_state old = m->state;
    m->state = next;
    next = old;
out:
    vv_manifest_state_deinit(&next);
    vv_buf_deinit(&payload);
    return status;
}
