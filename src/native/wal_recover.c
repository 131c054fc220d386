/* Reading the log back: which files count, up to where, and what is between bad bytes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "native/wal_private.h"

#include "base/banned.h"

#define GAPS_MAX     32
#define FILE_MAX     (1u << 31)
#define NOTE_BYTES   400
#define FILE_ENDLESS UINT64_MAX

struct log_file {
    uint64_t number;
    struct vv_file *file;
    uint64_t end; /* where it was ended by the file behind it; FILE_ENDLESS where nobody knows */
    bool readable;
    struct vv_wal_header header;
};

/* Bad bytes between good frames. */
struct gap {
    uint64_t from, to;
    uint64_t before, after; /* the sequences around it */
};

struct recovery {
    const struct vv_io *io;
    const char *dir;
    const struct vv_wal_id *id;
    uint64_t first_file;
    vv_status (*each)(void *arg, uint64_t file, enum vv_wal_kind kind, uint64_t sequence,
                      const uint8_t *payload, size_t len_bytes, vv_error *err);
    void (*note)(void *arg, bool damage, const char *text);
    void *arg;
    struct vv_wal_recovery *result;
    struct log_file *files;
    size_t count, capacity;
    bool no_memory;
    struct gap gaps[GAPS_MAX]; /* of the file being read; the last one takes the rest in */
    size_t gap_count;
};

static void __attribute__((format(printf, 3, 4)))
tell(struct recovery *r, bool damage, const char *format, ...)
{
    char text[NOTE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (damage)
        r->result->damaged++;
    if (r->note)
        r->note(r->arg, damage, text);
}

/* ---- which files there are ---- */

static bool list_one(void *arg, const char *name)
{
    struct recovery *r = arg;
    uint64_t number;
    if (!vv_wal_number_of(name, &number))
        return true;
    if (number > r->result->last_file)
        r->result->last_file = number;
    if (number < r->first_file)
        return true;
    if (r->count == r->capacity) {
        size_t capacity = r->capacity ? r->capacity * 2 : 16;
        struct log_file *files = vv_realloc(r->files, capacity * sizeof *files);
        if (!files) {
            r->no_memory = true;
            return false;
        }
        r->files = files;
        r->capacity = capacity;
    }
    r->files[r->count++] = (struct log_file){.number = number, .end = FILE_ENDLESS};
    return true;
}

static int by_number(const void *a, const void *b)
{
    const struct log_file *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static vv_status open_file(const struct recovery *r, uint64_t number, struct vv_file **file,
                           vv_error *err)
{
    char *path = vv_wal_path(r->dir, number, "");
    vv_status status = path ? r->io->open(r->io->context, path, VV_IO_READ, file, err)
                            : vv_fail(err, VARVE_NO_MEMORY, "no memory for a file's name");
    vv_free(path);
    return status;
}

/* Up to `max_bytes` from the beginning of a file. */
static vv_status read_file(const struct recovery *r, struct vv_file *file, size_t max_bytes,
                           struct vv_buf *buf, vv_error *err)
{
    uint64_t size = 0;
    size_t got = 0;
    vv_status status = r->io->size_of(file, &size, err);
    if (size > max_bytes)
        size = max_bytes;
    if (status == VARVE_OK && !vv_buf_reserve(buf, (size_t)size + 1))
        status = vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to read the log", r->dir);
    if (status == VARVE_OK)
        status = r->io->read(file, 0, buf->data, (size_t)size, &got, err);
    buf->len = got; /* less than the size where a live process cut it meanwhile */
    return status;
}

static vv_status check_header(struct recovery *r, struct log_file *f, vv_error *err)
{
    struct vv_buf buf = {0};
    bool damaged_copy = false;
    vv_error local;
    vv_status status = read_file(r, f->file, VV_WAL_START, &buf, err);
    if (status != VARVE_OK)
        goto out;
    status = vv_wal_header_unpack(buf.data, buf.len, &f->header, &damaged_copy, &local);
    if (status == VARVE_CORRUPT) {
        tell(r, true, "%s/%016" PRIx64 ".log: %s, none of it can be read", r->dir, f->number,
             local.message);
        status = VARVE_OK;
        goto out;
    }
    if (status != VARVE_OK)
        status =
            vv_fail(err, status, "%s/%016" PRIx64 ".log: %s", r->dir, f->number, local.message);
    else if (memcmp(f->header.store_id, r->id->store_id, sizeof f->header.store_id) != 0)
        status = vv_fail(err, VARVE_CONFLICT,
                         "%s/%016" PRIx64 ".log belongs to another store: move it away", r->dir,
                         f->number);
    else if (f->header.epoch > r->id->epoch)
        status = vv_fail(err, VARVE_CONFLICT,
                         "%s/%016" PRIx64 ".log is of epoch %" PRIu64 ", the manifest of %" PRIu64
                         ": an older manifest was put back",
                         r->dir, f->number, f->header.epoch, r->id->epoch);
    else if (f->header.number != f->number)
        tell(r, true, "%s/%016" PRIx64 ".log is a copy of file %016" PRIx64 ": not read", r->dir,
             f->number, f->header.number);
    else
        f->readable = true;
    if (f->readable && buf.len < VV_WAL_START)
        tell(r, true, "%s/%016" PRIx64 ".log is cut off inside its header", r->dir, f->number);
    else if (f->readable && damaged_copy)
        tell(r, true, "%s/%016" PRIx64 ".log: one of the two copies of its header is damaged",
             r->dir, f->number);
out:
    vv_buf_deinit(&buf);
    return status;
}

/* Takes each file's word for where the log before it ends. */
static void settle_ends(struct recovery *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct vv_wal_header *h = &r->files[i].header;
        bool found = h->previous < r->first_file || h->previous == 0;
        if (!r->files[i].readable)
            continue;
        for (size_t k = 0; k < i; k++) {
            struct log_file *f = &r->files[k];
            found |= f->number == h->previous;
            if (h->previous_bytes == VV_WAL_UNKNOWN || f->number < h->previous)
                continue;
            uint64_t end = f->number == h->previous ? h->previous_bytes : 0;
            if (end < f->end)
                f->end = end;
        }
        if (!found)
            tell(r, true, "%s/%016" PRIx64 ".log is missing", r->dir, h->previous);
    }
}

/* ---- one file ---- */

static bool is_definition(uint32_t kind)
{
    return kind == VV_WAL_STRATUM || kind == VV_WAL_SERIES;
}

/* The next place behind `at` where a frame stands that can be one of this log: `limit` if none. */
static size_t resync(const uint8_t *data, size_t at, size_t limit, uint32_t guard,
                     uint64_t last_sequence)
{
    while (++at + VV_WAL_FRAME_HEADER <= limit) {
        if (vv_wal_frame_at(data + at, limit - at, guard) == 0)
            continue;
        uint32_t kind = vv_get32(data + at + VV_WAL_AT_KIND);
        uint64_t sequence = vv_get64(data + at + VV_WAL_AT_SEQUENCE);
        if (kind == VV_WAL_MARK || is_definition(kind) || sequence >= last_sequence)
            return at;
    }
    return limit;
}

static void add_gap(struct recovery *r, uint64_t from, uint64_t to, uint64_t after)
{
    if (r->gap_count == GAPS_MAX) {
        r->gaps[GAPS_MAX - 1].to = to;
        r->gaps[GAPS_MAX - 1].after = after;
        return;
    }
    r->gaps[r->gap_count++] = (struct gap){from, to, r->result->last_sequence, after};
}

static void tell_gaps(struct recovery *r, const struct log_file *f, uint64_t durable_bytes)
{
    for (size_t i = 0; i < r->gap_count; i++) {
        const struct gap *g = &r->gaps[i];
        bool damage = g->from < durable_bytes;
        tell(r, damage,
             "%s/%016" PRIx64 ".log: bytes %" PRIu64 " to %" PRIu64 " %s: what stood there between "
             "sequences %" PRIu64 " and %" PRIu64 " is lost",
             r->dir, f->number, g->from, g->to, damage ? "are damaged" : "were never written whole",
             g->before, g->after);
    }
    r->gap_count = 0;
}

static void take_mark(const uint8_t *frame, size_t frame_bytes, uint64_t *durable_bytes)
{
    if (frame_bytes == VV_WAL_MARK_BYTES && vv_get64(frame + VV_WAL_FRAME_HEADER) > *durable_bytes)
        *durable_bytes = vv_get64(frame + VV_WAL_FRAME_HEADER);
}

/* How much of a file its marks say is durable. */
static uint64_t durable_of(const struct vv_buf *buf, uint32_t guard)
{
    uint64_t durable_bytes = VV_WAL_START, last_sequence = 0;
    for (size_t at = VV_WAL_START; at < buf->len;) {
        const uint8_t *frame = buf->data + at;
        size_t size = vv_wal_frame_at(frame, buf->len - at, guard);
        if (size == 0) {
            at = resync(buf->data, at, buf->len, guard, last_sequence);
            continue;
        }
        if (vv_get32(frame + VV_WAL_AT_KIND) == VV_WAL_MARK)
            take_mark(frame, size, &durable_bytes);
        else if (vv_get64(frame + VV_WAL_AT_SEQUENCE) > last_sequence)
            last_sequence = vv_get64(frame + VV_WAL_AT_SEQUENCE);
        at += size;
    }
    return durable_bytes;
}

/* Whether what is behind the bad bytes `at` … `next` still counts. What was durable does. Else
 * those bytes may be frames that the power took, definitions among them, and what came later must
 * not show without what came before; unless they were no frame of the store at all. */
static bool goes_on(const uint8_t *data, size_t at, size_t next, uint64_t durable_bytes,
                    uint64_t last_sequence)
{
    return at < durable_bytes || (vv_get32(data + next + VV_WAL_AT_KIND) != VV_WAL_MARK &&
                                  vv_get64(data + next + VV_WAL_AT_SEQUENCE) == last_sequence + 1);
}

static vv_status deliver(struct recovery *r, const struct log_file *f, const uint8_t *frame,
                         size_t frame_bytes, vv_error *err)
{
    uint32_t kind = vv_get32(frame + VV_WAL_AT_KIND);
    uint64_t sequence = vv_get64(frame + VV_WAL_AT_SEQUENCE);
    const uint8_t *payload = frame + VV_WAL_FRAME_HEADER;
    if (kind == VV_WAL_MARK)
        return VARVE_OK;
    if (kind > VV_WAL_FOLLOWER)
        return vv_fail(err, VARVE_UNSUPPORTED,
                       "%s/%016" PRIx64 ".log holds a frame of kind %" PRIu32
                       ", unknown to this program",
                       r->dir, f->number, kind);
    r->result->frames++;
    r->result->bytes += frame_bytes;
    if (sequence > r->result->last_sequence)
        r->result->last_sequence = sequence;
    return r->each(r->arg, f->number, (enum vv_wal_kind)kind, sequence, payload,
                   frame_bytes - VV_WAL_FRAME_HEADER, err);
}

/* The end of a file behind its last good frame, at `at`. */
static void tell_end(struct recovery *r, const struct log_file *f, size_t at, size_t limit)
{
    if (f->end != FILE_ENDLESS && at < f->end) {
        tell(r, true,
             "%s/%016" PRIx64 ".log: its good frames end at byte %zu of %" PRIu64
             ": what followed sequence %" PRIu64 " is lost",
             r->dir, f->number, at, f->end, r->result->last_sequence);
        return;
    }
    r->result->torn_bytes = at < limit ? limit - at : 0;
    if (at < limit)
        tell(r, false,
             "%s/%016" PRIx64 ".log: %zu bytes of an interrupted write behind sequence %" PRIu64,
             r->dir, f->number, limit - at, r->result->last_sequence);
}

static vv_status read_frames(struct recovery *r, const struct log_file *f, vv_error *err)
{
    struct vv_buf buf = {0};
    vv_status status = VARVE_OK;
    if (f->end <= VV_WAL_START)
        return VARVE_OK;
    status = read_file(r, f->file, f->end < FILE_MAX ? (size_t)f->end : FILE_MAX, &buf, err);
    uint64_t durable_bytes = f->end == FILE_ENDLESS ? durable_of(&buf, f->header.guard) : f->end;
    size_t at = VV_WAL_START;
    while (status == VARVE_OK && at < buf.len) {
        const uint8_t *frame = buf.data + at;
        size_t size = vv_wal_frame_at(frame, buf.len - at, f->header.guard);
        if (size == 0) {
            size_t next = resync(buf.data, at, buf.len, f->header.guard, r->result->last_sequence);
            if (next == buf.len ||
                !goes_on(buf.data, at, next, durable_bytes, r->result->last_sequence))
                break;
            add_gap(r, at, next, vv_get64(buf.data + next + VV_WAL_AT_SEQUENCE));
            at = next;
            continue;
        }
        status = deliver(r, f, frame, size, err);
        at += size;
    }
    if (status == VARVE_OK) {
        tell_gaps(r, f, durable_bytes);
        tell_end(r, f, at, buf.len);
    }
    vv_buf_deinit(&buf);
    return status;
}

vv_status vv_wal_recover(const struct vv_io *io, const char *dir, const struct vv_wal_id *id,
                         uint64_t first_file, const struct vv_wal_replay *replay,
                         struct vv_wal_recovery *recovery, vv_error *err)
{
    *recovery = (struct vv_wal_recovery){0};
    struct recovery r = {.io = io,
                         .dir = dir,
                         .id = id,
                         .first_file = first_file,
                         .each = replay->each,
                         .note = replay->note,
                         .arg = replay->arg,
                         .result = recovery};
    vv_status status = io->list(io->context, dir, list_one, &r, err);
    if (status == VARVE_OK && r.no_memory)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory to list %s", dir);
    if (status == VARVE_OK && r.count > 1)
        qsort(r.files, r.count, sizeof *r.files, by_number);
    for (size_t i = 0; i < r.count && status == VARVE_OK; i++)
        status = open_file(&r, r.files[i].number, &r.files[i].file, err);
    if (status == VARVE_OK && replay->confirm)
        status = replay->confirm(replay->arg, err);
    for (size_t i = 0; i < r.count && status == VARVE_OK; i++)
        status = check_header(&r, &r.files[i], err);
    if (status == VARVE_OK)
        settle_ends(&r);
    for (size_t i = 0; i < r.count && status == VARVE_OK; i++)
        if (r.files[i].readable)
            status = read_frames(&r, &r.files[i], err);
    for (size_t i = 0; i < r.count; i++)
        if (r.files[i].file)
            io->close(r.files[i].file);
    vv_free(r.files);
    return status;
}

/* Adds the good frames at and behind `durable_bytes` to `tail`, as far as they count. */
static void walk_tail(const struct vv_buf *buf, uint32_t guard, uint64_t durable_bytes,
                      struct vv_buf *tail)
{
    uint64_t last_sequence = 0;
    for (size_t at = VV_WAL_START; at < buf->len;) {
        const uint8_t *frame = buf->data + at;
        size_t size = vv_wal_frame_at(frame, buf->len - at, guard);
        if (size == 0) {
            size_t next = resync(buf->data, at, buf->len, guard, last_sequence);
            if (next == buf->len || !goes_on(buf->data, at, next, durable_bytes, last_sequence))
                return;
            at = next;
            continue;
        }
        if (vv_get32(frame + VV_WAL_AT_KIND) != VV_WAL_MARK) {
            uint64_t sequence = vv_get64(frame + VV_WAL_AT_SEQUENCE);
            if (at >= durable_bytes)
                vv_buf_add(tail, frame, size);
            if (sequence > last_sequence)
                last_sequence = sequence;
        }
        at += size;
    }
}

vv_status vv_wal_tail(const struct vv_io *io, const char *dir, uint64_t number,
                      uint64_t *durable_bytes, struct vv_buf *tail, vv_error *err)
{
    struct recovery r = {.io = io, .dir = dir};
    struct vv_wal_header header;
    struct vv_buf buf = {0};
    bool damaged_copy;
    *durable_bytes = VV_WAL_UNKNOWN;
    struct vv_file *file = NULL;
    vv_status status = open_file(&r, number, &file, err);
    if (status == VARVE_OK)
        status = read_file(&r, file, FILE_MAX, &buf, err);
    if (file)
        io->close(file);
    if (status == VARVE_OK &&
        vv_wal_header_unpack(buf.data, buf.len, &header, &damaged_copy, NULL) == VARVE_OK &&
        header.number == number) {
        *durable_bytes = durable_of(&buf, header.guard);
        walk_tail(&buf, header.guard, *durable_bytes, tail);
        if (tail->failed)
            status = vv_fail(err, VARVE_NO_MEMORY, "no memory for the log's unsynced end");
    }
    vv_buf_deinit(&buf);
    return status;
}
