/* fuzz_import.c: a file to import, of a form that its first byte says: guessed, read to its end,
 * every cell judged and taken as each type. Lines go up, bad rows name theirs. */
#define _GNU_SOURCE /* memfd_create */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/import/input.h"
#include "app/import/rows.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct vv_import_form forms[] = {
    {0},
    {.time_format = "%d.%m.%Y %H:%M:%S.%f %z", .empty = {"?"}, .empty_count = 1},
    {.columns = "time,A,B", .decimal = ',', .separator = ';'},
    {.time_column = "a+b"},
    {.layout = VV_IMPORT_NARROW, .time_format = "%I:%M %p %b %y %s"},
    {.layout = VV_IMPORT_LINE, .precision = "ms"},
    {.layout = VV_IMPORT_JSONL},
    {.layout = VV_IMPORT_WIDE, .separator = '\t'},
};

static void look_at(const struct vv_import_cell *cell, struct vv_import_clock *clock, char decimal)
{
    struct vv_import_judge judge = {0};
    struct vv_datum value;
    vv_error err;
    assert(vv_utf8_valid(cell->tag->name, cell->tag->name_len));
    if (cell->typed || !cell->text)
        return;
    vv_import_judge_cell(&judge, cell->text, cell->len, decimal, 1);
    enum vv_tag_type judged = vv_import_judge_type(&judge);
    for (int type = VV_TYPE_INTEGER; type <= VV_TYPE_DATETIME; type++) {
        vv_status status = vv_import_cell_value(cell->text, cell->len, decimal,
                                                (enum vv_tag_type)type, clock, &value, &err);
        assert(!status || vv_import_is_bad_row(status));
        assert(status == VARVE_OK || type != (int)judged);
    }
}

static void read_rows(struct vv_import_rows *rows, char decimal)
{
    struct vv_import_row row;
    uint64_t line = 0;
    vv_error err;
    vv_status status;
    while ((status = vv_import_rows_next(rows, &row, &err)) != VARVE_END) {
        assert(!status || vv_import_is_bad_row(status));
        assert(row.line > line);
        line = row.line;
        for (size_t i = 0; i < row.count && !status; i++)
            look_at(&row.cells[i], vv_import_rows_clock(rows), decimal);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    struct vv_import_input *input;
    struct vv_import_rows *rows;
    vv_error err;
    if (size < 1)
        return 0;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data + 1, size - 1) != (ssize_t)(size - 1))
        return 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct vv_import_form form = forms[data[0] % (sizeof forms / sizeof forms[0])];
    struct vv_import_tags *tags = vv_import_tags_new(data[0] & 0x80 ? "P" : NULL);
    if (tags && vv_import_input_open(path, &input, &err) == VARVE_OK) {
        if (vv_import_form_guess(input, &form, &err) == VARVE_OK &&
            vv_import_rows_open(&form, input, tags, &rows, &err) == VARVE_OK) {
            read_rows(rows, form.decimal);
            vv_import_rows_close(rows);
        }
        vv_import_input_close(input);
    }
    vv_import_tags_free(tags);
    close(fd);
    return 0;
}
