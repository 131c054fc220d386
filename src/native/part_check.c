/* Reading a whole part as a doubter does. */
#include "native/part.h"

#include <stdio.h>

#include "base/alloc.h"
#include "native/part_private.h"
#include "native/rows.h"

#include "base/banned.h"

struct checking {
    struct vv_part *part;
    const struct varve_stratum *(*stratum_of)(void *arg, uint32_t id);
    void (*report)(void *arg, const char *text);
    void *arg;
    uint64_t *damaged, *rows;
    uint64_t seen_bytes;        /* of blocks */
    struct vv_block_rows block; /* all columns of the block at hand */
    struct varve_stats *wholes; /* by column, of the entry at hand */
    struct vv_buf good;
};

static void tell(struct checking *on, const char *text)
{
    ++*on->damaged;
    on->report(on->arg, text);
}

static void tell_entry(struct checking *on, const struct vv_part_entry *entry,
                       const struct vv_block_ref *ref, const char *what)
{
    char text[600];

    if (ref)
        snprintf(text, sizeof text, "%s: series %u, times %lld to %lld: %s", on->part->path,
                 entry->series, (long long)ref->first_time, (long long)ref->last_time, what);
    else
        snprintf(text, sizeof text, "%s: series %u: %s", on->part->path, entry->series, what);
    tell(on, text);
}

static bool in_order(const struct varve_rows *rows)
{
    for (uint32_t i = 1; i < rows->count; i++)
        if (rows->times[i] < rows->times[i - 1] ||
            (rows->times[i] == rows->times[i - 1] &&
             (!rows->subs || rows->subs[i] <= rows->subs[i - 1])))
            return false;
    return true;
}

/* The statistics of the block at hand, made anew, against those that are stored. */
static vv_status check_stats(struct checking *on, const struct vv_part_entry *entry,
                             const struct vv_block_ref *ref, uint32_t block,
                             const struct varve_stratum *stratum, vv_error *err)
{
    const struct varve_rows *rows = &on->block.rows;
    struct varve_vector none = {.type = VARVE_INT64};
    uint32_t quality = stratum->good_column;

    vv_buf_reset(&on->good);
    uint64_t *good =
        (uint64_t *)(void *)vv_buf_grow(&on->good, ((size_t)rows->count + 63) / 64 * 8);
    if (!good)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to check a block");
    if (!vv_good_mask(stratum, quality < rows->column_count ? rows->columns + quality : &none,
                      rows->count, good))
        good = NULL;
    for (uint32_t c = 0; c < entry->column_count; c++) {
        struct varve_stats stored, made = {0};
        enum varve_type type = entry->schema->types[c];
        vv_error why = {0};
        vv_status status = vv_part_stats(entry, block, c, &stored, &why);
        if (status && status != VARVE_CORRUPT) {
            if (err)
                *err = why;
            return status;
        }
        vv_stats_add(&made, rows->columns + c, rows->times, good, 0, rows->count);
        varve_stats_merge(on->wholes + c, &made, type);
        if (status)
            tell_entry(on, entry, ref, why.message);
        else if (!vv_stats_equal(&stored, &made, type))
            tell_entry(on, entry, ref, "the statistics are not those of the rows");
    }
    return VARVE_OK;
}

static vv_status check_blocks(struct checking *on, const struct vv_part_entry *entry,
                              const struct vv_block_ref *refs, const struct varve_stratum *stratum,
                              bool *whole, vv_error *err)
{
    int64_t last_time = INT64_MIN;
    uint32_t last_sub = 0;
    bool known = false;

    *whole = true;
    for (uint32_t b = 0; b < entry->block_count; b++) {
        vv_error why = {0};
        on->seen_bytes += refs[b].len_bytes;
        vv_status status = vv_part_read(entry, refs + b, NULL, 0, &on->block, &why);
        if (status == VARVE_CORRUPT) {
            tell(on, why.message);
            *whole = known = false;
            continue;
        }
        if (status) {
            if (err)
                *err = why;
            return status;
        }
        const struct varve_rows *rows = &on->block.rows;
        uint32_t first_sub = rows->subs ? rows->subs[0] : 0;
        if (!in_order(rows) || (known && (rows->times[0] < last_time ||
                                          (rows->times[0] == last_time && first_sub <= last_sub))))
            tell_entry(on, entry, refs + b, "rows are not in order");
        last_time = rows->times[rows->count - 1];
        last_sub = rows->subs ? rows->subs[rows->count - 1] : 0;
        known = true;
        *on->rows += rows->count;
        if (stratum)
            status = check_stats(on, entry, refs + b, b, stratum, err);
        if (status)
            return status;
    }
    return VARVE_OK;
}

static vv_status check_entry(struct checking *on, const struct vv_part_entry *entry, vv_error *err)
{
    const struct varve_stratum *stratum = on->stratum_of(on->arg, entry->stratum);
    vv_error why = {0};
    bool whole = false;
    vv_status status = VARVE_OK;

    struct vv_block_ref *refs = vv_alloc_array(entry->block_count, sizeof *refs);
    on->wholes = vv_alloc_array(entry->column_count + 1, sizeof *on->wholes);
    if (!refs || !on->wholes) {
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory to check a part");
        goto out;
    }
    if (!stratum || stratum->column_count < entry->column_count) {
        tell_entry(on, entry, NULL, "its stratum is not known");
        stratum = NULL;
    }
    status = vv_part_blocks(entry, refs, &why);
    if (status) {
        tell(on, why.message);
        status = VARVE_OK;
        goto out;
    }
    status = check_blocks(on, entry, refs, stratum, &whole, err);
    for (uint32_t c = 0; !status && whole && stratum && c < entry->column_count; c++) {
        struct varve_stats stored;
        if (vv_part_stats(entry, VV_PART_WHOLE, c, &stored, &why))
            tell(on, why.message);
        else if (!vv_stats_equal(&stored, on->wholes + c, entry->schema->types[c]))
            tell_entry(on, entry, NULL, "the summary is not that of the blocks");
    }
out:
    vv_free(refs);
    vv_free(on->wholes);
    on->wholes = NULL;
    return status;
}

/* Every entry of every page; a damaged page is told and passed over. */
static vv_status check_pages(struct checking *on, vv_error *err)
{
    struct vv_part *part = on->part;
    vv_status status = VARVE_OK;

    for (size_t p = 0; !status && p < part->page_count; p++) {
        struct vv_cache_entry *pinned;
        vv_error why = {0};
        on->seen_bytes += part->pages[p].len_bytes;
        status = vv_part_page_get(part, p, &pinned, &why);
        if (status == VARVE_CORRUPT) {
            tell(on, why.message);
            status = VARVE_OK;
            continue;
        }
        if (status) {
            if (err)
                *err = why;
            return status;
        }
        const uint8_t *data = vv_cache_data(pinned, NULL);
        uint32_t entries = vv_part_page_entries(part->pages + p, data);
        for (uint32_t e = 0; !status && e < entries; e++) {
            struct vv_part_entry entry;
            if (vv_part_entry_read(part, part->pages + p, data, e, &entry, &why))
                tell(on, why.message);
            else
                status = check_entry(on, &entry, err);
        }
        vv_cache_unpin(part->cache, pinned);
    }
    return status;
}

vv_status vv_part_check(struct vv_part *part,
                        const struct varve_stratum *(*stratum_of)(void *arg, uint32_t id),
                        void (*report)(void *arg, const char *text), void *arg, uint64_t *damaged,
                        uint64_t *rows, vv_error *err)
{
    struct checking on = {.part = part,
                          .stratum_of = stratum_of,
                          .report = report,
                          .arg = arg,
                          .damaged = damaged,
                          .rows = rows};
    vv_error why = {0};
    uint64_t damaged_before = *damaged, rows_before = *rows;
    vv_status status = vv_part_open(part, &why);

    if (status == VARVE_CORRUPT || status == VARVE_NOT_FOUND) {
        tell(&on, why.message);
        return VARVE_OK;
    }
    if (status) {
        if (err)
            *err = why;
        return status;
    }
    vv_block_rows_init(&on.block);
    status = check_pages(&on, err);
    if (!status && *damaged == damaged_before) {
        char text[600];
        if (on.seen_bytes + VV_PART_HEADER_BYTES != part->directory_offset) {
            snprintf(text, sizeof text, "%s: bytes that belong to nothing", part->path);
            tell(&on, text);
        } else if (*rows - rows_before != part->rows) {
            snprintf(text, sizeof text, "%s: %llu rows, not %llu", part->path,
                     (unsigned long long)(*rows - rows_before), (unsigned long long)part->rows);
            tell(&on, text);
        }
    }
    vv_block_rows_deinit(&on.block);
    vv_buf_deinit(&on.good);
    return status;
}
