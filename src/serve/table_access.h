/* table_access.h: who may do what with a ledger table over HTTP, and what its changes touch.
 *
 * One table of exceptions; a table that is not in it is read by whoever may read, and changed by
 * whoever may configure.
 *
 * Threads: constant.
 */
#ifndef VV_SERVE_TABLE_ACCESS_H
#define VV_SERVE_TABLE_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "catalog/catalog.h"
#include "sql/journal.h"

struct vv_table_access {
    uint32_t read, change; /* rights, bits of TB_User.Rights */
    const char *closed;    /* why nobody changes it over HTTP; null: it may be changed */
    bool plant;            /* what is collected follows from it */
    enum vv_journal_category category; /* of its changes in the journal */
};

struct vv_table_access vv_table_access(const struct vv_table *table);
/* The names in the table of exceptions, by index; null behind the last. For tests. */
const char *vv_table_access_name(unsigned index);

#endif
