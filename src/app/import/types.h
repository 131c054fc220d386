/* types.h: which type each tag's cells are read as.
 *
 * Threads: one thread.
 */
#ifndef VV_APP_IMPORT_TYPES_H
#define VV_APP_IMPORT_TYPES_H

#include "app/import/run.h"

/* Settles tag->type of all tags, after they were judged: what the history has, else what the
 * options say, else what was judged. CONFLICT when the options contradict the history. Says which
 * columns became String though nearly all of their cells are numbers. `sink` may be null. */
vv_status vv_import_types_settle(const struct vv_import_options *options,
                                 struct vv_import_tags *tags, struct vv_import_sink *sink,
                                 struct vv_import_report *report, vv_error *err);
/* BAD_TYPE, SYNTAX for one of the options' types that cannot be read. */
vv_status vv_import_types_check(const struct vv_import_options *options, vv_error *err);

#endif
