#include "native/sink.h"

#include "native/store_private.h"

#include "base/banned.h"

void vv_sink_init(struct vv_sink *sink, varve *store, struct vv_part_writer *writer)
{
    *sink = (struct vv_sink){.store = store, .writer = writer};
}

void vv_sink_deinit(struct vv_sink *sink)
{
    vv_rows_free(sink->staged);
}

vv_status vv_sink_begin(struct vv_sink *sink, uint32_t series, uint32_t stratum_id,
                        int64_t partition, vv_error *err)
{
    const struct varve_stratum *stratum =
        vv_registry_stratum_get(sink->store->registry, stratum_id);
    sink->series = series;
    sink->partition = partition;
    if (stratum != sink->stratum) {
        vv_rows_free(sink->staged);
        sink->staged = NULL;
        sink->stratum = NULL;
        for (uint32_t c = 0; c < stratum->column_count; c++)
            sink->types[c] = stratum->columns[c].type;
        vv_status status = vv_rows_new(sink->types, stratum->column_count, &sink->staged, err);
        if (status)
            return status;
        sink->stratum = stratum;
        sink->stratum_id = stratum_id;
    }
    vv_rows_reset(sink->staged, series);
    return VARVE_OK;
}

static vv_status write_block(struct vv_sink *sink, struct varve_rows *rows, vv_error *err)
{
    rows->series = sink->series;
    sink->rows += rows->count;
    return vv_part_writer_add(sink->writer, sink->stratum, sink->stratum_id, sink->partition, rows,
                              err);
}

static vv_status write_staged(struct vv_sink *sink, vv_error *err)
{
    struct varve_rows rows;
    vv_rows_view(sink->staged, &rows);
    vv_status status = write_block(sink, &rows, err);
    vv_rows_reset(sink->staged, sink->series);
    return status;
}

static vv_status stage(struct vv_sink *sink, const struct varve_rows *rows, vv_error *err)
{
    uint32_t block_rows = sink->store->options.block_rows;
    vv_status status = VARVE_OK;
    for (uint32_t begin = 0, end; begin < rows->count && !status; begin = end) {
        uint32_t room = block_rows - vv_rows_count(sink->staged);
        end = rows->count - begin < room ? rows->count : begin + room;
        status = vv_rows_add(sink->staged, rows, begin, end, true, err);
        if (!status && vv_rows_count(sink->staged) == block_rows)
            status = write_staged(sink, err);
    }
    return status;
}

vv_status vv_sink_rows(struct vv_sink *sink, struct vv_rowmerge *merge, vv_error *err)
{
    uint32_t block_rows = sink->store->options.block_rows;
    struct varve_rows rows;
    vv_status status;
    while (!(status = vv_rowmerge_next(merge, block_rows, &rows, err))) {
        if (rows.count == block_rows && vv_rows_count(sink->staged) == 0)
            status = write_block(sink, &rows, err);
        else
            status = stage(sink, &rows, err);
        if (status)
            return status;
    }
    if (status != VARVE_END)
        return status;
    return vv_rows_count(sink->staged) > 0 ? write_staged(sink, err) : VARVE_OK;
}
