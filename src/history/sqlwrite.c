#include "history/sqlwrite.h"

#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "history/sqlguard.h"
#include "sql/journal.h"
#include "sql/ledger.h"
#include "sql/sql.h"

#include "base/banned.h"

struct writing {
    sqlite3 *db;
    struct vv_sqlguard guard;
    struct vv_sqlwrite_result *result;
};

static vv_status fail(const struct writing *w, vv_status otherwise, vv_error *err)
{
    const char *message = sqlite3_errmsg(w->db);
    const int code = sqlite3_extended_errcode(w->db);

    if (w->guard.refused[0])
        return vv_fail(err, VARVE_DENIED, "%s is not allowed", w->guard.refused);
    switch (code) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_ROWID:
        return vv_fail(err, VARVE_EXISTS, "%s", message);
    default:
        break;
    }
    switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
        return vv_fail(err, VARVE_CONFLICT, "%s", message);
    case SQLITE_FULL:
        return vv_fail(err, VARVE_NO_SPACE, "%s", message);
    case SQLITE_NOMEM:
        return vv_fail(err, VARVE_NO_MEMORY, "%s", message);
    case SQLITE_IOERR:
        return vv_fail(err, VARVE_IO, "%s", message);
    case SQLITE_CORRUPT:
        return vv_fail(err, VARVE_CORRUPT, "%s", message);
    default:
        return vv_fail(err, otherwise, "%s", message);
    }
}

static vv_status run_one(struct writing *w, sqlite3_stmt *stmt, vv_error *err)
{
    int code;

    if (sqlite3_bind_parameter_count(stmt) > 0)
        return vv_fail(err, VARVE_BAD_VALUE, "a statement here takes no parameters");
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
    }
    if (code != SQLITE_DONE)
        return fail(w, VARVE_BAD_VALUE, err);
    w->result->statements++;
    if (!sqlite3_stmt_readonly(stmt))
        w->result->rows += sqlite3_changes64(w->db);
    return VARVE_OK;
}

static vv_status run_all(struct writing *w, const char *text, size_t len_bytes, vv_error *err)
{
    const char *end = text + len_bytes;
    vv_status status = VARVE_OK;

    while (!status && text < end) {
        sqlite3_stmt *stmt = NULL;
        w->guard.refused[0] = '\0';
        if (sqlite3_prepare_v2(w->db, text, (int)(end - text), &stmt, &text) != SQLITE_OK)
            status = fail(w, VARVE_SYNTAX, err);
        else if (stmt)
            status = run_one(w, stmt, err);
        sqlite3_finalize(stmt);
    }
    if (status)
        vv_error_prefix(err, "statement %llu", (unsigned long long)w->result->statements + 1);
    return status;
}

vv_status vv_sqlwrite_run(struct vv_ledger *ledger, const char *text, size_t len_bytes,
                          const char *origin, struct vv_sqlwrite_result *result, vv_error *err)
{
    struct writing w = {.guard = {.write = true}, .result = result};
    struct vv_ledger_tx *tx = NULL;
    char event[300];
    vv_status status;

    *result = (struct vv_sqlwrite_result){0};
    if (len_bytes > INT32_MAX || memchr(text, '\0', len_bytes))
        return vv_fail(err, VARVE_SYNTAX, "the statements are too long, or hold a NUL");
    status = vv_sqlguard_check_text(text, len_bytes, err);
    if (!status)
        status = vv_ledger_begin_write(ledger, &tx, err);
    if (status)
        return status;
    w.db = vv_sql_sqlite_handle(vv_ledger_tx_sql(tx));
    if (!w.db) {
        status = vv_fail(err, VARVE_UNSUPPORTED, "only a ledger in SQLite takes statements");
    } else {
        vv_sqlguard_set(w.db, &w.guard);
        status = run_all(&w, text, len_bytes, err);
        vv_sqlguard_lift(w.db);
    }
    snprintf(event, sizeof event, "SQL, rows changed: %lld: %.*s", (long long)result->rows,
             (int)(len_bytes < 200 ? len_bytes : 200), text);
    const struct vv_journal_entry entry = {.category = VV_JOURNAL_CONFIGURATION,
                                           .priority = VV_JOURNAL_WARNING,
                                           .event = event,
                                           .origin = origin};
    if (!status && result->rows > 0)
        status = vv_journal_write(tx, &entry, err);
    if (!status)
        status = vv_ledger_commit(&tx, err);
    vv_ledger_rollback(&tx);
    return status;
}
