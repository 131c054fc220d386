#include "collect/gate.h"

#include "base/time.h"

#include "base/banned.h"

struct passing {
    struct vv_gate *gate;
    const struct vv_write_options *options;
};

static void pass(void *arg, const struct vv_stored *rows, size_t count)
{
    const struct passing *p = arg;

    if (p->gate->live != NULL)
        vv_live_update(p->gate->live, rows, count);
    if (p->options->stored != NULL)
        p->options->stored(p->options->stored_arg, rows, count);
}

vv_status vv_gate_write(struct vv_gate *gate, const struct vv_sample *samples, size_t count,
                        const struct vv_write_options *options, struct vv_write_result *result,
                        vv_error *err)
{
    struct passing passing = {gate, options};
    struct vv_write_options through = *options;
    vv_status st;

    through.stored = pass;
    through.stored_arg = &passing;
    st = vv_history_write(gate->set, samples, count, &through, result, err);
    atomic_fetch_add_explicit(&gate->stored, result->stored, memory_order_relaxed);
    atomic_fetch_add_explicit(&gate->rejected, result->rejected, memory_order_relaxed);
    if (st != VARVE_OK)
        atomic_fetch_add_explicit(&gate->failed_calls, 1, memory_order_relaxed);
    return st;
}

vv_status vv_gate_correct(struct vv_gate *gate, const struct vv_sample *samples, size_t count,
                          const struct vv_write_options *options, const struct vv_edit *edit,
                          struct vv_write_result *result, vv_error *err)
{
    struct passing passing = {gate, options};
    struct vv_write_options through = *options;
    vv_status st;

    through.stored = pass;
    through.stored_arg = &passing;
    st = vv_history_correct(gate->set, samples, count, &through, edit, result, err);
    atomic_fetch_add_explicit(&gate->stored, result->stored, memory_order_relaxed);
    if (st != VARVE_OK)
        atomic_fetch_add_explicit(&gate->failed_calls, 1, memory_order_relaxed);
    return st;
}

vv_status vv_gate_delete(struct vv_gate *gate, const struct vv_deletion *deletion, uint64_t *rows,
                         vv_error *err)
{
    vv_status st = vv_history_delete(gate->set, deletion, rows, err);

    if (st == VARVE_OK && !deletion->edit.dry_run && gate->live != NULL)
        st = vv_live_forget(gate->live, deletion->tags, deletion->count, deletion->from_ms,
                            deletion->to_ms, vv_now_ms(), err);
    return st;
}

vv_status vv_gate_correct_range(struct vv_gate *gate, const struct vv_range_correction *correction,
                                uint64_t *rows, vv_error *err)
{
    static const struct vv_write_options options = {0};
    struct passing passing = {gate, &options};
    const struct vv_write_options through = {.stored = pass, .stored_arg = &passing};
    vv_status st = vv_history_correct_range(gate->set, correction, &through, rows, err);

    atomic_fetch_add_explicit(&gate->stored, *rows, memory_order_relaxed);
    if (st != VARVE_OK)
        atomic_fetch_add_explicit(&gate->failed_calls, 1, memory_order_relaxed);
    return st;
}

vv_status vv_gate_copy(struct vv_gate *gate, const struct vv_copy *copy, struct vv_copied *copied,
                       vv_error *err)
{
    static const struct vv_write_options options = {0};
    struct passing passing = {gate, &options};
    struct vv_copy through = *copy;
    vv_status st;

    through.stored = pass;
    through.stored_arg = &passing;
    st = vv_history_copy(gate->set, &through, copied, err);
    for (size_t i = 0; i < copy->count && !copy->dry_run; i++)
        atomic_fetch_add_explicit(&gate->stored, copied[i].rows, memory_order_relaxed);
    if (st != VARVE_OK)
        atomic_fetch_add_explicit(&gate->failed_calls, 1, memory_order_relaxed);
    return st;
}
