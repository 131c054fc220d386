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

static void report_ledger(void *arg, const char *text)
{
    report(arg, VARVE_FINDING_DAMAGE, text);
}

/* Each history by itself: what one cannot be read for does not keep the others from being checked.
 */
static vv_status check_history(struct vv_site *site, const struct vv_config_history *history,
                               uint64_t *damaged_in_all, vv_error *err)
{
    uint64_t damaged = 0;
    const char *path = vv_site_history_path(site, history);
    if (!path)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to check \"%s\"", history->name);
    vv_status status = varve_check(path, report, (void *)history->name, &damaged, err);
    *damaged_in_all += damaged;
    if (!status)
        printf("%s: %s\n", history->name, damaged ? "damaged" : "clean");
    return status;
}

/* Opening compares its tables with the catalogue; then the database checks its pages. */
static vv_status check_ledger(struct vv_site *site, uint64_t *damaged_in_all, vv_error *err)
{
    static const char name[] = "ledger";
    uint64_t damaged = 0;
    vv_status status = vv_site_open(site, true, false, err);
    if (!status)
        status = vv_ledger_check(site->ledger, report_ledger, (void *)name, &damaged, err);
    *damaged_in_all += damaged;
    if (!status)
        printf("%s: %s\n", name, damaged ? "damaged" : "clean");
    return status;
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
    uint64_t damaged = 0;
    int code = VV_EXIT_GOOD;
    vv_status status = vv_site_configure(&site, config, data, &err);
    if (!status)
        status = vv_site_list(&site, &err);
    if (status) {
        code = vv_failed(command, &err);
    } else {
        for (size_t i = 0; i < site.config.history_count; i++)
            if (check_history(&site, &site.config.histories[i], &damaged, &err))
                code = vv_failed(command, &err);
        if (check_ledger(&site, &damaged, &err))
            code = vv_failed(command, &err);
    }
    vv_site_close(&site, NULL);
    return damaged > 0 ? VV_EXIT_FAILED : code;
}
