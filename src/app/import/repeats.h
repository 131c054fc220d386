/* repeats.h: which rows of a file come again: the same tag and time as an earlier row.
 *
 * A file that can be read twice is noted in the first reading and counted in the second: exact, in
 * memory for the rows alone that are not in order of time. A pipe is counted in one reading, with
 * memory for every row. Past VV_IMPORT_REPEATS_MAX keys the count is a least one.
 *
 * Threads: one thread.
 */
#ifndef VV_APP_IMPORT_REPEATS_H
#define VV_APP_IMPORT_REPEATS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define VV_IMPORT_REPEATS_MAX 8000000

struct vv_import_repeats;

/* Null without memory. */
struct vv_import_repeats *vv_import_repeats_new(void);
void vv_import_repeats_free(struct vv_import_repeats *repeats);

/* First reading: the times of a tag (numbered densely from 0) in the order of the file. */
vv_status vv_import_repeats_note(struct vv_import_repeats *repeats, uint32_t tag, int64_t time_ms,
                                 vv_error *err);
/* Second reading, after all were noted: whether this tag and time was there before. */
bool vv_import_repeats_again(struct vv_import_repeats *repeats, uint32_t tag, int64_t time_ms);
/* The only reading: both in one. */
vv_status vv_import_repeats_once(struct vv_import_repeats *repeats, uint32_t tag, int64_t time_ms,
                                 bool *again, vv_error *err);
/* Keys were left out: what was counted is a least number. */
bool vv_import_repeats_partial(const struct vv_import_repeats *repeats);

#endif
