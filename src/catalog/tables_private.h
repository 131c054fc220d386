/* tables_private.h: what the files that describe tables share.
 *
 * Each family's file gives an array of tables; catalog.c lists the families. Only catalog.c and
 * those files include this.
 */
#ifndef VV_CATALOG_TABLES_PRIVATE_H
#define VV_CATALOG_TABLES_PRIVATE_H

#include "catalog/catalog.h"

#define VV_COUNT_OF(array) (sizeof(array) / sizeof *(array))
/* The columns of a table, from its array. */
#define VV_COLUMNS(array) .columns = (array), .column_count = VV_COUNT_OF(array)

/* Flags of a key that is given, and of one that the database numbers. */
#define VV_GIVEN    VV_COLUMN_NOT_NULL
#define VV_NUMBERED (VV_COLUMN_NOT_NULL | VV_COLUMN_AUTO)

struct vv_table_list {
    const struct vv_table *tables;
    size_t count;
};

extern const struct vv_table_list vv_scada_tables;
extern const struct vv_table_list vv_electro_tables;
extern const struct vv_table_list vv_electro_work_tables;
extern const struct vv_table_list vv_dcop_tables;
extern const struct vv_table_list vv_study_tables;
extern const struct vv_table_list vv_ours_tables;
extern const struct vv_table_list vv_ours_work_tables;

#endif
