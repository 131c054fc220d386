/* progress.h: how far a long command is, on standard error, and Ctrl-C.
 *
 *     vv_progress_begin(&progress, "varve backup");
 *     vv_progress_show(&progress, "history main", bytes_done, bytes, VV_PROGRESS_BYTES);
 *     vv_progress_end(&progress);
 *
 * On a terminal one line that is written over, four times a second; elsewhere a line each ten
 * seconds. The rate is that of the step since it began, the time left follows from it.
 *
 * From begin to end SIGINT and SIGTERM do not end the program: vv_progress_stopped tells of them,
 * so that the command can clear up after itself. A second one ends it.
 *
 * Threads: the main thread only; one at a time.
 */
#ifndef VV_APP_PROGRESS_H
#define VV_APP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

enum vv_progress_unit {
    VV_PROGRESS_BYTES, /* told in KiB, MiB, GiB */
    VV_PROGRESS_ROWS
};

struct vv_progress {
    const char *name;
    bool on_terminal;
    bool shown;      /* a line stands on the terminal */
    char step[64];   /* at hand */
    int64_t step_ms; /* when it began, on the clock that never steps */
    int64_t next_ms; /* when the next line is due */
};

void vv_progress_begin(struct vv_progress *progress, const char *name);
/* `all` 0: not known. */
void vv_progress_show(struct vv_progress *progress, const char *step, uint64_t done, uint64_t all,
                      enum vv_progress_unit unit);
void vv_progress_end(struct vv_progress *progress);
/* A signal came since vv_progress_begin. */
bool vv_progress_stopped(void);

/* "1.4 GiB" into `to`, which holds at least 16 bytes. */
void vv_progress_bytes(uint64_t bytes, char *to);

#endif
