#include <getopt.h>
#include <stdio.h>

#include "app/command.h"
#include "app/site.h"
#include "varve.h"

#include "base/banned.h"

static void report(void *arg, enum varve_finding_kind kind, const char *text)
{
    printf("%s: %s: %s\n", (const char *)arg, kind == VARVE_FINDING_DAMAGE ? "DAMAGE" : "note",
           text);
}

int vv_command_check(const struct vv_command *command, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"data", required_argument, NULL, 'd'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    const char *config = NULL, *data = NULL;
    for (int option; (option = getopt_long(argc, argv, "c:d:h", options, NULL)) != -1;) {
        if (option == 'c')
            config = optarg;
        else if (option == 'd')
            data = optarg;
        else
            return option == 'h' ? vv_help(command) : VV_EXIT_USAGE;
    }
    if (!config == !data || optind < argc)
        return vv_usage(command, "one of -d DIR and -c FILE is needed");

    struct vv_site site;
    vv_error err = {0};
    uint64_t damaged_in_all = 0;
    vv_status status = vv_site_configure(&site, config, data, &err);
    for (size_t i = 0; i < site.config.history_count && !status; i++) {
        const struct vv_config_history *history = &site.config.histories[i];
        uint64_t damaged = 0;
        status = varve_check(vv_site_history_path(&site, history), report, (void *)history->name,
                             &damaged, &err);
        damaged_in_all += damaged;
        if (!status)
            printf("%s: %s\n", history->name, damaged ? "damaged" : "clean");
    }
    if (!status) { /* opening compares its tables with the catalogue */
        status = vv_site_open(&site, true, false, &err);
        printf("ledger: %s\n", status ? "damaged" : "clean");
    }
    int code = status ? vv_failed(command, &err) : VV_EXIT_GOOD;
    vv_site_close(&site, NULL);
    return damaged_in_all > 0 ? VV_EXIT_FAILED : code;
}
