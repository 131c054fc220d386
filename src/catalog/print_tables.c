/* print_tables.c: writes what is made from the catalogue, or compares it with a file.
 *
 * Usage: print_tables page|DIALECT [FILE]
 * With FILE nothing is written: the exit code is 1 when the file does not have the same text.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "catalog/ddl.h"
#include "catalog/tables_ddl.h"
#include "catalog/tables_page.h"

#include "base/banned.h"

#define FILE_MOST_BYTES (16 << 20)

static int compare(const struct vv_buf *made, const char *what, const char *path)
{
    struct vv_buf kept = {0};
    vv_error err = {0};
    int result = 1;

    if (vv_io_read_all(vv_io_posix(), path, FILE_MOST_BYTES, &kept, &err) != VARVE_OK)
        fprintf(stderr, "%s\n", err.message);
    else if (kept.len != made->len || memcmp(kept.data, made->data, made->len) != 0)
        fprintf(stderr,
                "%s is not what the catalogue says; if the catalogue is right:\n"
                "    build/src/catalog/print_tables %s > %s\n",
                path, what, path);
    else
        result = 0;
    vv_buf_deinit(&kept);
    return result;
}

int main(int argc, char **argv)
{
    struct vv_buf made = {0};
    int result = 0;

    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: print_tables page|DIALECT [FILE]\n");
        return 2;
    }
    if (strcmp(argv[1], "page") == 0)
        vv_tables_page(&made);
    else if (vv_dialect_find(argv[1]) != NULL)
        vv_tables_ddl(&made, vv_dialect_find(argv[1]), NULL, 0);
    if (made.failed || made.len == 0) {
        fprintf(stderr, "%s: no such dialect, or no memory\n", argv[1]);
        result = 1;
    } else if (argc == 3) {
        result = compare(&made, argv[1], argv[2]);
    } else if (fwrite(made.data, 1, made.len, stdout) != made.len) {
        result = 1;
    }
    vv_buf_deinit(&made);
    return result;
}
