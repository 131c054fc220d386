/* Opening a part and finding entries in it. */
#include "native/part.h"

#include "base/alloc.h"
#include "base/crc32c.h"
#include "native/block.h"
#include "native/part_private.h"

#include "base/banned.h"

void vv_part_summary_deinit(struct vv_part_summary *summary)
{
    vv_free(summary->spans);
    *summary = (struct vv_part_summary){0};
}

static void forget(struct vv_part *part)
{
    for (size_t s = 0; part->schemas && s < part->schema_count; s++)
        vv_free(part->schemas[s].types);
    vv_free(part->schemas);
    vv_free(part->pages);
    if (part->file)
        part->io->close(part->file);
    part->schemas = NULL;
    part->pages = NULL;
    part->file = NULL;
    part->schema_count = part->page_count = 0;
}

vv_status vv_part_new(const struct vv_io *io, struct vv_cache *cache, const char *path,
                      const struct vv_part_id *id, struct vv_part **part, vv_error *err)
{
    struct vv_part *made = vv_alloc_zero(sizeof *made);

    *part = NULL;
    if (!made || !(made->path = vv_strdup(path))) {
        vv_free(made);
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for part %s", path);
    }
    made->io = io;
    made->cache = cache;
    made->id = *id;
    vv_mutex_init(&made->mutex);
    *part = made;
    return VARVE_OK;
}

void vv_part_free(struct vv_part *part)
{
    if (!part)
        return;
    forget(part);
    vv_mutex_deinit(&part->mutex);
    vv_free(part->path);
    vv_free(part);
}

const char *vv_part_path(const struct vv_part *part)
{
    return part->path;
}

uint64_t vv_part_number(const struct vv_part *part)
{
    return part->id.number;
}

/* ---- opening ---- */

vv_status vv_part_identity_check(const uint8_t *from, const struct vv_part_id *id, const char *path,
                                 vv_error *err)
{
    if (memcmp(from, VV_PART_MAGIC, 8) != 0)
        return vv_fail(err, VARVE_CORRUPT, "%s: this is no part", path);
    uint32_t version = vv_get32(from + 8);
    uint64_t features = vv_get64(from + 12);
    if (version != VV_PART_VERSION || features & ~(uint64_t)VV_PART_FEATURES)
        return vv_fail(err, VARVE_UNSUPPORTED,
                       "%s: format %u with features %llx is not known to this program", path,
                       version, (unsigned long long)features);
    if (memcmp(from + 20, id->store_id, 16) != 0)
        return vv_fail(err, VARVE_CORRUPT, "%s: the part belongs to another store", path);
    if (vv_get64(from + 36) != id->epoch || vv_get64(from + 44) != id->number)
        return vv_fail(err, VARVE_CORRUPT,
                       "%s: epoch %llu, number %llu; the manifest says epoch %llu, number %llu",
                       path, (unsigned long long)vv_get64(from + 36),
                       (unsigned long long)vv_get64(from + 44), (unsigned long long)id->epoch,
                       (unsigned long long)id->number);
    return VARVE_OK;
}

vv_status vv_part_fetch(const struct vv_part *part, uint64_t offset, size_t len_bytes,
                        uint8_t **data, vv_error *err)
{
    size_t got = 0;

    *data = NULL;
    if (offset > part->size_bytes || len_bytes > part->size_bytes - offset)
        return vv_fail(err, VARVE_CORRUPT, "%s: it ends before byte %llu", part->path,
                       (unsigned long long)(offset + len_bytes));
    uint8_t *to = vv_alloc(len_bytes);
    if (!to)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for %zu bytes", part->path, len_bytes);
    vv_status status = part->io->read(part->file, offset, to, len_bytes, &got, err);
    if (!status && got != len_bytes)
        status = vv_fail(err, VARVE_CORRUPT, "%s: it ends at byte %llu", part->path,
                         (unsigned long long)(offset + got));
    if (status)
        vv_free(to);
    else
        *data = to;
    return status;
}

static bool read_schema(struct vv_reader *r, struct vv_part_schema *schema, bool *no_memory)
{
    uint64_t stratum = vv_read_varint(r), column_count = vv_read_varint(r);
    if (r->bad || stratum > UINT32_MAX || column_count > VARVE_COLUMNS_MAX)
        return false;
    const uint8_t *types = vv_read_bytes(r, column_count);
    if (!types)
        return false;
    *schema = (struct vv_part_schema){(uint32_t)stratum, (uint32_t)column_count,
                                      vv_alloc_array(column_count + 1, sizeof(enum varve_type))};
    *no_memory = !schema->types;
    for (uint32_t c = 0; schema->types && c < column_count; c++) {
        if (types[c] < VARVE_INT64 || types[c] > VARVE_TEXT)
            return false;
        schema->types[c] = (enum varve_type)types[c];
    }
    return schema->types != NULL;
}

static bool read_page(struct vv_reader *r, const struct vv_part *part, struct vv_part_page *page)
{
    page->partition = (int64_t)vv_read64(r);
    page->series = vv_read32(r);
    page->len_bytes = vv_read32(r);
    page->offset = vv_read64(r);
    return !r->bad && page->len_bytes >= VV_PART_PAGE_HEAD_BYTES &&
           page->offset <= part->directory_offset &&
           page->len_bytes <= part->directory_offset - page->offset;
}

static vv_status read_directory(struct vv_part *part, struct vv_reader *r, vv_error *err)
{
    bool no_memory = false;
    uint64_t schema_count = vv_read_varint(r);

    if (r->bad || schema_count > (size_t)(r->end - r->at))
        goto corrupt;
    part->schemas = vv_alloc_array(schema_count + 1, sizeof *part->schemas);
    if (!part->schemas)
        goto no_memory;
    for (; part->schema_count < schema_count; part->schema_count++) {
        struct vv_part_schema *schema = part->schemas + part->schema_count;
        if (!read_schema(r, schema, &no_memory)) {
            vv_free(schema->types);
            if (no_memory)
                goto no_memory;
            goto corrupt;
        }
    }
    uint64_t page_count = vv_read_varint(r);
    if (r->bad || page_count > (size_t)(r->end - r->at) / 24)
        goto corrupt;
    part->pages = vv_alloc_array(page_count + 1, sizeof *part->pages);
    if (!part->pages)
        goto no_memory;
    for (; part->page_count < page_count; part->page_count++)
        if (!read_page(r, part, part->pages + part->page_count))
            goto corrupt;
    part->last_partition = (int64_t)vv_read64(r);
    part->last_series = vv_read32(r);
    if (r->bad || r->at != r->end)
        goto corrupt;
    return VARVE_OK;
corrupt:
    return vv_fail(err, VARVE_CORRUPT, "%s: the directory is damaged", part->path);
no_memory:
    return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for the directory", part->path);
}

static vv_status check_ends(struct vv_part *part, const uint8_t *header, const uint8_t *trailer,
                            uint32_t *directory_bytes, uint32_t *crc, vv_error *err)
{
    if (vv_crc32c(0, trailer, VV_PART_TRAILER_BYTES - 4) !=
        vv_get32(trailer + VV_PART_TRAILER_BYTES - 4))
        return vv_fail(err, VARVE_CORRUPT, "%s: the trailer is damaged", part->path);
    if (vv_crc32c(0, header, VV_PART_IDENTITY_BYTES) != vv_get32(header + VV_PART_IDENTITY_BYTES))
        return vv_fail(err, VARVE_CORRUPT, "%s: the header is damaged", part->path);
    vv_status status = vv_part_identity_check(trailer, &part->id, part->path, err);
    if (!status)
        status = vv_part_identity_check(header, &part->id, part->path, err);
    if (status)
        return status;
    const uint8_t *from = trailer + VV_PART_IDENTITY_BYTES;
    part->directory_offset = vv_get64(from);
    *directory_bytes = vv_get32(from + 8);
    *crc = vv_get32(from + 12);
    part->rows = vv_get64(from + 16);
    if (vv_get64(from + 24) != part->size_bytes)
        return vv_fail(err, VARVE_CORRUPT, "%s: it has %llu bytes, not %llu", part->path,
                       (unsigned long long)part->size_bytes,
                       (unsigned long long)vv_get64(from + 24));
    if (part->directory_offset > part->size_bytes - VV_PART_TRAILER_BYTES ||
        part->directory_offset + *directory_bytes != part->size_bytes - VV_PART_TRAILER_BYTES)
        return vv_fail(err, VARVE_CORRUPT, "%s: the directory is not where it belongs", part->path);
    return VARVE_OK;
}

static vv_status hold_locked(struct vv_part *part, vv_error *err)
{
    return part->file ? VARVE_OK
                      : part->io->open(part->io->context, part->path, VV_IO_READ, &part->file, err);
}

vv_status vv_part_hold(struct vv_part *part, vv_error *err)
{
    vv_mutex_lock(&part->mutex);
    vv_status status = hold_locked(part, err);
    vv_mutex_unlock(&part->mutex);
    return status;
}

static vv_status open_locked(struct vv_part *part, vv_error *err)
{
    uint8_t *header = NULL, *trailer = NULL, *directory = NULL;
    uint32_t directory_bytes, crc;

    vv_status status = hold_locked(part, err);
    if (!status)
        status = part->io->size_of(part->file, &part->size_bytes, err);
    if (!status && part->size_bytes < VV_PART_HEADER_BYTES + VV_PART_TRAILER_BYTES)
        status = vv_fail(err, VARVE_CORRUPT, "%s: too short for a part", part->path);
    if (!status)
        status = vv_part_fetch(part, 0, VV_PART_HEADER_BYTES, &header, err);
    if (!status)
        status = vv_part_fetch(part, part->size_bytes - VV_PART_TRAILER_BYTES,
                               VV_PART_TRAILER_BYTES, &trailer, err);
    if (!status)
        status = check_ends(part, header, trailer, &directory_bytes, &crc, err);
    if (!status)
        status = vv_part_fetch(part, part->directory_offset, directory_bytes, &directory, err);
    if (!status) {
        struct vv_reader r = vv_reader_of(directory, directory_bytes);
        if (vv_part_crc(part->id.number, part->directory_offset, directory, directory_bytes) != crc)
            status = vv_fail(err, VARVE_CORRUPT, "%s: the directory is damaged", part->path);
        else
            status = read_directory(part, &r, err);
    }
    vv_free(header);
    vv_free(trailer);
    vv_free(directory);
    if (status)
        forget(part);
    return status;
}

vv_status vv_part_open(struct vv_part *part, vv_error *err)
{
    if (atomic_load_explicit(&part->open, memory_order_acquire))
        return VARVE_OK;
    vv_status status = VARVE_OK;
    vv_mutex_lock(&part->mutex);
    if (!atomic_load_explicit(&part->open, memory_order_relaxed)) {
        status = open_locked(part, err);
        if (!status)
            atomic_store_explicit(&part->open, true, memory_order_release);
    }
    vv_mutex_unlock(&part->mutex);
    return status;
}

/* ---- pages and entries ---- */

vv_status vv_part_page_get(const struct vv_part *part, size_t page, struct vv_cache_entry **pinned,
                           vv_error *err)
{
    const struct vv_part_page *place = part->pages + page;
    uint8_t *data;

    *pinned = vv_cache_get(part->cache, part->id.number, place->offset);
    if (*pinned)
        return VARVE_OK;
    vv_status status = vv_part_fetch(part, place->offset, place->len_bytes, &data, err);
    if (status)
        return status;
    if (vv_part_crc(part->id.number, place->offset, data + 4, place->len_bytes - 4) !=
        vv_get32(data)) {
        vv_free(data);
        return vv_fail(err, VARVE_CORRUPT,
                       "%s: the index page at byte %llu, from series %u on, is damaged", part->path,
                       (unsigned long long)place->offset, place->series);
    }
    *pinned = vv_cache_put(part->cache, part->id.number, place->offset, data, place->len_bytes);
    if (*pinned)
        return VARVE_OK;
    vv_free(data);
    return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for an index page", part->path);
}

/* Before, at or after the key. */
static int compare(int64_t partition, uint32_t series, int64_t to_partition, uint32_t to_series)
{
    if (partition != to_partition)
        return partition < to_partition ? -1 : 1;
    return series < to_series ? -1 : series > to_series;
}

/* The last page that begins at or before the key; the first one when none does. */
static size_t page_of(const struct vv_part *part, int64_t partition, uint32_t series)
{
    size_t low = 0, high = part->page_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        const struct vv_part_page *page = part->pages + middle;
        if (compare(page->partition, page->series, partition, series) <= 0)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The first entry of a page at or after the key; the count of them when there is none. */
static bool entry_of(const struct vv_part_page *page, const uint8_t *data, int64_t partition,
                     uint32_t series, uint32_t *found)
{
    uint32_t low = 0, high = vv_part_page_entries(page, data);

    while (low < high) {
        uint32_t middle = low + (high - low) / 2, here;
        int64_t at;
        if (!vv_part_entry_key(page, data, middle, &at, &here))
            return false;
        if (compare(at, here, partition, series) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = low;
    return true;
}

/* Looks into one page; END when all of it is before the key. */
static vv_status seek_page(struct vv_part *part, size_t p, int64_t partition, uint32_t series,
                           struct vv_part_entry *entry, vv_error *err)
{
    const struct vv_part_page *page = part->pages + p;
    struct vv_cache_entry *pinned;
    uint32_t found;
    vv_status status = vv_part_page_get(part, p, &pinned, err);

    if (status)
        return status;
    const uint8_t *data = vv_cache_data(pinned, NULL);
    if (!entry_of(page, data, partition, series, &found))
        status = vv_fail(err, VARVE_CORRUPT, "%s: the index page of series %u is damaged",
                         part->path, page->series);
    else if (found == vv_part_page_entries(page, data))
        status = VARVE_END;
    else
        status = vv_part_entry_read(part, page, data, found, entry, err);
    if (!status && compare(entry->partition, entry->series, partition, series) < 0)
        status = vv_fail(err, VARVE_CORRUPT, "%s: the index page of series %u is not in order",
                         part->path, page->series);
    if (status) {
        vv_cache_unpin(part->cache, pinned);
        *entry = (struct vv_part_entry){0};
    } else {
        entry->page = pinned;
    }
    return status;
}

vv_status vv_part_seek(struct vv_part *part, int64_t partition, uint32_t series,
                       struct vv_part_entry *entry, vv_error *err)
{
    vv_status status = vv_part_open(part, err);

    *entry = (struct vv_part_entry){0};
    if (status)
        return status;
    if (compare(part->last_partition, part->last_series, partition, series) < 0)
        return VARVE_END;
    status = VARVE_END;
    for (size_t p = page_of(part, partition, series); status == VARVE_END && p < part->page_count;
         p++)
        status = seek_page(part, p, partition, series, entry, err);
    return status;
}

vv_status vv_part_find(struct vv_part *part, int64_t partition, uint32_t series,
                       struct vv_part_entry *entry, vv_error *err)
{
    for (;;) {
        vv_status status = vv_part_seek(part, partition, series, entry, err);
        if (status || entry->series == series)
            return status;
        int64_t found = entry->partition;
        bool passed = entry->series > series;
        vv_part_entry_release(entry);
        if (passed && found == INT64_MAX)
            return VARVE_END;
        partition = passed ? found + 1 : found;
    }
}

void vv_part_entry_release(struct vv_part_entry *entry)
{
    if (entry->page)
        vv_cache_unpin(entry->part->cache, entry->page);
    *entry = (struct vv_part_entry){0};
}

/* ---- partitions ---- */

/* Those that one page has entries of, behind `*known`. */
static vv_status page_partitions(struct vv_part *part, size_t p, int64_t *known, int64_t *follows,
                                 int64_t (*each)(void *arg, int64_t partition), void *arg,
                                 vv_error *err)
{
    const struct vv_part_page *page = part->pages + p;
    struct vv_cache_entry *pinned;
    vv_status status = vv_part_page_get(part, p, &pinned, err);

    if (status)
        return status;
    const uint8_t *data = vv_cache_data(pinned, NULL);
    for (uint32_t i = 0, count = vv_part_page_entries(page, data); i < count && !status; i++) {
        int64_t partition;
        uint32_t series;
        if (!vv_part_entry_key(page, data, i, &partition, &series) || partition < *known)
            status = vv_fail(err, VARVE_CORRUPT, "%s: the index page of series %u is damaged",
                             part->path, page->series);
        else if (partition > *known)
            *follows = each(arg, *known = partition);
    }
    vv_cache_unpin(part->cache, pinned);
    return status;
}

vv_status vv_part_each_partition(struct vv_part *part,
                                 int64_t (*each)(void *arg, int64_t partition), void *arg,
                                 vv_error *err)
{
    int64_t known = 0, follows = 0;
    vv_status status = vv_part_open(part, err);

    for (size_t p = 0; p < part->page_count && !status; p++) {
        bool last = p + 1 == part->page_count;
        int64_t next = last ? part->last_partition : part->pages[p + 1].partition;
        if (p == 0 || part->pages[p].partition > known)
            follows = each(arg, known = part->pages[p].partition);
        if (next > follows)
            status = page_partitions(part, p, &known, &follows, each, arg, err);
        else if (last && next > known)
            follows = each(arg, known = next);
    }
    return status;
}
