/* The registry's bytes: definitions as they stand in the log, and the file of records. */
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/crc32c.h"
#include "native/registry_private.h"

#include "base/banned.h"

#define FILE_MAGIC    "VARVEREG"
#define FILE_VERSION  1
#define FILE_HEADER   16 /* magic, version, CRC */
#define RECORD_HEADER 12 /* CRC, kind, length */
#define RECORD_MAX    (1u << 24)
#define RECORD_FULL   65536 /* a record of series is closed above this */

enum record_kind {
    RECORD_STRATA = 1,
    RECORD_SERIES = 2
};

/* ---- definitions ---- */

static void pack_text(struct vv_buf *out, const char *text)
{
    size_t len = strlen(text);
    vv_buf_varint(out, len);
    vv_buf_add(out, text, len);
}

void vv_registry_pack_stratum(const struct varve_stratum *stratum, uint32_t id, struct vv_buf *out)
{
    vv_buf_varint(out, id);
    pack_text(out, stratum->name);
    vv_buf_put8(out, (uint8_t)stratum->unit);
    vv_buf_put8(out, (uint8_t)stratum->span);
    vv_buf_put8(out, (uint8_t)stratum->goodness);
    vv_buf_varint(out, stratum->good_column);
    vv_buf_varint(out, stratum->column_count);
    for (uint32_t i = 0; i < stratum->column_count; i++) {
        vv_buf_put8(out, (uint8_t)stratum->columns[i].type);
        pack_text(out, stratum->columns[i].name);
    }
}

void vv_registry_pack_series(const struct vv_registry_series *series, uint32_t id,
                             struct vv_buf *out)
{
    vv_buf_varint(out, id);
    vv_buf_varint(out, series->stratum);
    vv_buf_varint(out, series->key_bytes);
    vv_buf_add(out, series->key, series->key_bytes);
}

/* Null when the bytes are not there, are no name, or there is no memory (then `*no_memory`). */
static const char *read_name(struct vv_reader *r, struct vv_arena *arena, bool *no_memory)
{
    uint64_t len = vv_read_varint(r);
    const uint8_t *bytes = len <= VARVE_NAME_MAX ? vv_read_bytes(r, (size_t)len) : NULL;
    if (!bytes || memchr(bytes, 0, (size_t)len))
        return NULL;
    char *name = vv_arena_text(arena, (const char *)bytes, (size_t)len);
    *no_memory |= !name;
    return name;
}

static vv_status read_stratum(struct vv_reader *r, struct vv_arena *arena, uint64_t *id,
                              struct varve_stratum *stratum, vv_error *err)
{
    bool no_memory = false;
    *id = vv_read_varint(r);
    stratum->name = read_name(r, arena, &no_memory);
    stratum->unit = (enum varve_unit)vv_read8(r);
    stratum->span = (enum varve_span)vv_read8(r);
    stratum->goodness = (enum varve_goodness)vv_read8(r);
    uint64_t good_column = vv_read_varint(r);
    uint64_t count = vv_read_varint(r);
    if (r->bad || !stratum->name || count > VARVE_COLUMNS_MAX || good_column > UINT32_MAX)
        goto bad;
    struct varve_column *columns = vv_arena_alloc(arena, (size_t)count * sizeof *columns + 1);
    if (!columns) {
        no_memory = true;
        goto bad;
    }
    for (uint64_t i = 0; i < count; i++) {
        columns[i].type = (enum varve_type)vv_read8(r);
        columns[i].name = read_name(r, arena, &no_memory);
        if (!columns[i].name)
            goto bad;
    }
    stratum->good_column = (uint32_t)good_column;
    stratum->columns = columns;
    stratum->column_count = (uint32_t)count;
    return VARVE_OK;
bad:
    if (no_memory)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to read a stratum's definition");
    return vv_fail(err, VARVE_CORRUPT, "the definition of stratum %" PRIu64 " cannot be read", *id);
}

static vv_status apply_stratum(struct vv_registry *r, struct vv_reader *from,
                               struct vv_arena *arena, vv_error *err)
{
    uint64_t id, found;
    struct varve_stratum stratum = {0};
    vv_status status = read_stratum(from, arena, &id, &stratum, err);
    if (status != VARVE_OK)
        return status;
    status = vv_registry_check_stratum(&stratum, err);
    if (status == VARVE_OK && id >= VV_REGISTRY_STRATA)
        status = vv_fail(err, VARVE_CORRUPT, "there can be no stratum %" PRIu64, id);
    if (status != VARVE_OK)
        goto contradicted;
    const struct varve_stratum *old = vv_registry_stratum_get(r, (uint32_t)id);
    bool named = vv_map_get(r->strata_by_name, stratum.name, strlen(stratum.name), &found);
    if ((old != NULL) != named || (named && found != id)) {
        status = vv_fail(err, VARVE_CORRUPT, "stratum %" PRIu64 " is defined twice", id);
        goto contradicted;
    }
    if (!old)
        return vv_registry_add_stratum(r, &stratum, (uint32_t)id, err);
    bool longer = stratum.column_count > old->column_count;
    status = longer ? vv_registry_check_extends(old, &stratum, err)
                    : vv_registry_check_extends(&stratum, old, err);
    if (status == VARVE_OK && longer)
        return vv_registry_add_stratum(r, &stratum, (uint32_t)id, err);
contradicted:
    if (status == VARVE_OK || status == VARVE_NO_MEMORY)
        return status;
    vv_error_prefix(err, "the definition of stratum %" PRIu64, id);
    if (err)
        err->status = VARVE_CORRUPT;
    return VARVE_CORRUPT;
}

static vv_status apply_series(struct vv_registry *r, struct vv_reader *from, vv_error *err)
{
    uint64_t id = vv_read_varint(from), stratum = vv_read_varint(from), found;
    uint64_t len = vv_read_varint(from);
    const uint8_t *key = len <= VARVE_KEY_MAX ? vv_read_bytes(from, (size_t)len) : NULL;
    if (from->bad || !key || len == 0 || stratum >= VV_REGISTRY_STRATA)
        return vv_fail(err, VARVE_CORRUPT, "the definition of series %" PRIu64 " cannot be read",
                       id);
    uint32_t count = vv_registry_series_count(r);
    if (id >= UINT32_MAX || (id > count && id - count > VV_REGISTRY_GAP_MAX))
        return vv_fail(err, VARVE_CORRUPT, "series %" PRIu64 " is defined behind series %" PRIu32,
                       id, count);
    /* The stratum's own definition was lost with damaged bytes: this series is lost too. */
    if (!vv_registry_stratum_get(r, (uint32_t)stratum))
        return VARVE_OK;
    vv_buf_reset(&r->scratch);
    vv_buf_put32(&r->scratch, (uint32_t)stratum);
    vv_buf_add(&r->scratch, key, (size_t)len);
    if (r->scratch.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for series %" PRIu64, id);
    bool known = vv_map_get(r->series_by_key, r->scratch.data, r->scratch.len, &found);
    if (known && found == id)
        return VARVE_OK;
    if (known || vv_registry_series_get(r, (uint32_t)id, NULL, NULL, NULL))
        return vv_fail(err, VARVE_CORRUPT, "series %" PRIu64 " is defined twice", id);
    return vv_registry_add_series(r, (uint32_t)id, (uint32_t)stratum, key, (size_t)len, err);
}

static vv_status apply_locked(struct vv_registry *registry, bool stratum, const uint8_t *payload,
                              size_t len_bytes, vv_error *err)
{
    struct vv_reader reader = vv_reader_of(payload, len_bytes);
    struct vv_arena arena;
    vv_arena_init(&arena, 0, NULL);
    vv_status status = VARVE_OK;
    while (status == VARVE_OK && reader.at < reader.end)
        status = stratum ? apply_stratum(registry, &reader, &arena, err)
                         : apply_series(registry, &reader, err);
    vv_arena_deinit(&arena);
    return status;
}

vv_status vv_registry_apply(struct vv_registry *registry, bool stratum, const uint8_t *payload,
                            size_t len_bytes, vv_error *err)
{
    vv_mutex_lock(&registry->lock);
    vv_status status = apply_locked(registry, stratum, payload, len_bytes, err);
    vv_mutex_unlock(&registry->lock);
    return status;
}

/* ---- the file ---- */

static void put_header(struct vv_buf *out)
{
    uint8_t header[FILE_HEADER];
    memcpy(header, FILE_MAGIC, 8);
    vv_put32(header + 8, FILE_VERSION);
    vv_put32(header + 12, vv_crc32c(0, header, 12));
    vv_buf_add(out, header, sizeof header);
}

/* Closes the record that begins at `begin` with RECORD_HEADER bytes of room. */
static void close_record(struct vv_buf *out, size_t begin, enum record_kind kind)
{
    if (out->failed)
        return;
    uint8_t *record = out->data + begin;
    vv_put32(record + 4, (uint32_t)kind);
    vv_put32(record + 8, (uint32_t)(out->len - begin - RECORD_HEADER));
    vv_put32(record, vv_crc32c(0, record + 4, out->len - begin - 4));
}

static vv_status check_header(const struct vv_buf *buf, vv_error *err)
{
    if (buf->len < FILE_HEADER || memcmp(buf->data, FILE_MAGIC, 8) != 0 ||
        vv_crc32c(0, buf->data, 12) != vv_get32(buf->data + 12))
        return vv_fail(err, VARVE_CORRUPT, "its header is damaged");
    if (vv_get32(buf->data + 8) != FILE_VERSION)
        return vv_fail(err, VARVE_UNSUPPORTED, "its format is %" PRIu32 ", this program knows %d",
                       vv_get32(buf->data + 8), FILE_VERSION);
    return VARVE_OK;
}

static vv_status load_records(struct vv_registry *r, const struct vv_buf *buf, vv_error *err)
{
    vv_status status = check_header(buf, err);
    uint64_t number = 0;
    for (size_t at = FILE_HEADER; status == VARVE_OK && at < buf->len; number++) {
        const uint8_t *record = buf->data + at;
        size_t left = buf->len - at;
        uint32_t len = left < RECORD_HEADER ? UINT32_MAX : vv_get32(record + 8);
        if (len > RECORD_MAX || len > left - RECORD_HEADER ||
            vv_crc32c(0, record + 4, RECORD_HEADER - 4 + (size_t)len) != vv_get32(record))
            return vv_fail(err, VARVE_CORRUPT, "record %" PRIu64 " at byte %zu is damaged", number,
                           at);
        uint32_t kind = vv_get32(record + 4);
        if (kind != RECORD_STRATA && kind != RECORD_SERIES)
            return vv_fail(err, VARVE_UNSUPPORTED,
                           "record %" PRIu64 " is of kind %" PRIu32 ", unknown to this program",
                           number, kind);
        status = apply_locked(r, kind == RECORD_STRATA, record + RECORD_HEADER, len, err);
        if (status != VARVE_OK)
            vv_error_prefix(err, "record %" PRIu64 " at byte %zu", number, at);
        at += RECORD_HEADER + len;
    }
    return status;
}

vv_status vv_registry_load(struct vv_registry *registry, const struct vv_io *io, const char *path,
                           uint64_t len_bytes, vv_error *err)
{
    if (len_bytes == 0)
        return VARVE_OK; /* nothing was ever saved: there need not be a file */
    struct vv_file *file = NULL;
    struct vv_buf buf = {0};
    size_t got = 0;
    uint64_t size = 0;
    vv_status status = io->open(io->context, path, VV_IO_READ, &file, err);
    if (status == VARVE_OK)
        status = io->size_of(file, &size, err);
    if (status == VARVE_OK && size < len_bytes)
        status = vv_fail(err, VARVE_CORRUPT, "%s: %" PRIu64 " bytes of %" PRIu64 " are there", path,
                         size, len_bytes);
    if (status != VARVE_OK)
        goto out;
    uint8_t *to = vv_buf_grow(&buf, (size_t)len_bytes);
    if (!to) {
        status = vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to read %" PRIu64 " bytes", path,
                         len_bytes);
        goto out;
    }
    status = io->read(file, 0, to, (size_t)len_bytes, &got, err);
    if (status == VARVE_OK && got < len_bytes)
        status = vv_fail(err, VARVE_CORRUPT, "%s: %zu bytes of %" PRIu64 " are there", path, got,
                         len_bytes);
    if (status != VARVE_OK)
        goto out;
    vv_mutex_lock(&registry->lock);
    status = load_records(registry, &buf, err);
    registry->saved.bytes = len_bytes;
    registry->saved.series = vv_registry_series_count(registry);
    for (uint32_t i = 0; i < vv_registry_stratum_count(registry); i++) {
        const struct varve_stratum *stratum = vv_registry_stratum_get(registry, i);
        registry->saved.columns[i] = stratum ? stratum->column_count : 0;
    }
    vv_mutex_unlock(&registry->lock);
    if (status != VARVE_OK)
        vv_error_prefix(err, "%s", path);
out:
    vv_buf_deinit(&buf);
    if (file)
        io->close(file);
    return status;
}

/* All that the file does not know yet, as records; `saving` is what it knows with them. */
static void pack_unsaved(struct vv_registry *r, struct vv_buf *out)
{
    uint32_t strata = vv_registry_stratum_count(r), count = vv_registry_series_count(r);
    r->saving = r->saved;
    r->saving.series = count;
    for (uint32_t i = 0; i < strata; i++) {
        const struct varve_stratum *stratum = vv_registry_stratum_get(r, i);
        if (!stratum || stratum->column_count == r->saved.columns[i])
            continue;
        size_t begin = out->len;
        vv_buf_grow(out, RECORD_HEADER);
        vv_registry_pack_stratum(stratum, i, out);
        close_record(out, begin, RECORD_STRATA);
        r->saving.columns[i] = stratum->column_count;
    }
    for (uint32_t id = r->saved.series; id < count && !out->failed;) {
        size_t begin = out->len;
        vv_buf_grow(out, RECORD_HEADER);
        for (; id < count && out->len - begin < RECORD_FULL; id++) {
            const struct vv_registry_series *series = vv_registry_slot(r, id);
            if (series->key)
                vv_registry_pack_series(series, id, out);
        }
        close_record(out, begin, RECORD_SERIES);
    }
    r->saving.bytes += out->len;
}

static vv_status sync_parent(const struct vv_io *io, const char *path, vv_error *err)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return io->sync_dir(io->context, ".", err);
    char *dir = vv_strndup(path, slash == path ? 1 : (size_t)(slash - path));
    if (!dir)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for its directory's name", path);
    vv_status status = io->sync_dir(io->context, dir, err);
    vv_free(dir);
    return status;
}

/* Writes behind `offset`, and makes it durable: the directory entry too, as long as the manifest
 * counts nothing of the file. */
static vv_status write_synced(const struct vv_io *io, const char *path, uint64_t offset,
                              const struct vv_buf *bytes, vv_error *err)
{
    struct vv_file *file = NULL;
    vv_status status = io->open(io->context, path, VV_IO_WRITE, &file, err);
    if (status == VARVE_NOT_FOUND && offset == 0)
        status = io->open(io->context, path, VV_IO_CREATE, &file, err);
    if (status != VARVE_OK)
        return status;
    status = io->write(file, offset, bytes->data, bytes->len, err);
    if (status == VARVE_OK)
        status = io->sync(file, err);
    if (status == VARVE_OK && offset == 0)
        status = sync_parent(io, path, err);
    io->close(file);
    return status;
}

/* `saved` for a file of which `len_bytes` count: what the last save wrote counts only once the
 * manifest says so. */
static vv_status settle_saved(struct vv_registry *r, uint64_t len_bytes, vv_error *err)
{
    if (len_bytes == r->saved.bytes)
        r->before = r->saved;
    else if (len_bytes == r->before.bytes)
        r->saved = r->before;
    else
        return vv_fail(err, VARVE_INTERNAL,
                       "the registry was saved to byte %" PRIu64 ", not %" PRIu64, r->saved.bytes,
                       len_bytes);
    return VARVE_OK;
}

vv_status vv_registry_save(struct vv_registry *registry, const struct vv_io *io, const char *path,
                           uint64_t *len_bytes, vv_error *err)
{
    struct vv_buf bytes = {0};
    size_t empty = 0;
    vv_mutex_lock(&registry->lock);
    vv_status status = settle_saved(registry, *len_bytes, err);
    if (status == VARVE_OK) {
        if (*len_bytes == 0)
            put_header(&bytes);
        empty = bytes.len;
        pack_unsaved(registry, &bytes);
    }
    vv_mutex_unlock(&registry->lock);
    if (status == VARVE_OK && bytes.failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to save definitions", path);
    if (status != VARVE_OK || bytes.len == empty)
        goto out;
    status = write_synced(io, path, *len_bytes, &bytes, err);
    if (status != VARVE_OK)
        goto out;
    vv_mutex_lock(&registry->lock);
    registry->saved = registry->saving;
    *len_bytes = registry->saved.bytes;
    vv_mutex_unlock(&registry->lock);
out:
    vv_buf_deinit(&bytes);
    return status;
}
