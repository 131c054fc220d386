/* damage.c: a small store whose files are damaged, one place at a time.
 *
 *     damage bitflip|truncate [seed] [stride]
 *
 * bitflip: a bit of each byte (of each stride-th byte) of each file is turned over. truncate: each
 * file is cut to each length. Then the store is opened as it is, and again for writing, flushed and
 * opened once more. Always: no crash, no wrong value, no row where it was not written; where
 * anything is missing, or an older row shows again, that was said, by the scan, by the opening's
 * notes or by check; and a store that does not open names what is damaged.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io_sim.h"
#include "base/logger.h"
#include "model/twin.h"
#include "native/store_private.h"

#define FILES_MAX  64
#define NAME_BYTES 80

struct place {
    char path[NAME_BYTES];
    uint64_t size;
};

static struct twin twin;
static struct place files[FILES_MAX];
static size_t file_count;
static uint64_t found, harmless, refused;

/* The newest file of the log, cut where a frame ends, looks as it did when that frame was written:
 * that alone nobody can tell. There are so many frames in it, and each is judged so often. */
#define BOUNDARIES_MAX (8 * 4)
static bool newest_log_cut;
static uint64_t boundaries;

static void keep_file(void *arg, const char *path, uint64_t size)
{
    (void)arg;
    if (file_count == FILES_MAX || strlen(path) >= NAME_BYTES)
        twin_fail("too many files for this test");
    (void)snprintf(files[file_count].path, NAME_BYTES, "%s", path);
    files[file_count++].size = size;
}

/* Parts of both levels, late rows, deletions, a log with rows in it: everything that is read. */
static struct vv_io_sim *build(uint64_t seed)
{
    static const enum twin_operation script[] = {
        TWIN_APPEND, TWIN_APPEND, TWIN_APPEND, TWIN_FLUSH,  TWIN_APPEND, TWIN_APPEND, TWIN_DELETE,
        TWIN_FLUSH,  TWIN_APPEND, TWIN_FLUSH,  TWIN_APPEND, TWIN_FLUSH,  TWIN_MERGE,  TWIN_PRUNE,
        TWIN_APPEND, TWIN_APPEND, TWIN_FLUSH,  TWIN_APPEND, TWIN_DELETE, TWIN_APPEND, TWIN_APPEND};
    vv_error err = {0};
    struct vv_io_sim *sim = vv_io_sim_new(seed);
    twin_init(&twin, vv_io_sim_io(sim), "db", seed);
    if (twin_open(&twin, &err))
        twin_fail("open: %s", err.message);
    for (size_t i = 0; i < sizeof script / sizeof script[0]; i++)
        if (twin_do(&twin, script[i]))
            twin_fail("operation %zu failed", i);
    vv_store_abandon(twin.store);
    twin.store = NULL;
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    return sim;
}

static void count_note(void *arg, bool damage, const char *text)
{
    (void)damage;
    (void)text;
    ++*(uint64_t *)arg;
}

static void count_finding(void *arg, enum varve_finding_kind kind, const char *text)
{
    (void)kind;
    (void)text;
    ++*(uint64_t *)arg;
}

/* Everything is there, or what is not was told. */
static void judge(uint64_t told)
{
    static uint32_t ids[TWIN_SLOTS][TWIN_SUBS];
    uint64_t wrong = 0;
    for (int s = 0; s < TWIN_SERIES; s++) {
        told += twin_read(&twin, s, ids);
        for (int slot = 0; slot < TWIN_SLOTS; slot++)
            for (int sub = 0; sub < TWIN_SUBS; sub++)
                wrong += ids[slot][sub] != twin.cells[s][slot][sub].now;
    }
    if (wrong > 0 && told == 0 && newest_log_cut && boundaries++ < BOUNDARIES_MAX)
        return;
    if (wrong > 0 && told == 0)
        twin_fail("%" PRIu64 " cells are not what they were, and nobody said so", wrong);
    found += told > 0;
    harmless += told == 0;
}

static bool open_damaged(bool read_only, uint64_t *notes)
{
    vv_error err = {0};
    struct varve_options options = twin.options;
    options.read_only = read_only;
    vv_status status =
        vv_store_open_noting(twin.path, &options, twin.io, count_note, notes, &twin.store, &err);
    if (status == VARVE_OK)
        return true;
    if (status != VARVE_CORRUPT && status != VARVE_UNSUPPORTED && status != VARVE_CONFLICT)
        twin_fail("it does not open for status %s: %s", varve_status_name(status), err.message);
    if (!strstr(err.message, "db"))
        twin_fail("it does not open and names no file: %s", err.message);
    refused++;
    return false;
}

static void give_up(void)
{
    vv_store_abandon(twin.store);
    twin.store = NULL;
}

static void try_damaged(struct vv_io_sim *sim, bool writing)
{
    uint64_t notes = 0, findings = 0, damaged = 0;
    vv_error err = {0};
    twin.io = vv_io_sim_io(sim);
    if (vv_store_check(twin.path, twin.io, count_finding, &findings, &damaged, &err))
        findings++;
    if (open_damaged(true, &notes)) {
        judge(notes + findings);
        give_up();
    }
    if (!writing || !open_damaged(false, &notes))
        return;
    judge(notes + findings);
    (void)varve_flush(twin.store, &err);
    judge(notes + findings);
    give_up();
    if (open_damaged(false, &notes)) {
        judge(notes + findings); /* what is missing was told before it was settled */
        give_up();
    }
}

static void bitflip(struct vv_io_sim *sim, const struct place *file, uint64_t seed, uint64_t stride)
{
    for (uint64_t at = seed % stride; at < file->size; at += stride) {
        uint8_t mask = (uint8_t)(1u << (at * 5 + seed) % 8);
        bool writing = at / stride % 4 == 0;
        twin_context("damage bitflip %" PRIu64 " %" PRIu64 ": bit 0x%02x of byte %" PRIu64 " of %s",
                     seed, stride, mask, at, file->path);
        struct vv_io_sim *used = writing ? vv_io_sim_copy(sim, seed) : sim;
        if (vv_io_sim_damage(used, file->path, at, mask))
            twin_fail("the file is not there");
        try_damaged(used, writing);
        if (writing)
            vv_io_sim_free(used);
        else
            (void)vv_io_sim_damage(used, file->path, at, mask);
    }
}

static void truncate_file(struct vv_io_sim *sim, const struct place *file, uint64_t seed,
                          uint64_t stride)
{
    newest_log_cut = strstr(file->path, "/log/") != NULL;
    for (size_t i = 0; i < file_count; i++)
        newest_log_cut &= !strstr(files[i].path, "/log/") || strcmp(files[i].path, file->path) <= 0;
    for (uint64_t length = seed % stride; length < file->size; length += stride) {
        twin_context("damage truncate %" PRIu64 " %" PRIu64 ": %s cut to %" PRIu64 " bytes", seed,
                     stride, file->path, length);
        struct vv_io_sim *used = vv_io_sim_copy(sim, seed);
        if (vv_io_sim_shorten(used, file->path, length))
            twin_fail("the file is not there");
        try_damaged(used, true);
        vv_io_sim_free(used);
    }
}

static void no_line(void *arg, const char *line)
{
    (void)arg;
    (void)line;
}

int main(int argc, char **argv)
{
    bool cut = argc > 1 && strcmp(argv[1], "truncate") == 0;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    uint64_t stride = argc > 3 ? strtoull(argv[3], NULL, 10) : 1, bytes = 0;
    vv_log_redirect(no_line, NULL);
    twin_context("damage");
    struct vv_io_sim *sim = build(seed);
    vv_io_sim_each(sim, keep_file, NULL);
    for (size_t i = 0; i < file_count; i++) {
        bytes += files[i].size;
        if (cut)
            truncate_file(sim, &files[i], seed, stride);
        else
            bitflip(sim, &files[i], seed, stride);
    }
    vv_io_sim_free(sim);
    printf("%s: %zu files, %" PRIu64 " bytes, each %" PRIu64 ": %" PRIu64 " found, %" PRIu64
           " harmless, %" PRIu64 " refused by name\n",
           cut ? "truncate" : "bitflip", file_count, bytes, stride, found, harmless, refused);
    return 0;
}
