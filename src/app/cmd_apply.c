#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "app/command.h"
#include "app/fetch.h"
#include "app/site.h"
#include "base/yaml.h"
#include "collect/plant.h"

#include "base/banned.h"

#define READ_BYTES 65536

static void report(void *arg, char sign, const char *text)
{
    (void)arg;
    printf("%c %s\n", sign, text);
}

static int failed(const struct vv_command *command, const vv_error *err)
{
    int code = vv_failed_locked(command, err, "give -s with its address");
    fprintf(stderr, "varve apply: nothing was changed\n");
    return code;
}

/* ---- into a directory ---- */

static int apply_here(const struct vv_command *command, const char *config, const char *data,
                      const char *path, bool dry_run)
{
    struct vv_site site;
    struct vv_plant_counts counts = {0};
    vv_error err = {0};
    vv_status status = vv_site_configure(&site, config, data, &err);
    if (!status) /* the histories too, so that points may name them */
        status = vv_site_open(&site, false, true, &err);
    if (!status)
        status = vv_plant_apply(site.ledger, path, dry_run, report, NULL, &counts, &err);
    if (!status)
        printf("%s%zu added, %zu changed, %zu removed\n", dry_run ? "would be: " : "", counts.added,
               counts.changed, counts.removed);
    int code = status ? failed(command, &err) : VV_EXIT_GOOD;
    vv_site_close(&site, NULL);
    return code;
}

/* ---- through a server ---- */

static vv_status read_file(const char *path, struct vv_buf *text, vv_error *err)
{
    FILE *file = fopen(path, "rb");
    vv_status status = VARVE_OK;
    if (!file)
        return vv_fail_errno(err, errno, "%s", path);
    for (size_t got = 1; got > 0 && text->len <= VV_YAML_BYTES_MAX && !text->failed;) {
        if (!vv_buf_reserve(text, READ_BYTES))
            break;
        got = fread(text->data + text->len, 1, READ_BYTES, file);
        text->len += got;
    }
    if (ferror(file))
        status = vv_fail(err, VARVE_IO, "%s cannot be read", path);
    else if (text->failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for %s", path);
    else if (text->len > VV_YAML_BYTES_MAX)
        status = vv_fail(err, VARVE_LIMIT, "%s is larger than %d bytes", path, VV_YAML_BYTES_MAX);
    fclose(file);
    return status;
}

static vv_status print(void *arg, const void *data, size_t len_bytes, vv_error *err)
{
    (void)arg;
    if (fwrite(data, 1, len_bytes, stdout) != len_bytes)
        return vv_fail(err, VARVE_IO, "the output cannot be written");
    return VARVE_OK;
}

static int apply_there(const struct vv_command *command, const char *server, const char *path,
                       bool dry_run)
{
    struct vv_buf text = {0};
    struct vv_fetch *fetch = NULL;
    vv_error err = {0};
    vv_status status = read_file(path, &text, &err);
    if (!status)
        status = vv_fetch_new(server, &fetch, &err);
    if (!status) {
        const struct vv_fetch_body body = {
            .content_type = "application/yaml", .data = text.data, .len_bytes = text.len};
        status = vv_fetch_post(
            fetch, dry_run ? "/api/v1/plant?format=text&dry_run=1" : "/api/v1/plant?format=text",
            &body, print, NULL, &err);
    }
    vv_fetch_free(fetch);
    vv_buf_deinit(&text);
    return status ? failed(command, &err) : VV_EXIT_GOOD;
}

int vv_command_apply(const struct vv_command *command, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"data", required_argument, NULL, 'd'},
        {"server", required_argument, NULL, 's'}, {"dry-run", no_argument, NULL, 'n'},
        {"help", no_argument, NULL, 'h'},         {0}};
    const char *config = NULL, *data = NULL, *server = NULL;
    bool dry_run = false;
    for (int option; (option = getopt_long(argc, argv, "c:d:s:nh", options, NULL)) != -1;) {
        if (option == 'c')
            config = optarg;
        else if (option == 'd')
            data = optarg;
        else if (option == 's')
            server = optarg;
        else if (option == 'n')
            dry_run = true;
        else
            return option == 'h' ? vv_help(command) : VV_EXIT_USAGE;
    }
    if (!!config + !!data + !!server != 1)
        return vv_usage(command, "one of -d DIR, -c FILE and -s URL is needed");
    if (optind + 1 != argc)
        return vv_usage(command, "one plant file is needed");
    return server ? apply_there(command, server, argv[optind], dry_run)
                  : apply_here(command, config, data, argv[optind], dry_run);
}
