/* gate.h: the one way for every value: checked, stored, then live.
 *
 * Drivers, HTTP and imports all come through here, so that no value is shown that was not stored.
 *
 * Threads: all calls from any thread.
 */
#ifndef VV_COLLECT_GATE_H
#define VV_COLLECT_GATE_H

#include <stdatomic.h>

#include "collect/live.h"
#include "history/copy.h"
#include "history/edit.h"
#include "history/history.h"

/* Zero and the two pointers make one; nothing to free. Both are borrowed. */
struct vv_gate {
    struct vv_history_set *set;
    struct vv_live *live; /* may be null: nothing is live */
    atomic_uint_fast64_t stored, rejected, failed_calls;
};

/* As vv_history_write; what was stored is in the live table when it returns. The options' own
 * `stored` is called too, after that. */
vv_status vv_gate_write(struct vv_gate *gate, const struct vv_sample *samples, size_t count,
                        const struct vv_write_options *options, struct vv_write_result *result,
                        vv_error *err);

/* As vv_history_correct and its like (edit.h); the live table follows. */
vv_status vv_gate_correct(struct vv_gate *gate, const struct vv_sample *samples, size_t count,
                          const struct vv_write_options *options, const struct vv_edit *edit,
                          struct vv_write_result *result, vv_error *err);
vv_status vv_gate_correct_range(struct vv_gate *gate, const struct vv_range_correction *correction,
                                uint64_t *rows, vv_error *err);
vv_status vv_gate_delete(struct vv_gate *gate, const struct vv_deletion *deletion, uint64_t *rows,
                         vv_error *err);
/* As vv_history_copy (copy.h), whose `stored` is not used; the live table follows. */
vv_status vv_gate_copy(struct vv_gate *gate, const struct vv_copy *copy, struct vv_copied *copied,
                       vv_error *err);

#endif
