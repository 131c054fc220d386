/* varve_scan: the settled rows of one series. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "native/rowsource.h"
#include "native/store_private.h"

#include "base/banned.h"

/* Rows that are put together of several sources; single blocks come as they are. */
#define SCAN_ROWS 4096

struct varve_scan {
    varve_snapshot *own;
    struct vv_rowsource source;
    struct vv_rowsource_rows rows;
    uint32_t *columns;
    struct varve_lost *lost;
    size_t lost_count, lost_room;
};

static void note_lost(void *arg, const struct vv_rowsource *source, const struct vv_live_part *part,
                      const struct vv_block_ref *ref, const vv_error *why)
{
    struct varve_scan *scan = arg;

    if (scan->lost_count == scan->lost_room) {
        size_t room = scan->lost_room ? scan->lost_room * 2 : 8;
        struct varve_lost *grown = vv_realloc(scan->lost, room * sizeof *grown);
        if (!grown) {
            scan->source.lost_status = VARVE_NO_MEMORY;
            return;
        }
        scan->lost = grown;
        scan->lost_room = room;
    }
    struct varve_lost *lost = scan->lost + scan->lost_count++;
    const char *path = vv_part_path(part->part);
    size_t store_bytes = strlen(source->store->path);
    bool inside = strncmp(path, source->store->path, store_bytes) == 0 && path[store_bytes] == '/';
    *lost = (struct varve_lost){
        .file = inside ? path + store_bytes + 1 : path,
        .series = source->series,
        .from = ref ? ref->first_time : source->from,
        .to = ref ? ref->last_time : source->to - 1,
    };
    snprintf(lost->message, sizeof lost->message, "%.159s", why->message);
}

static vv_status take_columns(struct varve_scan *scan, const struct varve_scan_spec *spec,
                              uint32_t *count, vv_error *err)
{
    *count = spec->columns ? spec->column_count : scan->source.stratum->column_count;
    scan->columns = vv_alloc_array(*count + 1, sizeof *scan->columns);
    if (!scan->columns)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to scan series %u", spec->series);
    for (uint32_t c = 0; c < *count; c++) {
        scan->columns[c] = spec->columns ? spec->columns[c] : c;
        vv_status status = vv_rowsource_column(&scan->source, scan->columns[c], err);
        if (status)
            return status;
    }
    return VARVE_OK;
}

vv_status varve_scan_open(varve *store, const struct varve_scan_spec *spec, varve_scan **scan,
                          varve_error *err)
{
    struct varve_scan *made = vv_alloc_zero(sizeof *made);
    varve_snapshot *snapshot;
    uint32_t count;

    *scan = NULL;
    vv_error_clear(err);
    if (!made)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to scan series %u", spec->series);
    vv_status status = vv_snapshot_take(store, spec->snapshot, &made->own, &snapshot, err);
    if (!status)
        status = vv_rowsource_init(&made->source, store, snapshot, spec->series, spec->from,
                                   spec->to, err);
    if (!status) {
        made->source.lost = note_lost;
        made->source.lost_arg = made;
        status = take_columns(made, spec, &count, err);
    }
    if (!status)
        status = vv_rowsource_open(&made->source, made->source.from, made->source.to, made->columns,
                                   count, &made->rows, err);
    if (status)
        varve_scan_close(made);
    else
        *scan = made;
    return status;
}

vv_status varve_scan_next(varve_scan *scan, struct varve_rows *rows, varve_error *err)
{
    vv_status status = vv_rowmerge_next(scan->rows.merge, SCAN_ROWS, rows, err);

    if (!status)
        rows->series = scan->source.series;
    return status;
}

const struct varve_lost *varve_scan_lost(const varve_scan *scan, size_t *count)
{
    *count = scan->lost_count;
    return scan->lost;
}

void varve_scan_close(varve_scan *scan)
{
    if (!scan)
        return;
    vv_rowsource_close(&scan->rows);
    vv_rowsource_deinit(&scan->source);
    varve_snapshot_close(scan->own);
    vv_free(scan->columns);
    vv_free(scan->lost);
    vv_free(scan);
}
