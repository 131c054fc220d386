/* SQL over native histories: rows fetched and grouped, varve_agg beside the query it stands on, and
 * what it takes to open ten thousand partitions. Prints one line a figure.
 * docs/internals/performance.md keeps what was measured.
 *
 *     sql_bench DIRECTORY
 *
 * An empty directory is filled first (some 15 million rows); a filled one is measured again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <sqlite3.h>

#include "base/time.h"
#include "history/history.h"
#include "history/query.h"
#include "history/reader.h"
#include "history/vtab.h"
#include "sql/ledger.h"

#define BATCH      4000
#define DENSE_TAGS 10
#define DENSE_ROWS 1000000 /* of each, one a second */
#define LONG_TAGS  20
#define LONG_DAYS  10000
#define DAY_ROWS   24            /* of a long tag in a day */
#define START      1704067200000 /* 2024-01-01 */

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check(vv_status status, const vv_error *err)
{
    if (status == VARVE_OK)
        return;
    fprintf(stderr, "sql_bench: %s\n", err->message);
    exit(1);
}

static void check_sql(int code, sqlite3 *db)
{
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
        return;
    fprintf(stderr, "sql_bench: %s\n", sqlite3_errmsg(db));
    exit(1);
}

/* ---- filling ---- */

struct writer {
    struct vv_history_set *set;
    const char *history;
    struct vv_sample samples[BATCH];
    char names[BATCH][16];
    size_t count;
};

static void write_out(struct writer *w)
{
    const struct vv_write_options options = {.history = w->history};
    struct vv_write_result result = {0};
    vv_error err;

    check(vv_history_write(w->set, w->samples, w->count, &options, &result, &err), &err);
    w->count = 0;
}

static void put(struct writer *w, const char *family, int tag, int64_t time_ms, double value)
{
    char *name = w->names[w->count];

    snprintf(name, sizeof w->names[0], "%s/%d", family, tag);
    w->samples[w->count++] = (struct vv_sample){.name = name,
                                                .name_len = strlen(name),
                                                .quality = VV_QUALITY_GOOD,
                                                .time_ms = time_ms,
                                                .value = vv_datum_double(value)};
    if (w->count == BATCH)
        write_out(w);
}

static void fill(const char *dir)
{
    char ledger_url[600], dense[600], over_years[600];
    const struct vv_history_options histories[] = {
        {.name = "dense", .path = dense, .partition = VV_PARTITION_DAY},
        {.name = "long", .path = over_years, .partition = VV_PARTITION_DAY},
    };
    const struct vv_ledger_options ledger = {.url = ledger_url};
    struct vv_history_set_options options = {.node = "bench", .histories = histories, .count = 2};
    struct writer *w = calloc(1, sizeof *w);
    bool merged = true;
    vv_error err;

    snprintf(ledger_url, sizeof ledger_url, "sqlite:%s/varve.db", dir);
    snprintf(dense, sizeof dense, "%s/history/dense", dir);
    snprintf(over_years, sizeof over_years, "%s/history/long", dir);
    check(vv_ledger_open(&ledger, &options.ledger, &err), &err);
    check(vv_history_set_open(&options, &w->set, &err), &err);
    w->history = "dense";
    for (int64_t i = 0; i < DENSE_ROWS; i++)
        for (int t = 0; t < DENSE_TAGS; t++)
            put(w, "dense", t, START + i * 1000, (double)((i * 7 + t * 13) % 5000) / 10);
    write_out(w);
    w->history = "long";
    for (int64_t day = 0; day < LONG_DAYS; day++)
        for (int t = 0; t < LONG_TAGS; t++)
            for (int i = 0; i < DAY_ROWS; i++)
                put(w, "long", t, START + (day - LONG_DAYS) * VV_DAY_MS + i * VV_HOUR_MS,
                    (double)(i * t) / 4);
    write_out(w);
    for (size_t h = 0; h < 2; h++) {
        varve *store = vv_history_native(vv_history_at(w->set, h));

        check(varve_flush(store, &err), &err);
        for (merged = true; merged;)
            check(varve_merge(store, &merged, &err), &err);
    }
    check(vv_history_set_close(w->set, &err), &err);
    vv_ledger_close(options.ledger);
    free(w);
}

/* ---- measuring ---- */

struct bench {
    struct vv_reader *reader;
    sqlite3 *db;
    struct vv_sqltables *tables;
};

static uint64_t blocks(struct bench *b, size_t history)
{
    struct varve_info info;
    vv_error err;

    check(varve_info_get(vv_history_native(vv_history_at(vv_reader_set(b->reader), history)), &info,
                         &err),
          &err);
    return info.blocks_read;
}

/* Steps a statement to its end, and each of its values; how many rows. */
static int64_t run(struct bench *b, const char *text)
{
    sqlite3_stmt *stmt;
    int64_t rows = 0;
    int code;

    check_sql(sqlite3_prepare_v2(b->db, text, -1, &stmt, NULL), b->db);
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(stmt); i++)
            (void)sqlite3_column_double(stmt, i);
        rows++;
    }
    check_sql(code, b->db);
    sqlite3_finalize(stmt);
    return rows;
}

/* Prints the best of five, in ms and in source rows a second. */
static void measure(struct bench *b, const char *what, const char *text, double source_rows)
{
    double best = 1e9;
    int64_t rows = 0;

    for (int i = 0; i < 5; i++) {
        double start = now_s();

        rows = run(b, text);
        best = now_s() - start < best ? now_s() - start : best;
    }
    printf("%-44s %10.3f ms %12" PRId64 " rows", what, best * 1e3, rows);
    if (source_rows > 0)
        printf(" %8.2f million rows/s", source_rows / best / 1e6);
    printf("\n");
}

/* The query behind varve_agg, as a program in the same process asks it. */
static void measure_query(struct bench *b)
{
    const struct vv_history_query_spec spec = {.name = "dense/3",
                                               .from_ms = START,
                                               .to_ms = START + DENSE_ROWS * 1000LL,
                                               .mode = VV_HISTORY_EVERY,
                                               .every_ms = 3600000,
                                               .functions = VV_AGG_MIN | VV_AGG_MAX | VV_AGG_AVG};
    double best = 1e9;
    size_t rows = 0;

    for (int i = 0; i < 5; i++) {
        double start = now_s();
        struct vv_history_query *query;
        struct vv_history_query_block block;
        vv_error err;

        check(vv_history_query_open(vv_reader_set(b->reader), &spec, &query, &err), &err);
        for (rows = 0; vv_history_query_next(query, &block, &err) == VARVE_OK;)
            rows += block.rows;
        vv_history_query_close(query);
        best = now_s() - start < best ? now_s() - start : best;
    }
    printf("%-44s %10.3f ms %12zu rows\n", "min, max, avg by hour, in the process", best * 1e3,
           rows);
}

static void attach(struct bench *b)
{
    vv_error err;

    check_sql(sqlite3_open(":memory:", &b->db), b->db);
    check(vv_sqltables_attach(b->db, vv_reader_set(b->reader), &b->tables, &err), &err);
}

/* Times of one opening, in seconds. */
struct opening {
    double open, attach, first_row;
};

/* From nothing to the first row of one tag and hour over ten thousand partitions. */
static struct opening open_once(struct bench *b, const char *dir)
{
    static const char text[] = "SELECT Timestamp, DoubleVal FROM ScadaTagHistory WHERE "
                               "TagName = 'long/7' AND Timestamp >= 1577836800000 AND "
                               "Timestamp < 1577840400000";
    double start = now_s(), opened, attached;
    sqlite3_stmt *stmt;
    vv_error err;

    check(vv_reader_open(dir, NULL, &b->reader, &err), &err);
    opened = now_s();
    attach(b);
    attached = now_s();
    check_sql(sqlite3_prepare_v2(b->db, text, -1, &stmt, NULL), b->db);
    if (sqlite3_step(stmt) != SQLITE_ROW) {
        fprintf(stderr, "sql_bench: the row is not there\n");
        exit(1);
    }
    sqlite3_finalize(stmt);
    return (struct opening){opened - start, attached - opened, now_s() - attached};
}

/* The best of several: each opens the stores anew. The last one stays open. */
static void measure_opening(struct bench *b, const char *dir)
{
    struct opening best = {1e9, 1e9, 1e9};
    double start;

    for (int i = 0; i < 7; i++) {
        struct opening once;

        if (b->reader != NULL) {
            sqlite3_close(b->db);
            vv_reader_close(b->reader);
        }
        once = open_once(b, dir);
        if (once.open + once.attach + once.first_row < best.open + best.attach + best.first_row)
            best = once;
    }
    printf("%-44s %10.3f ms\n", "opening ledger and stores for reading", best.open * 1e3);
    printf("%-44s %10.3f ms\n", "attaching 10,000 partitions", best.attach * 1e3);
    printf("%-44s %10.3f ms %12" PRIu64 " blocks\n", "prepare and first row: one tag, one hour",
           best.first_row * 1e3, blocks(b, 1));
    sqlite3_close(b->db);
    start = now_s();
    attach(b);
    printf("%-44s %10.3f ms\n", "attaching another connection", (now_s() - start) * 1e3);
}

int main(int argc, char **argv)
{
    struct bench b = {0};
    struct stat st;
    char path[600];

    if (argc != 2) {
        fprintf(stderr, "usage: sql_bench DIRECTORY\n");
        return 2;
    }
    snprintf(path, sizeof path, "%s/varve.db", argv[1]);
    if (stat(path, &st) != 0)
        fill(argv[1]);
    measure_opening(&b, argv[1]);
    measure(&b, "prepare, read and finalize the same",
            "SELECT Timestamp, DoubleVal FROM ScadaTagHistory WHERE TagName = 'long/7' AND "
            "Timestamp >= 1577836800000 AND Timestamp < 1577840400000",
            0);
    measure(&b, "the same by the partition's name",
            "SELECT Timestamp, DoubleVal FROM ScadaTagHistory_2_day_20200101 WHERE "
            "TagName = 'long/7' AND Timestamp < 1577840400000",
            0);
    measure(&b, "fetch time and value of one tag",
            "SELECT Timestamp, DoubleVal FROM ScadaTagHistory WHERE TagName = 'dense/3'",
            DENSE_ROWS);
    measure(&b, "the same from the newest on",
            "SELECT Timestamp, DoubleVal FROM ScadaTagHistory WHERE TagId = 4 "
            "ORDER BY Timestamp DESC",
            DENSE_ROWS);
    measure(&b, "count all rows of ten tags",
            "SELECT count(*) FROM ScadaTagHistory WHERE TagName GLOB 'dense/*'",
            (double)DENSE_TAGS * DENSE_ROWS);
    measure(&b, "count, min, max, avg by tag",
            "SELECT TagId, count(*), min(DoubleVal), max(DoubleVal), avg(DoubleVal) "
            "FROM ScadaTagHistory WHERE TagName GLOB 'dense/*' GROUP BY TagId",
            (double)DENSE_TAGS * DENSE_ROWS);
    measure(&b, "min, max, avg by hour, plain SQL",
            "SELECT Timestamp / 3600000, min(DoubleVal), max(DoubleVal), avg(DoubleVal) "
            "FROM ScadaTagHistory WHERE TagId = 4 GROUP BY 1",
            DENSE_ROWS);
    measure(&b, "min, max, avg by hour, varve_agg",
            "SELECT Timestamp, min, max, avg FROM varve_agg('dense/3', 1704067200000, "
            "1705067200000, '1h')",
            0);
    measure_query(&b);
    measure(&b, "newest value of a tag",
            "SELECT DoubleVal FROM ScadaTagHistory WHERE TagId = 4 ORDER BY Timestamp DESC LIMIT 1",
            0);
    sqlite3_close(b.db);
    vv_reader_close(b.reader);
    return 0;
}
