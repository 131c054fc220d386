/* command.h: what the commands of `varve` share.
 *
 * A command is a row of the table in main.c: its name, one line, its help, its function. Exit
 * codes: 0 good, 1 failed, 2 wrong usage. Errors go to standard error, answers to standard output.
 *
 * Threads: the main thread only.
 */
#ifndef VV_APP_COMMAND_H
#define VV_APP_COMMAND_H

#include <stdbool.h>

#include "base/error.h"

enum {
    VV_EXIT_GOOD = 0,
    VV_EXIT_FAILED = 1,
    VV_EXIT_USAGE = 2
};

enum vv_output {
    VV_OUTPUT_TABLE,
    VV_OUTPUT_CSV,
    VV_OUTPUT_JSON
};

struct vv_command {
    const char *name;
    const char *summary; /* one line */
    const char *help;    /* usage, options, an example */
    int (*run)(const struct vv_command *command, int argc, char **argv);
};

int vv_command_serve(const struct vv_command *command, int argc, char **argv);
int vv_command_apply(const struct vv_command *command, int argc, char **argv);
int vv_command_info(const struct vv_command *command, int argc, char **argv);
int vv_command_backup(const struct vv_command *command, int argc, char **argv);
int vv_command_delete(const struct vv_command *command, int argc, char **argv);
int vv_command_correct(const struct vv_command *command, int argc, char **argv);
int vv_command_copy(const struct vv_command *command, int argc, char **argv);
int vv_command_restore(const struct vv_command *command, int argc, char **argv);
int vv_command_export(const struct vv_command *command, int argc, char **argv);
int vv_command_query(const struct vv_command *command, int argc, char **argv);
int vv_command_import(const struct vv_command *command, int argc, char **argv);
int vv_command_sql(const struct vv_command *command, int argc, char **argv);
int vv_command_check(const struct vv_command *command, int argc, char **argv);
int vv_command_tables(const struct vv_command *command, int argc, char **argv);

/* "varve serve: message" on standard error; returns the code, so that `return vv_usage(…)`. */
int vv_usage(const struct vv_command *command, const char *format, ...) VARVE_PRINTF(2, 3);
int vv_failed(const struct vv_command *command, const vv_error *err);
/* The same; where another process holds the directory, `remedy` says what to do about it. */
int vv_failed_locked(const struct vv_command *command, const vv_error *err, const char *remedy);
/* --help. */
int vv_help(const struct vv_command *command);
/* "table", "csv", "json"; false for another word. */
bool vv_output_parse(const char *text, enum vv_output *output);

#endif
