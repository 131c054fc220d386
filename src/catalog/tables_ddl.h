/* tables_ddl.h: scripts that make the documented tables, and the tables' description in JSON.
 *
 * Threads: any; no state.
 */
#ifndef VV_CATALOG_TABLES_DDL_H
#define VV_CATALOG_TABLES_DDL_H

#include <stddef.h>

struct vv_buf;
struct vv_dialect;

/* Adds DDL, each table's documentation as comments above it, in an order in which a database can
 * execute it: the tables of `names`, each the name of a table or of a partition and known to
 * vv_catalog_find; all tables where `count` is 0. A name given twice counts once. */
void vv_tables_ddl(struct vv_buf *out, const struct vv_dialect *dialect, const char *const *names,
                   size_t count);
/* Adds the same tables' descriptions as a JSON array, for programs. */
void vv_tables_json(struct vv_buf *out, const char *const *names, size_t count);

#endif
