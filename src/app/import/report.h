/* report.h: what an import tells while it runs: progress, and bad rows; all on standard error.
 *
 * On a terminal one line that changes, else a line every ten seconds.
 *
 * Threads: one thread.
 */
#ifndef VV_APP_IMPORT_REPORT_H
#define VV_APP_IMPORT_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define VV_IMPORT_BAD_LISTED 20

struct vv_import_report {
    bool terminal;
    bool line_open; /* of the terminal */
    const char *phase;
    int64_t phase_ms, told_ms; /* when it began; when it was last told */
    uint64_t phase_rows;       /* rows at its beginning */
    uint64_t bad_rows;         /* lines that had something bad */
    uint64_t bad_line;         /* the last of them, with its file */
    const char *bad_file;
    unsigned listed;
};

void vv_import_report_init(struct vv_import_report *report);
/* A new stage: "reading", "importing". `rows` were read so far. */
void vv_import_report_phase(struct vv_import_report *report, const char *phase, uint64_t rows);
/* Cheap enough for every few hundred rows. `total` 0: not known. */
void vv_import_report_progress(struct vv_import_report *report, uint64_t rows, uint64_t taken,
                               uint64_t total);
/* `line` 0: not known (only counted). Several in one line count once. */
void vv_import_report_bad(struct vv_import_report *report, const char *file, uint64_t line,
                          const char *reason);
void vv_import_report_note(struct vv_import_report *report, const char *format, ...)
    VARVE_PRINTF(2, 3);
/* The terminal's line is ended. */
void vv_import_report_end(struct vv_import_report *report);

#endif
