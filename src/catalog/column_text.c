#include "catalog/column_text.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/json.h"
#include "catalog/catalog.h"

#include "base/banned.h"

static void add_double(struct vv_buf *out, double v)
{
    char text[32];

    vv_double_format(v, text);
    vv_buf_text(out, text);
}

static void add_choices(struct vv_buf *out, const struct vv_column *column)
{
    const char *before = ": ";

    for (const struct vv_choice *c = column->choices; c->name != NULL; c++) {
        if (column->type == VV_COLUMN_TEXT)
            vv_buf_format(out, "%s`%s`", before, c->name);
        else
            vv_buf_format(out, "%s%" PRId64 " %s", before, c->value, c->name);
        before = ", ";
    }
}

void vv_column_describe(struct vv_buf *out, const struct vv_column *column)
{
    vv_buf_text(out, column->doc);
    if (column->choices != NULL)
        add_choices(out, column);
    if (column->unit != NULL)
        vv_buf_format(out, " (%s)", column->unit);
    if (column->least != 0 || column->most != 0) {
        vv_buf_text(out, "; ");
        add_double(out, column->least);
        if (column->type == VV_COLUMN_INT && column->most == INT32_MAX) {
            vv_buf_text(out, " and above");
        } else {
            vv_buf_text(out, " to ");
            add_double(out, column->most);
        }
    }
    if (column->gap_last != 0) {
        vv_buf_text(out, ", not ");
        add_double(out, column->gap_first);
        vv_buf_text(out, " to ");
        add_double(out, column->gap_last);
    }
    if (column->reference != VV_REFERENCE_NONE)
        vv_buf_format(out, " \xE2\x86\x92 %s.%s", column->to_table, column->to_column);
}

size_t vv_column_run(const struct vv_table *table, size_t index)
{
    const struct vv_column *first = &table->columns[index];
    size_t count = 1;

    while (index + count < table->column_count && table->columns[index + count].doc == first->doc &&
           table->columns[index + count].type == first->type)
        count++;
    return count;
}
