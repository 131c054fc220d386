/* Frames of equipment data: every second a row of 370 columns for each tool, appended as documented
 * rows, then read back by SQL's own path: a tool's hour, one column, one row by its key. Prints one
 * line a figure. docs/internals/performance.md keeps what was measured.
 *
 *     frames_bench [hours of the plant] [tools] [directory]
 *
 * A tool has, of its 360 numbers, 150 that are set and seldom change, 90 measured ones of two
 * decimals that walk, 30 of full precision, 30 counters, and 60 that are not connected; of its 10
 * texts 4 are used.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <sqlite3.h>

#include "base/io.h"
#include "history/history.h"
#include "history/strata.h"
#include "history/vtab.h"
#include "sql/ledger.h"

#define START 1730764800
#define TOOLS 64

struct tool {
    uint64_t random;
    double numbers[360];
    int recipe;
};

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check(vv_status st, const vv_error *err)
{
    if (st == VARVE_OK)
        return;
    fprintf(stderr, "frames_bench: %s\n", err->message);
    exit(1);
}

static uint32_t draw(struct tool *t)
{
    t->random ^= t->random << 13;
    t->random ^= t->random >> 7;
    t->random ^= t->random << 17;
    return (uint32_t)(t->random >> 32);
}

static void step(struct tool *t, int64_t second)
{
    for (int i = 0; i < 150; i++)
        if (second == 0 || draw(t) % 7200 == 0)
            t->numbers[i] = (double)(draw(t) % 1000) / 2;
    for (int i = 150; i < 240; i++)
        t->numbers[i] += ((double)(draw(t) % 21) - 10) / 100;
    for (int i = 240; i < 270; i++)
        t->numbers[i] = 100 + sin((double)second / (10 + i)) * 20 + (double)draw(t) / 1e10;
    for (int i = 270; i < 300; i++)
        t->numbers[i] += second % (i - 268) == 0;
    t->recipe += draw(t) % 3600 == 0;
}

static void fill(struct vv_row *row, const char *name, const struct tool *t, int64_t second,
                 vv_error *err)
{
    static const char *const lots[] = {"lot A", "lot B", "lot C", "lot D"};
    char recipe[32];

    snprintf(recipe, sizeof recipe, "recipe %d", t->recipe % 40);
    check(vv_row_set_text(row, "tool_id", name, err), err);
    check(vv_row_set_int(row, "claim_time", (START + second) * 1000, err), err);
    check(vv_row_set_int(row, "rec_time", (START + second) * 1000 + 35, err), err);
    check(vv_row_set_text(row, "node_id", "plant-1", err), err);
    for (int i = 0; i < 300; i++) {
        const struct vv_value v = vv_value_double(round(t->numbers[i] * 1e9) / 1e9);

        check(vv_row_lend(row, 6 + i, &v, err), err);
    }
    for (int i = 0; i < 4; i++) {
        const struct vv_value v = vv_value_text(i == 0 ? recipe : lots[t->recipe % 4]);

        check(vv_row_set(row, 366 + i, &v, err), err);
    }
}

/* One batch a second, as a collector writes. */
static double append_all(struct vv_history_set *set, int64_t seconds, int tools)
{
    static struct tool state[TOOLS];
    const struct vv_table *table;
    struct vv_strata_batch *batch;
    struct vv_arena arena;
    struct vv_row row;
    vv_error err;
    uint64_t sequence;
    double began, spent = 0;

    check(vv_strata_table("dcop_collect_bt", &table, &err), &err);
    check(vv_strata_batch_new(set, table->name, NULL, &batch, &err), &err);
    vv_arena_init(&arena, 0, NULL);
    for (int i = 0; i < tools; i++)
        state[i].random = 88172645463325252u + (uint64_t)i * 1000003;
    for (int64_t second = 0; second < seconds; second++) {
        for (int i = 0; i < tools; i++)
            step(&state[i], second);
        began = now_s(); /* making up the values is not the store's work */
        for (int i = 0; i < tools; i++) {
            char name[16];

            vv_arena_reset(&arena);
            snprintf(name, sizeof name, "T%02d", i);
            check(vv_row_init(&row, table, &arena, &err), &err);
            fill(&row, name, &state[i], second, &err);
            check(vv_strata_batch_add(batch, &row, &err), &err);
        }
        check(vv_strata_batch_append(batch, &sequence, &err), &err);
        spent += now_s() - began;
    }
    vv_strata_batch_free(batch);
    vv_arena_deinit(&arena);
    return spent;
}

/* ---- reading ---- */

static void ask(sqlite3 *db, const char *what, const char *text)
{
    sqlite3_stmt *stmt;
    double began = now_s();
    int64_t rows = 0;

    if (sqlite3_prepare_v2(db, text, -1, &stmt, NULL) != SQLITE_OK) {
        fprintf(stderr, "frames_bench: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(stmt); i++)
            sqlite3_column_type(stmt, i);
        rows++;
    }
    sqlite3_finalize(stmt);
    printf("%-46s %10.2f ms, %" PRId64 " rows\n", what, (now_s() - began) * 1000, rows);
}

static void read_all(struct vv_history_set *set, int64_t seconds)
{
    struct vv_sqltables *tables;
    sqlite3 *db;
    vv_error err;
    char text[400];
    int64_t at = (START + seconds / 2) * 1000;

    sqlite3_open(":memory:", &db);
    check(vv_sqltables_attach(db, set, &tables, &err), &err);
    for (int pass = 0; pass < 2; pass++) {
        snprintf(text, sizeof text,
                 "SELECT * FROM dcop_collect_bt WHERE tool_id = 'T01' AND claim_time >= %" PRId64
                 " AND claim_time < %" PRId64 " ORDER BY claim_time",
                 at, at + 3600000);
        ask(db, pass == 0 ? "a tool's hour, all columns" : "  again, from the cache", text);
    }
    snprintf(text, sizeof text,
             "SELECT claim_time, n200 FROM dcop_collect_bt WHERE tool_id = 'T02' AND claim_time "
             ">= %" PRId64 " AND claim_time < %" PRId64 " ORDER BY claim_time",
             at, at + 3600000);
    ask(db, "a tool's hour, one number", text);
    ask(db, "all rows of a tool, average of one number",
        "SELECT avg(n200) FROM dcop_collect_bt WHERE tool_id = 'T03'");
    ask(db, "the newest row of a tool, all columns",
        "SELECT * FROM dcop_collect_bt WHERE tool_id = 'T00' ORDER BY claim_time DESC LIMIT 1");
    ask(db, "a row by its VsPrimaryKey, all columns",
        "SELECT * FROM dcop_collect_bt WHERE VsPrimaryKey = 'T01_20241105000500_SS'");
    sqlite3_close(db);
}

static void report_store(varve *db, int64_t rows)
{
    struct varve_info info;
    vv_error err;
    double began = now_s();
    bool merged = true;

    check(varve_flush(db, &err), &err);
    while (merged)
        check(varve_merge(db, &merged, &err), &err);
    check(varve_info_get(db, &info, &err), &err);
    printf("%-46s %10.2f s\n", "the last flush and merges", now_s() - began);
    printf("%-46s %10.1f bytes a row, of %.1f in the log\n", "stored",
           (double)info.part_bytes / (double)info.part_rows,
           (double)info.bytes_logged / (double)rows);
}

int main(int argc, char **argv)
{
    int64_t seconds = (argc > 1 ? strtoll(argv[1], NULL, 10) : 2) * 3600;
    int tools = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 10;
    const char *dir = argc > 3 ? argv[3] : "frames-bench";
    char path[512], url[512];
    struct vv_history_options history = {
        .name = "main", .path = path, .partition = VV_PARTITION_DAY};
    struct vv_history_set_options options = {.node = "bench", .histories = &history, .count = 1};
    struct vv_ledger_options ledger = {.url = url};
    struct vv_history_set *set;
    struct rusage usage;
    vv_error err;

    if (tools < 4 || tools > TOOLS || seconds < 3600) {
        fprintf(stderr, "frames_bench [hours, 1 or more] [tools, 4 to %d] [directory]\n", TOOLS);
        return 2;
    }
    check(vv_io_make_dirs(vv_io_posix(), dir, &err), &err);
    snprintf(path, sizeof path, "%s/main", dir);
    snprintf(url, sizeof url, "sqlite:%s/ledger.db", dir);
    check(vv_ledger_open(&ledger, &options.ledger, &err), &err);
    check(vv_history_set_open(&options, &set, &err), &err);

    double spent = append_all(set, seconds, tools);
    int64_t rows = seconds * tools;
    printf("%-46s %10.0f rows/s (%" PRId64 " rows in %.1f s, one batch for each second)\n",
           "appended", (double)rows / spent, rows, spent);
    report_store(vv_history_native(vv_history_at(set, 0)), rows);
    read_all(set, seconds);
    getrusage(RUSAGE_SELF, &usage);
    printf("%-46s %10.0f MiB\n", "peak memory", (double)usage.ru_maxrss / 1024);
    check(vv_history_set_close(set, &err), &err);
    vv_ledger_close(options.ledger);
    return 0;
}
