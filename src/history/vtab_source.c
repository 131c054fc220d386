/* vtab_source.c: the documented tables that are made of native strata. */
#include "history/vtab_source.h"

#include "base/banned.h"

const struct vv_table_source *vv_table_source_at(size_t index)
{
    if (index == 0)
        return &vv_source_scada;
    return vv_source_strata[index - 1].table != NULL ? &vv_source_strata[index - 1] : NULL;
}
