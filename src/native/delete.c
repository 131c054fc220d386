/* Deletions: marks in the log, that reads apply at once and merges carry out. */
#include "base/bytes.h"
#include "native/store_private.h"

#include "base/banned.h"

static vv_status check_ranges(varve *store, const struct varve_range *ranges, size_t count,
                              size_t *wanted, vv_error *err)
{
    uint32_t stratum_id;
    const struct varve_stratum *stratum;
    vv_status status = VARVE_OK;
    *wanted = 0;
    for (size_t i = 0; i < count && !status; i++) {
        status = vv_store_stratum_of(store, ranges[i].series, &stratum_id, &stratum, err);
        *wanted += ranges[i].from < ranges[i].to;
    }
    return status ? status : vv_store_check_writable(store, err);
}

/* Marks, and their frames one behind another. The pieces are set once the buffer does not move. */
static void make_frames(const struct varve_range *ranges, size_t count, struct vv_buf *frames,
                        struct vv_commit *commit)
{
    for (size_t i = 0; i < count; i++) {
        const struct varve_range *range = &ranges[i];
        size_t before = frames->len;
        if (range->from >= range->to)
            continue;
        vv_buf_grow(frames, VV_WAL_FRAME_HEADER);
        vv_buf_varint(frames, range->series);
        vv_buf_svarint(frames, range->from);
        vv_buf_svarint(frames, range->to);
        commit->pieces[commit->mark_count].len_bytes = frames->len - before;
        commit->marks[commit->mark_count++] = (struct vv_manifest_mark){
            .series = range->series, .from = range->from, .to = range->to};
    }
    commit->frame = frames->data;
    commit->frame_bytes = frames->len;
    for (size_t i = 0, at = 0; i < commit->mark_count && !frames->failed; i++) {
        commit->pieces[i].data = frames->data + at;
        at += commit->pieces[i].len_bytes;
    }
}

vv_status varve_delete_ranges(varve *store, const struct varve_range *ranges, size_t count,
                              uint64_t *sequence, varve_error *err)
{
    vv_error_clear(err);
    size_t wanted;
    vv_status status = check_ranges(store, ranges, count, &wanted, err);
    if (status || wanted == 0)
        return status;
    struct vv_buf frames = {0};
    struct vv_commit commit = {.kind = VV_COMMIT_DELETE, .err = err};
    commit.marks = vv_alloc_array(wanted, sizeof *commit.marks);
    commit.pieces = vv_alloc_array(wanted, sizeof *commit.pieces);
    if (commit.marks && commit.pieces)
        make_frames(ranges, count, &frames, &commit);
    if (!commit.marks || !commit.pieces || frames.failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory to delete %zu ranges", wanted);
    if (!status)
        status = vv_store_commit(store, &commit);
    if (!status && sequence)
        *sequence = commit.sequence;
    vv_buf_deinit(&frames);
    vv_free(commit.marks);
    vv_free(commit.pieces);
    return status;
}

vv_status varve_delete(varve *store, uint32_t series, int64_t from, int64_t to, uint64_t *sequence,
                       varve_error *err)
{
    const struct varve_range range = {series, from, to};
    return varve_delete_ranges(store, &range, 1, sequence, err);
}
