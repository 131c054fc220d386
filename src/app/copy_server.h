/* copy_server.h: `varve copy` by a running server.
 *
 * Threads: the main thread only.
 */
#ifndef VV_APP_COPY_SERVER_H
#define VV_APP_COPY_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "history/copy.h"

/* As it stands on the command line; what was not given is null. */
struct vv_copy_request {
    const char *const *tags;
    size_t tag_count;
    const char *from, *to, *history;
    const char *into, *prefix, *as;
    bool dry_run;
};

/* Asks the server and prints its answer; *whole is false when rows were refused or damaged. */
vv_status vv_copy_server(const char *url, const struct vv_copy_request *request, bool *whole,
                         vv_error *err);

/* "TAG: 5 rows [would be ]copied", and what was not, on standard error (cmd_copy.c). */
void vv_copy_print(const char *tag, const struct vv_copied *copied, bool dry_run);
/* "2 tags, 10 rows", of several. */
void vv_copy_print_sum(size_t tags, uint64_t rows);

#endif
