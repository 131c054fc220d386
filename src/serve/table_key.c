#include "serve/table_key.h"

#include <string.h>

#include "base/buf.h"
#include "catalog/row_text.h"
#include "serve/params_private.h"

#include "base/banned.h"

#define RESERVED "schema"

static int key_column(const struct vv_table *table, int part)
{
    return vv_table_column(table, table->key[part], strlen(table->key[part]), 0);
}

bool vv_table_key_is_secret(const struct vv_table *table)
{
    for (int i = 0; i < vv_table_key_count(table); i++)
        if (table->columns[key_column(table, i)].flags & VV_COLUMN_SECRET)
            return true;
    return false;
}

static bool stands_for_itself(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("-._~:", c));
}

static void write_part(const struct vv_buf *part, struct vv_buf *out)
{
    for (size_t i = 0; i < part->len; i++) {
        if (stands_for_itself(part->data[i]))
            vv_buf_char(out, (char)part->data[i]);
        else
            vv_buf_format(out, "%%%02X", part->data[i]);
    }
}

void vv_table_key_write(const struct vv_row *row, struct vv_buf *out)
{
    struct vv_buf part = {0};
    const int count = vv_table_key_count(row->table);

    for (int i = 0; i < count; i++) {
        const int column = key_column(row->table, i);
        vv_buf_reset(&part);
        vv_value_write_text(&row->table->columns[column], &row->values[column], &part);
        if (count == 1 && part.len == strlen(RESERVED) &&
            memcmp(part.data, RESERVED, part.len) == 0) {
            vv_buf_text(out, "%73chema");
            break;
        }
        if (i > 0)
            vv_buf_char(out, ',');
        write_part(&part, out);
    }
    out->failed |= part.failed;
    vv_buf_deinit(&part);
}

/* The pieces between the commas of a path are unescaped one by one, so that a text may hold one. */
vv_status vv_table_key_read(struct vv_row *row, const char *text, size_t len_bytes, vv_error *err)
{
    const struct vv_table *table = row->table;
    const int count = vv_table_key_count(table);
    const char *end = text + len_bytes;
    vv_status status = VARVE_OK;
    int part = 0;

    if (vv_table_key_is_secret(table))
        return vv_fail(err, VARVE_DENIED, "%s: its key is secret", table->name);
    for (bool more = true; more && !status; part++) {
        const char *comma = count > 1 ? memchr(text, ',', (size_t)(end - text)) : NULL;
        const char *stop = comma ? comma : end;
        const char *value;
        more = comma != NULL;
        if (part < count) {
            status = vv_path_unescape(row->arena, text, (size_t)(stop - text), &value, err);
            if (!status)
                status =
                    vv_row_set_from_text(row, key_column(table, part), value, strlen(value), err);
        }
        text = more ? comma + 1 : end;
    }
    if (!status && part != count)
        return vv_fail(err, VARVE_BAD_VALUE, "%s: a key of %d part%s, by commas, is needed, not %d",
                       table->name, count, count == 1 ? "" : "s", part);
    return status;
}
