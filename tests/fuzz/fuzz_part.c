/* fuzz_part.c: a whole part file. Checksums are put right before each piece is read, so that the
 * bytes behind them are reached. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/crc32c.h"
#include "native/block.h"
#include "native/part_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- a file layer over one buffer ---- */

static uint8_t *file_bytes;
static size_t file_size;

static vv_status file_open(void *context, const char *path, enum vv_io_mode mode,
                           struct vv_file **file, vv_error *err)
{
    (void)context;
    (void)path;
    (void)mode;
    (void)err;
    *file = (struct vv_file *)(void *)&file_size;
    return VARVE_OK;
}

static void file_close(struct vv_file *file)
{
    (void)file;
}

static vv_status file_read(struct vv_file *file, uint64_t offset, void *to, size_t len_bytes,
                           size_t *got_bytes, vv_error *err)
{
    (void)file;
    (void)err;
    size_t left = offset < file_size ? file_size - (size_t)offset : 0;
    *got_bytes = len_bytes < left ? len_bytes : left;
    if (*got_bytes > 0)
        memcpy(to, file_bytes + offset, *got_bytes);
    return VARVE_OK;
}

static vv_status file_size_of(struct vv_file *file, uint64_t *size_bytes, vv_error *err)
{
    (void)file;
    (void)err;
    *size_bytes = file_size;
    return VARVE_OK;
}

static const struct vv_io file_io = {.size = sizeof file_io,
                                     .open = file_open,
                                     .close = file_close,
                                     .read = file_read,
                                     .size_of = file_size_of};

/* ---- putting checksums right ---- */

static const struct vv_part_id id = {{1, 2, 3}, 4, 7};

static void mend_ends(void)
{
    uint8_t *trailer = file_bytes + file_size - VV_PART_TRAILER_BYTES;
    uint8_t *numbers = trailer + VV_PART_IDENTITY_BYTES;
    uint64_t offset = vv_get64(numbers);
    uint32_t len = vv_get32(numbers + 8);

    vv_put64(numbers + 24, file_size);
    if (offset <= file_size && len <= file_size - offset)
        vv_put32(numbers + 12, vv_part_crc(id.number, offset, file_bytes + offset, len));
    vv_put32(trailer + VV_PART_TRAILER_BYTES - 4, vv_crc32c(0, trailer, VV_PART_TRAILER_BYTES - 4));
    vv_put32(file_bytes + VV_PART_IDENTITY_BYTES, vv_crc32c(0, file_bytes, VV_PART_IDENTITY_BYTES));
}

static void mend_block(uint64_t offset, uint32_t len)
{
    if (len < 9 || offset > file_size || len > file_size - offset)
        return;
    uint8_t *block = file_bytes + offset;
    uint32_t head = block[0] == 'W' ? vv_get32(block + 5) : len;
    if (head >= 9 && head <= len)
        vv_put32(block + 1, vv_part_crc(id.number, offset, block + 5, head - 5));
}

static void read_entry(const struct vv_part_entry *entry)
{
    struct vv_part_stats_cursor cursor;
    struct varve_stats stats;
    struct vv_block_rows rows;
    struct vv_block_ref *refs = vv_alloc_array(entry->block_count, sizeof *refs);

    for (uint32_t c = 0; c < entry->column_count; c++)
        if (vv_part_stats_begin(entry, c, &cursor, &stats, NULL) == VARVE_OK)
            while (vv_part_stats_next(&cursor, &stats, NULL) == VARVE_OK)
                ;
    vv_block_rows_init(&rows);
    if (refs && vv_part_blocks(entry, refs, NULL) == VARVE_OK)
        for (uint32_t b = 0; b < entry->block_count; b++) {
            uint32_t columns[] = {entry->column_count, 0};
            mend_block(refs[b].offset, refs[b].len_bytes);
            (void)vv_part_read(entry, refs + b, NULL, 0, &rows, NULL);
            (void)vv_part_read(entry, refs + b, columns, 2, &rows, NULL);
        }
    vv_block_rows_deinit(&rows);
    vv_free(refs);
}

static void read_part(struct vv_part *part)
{
    struct vv_part_entry entry;
    int64_t partition = INT64_MIN;
    uint32_t series = 0;

    for (size_t p = 0; p < part->page_count; p++) {
        const struct vv_part_page *page = part->pages + p;
        vv_put32(file_bytes + page->offset,
                 vv_part_crc(id.number, page->offset, file_bytes + page->offset + 4,
                             page->len_bytes - 4));
    }
    for (int n = 0; n < 100 && vv_part_seek(part, partition, series, &entry, NULL) == VARVE_OK;
         n++) {
        partition = entry.partition;
        series = entry.series + 1;
        read_entry(&entry);
        vv_part_entry_release(&entry);
    }
    if (vv_part_find(part, 0, 3, &entry, NULL) == VARVE_OK)
        vv_part_entry_release(&entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_cache *cache = vv_cache_new(1 << 16);
    struct vv_part *part = NULL;

    file_bytes = vv_alloc(size);
    file_size = size;
    if (!file_bytes || !cache)
        abort();
    if (size > 0)
        memcpy(file_bytes, data, size);
    if (size >= VV_PART_HEADER_BYTES + VV_PART_TRAILER_BYTES)
        mend_ends();
    if (vv_part_new(&file_io, cache, "fuzz", &id, &part, NULL) != VARVE_OK)
        abort();
    if (vv_part_open(part, NULL) == VARVE_OK)
        read_part(part);
    vv_part_free(part);
    vv_cache_free(cache);
    vv_free(file_bytes);
    return 0;
}
