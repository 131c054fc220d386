/* dialects.h: the rows of ddl.c's list, one file each. */
#ifndef VV_CATALOG_DIALECTS_H
#define VV_CATALOG_DIALECTS_H

#include "catalog/ddl.h"

extern const struct vv_dialect vv_dialect_sqlite;
extern const struct vv_dialect vv_dialect_postgres;
extern const struct vv_dialect vv_dialect_mysql;
extern const struct vv_dialect vv_dialect_sqlserver;

/* Adds text in single quotes, each quote in it doubled; `also` is another character that the
 * database reads as a sign and that is doubled too, or 0. */
void vv_ddl_quote_text(struct vv_buf *sql, const char *text, char also);

#endif
