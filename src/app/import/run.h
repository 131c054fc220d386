/* run.h: files of rows into a history, from the first look at them to the summary.
 *
 * 1. What was not said of each file is guessed (rows.h).
 * 2. First reading: the types of the columns are judged over all files together, and what stands
 *    there twice is found. Of a pipe only its first 10,000 rows are read.
 * 3. A tag that the history knows keeps its type; else what --type says, else what was judged.
 * 4. With `strict` (and in a dry run) every row is checked: a bad one ends the import here.
 * 5. Last reading: rows are stored, thousands at a time, and the position is kept.
 *
 * Threads: the main thread only.
 */
#ifndef VV_APP_IMPORT_RUN_H
#define VV_APP_IMPORT_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/import/report.h"
#include "app/import/rows.h"
#include "app/import/sink.h"

#define VV_IMPORT_TYPES_MAX 64
#define VV_IMPORT_PIPE_ROWS 10000

struct vv_import_options {
    char *const *files;
    size_t file_count;
    struct vv_import_form form;             /* what was said of all files */
    const char *history;                    /* null: the default */
    const char *prefix;                     /* null: none */
    const char *types[VV_IMPORT_TYPES_MAX]; /* "GLOB=TYPE", or "TYPE" for all */
    size_t type_count;
    bool strict;
    bool dry_run; /* nothing is stored */
    /* In a dry run: told of every tag with the type that its cells have; may be null. */
    void (*tag)(void *arg, const char *name, enum vv_tag_type type);
    void *tag_arg;
};

struct vv_import_summary {
    uint64_t rows;     /* read, bad ones left out */
    uint64_t samples;  /* stored */
    uint64_t replaced; /* samples whose tag and time were in the files before */
    bool replaced_at_least;
    uint64_t bad_rows;
    uint32_t tags;
    int64_t elapsed_ms;
    bool refused; /* strict: nothing was stored */
    bool interrupted;
    const char *resumed_file; /* null: from the beginning */
    uint64_t resumed_line;
};

/* `sink` is null in a dry run. The summary is filled in whatever the answer. */
vv_status vv_import_run(const struct vv_import_options *options, struct vv_import_sink *sink,
                        struct vv_import_report *report, struct vv_import_summary *summary,
                        vv_error *err);

/* Ctrl-C and SIGTERM from here on end an import behind the rows that are under way. */
void vv_import_catch_signals(void);
bool vv_import_interrupted(void);

#endif
