#include "native/partrun.h"

#include "base/alloc.h"
#include "native/span.h"

#include "base/banned.h"

static vv_status report_lost(struct vv_part_run *run, const struct vv_block_ref *ref,
                             const vv_error *why, vv_error *err)
{
    vv_status status = VARVE_CORRUPT;
    if (run->spec.lost)
        status = run->spec.lost(run->spec.lost_arg, &run->spec, ref, why);
    else
        atomic_store(&run->spec.part->damaged, true); /* no merge takes it up again */
    if (status && err)
        *err = *why;
    return status;
}

static vv_status take_refs(struct vv_part_run *run, vv_error *err)
{
    if (run->entry.block_count > run->ref_room) {
        struct vv_block_ref *grown =
            vv_realloc(run->refs, run->entry.block_count * sizeof *run->refs);
        if (!grown)
            return vv_fail(err, VARVE_NO_MEMORY, "no memory for the blocks of series %u",
                           run->spec.series);
        run->refs = grown;
        run->ref_room = run->entry.block_count;
    }
    run->ref_count = run->entry.block_count;
    run->ref_next = 0;
    return vv_part_blocks(&run->entry, run->refs, err);
}

/* The next entry of the series at or after a partition; `ended` when there is none in range. */
static vv_status next_entry(struct vv_part_run *run, int64_t partition, vv_error *err)
{
    if (run->has_entry)
        vv_part_entry_release(&run->entry);
    run->has_entry = false;
    run->ref_count = run->ref_next = 0;
    vv_error why = {0};
    vv_status status =
        vv_part_find(run->spec.part->part, partition, run->spec.series, &run->entry, &why);
    if (!status) {
        run->has_entry = true;
        if (run->entry.first_time >= run->spec.to)
            status = VARVE_END;
        else
            status = take_refs(run, &why);
    }
    if (status == VARVE_CORRUPT) { /* an index page: nothing behind it can be found */
        status = report_lost(run, NULL, &why, err);
        run->run.ended = true;
    } else if (status == VARVE_END) {
        status = VARVE_OK;
        run->run.ended = true;
    } else if (status && err) {
        *err = why;
    }
    return status;
}

/* Moves to the next block that reaches into the range, over entries. */
static vv_status settle(struct vv_part_run *run, vv_error *err)
{
    while (!run->run.ended) {
        for (; run->ref_next < run->ref_count; run->ref_next++) {
            const struct vv_block_ref *ref = &run->refs[run->ref_next];
            if (ref->first_time >= run->spec.to)
                break;
            if (ref->last_time >= run->spec.from) {
                run->run.next_time = ref->first_time;
                return VARVE_OK;
            }
        }
        int64_t partition = run->entry.partition;
        if (partition == INT64_MAX) {
            run->run.ended = true;
            break;
        }
        vv_status status = next_entry(run, partition + 1, err);
        if (status)
            return status;
    }
    run->run.next_time = INT64_MAX;
    return VARVE_OK;
}

static vv_status load(struct vv_run *base, struct varve_rows *rows, vv_error *err)
{
    struct vv_part_run *run = (struct vv_part_run *)(void *)base;
    rows->count = 0;
    while (!run->run.ended) {
        const struct vv_block_ref *ref = &run->refs[run->ref_next];
        vv_error why = {0};
        vv_status status = vv_part_read(&run->entry, ref, run->spec.columns, run->spec.column_count,
                                        &run->block, &why);
        vv_store_count_blocks(run->spec.store, 1);
        if (status == VARVE_CORRUPT)
            status = report_lost(run, ref, &why, err);
        else if (status && err)
            *err = why;
        else if (!status)
            *rows = run->block.rows;
        run->ref_next++;
        if (!status)
            status = settle(run, err);
        if (status || rows->count > 0)
            return status;
    }
    return VARVE_OK;
}

vv_status vv_part_run_init(struct vv_part_run *run, const struct vv_part_run_spec *spec,
                           vv_error *err)
{
    *run = (struct vv_part_run){.spec = *spec};
    run->run.rank = 2 * spec->part->about.summary.max_sequence;
    run->run.load = load;
    vv_block_rows_init(&run->block);
    vv_status status = next_entry(run, vv_span_of(spec->stratum, spec->from).key, err);
    return status ? status : settle(run, err);
}

void vv_part_run_deinit(struct vv_part_run *run)
{
    if (run->has_entry)
        vv_part_entry_release(&run->entry);
    vv_block_rows_deinit(&run->block);
    vv_free(run->refs);
}
