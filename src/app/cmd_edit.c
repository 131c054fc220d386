/* varve delete and varve correct: history changed by hand, told to the journal. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/edit_server.h"
#include "app/site.h"
#include "base/time.h"
#include "history/edit.h"

#include "base/banned.h"

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},  {"data", required_argument, NULL, 'd'},
    {"server", required_argument, NULL, 's'},  {"from", required_argument, NULL, 'F'},
    {"to", required_argument, NULL, 'T'},      {"reason", required_argument, NULL, 'r'},
    {"history", required_argument, NULL, 'H'}, {"value", required_argument, NULL, 'v'},
    {"quality", required_argument, NULL, 'q'}, {"dry-run", no_argument, NULL, 'n'},
    {"help", no_argument, NULL, 'h'},          {0}};

struct arguments {
    const char *config, *data, *server;
    struct vv_edit_request request;
};

/* False when the command ends here, with *code. */
static bool take_options(const struct vv_command *command, int argc, char **argv,
                         struct arguments *a, int *code)
{
    *code = VV_EXIT_USAGE;
    for (int option; (option = getopt_long(argc, argv, "c:d:s:nh", options, NULL)) != -1;) {
        const char **const texts[] = {
            ['c'] = &a->config,          ['d'] = &a->data,          ['s'] = &a->server,
            ['F'] = &a->request.from,    ['T'] = &a->request.to,    ['r'] = &a->request.reason,
            ['H'] = &a->request.history, ['v'] = &a->request.value, ['q'] = &a->request.quality};
        if (option == 'n') {
            a->request.dry_run = true;
        } else if (option == 'h') {
            *code = vv_help(command);
            return false;
        } else if (option > 0 && (size_t)option < sizeof texts / sizeof texts[0] && texts[option]) {
            *texts[option] = optarg;
        } else {
            return false;
        }
    }
    a->request.tags = (const char *const *)argv + optind;
    a->request.tag_count = (size_t)(argc - optind);
    if (!!a->config + !!a->data + !!a->server != 1)
        return vv_usage(command, "one of -d DIR, -c FILE and -s URL is needed"), false;
    if (a->request.tag_count == 0)
        return vv_usage(command, "a tag is needed"), false;
    if (!a->request.from || !a->request.to)
        return vv_usage(command, "--from and --to are both needed"), false;
    if (!a->request.reason && !a->request.dry_run)
        return vv_usage(command, "--reason is needed: the journal tells it"), false;
    return true;
}

static vv_status read_range(const struct vv_edit_request *request, int64_t *from_ms, int64_t *to_ms,
                            vv_error *err)
{
    int64_t now_ms = vv_now_ms();
    vv_status status = vv_time_parse_user_ms(request->from, now_ms, from_ms, err);
    if (status)
        vv_error_prefix(err, "--from");
    if (!status && (status = vv_time_parse_user_ms(request->to, now_ms, to_ms, err)))
        vv_error_prefix(err, "--to");
    return status;
}

static vv_status open_site(const struct arguments *a, struct vv_site *site, vv_error *err)
{
    vv_status status = vv_site_configure(site, a->config, a->data, err);
    if (!status)
        status = vv_site_list(site, err);
    return status ? status : vv_site_open(site, a->request.dry_run, true, err);
}

void vv_edit_print(const char *tag, uint64_t rows, const char *done, bool dry_run)
{
    printf("%s: %" PRIu64 " rows %s%s\n", tag, rows, dry_run ? "would be " : "", done);
}

static int finish(const struct vv_command *command, struct vv_site *site, vv_status status,
                  const vv_error *err)
{
    vv_error closing = {0};
    vv_status closed = vv_site_close(site, &closing);
    if (status)
        return vv_failed_locked(command, err, "change it through that server, with -s URL");
    return closed ? vv_failed(command, &closing) : VV_EXIT_GOOD;
}

/* ---- delete ---- */

static vv_status delete_here(const struct arguments *a, struct vv_site *site, vv_error *err)
{
    static struct vv_edit_tags list;
    static uint64_t rows[VV_EDIT_TAGS_MAX];
    struct vv_deletion deletion = {.tags = list.tags,
                                   .edit = {.reason = a->request.reason,
                                            .origin = "varve delete",
                                            .dry_run = a->request.dry_run}};
    vv_status status = read_range(&a->request, &deletion.from_ms, &deletion.to_ms, err);
    if (!status)
        status = open_site(a, site, err);
    for (size_t i = 0; i < a->request.tag_count && !status; i++)
        status = vv_edit_tags_add(&list, site->set, a->request.history, a->request.tags[i], err);
    deletion.count = list.count;
    if (!status)
        status = vv_history_delete(site->set, &deletion, rows, err);
    for (size_t i = 0; i < list.count && !status; i++)
        vv_edit_print(list.tags[i]->name, rows[i], "deleted", deletion.edit.dry_run);
    return status;
}

int vv_command_delete(const struct vv_command *command, int argc, char **argv)
{
    struct arguments a = {0};
    struct vv_site site = {0};
    vv_error err = {0};
    int code;
    if (!take_options(command, argc, argv, &a, &code))
        return code;
    if (a.request.value || a.request.quality)
        return vv_usage(command, "--value and --quality are for varve correct");
    if (a.server)
        return vv_delete_server(a.server, &a.request, &err) ? vv_failed(command, &err)
                                                            : VV_EXIT_GOOD;
    vv_status status = delete_here(&a, &site, &err);
    return finish(command, &site, status, &err);
}

/* ---- correct ---- */

static vv_status read_quality(const char *text, int32_t *quality, vv_error *err)
{
    char *end = NULL;
    long number = text ? strtol(text, &end, 10) : -1;
    *quality = (int32_t)number;
    if (!text || (end != text && !*end && number >= 0 && number <= VV_QUALITY_MAX))
        return VARVE_OK;
    return vv_fail(err, VARVE_BAD_VALUE, "--quality is 0 to %d, not \"%.40s\"", VV_QUALITY_MAX,
                   text);
}

static vv_status correct_here(const struct arguments *a, struct vv_site *site, vv_error *err)
{
    const struct vv_write_options write = {0};
    struct vv_range_correction correction = {.value = a->request.value,
                                             .edit = {.reason = a->request.reason,
                                                      .origin = "varve correct",
                                                      .dry_run = a->request.dry_run}};
    const char *name = a->request.tags[0];
    uint64_t rows = 0;
    vv_status status = read_range(&a->request, &correction.from_ms, &correction.to_ms, err);
    if (!status)
        status = read_quality(a->request.quality, &correction.quality, err);
    if (!status)
        status = open_site(a, site, err);
    if (!status)
        status =
            vv_tag_find(site->set, a->request.history, name, strlen(name), &correction.tag, err);
    if (!status)
        status = vv_history_correct_range(site->set, &correction, &write, &rows, err);
    if (!status)
        vv_edit_print(name, rows, "corrected", correction.edit.dry_run);
    return status;
}

int vv_command_correct(const struct vv_command *command, int argc, char **argv)
{
    struct arguments a = {0};
    struct vv_site site = {0};
    vv_error err = {0};
    int code;
    if (!take_options(command, argc, argv, &a, &code))
        return code;
    if (a.request.tag_count > 1)
        return vv_usage(command, "one tag at a time");
    if (!a.request.value && !a.request.quality)
        return vv_usage(command, "--value or --quality is needed");
    if (a.server)
        return vv_correct_server(a.server, &a.request, &err) ? vv_failed(command, &err)
                                                             : VV_EXIT_GOOD;
    vv_status status = correct_here(&a, &site, &err);
    return finish(command, &site, status, &err);
}
