#include "app/sql_print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

#include "base/banned.h"

#define ROWS_KEPT   500   /* whose widths a table takes */
#define CELL_WIDTH  48    /* on a terminal */
#define BLOB_SHOWN  16    /* bytes of a blob in a table */
#define FLUSH_BYTES 65536 /* of output that is gathered */

struct cell {
    char *text; /* as shown; owned */
    int width;  /* columns of a terminal */
    bool right;
};

struct vv_sql_print {
    enum vv_output output;
    bool terminal;
    struct vv_buf out;
    struct vv_json json;
    size_t count;       /* columns */
    struct cell *names; /* the header */
    struct cell *cells; /* of the rows kept: ROWS_KEPT * count */
    int *widths;
    size_t kept;
    bool flowing; /* the widths are settled */
    uint64_t rows;
};

/* ---- text ---- */

/* Columns that a character takes: two for those of East Asia. */
static int width_of(const char *at, size_t len)
{
    static const uint32_t wide[][2] = {{0x1100, 0x115F},  {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},
                                       {0xF900, 0xFAFF},  {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                                       {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF},
                                       {0x20000, 0x3FFFD}};
    uint32_t point = len == 1   ? (uint8_t)at[0]
                     : len == 2 ? (uint32_t)(at[0] & 0x1F)
                     : len == 3 ? (uint32_t)(at[0] & 0x0F)
                                : (uint32_t)(at[0] & 0x07);

    for (size_t i = 1; i < len; i++)
        point = point << 6 | (uint32_t)(at[i] & 0x3F);
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
        if (point >= wide[i][0] && point <= wide[i][1])
            return 2;
    return 1;
}

static bool is_control(const char *at, size_t len)
{
    uint8_t first = (uint8_t)at[0];

    return (len == 1 && (first < 0x20 || first == 0x7F)) ||
           (len == 2 && first == 0xC2 && (uint8_t)at[1] < 0xA0);
}

static int add_escape(struct vv_buf *out, const char *at, size_t len)
{
    size_t before = out->len;

    if (*at == '\n' || *at == '\r' || *at == '\t')
        vv_buf_text(out, *at == '\n' ? "\\n" : *at == '\r' ? "\\r" : "\\t");
    else
        for (size_t i = 0; i < len; i++)
            vv_buf_format(out, "\\x%02X", (uint8_t)at[i]);
    return (int)(out->len - before);
}

/* The text as it is shown, at most `most` columns wide (0: as wide as it is). */
static int add_shown(struct vv_buf *out, const char *text, size_t len_bytes, int most)
{
    int width = 0;

    for (size_t at = 0; at < len_bytes;) {
        size_t len = vv_utf8_char(text + at, len_bytes - at);
        size_t mark = out->len;
        int more;

        if (len == 0 || is_control(text + at, len)) {
            len = len ? len : 1;
            more = add_escape(out, text + at, len);
        } else {
            vv_buf_add(out, text + at, len);
            more = width_of(text + at, len);
        }
        at += len;
        if (most > 0 && width + more > most - (at < len_bytes) && !out->failed) {
            out->len = mark;
            vv_buf_text(out, "…");
            return width + 1;
        }
        width += more;
    }
    return width;
}

static int add_blob(struct vv_buf *out, const struct vv_value *value)
{
    const uint8_t *bytes = value->as.data;
    size_t shown = value->len_bytes < BLOB_SHOWN ? value->len_bytes : BLOB_SHOWN;

    vv_buf_text(out, "x'");
    for (size_t i = 0; i < shown; i++)
        vv_buf_format(out, "%02X", bytes[i]);
    vv_buf_text(out, shown < value->len_bytes ? "…" : "'");
    return (int)(3 + 2 * shown);
}

static bool show(const struct vv_sql_print *print, const struct vv_value *value, struct cell *cell)
{
    struct vv_buf out = {0};
    char number[40];

    *cell = (struct cell){.right = value->kind == VV_VALUE_INT || value->kind == VV_VALUE_DOUBLE};
    vv_buf_text(&out, "");
    switch (value->kind) {
    case VV_VALUE_INT:
        vv_buf_format(&out, "%" PRId64, value->as.integer);
        cell->width = (int)out.len;
        break;
    case VV_VALUE_DOUBLE:
        vv_buf_add(&out, number, vv_double_format(value->as.real, number));
        cell->width = (int)out.len;
        break;
    case VV_VALUE_TEXT:
        cell->width =
            add_shown(&out, value->as.data, value->len_bytes, print->terminal ? CELL_WIDTH : 0);
        break;
    case VV_VALUE_BLOB:
        cell->width = add_blob(&out, value);
        break;
    default:
        vv_buf_text(&out, "NULL");
        cell->width = 4;
        break;
    }
    vv_buf_char(&out, '\0');
    cell->text = (char *)vv_buf_take(&out, NULL);
    return cell->text != NULL;
}

/* ---- a table ---- */

static void add_line(struct vv_sql_print *print, const struct cell *cells)
{
    for (size_t i = 0; i < print->count; i++) {
        int pad = print->widths[i] - cells[i].width;
        bool last = i + 1 == print->count;

        vv_buf_text(&print->out, i > 0 ? "  " : "");
        for (int p = 0; cells[i].right && p < pad; p++)
            vv_buf_char(&print->out, ' ');
        vv_buf_text(&print->out, cells[i].text);
        for (int p = 0; !cells[i].right && !last && p < pad; p++)
            vv_buf_char(&print->out, ' ');
    }
    vv_buf_char(&print->out, '\n');
}

static void free_cells(struct cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        vv_free(cells[i].text);
        cells[i].text = NULL;
    }
}

/* A column of numbers has its name over them. */
static void settle(struct vv_sql_print *print)
{
    for (size_t i = 0; i < print->count; i++) {
        struct cell *name = &print->names[i];
        print->widths[i] = name->width;
        bool numbers = false, others = false;
        for (size_t r = 0; r < print->kept; r++) {
            const struct cell *cell = &print->cells[r * print->count + i];
            if (cell->width > print->widths[i])
                print->widths[i] = cell->width;
            numbers |= cell->right;
            others |= !cell->right && strcmp(cell->text, "NULL") != 0;
        }
        name->right = numbers && !others;
    }
    print->flowing = true;
    add_line(print, print->names);
    for (size_t i = 0; i < print->count; i++) {
        vv_buf_text(&print->out, i > 0 ? "  " : "");
        for (int p = 0; p < print->widths[i]; p++)
            vv_buf_char(&print->out, '-');
    }
    vv_buf_char(&print->out, '\n');
    for (size_t r = 0; r < print->kept; r++)
        add_line(print, print->cells + r * print->count);
    free_cells(print->cells, print->kept * print->count);
}

static vv_status table_begin(struct vv_sql_print *print, const struct vv_sql_head *head,
                             vv_error *err)
{
    bool ok = true;

    print->names = vv_alloc_array(head->count, sizeof *print->names);
    print->cells = vv_alloc_array(head->count * ROWS_KEPT, sizeof *print->cells);
    print->widths = vv_alloc_array(head->count, sizeof *print->widths);
    if (!print->names || !print->cells || !print->widths)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the table");
    for (size_t i = 0; i < head->count && ok; i++) {
        const struct vv_value name = vv_value_text(head->names[i]);
        ok = show(print, &name, &print->names[i]);
    }
    return ok ? VARVE_OK : vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the table");
}

static vv_status table_row(struct vv_sql_print *print, const struct vv_value *row, vv_error *err)
{
    struct cell *cells = print->cells + (print->flowing ? 0 : print->kept * print->count);
    bool ok = true;

    for (size_t i = 0; i < print->count && ok; i++)
        ok = show(print, &row[i], &cells[i]);
    if (!ok)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the table");
    if (print->flowing) {
        add_line(print, cells);
        free_cells(cells, print->count);
    } else if (++print->kept == ROWS_KEPT) {
        settle(print);
    }
    return VARVE_OK;
}

static void table_end(struct vv_sql_print *print, const struct vv_sql_end *end)
{
    if (!print->flowing)
        settle(print);
    vv_buf_format(&print->out, "(%" PRIu64 " row%s%s)\n", print->rows, print->rows == 1 ? "" : "s",
                  end->more ? "; more are left out: --limit" : "");
}

/* ---- all forms ---- */

struct vv_sql_print *vv_sql_print_new(enum vv_output output, bool terminal)
{
    struct vv_sql_print *print = vv_alloc_zero(sizeof *print);

    if (print) {
        print->output = output;
        print->terminal = terminal;
        vv_json_init(&print->json, &print->out);
    }
    return print;
}

void vv_sql_print_free(struct vv_sql_print *print)
{
    if (!print)
        return;
    if (print->names)
        free_cells(print->names, print->count);
    if (print->cells)
        free_cells(print->cells, ROWS_KEPT * print->count);
    vv_free(print->names);
    vv_free(print->cells);
    vv_free(print->widths);
    vv_buf_deinit(&print->out);
    vv_free(print);
}

static vv_status flush(struct vv_sql_print *print, size_t from_bytes, vv_error *err)
{
    if (print->out.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the output");
    if (print->out.len < from_bytes)
        return VARVE_OK;
    if (fwrite(print->out.data, 1, print->out.len, stdout) != print->out.len || fflush(stdout))
        return vv_fail_errno(err, errno, "standard output");
    vv_buf_reset(&print->out);
    return VARVE_OK;
}

vv_status vv_sql_print_begin(struct vv_sql_print *print, const struct vv_sql_head *head,
                             vv_error *err)
{
    print->count = head->count;
    if (print->output == VV_OUTPUT_TABLE)
        return table_begin(print, head, err);
    if (print->output == VV_OUTPUT_CSV)
        vv_sql_csv_begin(&print->out, head);
    else
        vv_sql_json_begin(&print->json, head);
    return VARVE_OK;
}

vv_status vv_sql_print_row(struct vv_sql_print *print, const struct vv_value *row, vv_error *err)
{
    vv_status status = VARVE_OK;

    print->rows++;
    if (print->output == VV_OUTPUT_TABLE)
        status = table_row(print, row, err);
    else if (print->output == VV_OUTPUT_CSV)
        vv_sql_csv_row(&print->out, row, print->count);
    else
        vv_sql_json_row(&print->json, row, print->count);
    return status ? status : flush(print, FLUSH_BYTES, err);
}

vv_status vv_sql_print_end(struct vv_sql_print *print, const struct vv_sql_end *end, vv_error *err)
{
    if (print->output == VV_OUTPUT_TABLE) {
        table_end(print, end);
    } else if (print->output == VV_OUTPUT_CSV) {
        vv_sql_csv_end(&print->out, end);
    } else {
        vv_sql_json_end(&print->json, end);
        vv_buf_char(&print->out, '\n');
    }
    return flush(print, 1, err);
}
