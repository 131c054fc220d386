/* formats.c: the promise that every later version opens what an earlier one wrote.
 *
 *     formats make FOLDER     writes FOLDER/store, and every row of it into FOLDER/rows.txt
 *     formats check FOLDER    opens a copy of FOLDER/store and holds it against rows.txt
 *
 * `make` is run once for each format that is released, by the program of that time; its folder is
 * kept in the repository for good. `check` reads the copy as a second process would, then as the
 * one that writes: the same rows, nothing damaged, and a row more stays.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/io.h"
#include "scratch.h"
#include "varve.h"

#define FILE_MAX   (8 << 20)
#define PATH_BYTES 512
#define KINDS      3
#define RUN        96

static void give_up(const char *what, const vv_error *err)
{
    (void)fprintf(stderr, "formats: %s%s%s\n", what, err ? ": " : "", err ? err->message : "");
    exit(1);
}

/* ---- what is written ---- */

static const struct varve_column scada[] = {{"Quality", VARVE_INT64}, {"DoubleVal", VARVE_DOUBLE}};
static const struct varve_column trend[] = {{"Val", VARVE_DOUBLE}, {"Flag", VARVE_TEXT}};
static const struct varve_column frame[] = {{"count", VARVE_INT64},  {"level", VARVE_DOUBLE},
                                            {"noise", VARVE_DOUBLE}, {"on", VARVE_BOOL},
                                            {"lot", VARVE_TEXT},     {"note", VARVE_TEXT}};
static const struct varve_stratum strata[KINDS] = {
    {"ScadaTagHistory.double", VARVE_MILLISECONDS, VARVE_SPAN_DAY, VARVE_GOOD_OPC, 0, scada, 2},
    {"Trend", VARVE_SECONDS, VARVE_SPAN_MONTH, VARVE_GOOD_FLAGS, 1, trend, 2},
    {"frame", VARVE_MICROSECONDS, VARVE_SPAN_NONE, VARVE_GOOD_ALL, 0, frame, 6},
};
static const int64_t start_s = 1730764800; /* 2024-11-05T00:00:00Z */
static const int64_t per_s[KINDS] = {1000, 1, 1000000};

static uint64_t drawn = 20241105;

static uint64_t draw(void)
{
    drawn = drawn * 6364136223846793005ULL + 1442695040888963407ULL;
    return drawn >> 33;
}

/* Rows of one series: `every_s` apart from `from_s`, every seventh without its last column. */
static void append(varve *store, const uint32_t *series, int kind, int64_t from_s, int64_t every_s)
{
    static const char *const lots[] = {"A-17", "A-18", "Партия 3", "批次四"};
    static char notes[RUN][24];
    int64_t times[RUN], counts[RUN];
    double levels[RUN], noises[RUN];
    uint8_t ons[RUN];
    struct varve_text texts[RUN], unique[RUN];
    uint32_t subs[RUN];
    uint64_t valid[(RUN + 63) / 64] = {0};
    varve_batch *batch;
    uint64_t sequence;
    vv_error err;

    for (size_t i = 0; i < RUN; i++) {
        times[i] = (start_s + from_s + (int64_t)i * every_s) * per_s[kind];
        counts[i] = kind == 0 ? (i % 31 == 30 ? 0 : 192) : 1000 + (int64_t)i * 3;
        levels[i] = 20.0 + (double)(draw() % 400) / 10;
        noises[i] = (double)draw() / 7.0;
        ons[i] = (uint8_t)(i / 20 % 2);
        const char *lot = kind == 1 ? (i % 10 == 9 ? "E" : "") : lots[i / 25];
        texts[i] = (struct varve_text){lot, (uint32_t)strlen(lot)};
        int len = snprintf(notes[i], sizeof notes[i], "%08" PRIx64, draw());
        unique[i] = (struct varve_text){notes[i], (uint32_t)len};
        subs[i] = (uint32_t)(i % 3 == 2);
        if (i % 7 != 6)
            valid[i / 64] |= 1ULL << i % 64;
    }
    const struct varve_vector as_scada[] = {{VARVE_INT64, counts, NULL},
                                            {VARVE_DOUBLE, levels, valid}};
    const struct varve_vector as_trend[] = {{VARVE_DOUBLE, levels, NULL},
                                            {VARVE_TEXT, texts, NULL}};
    const struct varve_vector as_frame[] = {
        {VARVE_INT64, counts, NULL}, {VARVE_DOUBLE, levels, NULL}, {VARVE_DOUBLE, noises, NULL},
        {VARVE_BOOL, ons, valid},    {VARVE_TEXT, texts, NULL},    {VARVE_TEXT, unique, valid}};
    const struct varve_vector *const columns[KINDS] = {as_scada, as_trend, as_frame};
    const struct varve_rows rows = {.series = series[kind],
                                    .count = RUN,
                                    .times = times,
                                    .subs = kind == 2 ? subs : NULL,
                                    .columns = columns[kind],
                                    .column_count = strata[kind].column_count};
    if (varve_batch_new(store, &batch, &err) || varve_batch_add(batch, &rows, &err) ||
        varve_append(store, batch, &sequence, &err))
        give_up("append", &err);
    varve_batch_free(batch);
}

static void define(varve *store, uint32_t *series)
{
    vv_error err;

    for (int kind = 0; kind < KINDS; kind++) {
        uint32_t id;
        if (varve_stratum_define(store, &strata[kind], &id, &err) ||
            varve_series_define(store, id, "17", 2, &series[kind], &err))
            give_up("define", &err);
    }
}

/* Merged parts and some that are not yet, late and replaced rows, a deleted range and a pruned
 * month that no merge has settled, a follower behind, rows that are only in the log. */
static void fill(varve *store)
{
    uint32_t series[KINDS];
    uint64_t sequence;
    vv_error err;

    define(store, series);
    if (varve_follower_register(store, "windows", &sequence, &err))
        give_up("follower", &err);
    for (int round = 0; round < 6; round++) {
        for (int kind = 0; kind < KINDS; kind++)
            append(store, series, kind, round * 50000, 700);
        if (varve_flush(store, &err))
            give_up("flush", &err);
        for (bool merged = round == 3; merged;)
            if (varve_merge(store, &merged, &err))
                give_up("merge", &err);
    }
    append(store, series, 0, 10000, 450); /* late, some of it over times that are there */
    if (varve_delete(store, series[2], (start_s + 20000) * per_s[2], (start_s + 30000) * per_s[2],
                     &sequence, &err) ||
        varve_flush(store, &err) || varve_prune(store, 0, (start_s + 3000) * per_s[0], &err))
        give_up("delete", &err);
    for (int kind = 0; kind < KINDS; kind++)
        append(store, series, kind, 400000, 1);
    if (varve_delete(store, series[1], start_s + 400010, start_s + 400020, &sequence, &err))
        give_up("delete", &err);
}

/* ---- what is read ---- */

static void dump_value(struct vv_buf *to, const struct varve_vector *column, uint32_t row)
{
    if (!column->data || (column->valid && !(column->valid[row / 64] >> row % 64 & 1)))
        vv_buf_text(to, " -");
    else if (column->type == VARVE_INT64)
        vv_buf_format(to, " %" PRId64, ((const int64_t *)column->data)[row]);
    else if (column->type == VARVE_DOUBLE)
        vv_buf_format(to, " %a", ((const double *)column->data)[row]);
    else if (column->type == VARVE_BOOL)
        vv_buf_format(to, " %s", ((const uint8_t *)column->data)[row] ? "true" : "false");
    else
        vv_buf_format(to, " \"%.*s\"",
                      (int)((const struct varve_text *)column->data)[row].len_bytes,
                      ((const struct varve_text *)column->data)[row].data);
}

static void dump_series(varve *store, uint32_t series, struct vv_buf *to)
{
    const struct varve_scan_spec spec = {
        .series = series, .from = VARVE_TIME_MIN, .to = VARVE_TIME_MAX};
    struct varve_rows rows;
    varve_scan *scan;
    size_t lost;
    vv_error err;
    vv_status status = varve_scan_open(store, &spec, &scan, &err);

    if (status)
        give_up("scan", &err);
    while (!(status = varve_scan_next(scan, &rows, &err))) {
        for (uint32_t row = 0; row < rows.count; row++) {
            vv_buf_format(to, "%" PRIu32 " %" PRId64 " %" PRIu32, series, rows.times[row],
                          rows.subs ? rows.subs[row] : 0);
            for (uint32_t c = 0; c < rows.column_count; c++)
                dump_value(to, &rows.columns[c], row);
            vv_buf_char(to, '\n');
        }
    }
    (void)varve_scan_lost(scan, &lost);
    if (status != VARVE_END || lost > 0)
        give_up("scan", status != VARVE_END ? &err : NULL);
    varve_scan_close(scan);
}

static void dump(varve *store, struct vv_buf *to)
{
    vv_buf_reset(to);
    for (uint32_t series = 0; series < varve_series_count(store); series++)
        dump_series(store, series, to);
    if (to->failed)
        give_up("no memory", NULL);
}

static varve *open_store(const char *path, bool read_only)
{
    const struct varve_options options = {
        .read_only = read_only, .no_background = true, .block_rows = 64};
    varve *store;
    vv_error err;

    if (varve_open(path, &options, &store, &err))
        give_up("open", &err);
    return store;
}

static void close_store(varve *store)
{
    vv_error err;

    if (varve_close(store, &err))
        give_up("close", &err);
}

/* ---- files ---- */

static const char *in(char path[PATH_BYTES], const char *folder, const char *name)
{
    if (snprintf(path, PATH_BYTES, "%s/%s", folder, name) >= PATH_BYTES)
        give_up("too long a path", NULL);
    return path;
}

static void write_file(const char *path, const void *data, size_t len_bytes)
{
    const struct vv_io *io = vv_io_posix();
    struct vv_file *file;
    vv_error err;

    if (io->open(io->context, path, VV_IO_CREATE, &file, &err) ||
        io->write(file, 0, data, len_bytes, &err))
        give_up(path, &err);
    io->close(file);
}

static void read_file(const char *path, struct vv_buf *to)
{
    vv_error err;

    vv_buf_reset(to);
    if (vv_io_read_all(vv_io_posix(), path, FILE_MAX, to, &err))
        give_up(path, &err);
}

static void copy_folder(const char *from, const char *to);

struct copy {
    const char *from, *to;
    struct vv_buf bytes;
};

static bool any(void *arg, const char *name)
{
    (void)arg;
    (void)name;
    return false;
}

static bool copy_one(void *arg, const char *name)
{
    const struct vv_io *io = vv_io_posix();
    struct copy *copy = arg;
    char from[PATH_BYTES], to[PATH_BYTES];

    (void)in(from, copy->from, name);
    (void)in(to, copy->to, name);
    if (io->list(io->context, from, any, NULL, NULL) == VARVE_OK) {
        copy_folder(from, to);
    } else if (strcmp(name, "LOCK") != 0) {
        read_file(from, &copy->bytes);
        write_file(to, copy->bytes.data, copy->bytes.len);
    }
    return true;
}

static void copy_folder(const char *from, const char *to)
{
    const struct vv_io *io = vv_io_posix();
    struct copy copy = {.from = from, .to = to};
    vv_error err;

    if (io->mkdir(io->context, to, &err) || io->list(io->context, from, copy_one, &copy, &err))
        give_up("copy", &err);
    vv_buf_deinit(&copy.bytes);
}

/* ---- the two commands ---- */

/* The store is left as a kill leaves it, with rows in the log alone. */
static int make(const char *folder)
{
    char scratch[SCRATCH_MAX], path[PATH_BYTES], kept[PATH_BYTES];
    struct vv_buf rows = {0};
    const struct vv_io *io = vv_io_posix();
    vv_error err;

    if (!scratch_new(scratch) || io->mkdir(io->context, folder, &err))
        give_up(folder, &err);
    varve *store = open_store(in(path, scratch, "store"), false);
    fill(store);
    dump(store, &rows);
    if (varve_sync(store, &err))
        give_up("sync", &err);
    copy_folder(path, in(kept, folder, "store"));
    write_file(in(kept, folder, "rows.txt"), rows.data, rows.len);
    close_store(store);
    scratch_free(scratch);
    vv_buf_deinit(&rows);
    return 0;
}

static void same(const struct vv_buf *expected, varve *store, const char *when)
{
    struct vv_buf rows = {0};

    dump(store, &rows);
    if (rows.len != expected->len || memcmp(rows.data, expected->data, rows.len) != 0)
        give_up(when, NULL);
    vv_buf_deinit(&rows);
}

static void report(void *arg, enum varve_finding_kind kind, const char *text)
{
    (void)arg;
    if (kind == VARVE_FINDING_DAMAGE)
        (void)fprintf(stderr, "formats: %s\n", text);
}

static int check(const char *folder)
{
    char scratch[SCRATCH_MAX], path[PATH_BYTES], copied[PATH_BYTES];
    struct vv_buf expected = {0}, longer = {0};
    uint32_t series[KINDS];
    uint64_t damaged;
    vv_error err;

    if (!scratch_new(scratch))
        return 1;
    read_file(in(path, folder, "rows.txt"), &expected);
    copy_folder(in(path, folder, "store"), in(copied, scratch, "store"));
    varve *store = open_store(copied, true);
    same(&expected, store, "a second process reads other rows than were written");
    close_store(store);
    store = open_store(copied, false);
    same(&expected, store, "other rows than were written");
    define(store, series);
    append(store, series, 0, 500000, 1);
    dump(store, &longer);
    close_store(store);
    store = open_store(copied, false);
    same(&longer, store, "what was added is gone");
    close_store(store);
    if (varve_check(copied, report, NULL, &damaged, &err) || damaged > 0)
        give_up("check finds damage", NULL);
    scratch_free(scratch);
    vv_buf_deinit(&expected);
    vv_buf_deinit(&longer);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "make") == 0)
        return make(argv[2]);
    if (argc == 3 && strcmp(argv[1], "check") == 0)
        return check(argv[2]);
    (void)fprintf(stderr, "formats make|check FOLDER\n");
    return 2;
}
