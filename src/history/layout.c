#include "history/layout.h"

#include "history/flags.h"

#include "base/banned.h"

static void settle_trend(struct vv_stored *row)
{
    row->quality = vv_flag_quality_class(row->quality);
    if (row->quality == VV_QUALITY_BAD)
        row->value = vv_datum_null();
}

static const struct vv_layout layouts[] = {
    [VV_LAYOUT_SCADA] = {.name = "scada", .unit_ms = 1},
    [VV_LAYOUT_TREND] = {.name = "trend",
                         .unit_ms = 1000,
                         .points_only = true,
                         .settle = settle_trend},
};

const struct vv_layout *vv_layout_get(enum vv_history_layout layout)
{
    return &layouts[layout];
}
