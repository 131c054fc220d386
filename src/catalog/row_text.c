#include "catalog/row_text.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/time.h"
#include "base/utf8.h"
#include "catalog/base64.h"

#include "base/banned.h"

/* The longest text of a number that means one: every digit of the smallest double. */
#define NUMBER_BYTES 1100
#define NS_PER_MS    1000000
#define TIME_BYTES   40

/* The years that RFC 3339 text is read back from (base/time.h). */
#define TEXT_LEAST_MS (-9214560000000LL) /* 1678-01-01 */
#define TEXT_MOST_MS  9214646400000LL    /* 2262-01-01 */

static vv_status refuse(const struct vv_row *row, int index, const char *text, size_t len_bytes,
                        const char *what, vv_error *err)
{
    return vv_row_fail(row, index, VARVE_BAD_VALUE, err, "\"%.*s\" is %s",
                       (int)vv_utf8_cut(text, len_bytes, 60), text, what);
}

/* A NUL behind it, without blanks around it; false for what is too long to be a number. */
static bool copy_number(const char *text, size_t len_bytes, char *to)
{
    if (len_bytes == 0 || len_bytes >= NUMBER_BYTES || memchr(text, '\0', len_bytes))
        return false;
    memcpy(to, text, len_bytes);
    to[len_bytes] = '\0';
    return strchr("+-.0123456789", to[0]) != NULL;
}

static vv_status set_integer(struct vv_row *row, int index, const char *text, size_t len_bytes,
                             vv_error *err)
{
    char number[NUMBER_BYTES], *end;

    errno = 0;
    const bool read = copy_number(text, len_bytes, number);
    const int64_t v = read ? strtoll(number, &end, 10) : 0;
    if (!read || *end || end == number)
        return refuse(row, index, text, len_bytes, "no whole number", err);
    if (errno == ERANGE)
        return refuse(row, index, text, len_bytes, "beyond 64 bits", err);
    const struct vv_value value = vv_value_int(v);
    return vv_row_lend(row, index, &value, err);
}

static vv_status set_double(struct vv_row *row, int index, const char *text, size_t len_bytes,
                            vv_error *err)
{
    char number[NUMBER_BYTES], *end;
    const bool read = copy_number(text, len_bytes, number) && !strpbrk(number, "xXnNpP");
    const double v = read ? strtod(number, &end) : 0;

    if (!read || *end || end == number)
        return refuse(row, index, text, len_bytes, "no number", err);
    if (!isfinite(v))
        return refuse(row, index, text, len_bytes, "beyond what a double holds", err);
    const struct vv_value value = vv_value_double(v);
    return vv_row_lend(row, index, &value, err);
}

static bool is_word(const char *text, size_t len_bytes, const char *word)
{
    return strlen(word) == len_bytes && memcmp(text, word, len_bytes) == 0;
}

static vv_status set_bool(struct vv_row *row, int index, const char *text, size_t len_bytes,
                          vv_error *err)
{
    const bool yes = is_word(text, len_bytes, "true") || is_word(text, len_bytes, "1");
    const bool no = is_word(text, len_bytes, "false") || is_word(text, len_bytes, "0");
    const struct vv_value value = vv_value_int(yes);

    if (!yes && !no)
        return refuse(row, index, text, len_bytes, "neither true nor false", err);
    return vv_row_lend(row, index, &value, err);
}

static bool is_whole_number(const char *text, size_t len_bytes)
{
    const size_t sign = len_bytes > 0 && text[0] == '-';

    for (size_t i = sign; i < len_bytes; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return len_bytes > sign;
}

static vv_status set_time(struct vv_row *row, int index, const char *text, size_t len_bytes,
                          vv_error *err)
{
    int64_t time_ns;
    vv_error why;

    if (is_whole_number(text, len_bytes))
        return set_integer(row, index, text, len_bytes, err);
    if (vv_time_parse_ns(text, len_bytes, true, &time_ns, &why))
        return vv_row_fail(row, index, VARVE_BAD_TIME, err, "%s", why.message);
    const struct vv_value value = vv_value_int(vv_floor_div(time_ns, NS_PER_MS));
    return vv_row_lend(row, index, &value, err);
}

static vv_status set_blob(struct vv_row *row, int index, const char *text, size_t len_bytes,
                          vv_error *err)
{
    uint8_t *bytes = vv_arena_alloc(row->arena, len_bytes / 4 * 3 + 1);
    size_t count;

    if (!bytes)
        return vv_row_fail(row, index, VARVE_NO_MEMORY, err, "no memory for %zu bytes", len_bytes);
    if (!vv_base64_decode(text, len_bytes, bytes, &count))
        return vv_row_fail(row, index, VARVE_BAD_VALUE, err, "text that is not base64");
    const struct vv_value value = vv_value_blob(bytes, count);
    return vv_row_lend(row, index, &value, err);
}

vv_status vv_row_set_from_text(struct vv_row *row, int index, const char *text, size_t len_bytes,
                               vv_error *err)
{
    switch (row->table->columns[index].type) {
    case VV_COLUMN_DOUBLE:
        return set_double(row, index, text, len_bytes, err);
    case VV_COLUMN_BOOL:
        return set_bool(row, index, text, len_bytes, err);
    case VV_COLUMN_TIME:
        return set_time(row, index, text, len_bytes, err);
    case VV_COLUMN_BLOB:
        return set_blob(row, index, text, len_bytes, err);
    case VV_COLUMN_TEXT: {
        const struct vv_value value = {
            .kind = VV_VALUE_TEXT, .as.data = text, .len_bytes = len_bytes};
        return vv_row_set(row, index, &value, err);
    }
    default:
        return set_integer(row, index, text, len_bytes, err);
    }
}

static void write_integer(const struct vv_column *column, int64_t v, struct vv_buf *out)
{
    char time[TIME_BYTES];

    if (column->type == VV_COLUMN_BOOL) {
        vv_buf_text(out, v ? "true" : "false");
    } else if (column->type == VV_COLUMN_TIME && v >= TEXT_LEAST_MS && v < TEXT_MOST_MS) {
        vv_time_format_ms(v, time);
        vv_buf_text(out, time);
    } else {
        vv_buf_format(out, "%" PRId64, v);
    }
}

void vv_value_write_text(const struct vv_column *column, const struct vv_value *value,
                         struct vv_buf *out)
{
    char number[32];

    switch (value->kind) {
    case VV_VALUE_INT:
        write_integer(column, value->as.integer, out);
        break;
    case VV_VALUE_DOUBLE:
        vv_buf_add(out, number, vv_double_format(value->as.real, number));
        break;
    case VV_VALUE_TEXT:
        vv_buf_add(out, value->as.data, value->len_bytes);
        break;
    case VV_VALUE_BLOB:
        vv_base64_encode(out, value->as.data, value->len_bytes);
        break;
    default:
        break;
    }
}
