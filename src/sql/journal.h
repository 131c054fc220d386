/* journal.h: the journal (TB_Log): what happened, when, from where, and how it was before.
 *
 * An entry is written in the caller's own transaction, so that a change and its entry are kept or
 * lost together: a journal that cannot be written stops the change. Entries are never changed or
 * deleted.
 *
 * Line breaks and other control characters in texts become blanks, so that one entry can never look
 * like two; event and origin are cut to the width of their columns. Secrets are the caller's to
 * leave out.
 *
 * Threads: as ledger.h.
 */
#ifndef VV_SQL_JOURNAL_H
#define VV_SQL_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct vv_ledger_tx;

/* TB_Log.Category; TB_Strings part 1 has their names. */
enum vv_journal_category {
    VV_JOURNAL_STRUCTURE = 0, /* of the database itself */
    VV_JOURNAL_LOGIN = 1,
    VV_JOURNAL_CONFIGURATION = 2, /* of the plant: points, devices, connections… */
    VV_JOURNAL_TEMPLATES = 3,
    VV_JOURNAL_REPORTS = 4,
    VV_JOURNAL_POLLING = 5,
    VV_JOURNAL_FILES = 6, /* import and export, backup and restore */
    VV_JOURNAL_SYSTEM = 7,
    VV_JOURNAL_MANUAL = 8 /* values entered, corrected or deleted */
};

enum vv_journal_priority {
    VV_JOURNAL_MESSAGE = 0,
    VV_JOURNAL_WARNING = 1,
    VV_JOURNAL_ERROR = 2
};

/* What kind of thing a number is about: the top four bits of TB_Log.RefId. */
enum vv_journal_kind {
    VV_JOURNAL_OBJECT = 0,
    VV_JOURNAL_DEVICE = 1,
    VV_JOURNAL_CONNECTION = 2,
    VV_JOURNAL_MODEM = 3,
    VV_JOURNAL_REACTION = 4,
    VV_JOURNAL_REPORT = 5,
    VV_JOURNAL_JOB = 6
};

/* Zero is a message about the structure, now, by nobody, about nothing in particular. */
struct vv_journal_entry {
    enum vv_journal_category category;
    enum vv_journal_priority priority;
    const char *event;         /* what happened, one line: "TB_Dim 7 changed" */
    enum vv_journal_kind kind; /* of `id` */
    int64_t id;                /* what it is about: 1 to 0x0FFFFFFF; anything else is nothing */
    const char *origin;        /* address or program; null: not known */
    const char *before;        /* JSON, or null for what was not there */
    const char *after;
    int64_t user_id; /* 0: none */
    int64_t time_ms; /* 0: now */
};

/* Adds it to the journal. What insert gives (ledger.h); after an error the caller rolls back. */
vv_status vv_journal_write(struct vv_ledger_tx *tx, const struct vv_journal_entry *entry,
                           vv_error *err);
/* The kind of thing that a table's rows are; false for tables whose rows RefId cannot name. */
bool vv_journal_kind_of(const char *table, enum vv_journal_kind *kind);

#endif
