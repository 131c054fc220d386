/* fuzz_sql.c: any text as a user's statement, over a small ledger and history in a directory of its
 * own. It ends in time, changes nothing, and shows no secret. */
#define _GNU_SOURCE /* memmem, nftw */
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/time.h"
#include "history/history.h"
#include "history/sqlquery.h"
#include "sql/ledger.h"
#include "sql/sql.h"

#define SECRET     "b4nyan-tree-hash"
#define WORK_MS    50
#define LONGEST_MS 20000 /* one step cannot be interrupted, and the sanitizers are slow */
#define ROWS_MAX   100

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/varve-fuzz-sql-XXXXXX";
static struct vv_ledger *ledger;
static struct vv_history_set *set;
static struct vv_sqlpool *pool;
static struct stat before;

static void demand(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void look(struct stat *at)
{
    char path[64];

    snprintf(path, sizeof path, "%s/ledger.db-wal", dir);
    demand(stat(path, at) == 0, "the ledger's log is gone");
}

static int unlink_one(const char *path, const struct stat *at, int kind, struct FTW *place)
{
    (void)at;
    (void)kind;
    (void)place;
    return remove(path);
}

static void clean_up(void)
{
    vv_sqlpool_free(pool);
    (void)vv_history_set_close(set, NULL);
    vv_ledger_close(ledger);
    nftw(dir, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void put_rows(void)
{
    const struct vv_write_options write = {0};
    struct vv_write_result result = {0};
    struct vv_sample samples[40];
    struct vv_ledger_tx *tx;

    for (int i = 0; i < 40; i++)
        samples[i] = (struct vv_sample){.name = i % 2 ? "a/b" : "c",
                                        .name_len = i % 2 ? 3 : 1,
                                        .quality = VV_QUALITY_GOOD,
                                        .time_ms = 1730764800000 + i * 3600000LL,
                                        .value = vv_datum_double(i)};
    demand(vv_history_write(set, samples, 40, &write, &result, NULL) == VARVE_OK, "write");
    demand(vv_ledger_begin_write(ledger, &tx, NULL) == VARVE_OK, "begin");
    demand(vv_sql_exec(vv_ledger_tx_sql(tx),
                       "INSERT INTO TB_User (UserId, Name, Passw, Rights)"
                       " VALUES (900, 'x', '" SECRET "', 1)",
                       NULL) == VARVE_OK,
           "insert");
    demand(vv_ledger_commit(&tx, NULL) == VARVE_OK, "commit");
}

static void set_up(void)
{
    char url[64], path[64];
    const struct vv_ledger_options ledger_options = {.url = url};
    const struct vv_history_options history = {
        .name = "main", .path = path, .partition = VV_PARTITION_DAY};
    struct vv_history_set_options set_options = {.node = "n", .histories = &history, .count = 1};

    demand(mkdtemp(dir) != NULL, "mkdtemp");
    snprintf(url, sizeof url, "sqlite:%s/ledger.db", dir);
    snprintf(path, sizeof path, "%s/main", dir);
    demand(vv_ledger_open(&ledger_options, &ledger, NULL) == VARVE_OK, "ledger");
    set_options.ledger = ledger;
    demand(vv_history_set_open(&set_options, &set, NULL) == VARVE_OK, "set");
    put_rows();
    const struct vv_sqlpool_options options = {
        .ledger = ledger, .set = set, .open_max = 1, .memory_bytes = 16 << 20, .work_ms = WORK_MS};
    demand(vv_sqlpool_new(&options, &pool, NULL) == VARVE_OK, "pool");
    look(&before);
    atexit(clean_up);
}

static void check_row(const struct vv_value *row, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (row[i].kind == VV_VALUE_TEXT || row[i].kind == VV_VALUE_BLOB)
            demand(memmem(row[i].as.data, row[i].len_bytes, SECRET, strlen(SECRET)) == NULL,
                   "a secret is shown");
}

/* Whether the statement says the secret's text itself. */
static int says_it(const uint8_t *data, size_t size)
{
    return memmem(data, size, "b4nyan", 6) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct vv_sqlquery_spec spec = {
        .text = (const char *)data, .len_bytes = size, .rows_max = ROWS_MAX};
    const int64_t begun_ms = vv_monotonic_ms();
    struct vv_sqlquery *query;
    const struct vv_value *row;
    struct stat after;
    vv_error err = {0};

    if (pool == NULL)
        set_up();
    vv_status status = vv_sqlquery_open(pool, &spec, &query, &err);
    while (status == VARVE_OK && (status = vv_sqlquery_next(query, &row, &err)) == VARVE_OK)
        if (!says_it(data, size))
            check_row(row, vv_sqlquery_columns(query));
    demand(status == VARVE_END || err.message[0] != '\0', "an error without a text");
    demand(status != VARVE_INTERNAL && status != VARVE_CORRUPT, err.message);
    vv_sqlquery_close(query);
    demand(vv_monotonic_ms() - begun_ms < LONGEST_MS, "it took too long");
    look(&after);
    demand(after.st_size == before.st_size && after.st_mtim.tv_sec == before.st_mtim.tv_sec &&
               after.st_mtim.tv_nsec == before.st_mtim.tv_nsec,
           "the ledger was changed");
    return 0;
}
