/* target.h: what a command reads: `-d DIR`, `-c FILE` or `-s URL`, and how it answers (`--format`).
 *
 *     static const struct option options[] = {VV_TARGET_OPTIONS, {"tz", required_argument, NULL,
 *                                              'z'}, {0}};
 *     struct vv_target target = {0};
 *     int code, option;
 *     while ((option = getopt_long(argc, argv, VV_TARGET_LETTERS "z:", options, NULL)) != -1) {
 *         if (option == 'z')
 *             zone = optarg;
 *         else if (!vv_target_option(command, &target, option, &code))
 *             return code;
 *     }
 *     if (!vv_target_check(command, &target, &code))
 *         return code;
 *
 * Threads: the main thread only. Texts are those of the command line.
 */
#ifndef VV_APP_TARGET_H
#define VV_APP_TARGET_H

#include <getopt.h>

#include "app/command.h"
#include "app/site.h"

struct vv_target {
    const char *config; /* -c */
    const char *data;   /* -d */
    const char *server; /* -s */
    enum vv_output output;
};

#define VV_TARGET_LETTERS "c:d:s:f:h"
#define VV_TARGET_OPTIONS                                                                          \
    {"config", required_argument, NULL, 'c'}, {"data", required_argument, NULL, 'd'},              \
        {"server", required_argument, NULL, 's'}, {"format", required_argument, NULL, 'f'},        \
    {                                                                                              \
        "help", no_argument, NULL, 'h'                                                             \
    }

/* Takes an option of the above. False when the command ends here, with *code: after --help, and
 * after an option that there is not. */
bool vv_target_option(const struct vv_command *command, struct vv_target *target, int option,
                      int *code);
/* True when exactly one of -d, -c and -s was given; else says so. */
bool vv_target_check(const struct vv_command *command, const struct vv_target *target, int *code);
/* Opens the ledger and the histories of -d or -c for reading; a server may run beside. The caller
 * closes the site, also after a failure. */
vv_status vv_target_open(const struct vv_target *target, struct vv_site *site, vv_error *err);

#endif
