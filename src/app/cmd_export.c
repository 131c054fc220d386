#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/history_read.h"
#include "base/io.h"

#include "base/banned.h"

struct output {
    FILE *file;
    const char *path; /* null: standard output */
    struct vv_buf part;
};

static vv_status write_piece(void *arg, const void *data, size_t len_bytes, vv_error *err)
{
    struct output *out = arg;
    if (fwrite(data, 1, len_bytes, out->file) != len_bytes)
        return vv_fail_errno(err, errno, "writing %s", out->path ? out->path : "the export");
    return VARVE_OK;
}

/* Beside the file that is asked for, which is there whole or not at all. */
static vv_status open_output(struct output *out, const char *path, vv_error *err)
{
    *out = (struct output){.file = stdout};
    if (!path || strcmp(path, "-") == 0)
        return VARVE_OK;
    out->path = path;
    vv_buf_format(&out->part, "%s.part", path);
    if (out->part.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to write %s", path);
    out->file = fopen((const char *)out->part.data, "wbe");
    return out->file ? VARVE_OK : vv_fail_errno(err, errno, "%s", (const char *)out->part.data);
}

static vv_status close_output(struct output *out, vv_status status, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    const char *part = (const char *)out->part.data;
    if (out->file && (out->path ? fclose(out->file) : fflush(out->file)) && !status)
        status = vv_fail_errno(err, errno, "writing %s", out->path ? out->path : "the export");
    if (out->path && !status)
        status = io->rename(io->context, part, out->path, err);
    else if (out->path && out->file)
        (void)io->unlink(io->context, part, NULL);
    vv_buf_deinit(&out->part);
    return status;
}

static const char *format_of(const char *text)
{
    static const char *const formats[] = {"csv", "jsonl", "json", "xlsx"};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(text, formats[i]) == 0)
            return formats[i];
    return NULL;
}

static vv_status export_to(struct vv_history_read *read, const char *format, const char *path,
                           vv_error *err)
{
    struct output out;
    vv_status status = open_output(&out, path, err);
    if (!status)
        status = vv_history_read_run(read, format, write_piece, &out, err);
    return close_output(&out, status, err);
}

int vv_command_export(const struct vv_command *command, int argc, char **argv)
{
    static const struct option options[] = {
        VV_HISTORY_READ_OPTIONS, {"output", required_argument, NULL, 'o'}, {0}};
    struct vv_history_read read = {0};
    const char *format = "csv", *path = NULL;
    vv_error err = {0};
    int code = VV_EXIT_GOOD;
    bool going = true;
    for (int option;
         going &&
         (option = getopt_long(argc, argv, VV_HISTORY_READ_LETTERS "o:", options, NULL)) != -1;) {
        if (option == 'o') {
            path = optarg;
        } else if (option != 'f') {
            going = vv_history_read_option(command, &read, option, &code);
        } else if (!(format = format_of(optarg))) {
            code = vv_usage(command, "--format is csv, jsonl, json or xlsx, not \"%s\"", optarg);
            going = false;
        }
    }
    if (going && !read.has_from) {
        code = vv_usage(command, "--from is needed, such as --from 2024-11-01");
        going = false;
    }
    if (going)
        going = vv_history_read_check(command, &read, argc, argv, &code);
    if (going && export_to(&read, format, path, &err))
        code = vv_failed(command, &err);
    vv_history_read_deinit(&read);
    return code;
}
