#include <getopt.h>
#include <stdio.h>

#include "app/command.h"
#include "app/site.h"
#include "collect/plant.h"

#include "base/banned.h"

static void report(void *arg, char sign, const char *text)
{
    (void)arg;
    printf("%c %s\n", sign, text);
}

int vv_command_apply(const struct vv_command *command, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"data", required_argument, NULL, 'd'},
                                            {"dry-run", no_argument, NULL, 'n'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    const char *config = NULL, *data = NULL;
    bool dry_run = false;
    for (int option; (option = getopt_long(argc, argv, "c:d:nh", options, NULL)) != -1;) {
        if (option == 'c')
            config = optarg;
        else if (option == 'd')
            data = optarg;
        else if (option == 'n')
            dry_run = true;
        else
            return option == 'h' ? vv_help(command) : VV_EXIT_USAGE;
    }
    if (!config == !data)
        return vv_usage(command, "one of -d DIR and -c FILE is needed");
    if (optind + 1 != argc)
        return vv_usage(command, "one plant file is needed");

    struct vv_site site;
    struct vv_plant_counts counts = {0};
    vv_error err = {0};
    vv_status status = vv_site_configure(&site, config, data, &err);
    if (!status) /* the histories too, so that points may name them */
        status = vv_site_open(&site, false, true, &err);
    if (!status)
        status = vv_plant_apply(site.ledger, argv[optind], dry_run, report, NULL, &counts, &err);
    if (!status)
        printf("%s%zu added, %zu changed, %zu removed\n", dry_run ? "would be: " : "", counts.added,
               counts.changed, counts.removed);
    int code = VV_EXIT_GOOD;
    if (status) {
        code = vv_failed_locked(command, &err, "stop that server, apply, and start it again");
        fprintf(stderr, "varve apply: nothing was changed\n");
    }
    vv_site_close(&site, NULL);
    return code;
}
