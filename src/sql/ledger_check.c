/* ledger_check.c: the database's own check of itself. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "sql/ledger_private.h"

#include "base/banned.h"

struct checking {
    void (*report)(void *arg, const char *text);
    void *arg;
    uint64_t damaged;
};

static void add_value(struct vv_buf *to, const struct vv_value *value)
{
    if (value->kind == VV_VALUE_TEXT)
        vv_buf_add(to, value->as.data, value->len_bytes);
    else if (value->kind == VV_VALUE_INT)
        vv_buf_format(to, "%" PRId64, value->as.integer);
    else
        vv_buf_char(to, '-');
}

/* Each row that the statement gives, but one that says "ok", is a finding. */
static vv_status findings(struct checking *c, struct vv_sql_statement *statement, const char *what,
                          vv_error *err)
{
    struct vv_buf text = {0};
    vv_status status;
    while (!(status = vv_sql_step(statement, err))) {
        struct vv_value value;
        vv_buf_reset(&text);
        vv_buf_text(&text, what);
        for (unsigned i = 0; i < vv_sql_column_count(statement) && !status; i++) {
            status = vv_sql_column(statement, i, &value, err);
            vv_buf_char(&text, ' ');
            if (!status)
                add_value(&text, &value);
        }
        if (!status && text.failed)
            status = vv_fail(err, VARVE_NO_MEMORY, "no memory to check the ledger");
        if (status)
            break;
        if (strcmp((const char *)text.data + strlen(what), " ok") == 0)
            continue;
        c->damaged++;
        c->report(c->arg, (const char *)text.data);
    }
    vv_buf_deinit(&text);
    return status == VARVE_END ? VARVE_OK : status;
}

vv_status vv_ledger_check(struct vv_ledger *ledger, void (*report)(void *arg, const char *text),
                          void *arg, uint64_t *damaged, vv_error *err)
{
    static const struct {
        const char *sql, *what;
    } checks[] = {{"PRAGMA integrity_check", "page check:"},
                  {"PRAGMA foreign_key_check", "reference to nothing (table, row, to, number):"}};
    struct checking c = {.report = report, .arg = arg};
    struct vv_ledger_tx *tx = NULL;
    vv_status status = vv_ledger_begin_read(ledger, &tx, err);
    for (size_t i = 0; i < sizeof checks / sizeof checks[0] && !status; i++) {
        struct vv_sql_statement *statement = NULL;
        status = vv_sql_prepare(tx->connection->sql, checks[i].sql, strlen(checks[i].sql),
                                &statement, err);
        if (!status)
            status = findings(&c, statement, checks[i].what, err);
        vv_sql_finalize(statement);
    }
    vv_ledger_rollback(&tx);
    *damaged = c.damaged;
    return status;
}
