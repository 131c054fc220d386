#include "app/target.h"

#include "base/banned.h"

bool vv_target_option(const struct vv_command *command, struct vv_target *target, int option,
                      int *code)
{
    switch (option) {
    case 'c':
        target->config = optarg;
        return true;
    case 'd':
        target->data = optarg;
        return true;
    case 's':
        target->server = optarg;
        return true;
    case 'f':
        if (vv_output_parse(optarg, &target->output))
            return true;
        *code = vv_usage(command, "--format is table, csv or json, not \"%s\"", optarg);
        return false;
    case 'h':
        *code = vv_help(command);
        return false;
    default: /* getopt_long has told what is wrong */
        *code = VV_EXIT_USAGE;
        return false;
    }
}

bool vv_target_check(const struct vv_command *command, const struct vv_target *target, int *code)
{
    if ((target->config != NULL) + (target->data != NULL) + (target->server != NULL) == 1)
        return true;
    *code = vv_usage(command, "one of -d DIR, -c FILE and -s URL is needed");
    return false;
}

vv_status vv_target_open(const struct vv_target *target, struct vv_site *site, vv_error *err)
{
    vv_status status = vv_site_configure(site, target->config, target->data, err);
    if (!status)
        status = vv_site_list(site, err);
    if (!status)
        status = vv_site_open(site, true, true, err);
    return status;
}
