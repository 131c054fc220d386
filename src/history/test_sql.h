/* test_sql.h: histories with their SQL tables on a connection to the ledger, for tests. */
#ifndef VV_HISTORY_TEST_SQL_H
#define VV_HISTORY_TEST_SQL_H

#include <stdio.h>

#include <sqlite3.h>

#include "history/test_set.h"
#include "history/vtab.h"

struct fixture {
    struct test_set t;
    sqlite3 *db; /* the ledger, as a reader has it */
    struct vv_sqltables *tables;
};

static struct fixture fx;

static inline int set_up(void **state)
{
    char path[96];

    fx = (struct fixture){0};
    test_set_make(&fx.t);
    snprintf(path, sizeof path, "%s/ledger.db", fx.t.dir);
    assert_int_equal(sqlite3_open(path, &fx.db), SQLITE_OK);
    assert_ok(vv_sqltables_attach(fx.db, fx.t.set, &fx.tables, &fx.t.err), &fx.t.err);
    *state = &fx;
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_close(fx.db), SQLITE_OK);
    test_set_remove(&fx.t);
    return 0;
}

/* All rows of a statement: columns parted by '|', rows by '\n'. Its error when it has one. */
static inline const char *sql(const char *format, ...)
{
    static char answer[1 << 20];
    char text[2000];
    sqlite3_stmt *stmt = NULL;
    size_t len = 0;
    va_list args;
    int code;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert_ok(vv_sqltables_refresh(fx.tables, &fx.t.err), &fx.t.err);
    answer[0] = '\0';
    code = sqlite3_prepare_v2(fx.db, text, -1, &stmt, NULL);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(stmt);
        for (int i = 0; code == SQLITE_ROW && i < sqlite3_column_count(stmt); i++) {
            const char *value = (const char *)sqlite3_column_text(stmt, i);

            len += (size_t)snprintf(answer + len, sizeof answer - len, "%s%s", i > 0 ? "|" : "",
                                    value != NULL ? value : "-");
        }
        if (code == SQLITE_ROW)
            len += (size_t)snprintf(answer + len, sizeof answer - len, "\n");
        assert_true(len < sizeof answer);
    }
    if (code != SQLITE_DONE)
        snprintf(answer, sizeof answer, "error: %s", sqlite3_errmsg(fx.db));
    sqlite3_finalize(stmt);
    return answer;
}

/* The plan of a statement, the lines about tables. */
static inline const char *plan(const char *text)
{
    char explain[2100];

    snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", text);
    return sql("%s", explain);
}

static inline uint64_t blocks_read(void)
{
    struct varve_info info;

    assert_ok(varve_info_get(vv_history_native(vv_history_at(fx.t.set, 0)), &info, &fx.t.err),
              &fx.t.err);
    return info.blocks_read;
}

static inline void flush(void)
{
    assert_ok(varve_flush(vv_history_native(vv_history_at(fx.t.set, 0)), &fx.t.err), &fx.t.err);
}

#endif
