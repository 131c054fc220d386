/* layout.h: the forms in which a history database keeps samples.
 *
 * `scada` keeps a typed value and an OPC quality at a millisecond, for any tag. `trend` keeps a
 * number and flag letters at a second, for points of the plant's tree only. What a layout asks of a
 * sample is settled before it is stored, so that what is told to the live table is what a query
 * gives.
 *
 * Threads: constant data.
 */
#ifndef VV_HISTORY_LAYOUT_H
#define VV_HISTORY_LAYOUT_H

#include "history/history.h"

struct vv_layout {
    const char *name;
    int64_t unit_ms;  /* times are floored to it */
    bool points_only; /* a tag is a point of TB_Objects, of type Double or Boolean */
    /* Brings a sample whose value has its tag's type into the form that is stored; may be null. */
    void (*settle)(struct vv_stored *row);
};

/* The layout of that number: VV_LAYOUT_SCADA or VV_LAYOUT_TREND. */
const struct vv_layout *vv_layout_get(enum vv_history_layout layout);

#endif
