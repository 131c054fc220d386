/* What an index entry holds: block places and statistics. */
#include "native/part.h"

#include "native/block.h"
#include "native/part_private.h"

#include "base/banned.h"

static vv_status damaged(const struct vv_part *part, uint32_t series, vv_error *err)
{
    return vv_fail(err, VARVE_CORRUPT, "%s: the index entry of series %u is damaged", part->path,
                   series);
}

uint32_t vv_part_page_entries(const struct vv_part_page *page, const uint8_t *data)
{
    uint32_t count = vv_get32(data + 4), most = (page->len_bytes - VV_PART_PAGE_HEAD_BYTES) / 4;
    return count < most ? count : most;
}

/* The bytes of entry `i`, up to where the next one begins. */
static struct vv_reader entry_bytes(const struct vv_part_page *page, const uint8_t *data,
                                    uint32_t i)
{
    const uint8_t *places = data + VV_PART_PAGE_HEAD_BYTES;
    uint32_t begin = vv_get32(places + 4 * (size_t)i), end = page->len_bytes;

    if (i + 1 < vv_part_page_entries(page, data))
        end = vv_get32(places + 4 * (size_t)i + 4);
    if (begin > end || end > page->len_bytes)
        begin = end = page->len_bytes; /* an entry without bytes is damaged */
    return vv_reader_of(data + begin, end - begin);
}

bool vv_part_entry_key(const struct vv_part_page *page, const uint8_t *data, uint32_t i,
                       int64_t *partition, uint32_t *series)
{
    struct vv_reader r = entry_bytes(page, data, i);
    uint64_t number;

    *partition = (int64_t)((uint64_t)page->partition + vv_read_varint(&r));
    number = vv_read_varint(&r);
    *series = (uint32_t)number;
    return !r.bad && number <= UINT32_MAX;
}

vv_status vv_part_entry_read(const struct vv_part *part, const struct vv_part_page *page,
                             const uint8_t *data, uint32_t i, struct vv_part_entry *entry,
                             vv_error *err)
{
    struct vv_reader r = entry_bytes(page, data, i);
    size_t len = (size_t)(r.end - r.at);
    int64_t partition = (int64_t)((uint64_t)page->partition + vv_read_varint(&r));
    uint64_t series = vv_read_varint(&r), schema = vv_read_varint(&r), rows = vv_read_varint(&r);
    int64_t first = vv_read_svarint(&r);
    int64_t last = (int64_t)((uint64_t)first + vv_read_varint(&r));
    uint64_t block_count = vv_read_varint(&r), refs_bytes = vv_read_varint(&r);

    if (r.bad || series > UINT32_MAX || schema >= part->schema_count || !block_count ||
        block_count > len || refs_bytes > len || last < first)
        return damaged(part, page->series, err);
    *entry = (struct vv_part_entry){
        .partition = partition,
        .series = (uint32_t)series,
        .stratum = part->schemas[schema].stratum,
        .column_count = part->schemas[schema].column_count,
        .block_count = (uint32_t)block_count,
        .rows = rows,
        .first_time = first,
        .last_time = last,
        .part = part,
        .schema = part->schemas + schema,
        .refs_bytes = (size_t)refs_bytes,
        .bytes = r.at,
        .len_bytes = (size_t)(r.end - r.at),
    };
    return VARVE_OK;
}

/* The pieces behind the entry's numbers: block places, and (unless null) one column's statistics.
 */
static bool pieces(const struct vv_part_entry *entry, uint32_t column, struct vv_reader *refs,
                   struct vv_reader *stats)
{
    struct vv_reader r = vv_reader_of(entry->bytes, entry->len_bytes);
    uint64_t before = 0, wanted = 0, len_bytes = entry->len_bytes;

    for (uint32_t c = 0; c < entry->column_count; c++) {
        uint64_t len = vv_read_varint(&r);
        if (len > len_bytes)
            return false;
        if (c < column)
            before += len;
        else if (c == column)
            wanted = len;
    }
    const uint8_t *places = vv_read_bytes(&r, entry->refs_bytes);
    if (!places || before + wanted > (size_t)(r.end - r.at))
        return false;
    *refs = vv_reader_of(places, entry->refs_bytes);
    if (stats)
        *stats = vv_reader_of(r.at + before, (size_t)wanted);
    return true;
}

/* `ref` is the one before ({0, …, entry's first time} to begin) and becomes the next. */
static bool next_ref(struct vv_reader *r, const struct vv_part *part, struct vv_block_ref *ref)
{
    ref->offset += ref->len_bytes + vv_read_varint(r);
    uint64_t len = vv_read_varint(r), rows = vv_read_varint(r);
    ref->first_time = (int64_t)((uint64_t)ref->last_time + vv_read_varint(r));
    uint64_t length = vv_read_varint(r);
    bool ordered = ref->first_time >= ref->last_time;
    ref->last_time = (int64_t)((uint64_t)ref->first_time + length);
    ref->len_bytes = (uint32_t)len;
    ref->rows = (uint32_t)rows;
    return !r->bad && ordered && ref->last_time >= ref->first_time && rows &&
           rows <= VV_BLOCK_ROWS_MAX && len && len <= UINT32_MAX / 2 &&
           ref->offset <= part->directory_offset && len <= part->directory_offset - ref->offset;
}

vv_status vv_part_blocks(const struct vv_part_entry *entry, struct vv_block_ref *refs,
                         vv_error *err)
{
    struct vv_block_ref ref = {.last_time = entry->first_time};
    struct vv_reader r;

    if (!pieces(entry, 0, &r, NULL))
        return damaged(entry->part, entry->series, err);
    for (uint32_t b = 0; b < entry->block_count; b++) {
        if (!next_ref(&r, entry->part, &ref))
            return damaged(entry->part, entry->series, err);
        refs[b] = ref;
    }
    if (r.at != r.end || ref.last_time != entry->last_time)
        return damaged(entry->part, entry->series, err);
    return VARVE_OK;
}

vv_status vv_part_stats_begin(const struct vv_part_entry *entry, uint32_t column,
                              struct vv_part_stats_cursor *cursor, struct varve_stats *whole,
                              vv_error *err)
{
    struct vv_stats_frame frame = {entry->first_time, entry->last_time};

    *cursor = (struct vv_part_stats_cursor){.entry = entry, .left = entry->block_count};
    cursor->ref.last_time = entry->first_time;
    if (column >= entry->column_count) {
        *whole = (struct varve_stats){.count = entry->rows};
        cursor->missing = true;
        return pieces(entry, 0, &cursor->refs, NULL) ? VARVE_OK
                                                     : damaged(entry->part, entry->series, err);
    }
    cursor->type = entry->schema->types[column];
    if (!pieces(entry, column, &cursor->refs, &cursor->stats) ||
        vv_stats_unpack(&cursor->stats, cursor->type, &frame, whole))
        return damaged(entry->part, entry->series, err);
    cursor->whole = *whole;
    return VARVE_OK;
}

vv_status vv_part_stats_next(struct vv_part_stats_cursor *cursor, struct varve_stats *stats,
                             vv_error *err)
{
    const struct vv_part_entry *entry = cursor->entry;

    if (!cursor->left)
        return VARVE_END;
    cursor->left--;
    if (!next_ref(&cursor->refs, entry->part, &cursor->ref))
        return damaged(entry->part, entry->series, err);
    struct vv_stats_frame frame = {cursor->ref.first_time, cursor->ref.last_time};
    if (cursor->missing)
        *stats = (struct varve_stats){.count = cursor->ref.rows};
    else if (entry->block_count == 1)
        *stats = cursor->whole;
    else if (vv_stats_unpack(&cursor->stats, cursor->type, &frame, stats))
        return damaged(entry->part, entry->series, err);
    return VARVE_OK;
}

vv_status vv_part_stats(const struct vv_part_entry *entry, uint32_t block, uint32_t column,
                        struct varve_stats *stats, vv_error *err)
{
    struct vv_part_stats_cursor cursor;
    vv_status status = vv_part_stats_begin(entry, column, &cursor, stats, err);

    if (block == VV_PART_WHOLE)
        return status;
    if (!status && block >= entry->block_count)
        status = vv_fail(err, VARVE_USAGE, "series %u has %u blocks here", entry->series,
                         entry->block_count);
    for (uint32_t b = 0; !status && b <= block; b++)
        status = vv_part_stats_next(&cursor, stats, err);
    return status;
}
