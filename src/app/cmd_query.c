#include <errno.h>
#include <stdio.h>

#include "app/history_read.h"
#include "app/table.h"

#include "base/banned.h"

static vv_status write_piece(void *arg, const void *data, size_t len_bytes, vv_error *err)
{
    if (fwrite(data, 1, len_bytes, arg) != len_bytes)
        return vv_fail_errno(err, errno, "writing the answer");
    return VARVE_OK;
}

/* A table is made of the CSV, which waits in a file meanwhile: its widths are not known before. */
static vv_status print_table(struct vv_history_read *read, vv_error *err)
{
    FILE *csv = tmpfile();
    if (!csv)
        return vv_fail_errno(err, errno, "a temporary file");
    vv_status status = vv_history_read_run(read, "csv", write_piece, csv, err);
    rewind(csv);
    if (!status)
        status = vv_table_print(csv, stdout, err);
    fclose(csv);
    return status;
}

int vv_command_query(const struct vv_command *command, int argc, char **argv)
{
    static const struct option options[] = {VV_HISTORY_READ_OPTIONS, {0}};
    struct vv_history_read read = {0};
    vv_error err = {0};
    int code = VV_EXIT_GOOD;
    bool going = true;
    for (int option;
         going && (option = getopt_long(argc, argv, VV_HISTORY_READ_LETTERS, options, NULL)) != -1;)
        going = vv_history_read_option(command, &read, option, &code);
    if (going)
        going = vv_history_read_check(command, &read, argc, argv, &code);
    if (going) {
        vv_status status =
            read.target.output == VV_OUTPUT_TABLE
                ? print_table(&read, &err)
                : vv_history_read_run(&read, read.target.output == VV_OUTPUT_CSV ? "csv" : "json",
                                      write_piece, stdout, &err);
        if (!status && fflush(stdout))
            status = vv_fail_errno(&err, errno, "writing the answer");
        if (status)
            code = vv_failed(command, &err);
    }
    vv_history_read_deinit(&read);
    return code;
}
