/* history_read.h: what `varve query` and `varve export` have in common: the question as parameters
 * of /api/v1/history (docs/http.md), put to a directory or to a server.
 *
 * Threads: the main thread only.
 */
#ifndef VV_APP_HISTORY_READ_H
#define VV_APP_HISTORY_READ_H

#include "app/target.h"
#include "base/buf.h"

struct vv_history_read {
    struct vv_target target;
    struct vv_buf query; /* "?tag=…&from=…" */
    bool has_from;
};

#define VV_HISTORY_READ_LETTERS VV_TARGET_LETTERS
#define VV_HISTORY_READ_OPTIONS                                                                    \
    VV_TARGET_OPTIONS, {"from", required_argument, NULL, 1001},                                    \
        {"to", required_argument, NULL, 1002}, {"every", required_argument, NULL, 1003},           \
        {"agg", required_argument, NULL, 1004}, {"points", required_argument, NULL, 1005},         \
        {"tz", required_argument, NULL, 1006}, {"history", required_argument, NULL, 1007},         \
        {"bad", required_argument, NULL, 1008},                                                    \
    {                                                                                              \
        "bounds", no_argument, NULL, 1009                                                          \
    }

/* As vv_target_option. */
bool vv_history_read_option(const struct vv_command *command, struct vv_history_read *read,
                            int option, int *code);
/* Adds the tags, and checks that there is one and a target; false ends the command with *code. */
bool vv_history_read_check(const struct vv_command *command, struct vv_history_read *read, int argc,
                           char **argv, int *code);
void vv_history_read_deinit(struct vv_history_read *read);

typedef vv_status (*vv_history_piece)(void *arg, const void *data, size_t len_bytes, vv_error *err);

/* Gives the answer of that format (json, csv, jsonl, xlsx) to `take`, piece by piece. */
vv_status vv_history_read_run(struct vv_history_read *read, const char *format,
                              vv_history_piece take, void *arg, vv_error *err);

#endif
