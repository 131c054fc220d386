#include "serve/table_rows.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/csv.h"
#include "catalog/row_json.h"
#include "catalog/row_text.h"
#include "serve/table_query.h"

#include "base/banned.h"

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the rows: send fewer at a time");
}

static vv_status grow(struct vv_table_rows *rows, vv_error *err)
{
    const size_t capacity = rows->capacity ? 2 * rows->capacity : 16;
    struct vv_row *list = vv_arena_alloc(rows->arena, capacity * sizeof *list);

    if (!list)
        return no_memory(err);
    if (rows->count > 0)
        memcpy(list, rows->list, rows->count * sizeof *list);
    rows->list = list;
    rows->capacity = capacity;
    return VARVE_OK;
}

/* A new empty row at the end; null for an error. */
static struct vv_row *add(struct vv_table_rows *rows, int64_t number, vv_error *err)
{
    if (rows->count == VV_TABLE_ROWS_MAX) {
        vv_fail(err, VARVE_LIMIT, "more than %d rows: send them in parts", VV_TABLE_ROWS_MAX);
        return NULL;
    }
    if (rows->count == rows->capacity && grow(rows, err))
        return NULL;
    struct vv_row *row = &rows->list[rows->count];
    if (vv_row_init(row, rows->table, rows->arena, err))
        return NULL;
    row->number = number;
    rows->count++;
    return row;
}

/* ---- JSON ---- */

static vv_status take(void *arg, struct vv_row *row, vv_error *err)
{
    struct vv_row *mine = add(arg, row->number, err);

    if (!mine)
        return err->status;
    memcpy(mine->values, row->values, row->table->column_count * sizeof *row->values);
    return VARVE_OK;
}

vv_status vv_table_rows_read_json(struct vv_table_rows *rows, const char *text, size_t len_bytes,
                                  vv_error *err)
{
    vv_error own;

    return vv_rows_read_json(rows->table, text, len_bytes, rows->arena, take, rows,
                             err ? err : &own);
}

/* ---- CSV in ---- */

struct text_source {
    const char *text;
    size_t left;
};

static vv_status give(void *arg, void *to, size_t room, size_t *got, vv_error *err)
{
    struct text_source *source = arg;

    (void)err;
    *got = room < source->left ? room : source->left;
    memcpy(to, source->text, *got);
    source->text += *got;
    source->left -= *got;
    return VARVE_OK;
}

/* The columns of the first line; their number in `count`. */
static vv_status read_names(const struct vv_table_rows *rows, const struct vv_csv_record *record,
                            int *columns, vv_error *err)
{
    for (size_t i = 0; i < record->count; i++) {
        const struct vv_csv_cell *cell = &record->cells[i];
        vv_status status =
            vv_table_column_read(rows->table, cell->text, cell->len, &columns[i], err);
        for (size_t k = 0; k < i && !status; k++)
            if (columns[k] == columns[i])
                status = vv_fail(err, VARVE_BAD_NAME, "%s: the column \"%s\" stands there twice",
                                 rows->table->name, rows->table->columns[columns[i]].name);
        if (status) {
            vv_error_prefix(err, "line %" PRIu64 ", cell %zu", record->line, i + 1);
            return status;
        }
    }
    return VARVE_OK;
}

static vv_status read_cell(struct vv_row *row, int column, const struct vv_csv_cell *cell,
                           vv_error *err)
{
    const char *text = cell->text;
    size_t len = cell->len;

    if (len == 0 && !cell->quoted) {
        if (!(row->table->columns[column].flags & VV_COLUMN_NOT_NULL))
            row->values[column] = vv_value_null();
        return VARVE_OK;
    }
    if (row->table->columns[column].type == VV_COLUMN_TEXT)
        vv_csv_plain(&text, &len);
    return vv_row_set_from_text(row, column, text, len, err);
}

static vv_status read_record(struct vv_table_rows *rows, const struct vv_csv_record *record,
                             const int *columns, size_t count, vv_error *err)
{
    struct vv_row *row = add(rows, (int64_t)record->line, err);

    if (!row)
        return err->status;
    if (record->count != count)
        return vv_fail(err, VARVE_SYNTAX, "%s, line %" PRIu64 ": %zu cells, the first line has %zu",
                       rows->table->name, record->line, record->count, count);
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = read_cell(row, columns[i], &record->cells[i], err);
    return status;
}

static vv_status read_records(struct vv_table_rows *rows, struct vv_csv_reader *reader,
                              vv_error *err)
{
    struct vv_csv_record record;
    vv_status status = vv_csv_next(reader, &record, err);

    if (status == VARVE_END)
        return vv_fail(err, VARVE_SYNTAX, "%s: the first line of CSV names the columns",
                       rows->table->name);
    if (status)
        return status;
    const size_t count = record.count;
    int *columns = vv_arena_alloc(rows->arena, count * sizeof *columns);
    if (!columns)
        return no_memory(err);
    status = read_names(rows, &record, columns, err);
    while (!status && !(status = vv_csv_next(reader, &record, err)))
        status = read_record(rows, &record, columns, count, err);
    return status == VARVE_END ? VARVE_OK : status;
}

vv_status vv_table_rows_read_csv(struct vv_table_rows *rows, const char *text, size_t len_bytes,
                                 vv_error *err)
{
    struct text_source source = {text, len_bytes};
    /* One row may be all of the body: a report's file is one cell. */
    const struct vv_csv_options options = {.record_bytes_max = len_bytes + 1};
    struct vv_csv_reader *reader;
    vv_error own;

    if (!err)
        err = &own;
    vv_status status = vv_csv_reader_new(&options, give, &source, &reader, err);
    if (!status)
        status = read_records(rows, reader, err);
    vv_csv_reader_free(reader);
    return status;
}

/* ---- CSV out ---- */

void vv_table_csv_names(const struct vv_table *table, struct vv_buf *out)
{
    bool comma = false;

    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].flags & VV_COLUMN_SECRET)
            continue;
        if (comma)
            vv_buf_char(out, ',');
        vv_csv_word(out, table->columns[i].name);
        comma = true;
    }
    vv_buf_text(out, "\r\n");
}

static void write_cell(const struct vv_column *column, const struct vv_value *value,
                       struct vv_buf *out)
{
    const bool bytes = value->kind == VV_VALUE_TEXT || value->kind == VV_VALUE_BLOB;

    if (bytes && value->len_bytes == 0)
        vv_buf_text(out, "\"\"");
    else if (value->kind == VV_VALUE_TEXT)
        vv_csv_text(out, value->as.data, value->len_bytes);
    else
        vv_value_write_text(column, value, out);
}

void vv_table_csv_row(const struct vv_row *row, struct vv_buf *out)
{
    bool comma = false;

    for (size_t i = 0; i < row->table->column_count; i++) {
        const struct vv_column *column = &row->table->columns[i];
        if (column->flags & VV_COLUMN_SECRET)
            continue;
        if (comma)
            vv_buf_char(out, ',');
        write_cell(column, &row->values[i], out);
        comma = true;
    }
    vv_buf_text(out, "\r\n");
}
