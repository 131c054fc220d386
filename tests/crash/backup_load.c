/* backup_load.c: backups of a store under full load, and what is in them.
 *
 *     backup_load [seed] [backups]
 *
 * Threads append in order, late and anew, and delete, while flushes and merges run; each keeps a
 * list of what it did and of the sequence that it was answered with. Backups are made beside them,
 * linked and copied. Of each, replaying the lists up to the sequence that varve_backup told gives
 * what must be in it: check finds it clean, and of every series and every partition the number of
 * rows and their checksum are equal; it stays so when it is opened for writing. At the end the same
 * holds for the source and all of the lists.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/crc32c.h"
#include "base/io.h"
#include "base/logger.h"
#include "base/thread.h"
#include "base/time.h"
#include "model/twin.h"
#include "varve.h"

#define THREADS    3
#define OWN        2 /* series of a thread */
#define SLOTS      40000
#define SLOT_S     120 /* so that a partition of a day has 720 */
#define DAY_SLOTS  (86400 / SLOT_S)
#define BATCH_ROWS 200

/* What a thread did: rows [slot, slot + count) of a series became value, value + 1 …; 0 deletes. */
struct deed {
    uint64_t sequence;
    int64_t value;
    uint32_t series, slot, count;
};

struct worker {
    varve *store;
    uint32_t ids[OWN];
    uint64_t random;
    int64_t next_value;
    uint32_t cursor[OWN];
    struct vv_mutex mutex; /* from a call's begin until its deed is noted */
    struct vv_buf deeds;
    struct vv_thread thread;
};

static const struct varve_column columns[] = {{"value", VARVE_INT64}};
static const struct varve_stratum stratum = {.name = "rows",
                                             .unit = VARVE_SECONDS,
                                             .span = VARVE_SPAN_DAY,
                                             .columns = columns,
                                             .column_count = 1};
static const struct varve_options options = {.memory_bytes = 16 << 20,
                                             .log_bytes = 2 << 20,
                                             .cache_bytes = 4 << 20,
                                             .reserve_bytes = 1,
                                             .sync = VARVE_SYNC_NEVER,
                                             .block_rows = 128};
static struct worker workers[THREADS];
static atomic_bool over;

static void must(vv_status status, const vv_error *err)
{
    if (status)
        twin_fail("%s", err->message);
}

static uint64_t draw(struct worker *w, uint64_t bound)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return w->random % bound;
}

/* ---- the load ---- */

static vv_status write_rows(struct worker *w, varve_batch *batch, struct deed *deed, vv_error *err)
{
    int64_t times[BATCH_ROWS], values[BATCH_ROWS];
    const struct varve_vector vector = {VARVE_INT64, values, NULL};
    const struct varve_rows rows = {.series = w->ids[deed->series],
                                    .count = deed->count,
                                    .times = times,
                                    .columns = &vector,
                                    .column_count = 1};
    for (uint32_t i = 0; i < deed->count; i++) {
        times[i] = (int64_t)(deed->slot + i) * SLOT_S;
        values[i] = deed->value + i;
    }
    varve_batch_reset(batch);
    must(varve_batch_add(batch, &rows, err), err);
    return varve_append(w->store, batch, &deed->sequence, err);
}

/* In order mostly; late or anew, or a deletion, at times. */
static struct deed next_deed(struct worker *w)
{
    struct deed deed = {.series = (uint32_t)draw(w, OWN),
                        .count = 1 + (uint32_t)draw(w, BATCH_ROWS)};
    uint32_t *cursor = &w->cursor[deed.series];
    uint64_t kind = draw(w, 1000);
    deed.slot = *cursor;
    if (kind < 200 || *cursor + deed.count > SLOTS)
        deed.slot = (uint32_t)draw(w, SLOTS - BATCH_ROWS);
    else
        *cursor += deed.count;
    if (kind > 0) {
        deed.value = w->next_value;
        w->next_value += deed.count;
    }
    return deed;
}

static void run(void *arg)
{
    struct worker *w = arg;
    varve_batch *batch;
    vv_error err = {0};
    must(varve_batch_new(w->store, &batch, &err), &err);
    while (!atomic_load(&over)) {
        struct deed deed = next_deed(w);
        vv_status status;
        vv_mutex_lock(&w->mutex);
        do
            status = deed.value > 0
                         ? write_rows(w, batch, &deed, &err)
                         : varve_delete(w->store, w->ids[deed.series], (int64_t)deed.slot * SLOT_S,
                                        (int64_t)(deed.slot + deed.count) * SLOT_S, &deed.sequence,
                                        &err);
        while (status == VARVE_BUSY);
        must(status, &err);
        vv_buf_add(&w->deeds, &deed, sizeof deed);
        vv_mutex_unlock(&w->mutex);
    }
    varve_batch_free(batch);
}

/* ---- comparing ---- */

/* What a series must hold after the deeds up to `sequence`: 0 for no row. */
static void replay(struct worker *w, uint32_t series, uint64_t sequence, int64_t *slots)
{
    memset(slots, 0, SLOTS * sizeof *slots);
    vv_mutex_lock(&w->mutex);
    const struct deed *deeds = (const struct deed *)(const void *)w->deeds.data;
    for (size_t i = 0; i < w->deeds.len / sizeof *deeds; i++)
        for (uint32_t k = 0;
             deeds[i].series == series && deeds[i].sequence <= sequence && k < deeds[i].count; k++)
            slots[deeds[i].slot + k] = deeds[i].value > 0 ? deeds[i].value + k : 0;
    vv_mutex_unlock(&w->mutex);
}

struct day {
    uint64_t rows;
    uint32_t crc;
};

static void add_row(struct day *days, uint32_t slot, int64_t value)
{
    const int64_t row[2] = {slot, value};
    struct day *day = &days[slot / DAY_SLOTS];
    day->crc = vv_crc32c(day->crc, row, sizeof row);
    day->rows++;
}

static void scan_days(varve *store, uint32_t series, struct day *days)
{
    const struct varve_scan_spec spec = {
        .series = series, .from = VARVE_TIME_MIN, .to = VARVE_TIME_MAX};
    struct varve_rows rows;
    varve_scan *scan;
    vv_error err = {0};
    vv_status status;
    must(varve_scan_open(store, &spec, &scan, &err), &err);
    while (!(status = varve_scan_next(scan, &rows, &err)))
        for (uint32_t i = 0; i < rows.count; i++)
            add_row(days, (uint32_t)(rows.times[i] / SLOT_S),
                    ((const int64_t *)rows.columns[0].data)[i]);
    if (status != VARVE_END)
        twin_fail("%s", err.message);
    varve_scan_close(scan);
}

#define DAYS (SLOTS / DAY_SLOTS + 1)

static uint64_t compare(varve *store, uint64_t sequence, const char *what)
{
    static int64_t slots[SLOTS];
    uint64_t rows = 0;
    for (uint32_t t = 0; t < THREADS; t++)
        for (uint32_t s = 0; s < OWN; s++) {
            struct day wanted[DAYS] = {{0}}, found[DAYS] = {{0}};
            replay(&workers[t], s, sequence, slots);
            for (uint32_t i = 0; i < SLOTS; i++)
                if (slots[i] > 0)
                    add_row(wanted, i, slots[i]);
            scan_days(store, workers[t].ids[s], found);
            for (uint32_t d = 0; d < DAYS; d++) {
                rows += found[d].rows;
                if (wanted[d].rows != found[d].rows || wanted[d].crc != found[d].crc)
                    twin_fail("%s, up to %" PRIu64 ", thread %" PRIu32 ", series %" PRIu32
                              ", day %" PRIu32 ": %" PRIu64 " rows, checksum %08" PRIx32
                              "; wanted %" PRIu64 ", %08" PRIx32,
                              what, sequence, t, s, d, found[d].rows, found[d].crc, wanted[d].rows,
                              wanted[d].crc);
            }
        }
    return rows;
}

/* ---- backups ---- */

static void report(void *arg, enum varve_finding_kind kind, const char *text)
{
    (void)arg;
    twin_fail("check of the backup: %s%s", kind == VARVE_FINDING_DAMAGE ? "DAMAGE: " : "", text);
}

static uint64_t back_up(varve *store, const char *root, uint64_t number)
{
    const struct varve_backup_options how = {.copy = number % 2};
    struct varve_options reading = options;
    struct varve_backup_result result;
    char dir[128];
    varve *copy;
    uint64_t damaged, rows;
    vv_error err = {0};
    snprintf(dir, sizeof dir, "%s/backup-%" PRIu64, root, number);
    must(varve_backup(store, dir, &how, &result, &err), &err);
    must(varve_check(dir, report, NULL, &damaged, &err), &err);
    reading.read_only = number % 3 != 0;
    must(varve_open(dir, &reading, &copy, &err), &err);
    rows = compare(copy, result.sequence, dir);
    must(varve_close(copy, &err), &err);
    if (number > 0) { /* the one before may go; it shares files with this one and the source */
        snprintf(dir, sizeof dir, "%s/backup-%" PRIu64, root, number - 1);
        must(vv_io_remove_tree(vv_io_posix(), dir, &err), &err);
    }
    return rows;
}

static void start(varve *store, uint64_t seed)
{
    vv_error err = {0};
    uint32_t id;
    must(varve_stratum_define(store, &stratum, &id, &err), &err);
    for (uint32_t t = 0; t < THREADS; t++) {
        struct worker *w = &workers[t];
        *w = (struct worker){.store = store,
                             .random = (seed * THREADS + t) * 0x9e3779b97f4a7c15 + 1,
                             .next_value = 1};
        vv_mutex_init(&w->mutex);
        for (uint32_t s = 0; s < OWN; s++) {
            uint32_t key = t * OWN + s;
            must(varve_series_define(store, id, &key, sizeof key, &w->ids[s], &err), &err);
        }
    }
    for (uint32_t t = 0; t < THREADS; t++)
        must(vv_thread_start(&workers[t].thread, "worker", run, &workers[t], &err), &err);
}

/* A series is there once the first batch behind its definition is. */
static void wait_for_rows(varve *store)
{
    struct varve_info info;
    vv_error err = {0};
    do
        must(varve_info_get(store, &info, &err), &err);
    while (info.appended_rows == 0);
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t backups = argc > 2 ? strtoull(argv[2], NULL, 10) : 12, rows = 0, last = 0;
    char root[64], source[80];
    struct varve_info info;
    varve *store;
    vv_error err = {0};
    vv_log_set_level(VV_LOG_ERROR);
    twin_context("backup_load %" PRIu64 " %" PRIu64, seed, backups);
    snprintf(root, sizeof root, "/tmp/varve-load-XXXXXX");
    if (!mkdtemp(root))
        twin_fail("no directory");
    snprintf(source, sizeof source, "%s/source", root);
    must(varve_open(source, &options, &store, &err), &err);
    start(store, seed);
    wait_for_rows(store);
    for (uint64_t i = 0; i < backups; i++)
        rows += last = back_up(store, root, i);
    atomic_store(&over, true);
    for (uint32_t t = 0; t < THREADS; t++)
        vv_thread_join(&workers[t].thread);
    must(varve_info_get(store, &info, &err), &err);
    compare(store, UINT64_MAX, "the source");
    must(varve_close(store, &err), &err);
    for (uint32_t t = 0; t < THREADS; t++) {
        vv_buf_deinit(&workers[t].deeds);
        vv_mutex_deinit(&workers[t].mutex);
    }
    must(vv_io_remove_tree(vv_io_posix(), root, &err), &err);
    printf("backup_load: %" PRIu64 " backups, the last of %" PRIu64 " rows, beside %" PRIu64
           " rows appended, %" PRIu64 " flushes and %" PRIu64 " merges\n",
           backups, last, info.appended_rows, info.flushes, info.merges);
    return rows > 0 ? 0 : 1;
}
