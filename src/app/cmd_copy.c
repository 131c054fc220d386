/* varve copy: a range of tags into another history, or to other names. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "app/command.h"
#include "app/copy_server.h"
#include "app/progress.h"
#include "app/site.h"
#include "base/time.h"
#include "history/copy.h"

#include "base/banned.h"

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},  {"data", required_argument, NULL, 'd'},
    {"server", required_argument, NULL, 's'},  {"from", required_argument, NULL, 'F'},
    {"to", required_argument, NULL, 'T'},      {"into", required_argument, NULL, 'i'},
    {"prefix", required_argument, NULL, 'p'},  {"as", required_argument, NULL, 'a'},
    {"history", required_argument, NULL, 'H'}, {"dry-run", no_argument, NULL, 'n'},
    {"help", no_argument, NULL, 'h'},          {0}};

struct arguments {
    const char *config, *data, *server;
    struct vv_copy_request request;
};

/* False when the command ends here, with *code. */
static bool take_options(const struct vv_command *command, int argc, char **argv,
                         struct arguments *a, int *code)
{
    struct vv_copy_request *r = &a->request;
    *code = VV_EXIT_USAGE;
    for (int option; (option = getopt_long(argc, argv, "c:d:s:p:nh", options, NULL)) != -1;) {
        const char **const texts[] = {['c'] = &a->config, ['d'] = &a->data, ['s'] = &a->server,
                                      ['F'] = &r->from,   ['T'] = &r->to,   ['i'] = &r->into,
                                      ['p'] = &r->prefix, ['a'] = &r->as,   ['H'] = &r->history};
        if (option == 'n') {
            r->dry_run = true;
        } else if (option == 'h') {
            *code = vv_help(command);
            return false;
        } else if (option > 0 && (size_t)option < sizeof texts / sizeof texts[0] && texts[option]) {
            *texts[option] = optarg;
        } else {
            return false;
        }
    }
    r->tags = (const char *const *)argv + optind;
    r->tag_count = (size_t)(argc - optind);
    if (!!a->config + !!a->data + !!a->server != 1)
        return vv_usage(command, "one of -d DIR, -c FILE and -s URL is needed"), false;
    if (r->tag_count == 0)
        return vv_usage(command, "a tag is needed"), false;
    if (!r->from || !r->to)
        return vv_usage(command, "--from and --to are both needed"), false;
    if (!r->into && !r->prefix && !r->as)
        return vv_usage(command, "one of --into, --prefix and --as is needed: where to"), false;
    if (r->prefix && r->as)
        return vv_usage(command, "--prefix or --as, not both"), false;
    return true;
}

static vv_status read_range(const struct vv_copy_request *request, struct vv_copy *copy,
                            vv_error *err)
{
    int64_t now_ms = vv_now_ms();
    vv_status status = vv_time_parse_user_ms(request->from, now_ms, &copy->from_ms, err);
    if (status)
        vv_error_prefix(err, "--from");
    if (!status && (status = vv_time_parse_user_ms(request->to, now_ms, &copy->to_ms, err)))
        vv_error_prefix(err, "--to");
    return status;
}

static bool watch(void *arg, const char *tag, uint64_t done, uint64_t all)
{
    vv_progress_show(arg, tag, done, all, VV_PROGRESS_ROWS);
    return !vv_progress_stopped();
}

void vv_copy_print(const char *tag, const struct vv_copied *copied, bool dry_run)
{
    printf("%s: %" PRIu64 " rows %scopied\n", tag, copied->rows, dry_run ? "would be " : "");
    if (copied->refused > 0)
        fprintf(stderr, "varve copy: %s: %" PRIu64 " rows %srefused: %s\n", tag, copied->refused,
                dry_run ? "would be " : "", copied->reason);
    if (copied->lost_blocks > 0)
        fprintf(stderr,
                "varve copy: %s: %" PRIu64 " damaged blocks could not be read; varve check names "
                "them\n",
                tag, copied->lost_blocks);
}

void vv_copy_print_sum(size_t tags, uint64_t rows)
{
    if (tags > 1)
        printf("%zu tags, %" PRIu64 " rows\n", tags, rows);
}

/* False when something of it was refused or could not be read. */
static bool print_all(const struct vv_edit_tags *list, const struct vv_copied *copied, bool dry_run)
{
    uint64_t rows = 0;
    bool whole = true;
    for (size_t i = 0; i < list->count; i++) {
        vv_copy_print(list->tags[i]->name, &copied[i], dry_run);
        rows += copied[i].rows;
        whole = whole && copied[i].refused == 0 && copied[i].lost_blocks == 0;
    }
    vv_copy_print_sum(list->count, rows);
    return whole;
}

static vv_status copy_here(const struct arguments *a, struct vv_site *site, bool *whole,
                           vv_error *err)
{
    static struct vv_edit_tags list;
    static struct vv_copied copied[VV_COPY_TAGS_MAX];
    struct vv_progress progress;
    struct vv_copy copy = {.tags = list.tags,
                           .into = a->request.into,
                           .prefix = a->request.prefix,
                           .as = a->request.as,
                           .dry_run = a->request.dry_run,
                           .origin = "varve copy",
                           .watch = watch,
                           .watch_arg = &progress};
    vv_status status = read_range(&a->request, &copy, err);
    if (!status)
        status = vv_site_configure(site, a->config, a->data, err);
    if (!status)
        status = vv_site_list(site, err);
    if (!status)
        status = vv_site_open(site, copy.dry_run, true, err);
    for (size_t i = 0; i < a->request.tag_count && !status; i++)
        status = vv_edit_tags_add(&list, site->set, a->request.history, a->request.tags[i], err);
    copy.count = list.count;
    if (status)
        return status;
    vv_progress_begin(&progress, "varve copy");
    status = vv_history_copy(site->set, &copy, copied, err);
    vv_progress_end(&progress);
    if (!status)
        *whole = print_all(&list, copied, copy.dry_run);
    return status;
}

int vv_command_copy(const struct vv_command *command, int argc, char **argv)
{
    struct arguments a = {0};
    struct vv_site site = {0};
    vv_error err = {0}, closing = {0};
    bool whole = true;
    int code;
    if (!take_options(command, argc, argv, &a, &code))
        return code;
    vv_status status = a.server ? vv_copy_server(a.server, &a.request, &whole, &err)
                                : copy_here(&a, &site, &whole, &err);
    vv_status closed = a.server ? VARVE_OK : vv_site_close(&site, &closing);
    if (status)
        return vv_failed_locked(command, &err, "copy through that server, with -s URL");
    if (closed)
        return vv_failed(command, &closing);
    return whole ? VV_EXIT_GOOD : VV_EXIT_FAILED;
}
