/* edit_server.h: `varve delete` and `varve correct` by a running server.
 *
 * Threads: the main thread only.
 */
#ifndef VV_APP_EDIT_SERVER_H
#define VV_APP_EDIT_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* As it stands on the command line; what was not given is null. */
struct vv_edit_request {
    const char *const *tags;
    size_t tag_count;
    const char *from, *to, *reason, *history;
    const char *value, *quality; /* correct */
    bool dry_run;
};

/* Asks the server and prints its answer. */
vv_status vv_delete_server(const char *url, const struct vv_edit_request *request, vv_error *err);
vv_status vv_correct_server(const char *url, const struct vv_edit_request *request, vv_error *err);

/* "TAG: 5 rows [would be ]deleted" (cmd_edit.c). */
void vv_edit_print(const char *tag, uint64_t rows, const char *done, bool dry_run);

#endif
