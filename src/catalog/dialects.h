/* dialects.h: the rows of ddl.c's list, one file each. */
#ifndef VV_CATALOG_DIALECTS_H
#define VV_CATALOG_DIALECTS_H

#include "catalog/ddl.h"

extern const struct vv_dialect vv_dialect_sqlite;

#endif
