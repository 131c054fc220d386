/* vtab_source.c: the documented tables that are made of native strata. */
#include "history/vtab_source.h"

#include "base/banned.h"

static const struct vv_table_source *const sources[] = {&vv_source_scada};

const struct vv_table_source *vv_table_source_at(size_t index)
{
    return index < sizeof sources / sizeof sources[0] ? sources[index] : NULL;
}
