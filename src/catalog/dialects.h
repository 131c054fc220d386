/* dialects.h: the rows of ddl.c's list, one file each. */
#ifndef VV_CATALOG_DIALECTS_H
#define VV_CATALOG_DIALECTS_H

#include "catalog/ddl.h"

extern const struct vv_dialect vv_dialect_sqlite;

/* Shared by those whose upsert is INSERT … ON CONFLICT (key) DO UPDATE. */
void vv_dialect_on_conflict(const struct vv_dialect *dialect, struct vv_buf *sql,
                            const struct vv_table *table, const int *columns, size_t count);
/* Text in single quotes, each quote in it doubled. */
void vv_dialect_quote_text(struct vv_buf *sql, const char *text);

#endif
