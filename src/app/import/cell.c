#include "app/import/cell.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/import/clock.h"
#include "base/csv.h"
#include "base/utf8.h"

#include "base/banned.h"

#define NUMBER_BYTES 400

enum kind {
    KIND_INTEGER,
    KIND_DECIMAL,
    KIND_BOOLEAN,
    KIND_TEXT
};

/* A cell as it is read once. */
struct reading {
    enum kind kind;
    int64_t integer;
    double number; /* of an integer too */
    bool boolean;
};

static void trim(const char **text, size_t *len)
{
    while (*len > 0 && isspace((unsigned char)(*text)[0])) {
        ++*text;
        --*len;
    }
    while (*len > 0 && isspace((unsigned char)(*text)[*len - 1]))
        --*len;
}

static bool is_word(const char *text, size_t len, const char *word)
{
    return len == strlen(word) && strncasecmp(text, word, len) == 0;
}

static size_t digits_at(const char *text, size_t len, size_t at)
{
    size_t begin = at;
    while (at < len && isdigit((unsigned char)text[at]))
        at++;
    return at - begin;
}

static bool is_point(char c, char decimal)
{
    return decimal ? c == decimal : c == '.' || c == ',';
}

/* [+-] digits [. digits] [e [+-] digits], digits on one side of the point at least. */
static bool is_number(const char *text, size_t len, char decimal, bool *whole, size_t *point)
{
    size_t at = len > 0 && (text[0] == '-' || text[0] == '+');
    size_t before = digits_at(text, len, at), behind = 0;
    *whole = true;
    *point = len;
    at += before;
    if (at < len && is_point(text[at], decimal)) {
        *whole = false;
        *point = at++;
        behind = digits_at(text, len, at);
        at += behind;
    }
    if (before + behind == 0)
        return false;
    if (at < len && (text[at] == 'e' || text[at] == 'E')) {
        *whole = false;
        at++;
        at += at < len && (text[at] == '-' || text[at] == '+');
        size_t digits = digits_at(text, len, at);
        if (digits == 0)
            return false;
        at += digits;
    }
    return at == len;
}

static bool to_integer(const char *text, size_t len, int64_t *value)
{
    bool negative = text[0] == '-';
    *value = 0;
    for (size_t i = negative || text[0] == '+'; i < len; i++) {
        int digit = text[i] - '0';
        if (__builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, negative ? -digit : digit, value))
            return false;
    }
    return true;
}

static bool read_number(const char *text, size_t len, char decimal, struct reading *r)
{
    char own[NUMBER_BYTES];
    bool whole;
    size_t point;
    if (len >= sizeof own || !is_number(text, len, decimal, &whole, &point))
        return false;
    if (whole && to_integer(text, len, &r->integer)) {
        r->kind = KIND_INTEGER;
        r->number = r->integer == 0 && text[0] == '-' ? -0.0 : (double)r->integer;
        return true;
    }
    memcpy(own, text, len);
    own[len] = '\0';
    if (point < len)
        own[point] = '.';
    r->kind = KIND_DECIMAL;
    r->number = strtod(own, NULL);
    return true;
}

static struct reading read_cell(const char *text, size_t len, char decimal)
{
    struct reading r = {.kind = KIND_TEXT};
    trim(&text, &len);
    if (read_number(text, len, decimal, &r))
        return r;
    size_t sign = len > 0 && (text[0] == '-' || text[0] == '+');
    if (is_word(text, len, "true") || is_word(text, len, "false"))
        return (struct reading){.kind = KIND_BOOLEAN, .boolean = len == 4};
    if (is_word(text, len, "nan") || is_word(text + sign, len - sign, "inf") ||
        is_word(text + sign, len - sign, "infinity"))
        return (struct reading){.kind = KIND_DECIMAL, .number = NAN};
    return r;
}

void vv_import_judge_cell(struct vv_import_judge *judge, const char *text, size_t len_bytes,
                          char decimal, uint64_t line)
{
    switch (read_cell(text, len_bytes, decimal).kind) {
    case KIND_INTEGER:
        judge->integers++;
        break;
    case KIND_DECIMAL:
        judge->decimals++;
        break;
    case KIND_BOOLEAN:
        judge->booleans++;
        break;
    case KIND_TEXT:
        if (judge->texts++ == 0) {
            size_t shown = vv_utf8_cut(text, len_bytes, sizeof judge->text - 1);
            judge->text_line = line;
            memcpy(judge->text, text, shown);
            judge->text[shown] = '\0';
        }
        break;
    }
}

enum vv_tag_type vv_import_judge_type(const struct vv_import_judge *judge)
{
    bool numbers = judge->integers + judge->decimals > 0;
    if (judge->texts > 0 || (judge->booleans > 0 && numbers))
        return VV_TYPE_STRING;
    if (judge->booleans > 0)
        return VV_TYPE_BOOLEAN;
    if (judge->decimals > 0)
        return VV_TYPE_DOUBLE;
    return numbers ? VV_TYPE_INTEGER : VV_TYPE_NONE;
}

static vv_status no_such(const char *text, size_t len, enum vv_tag_type type, vv_error *err)
{
    return vv_fail(err, VARVE_BAD_TYPE, "\"%.*s\" is no %s", (int)vv_utf8_cut(text, len, 60), text,
                   vv_type_name(type));
}

/* 2^63 itself is beyond the integers. */
static bool is_whole(double number)
{
    return number >= -9223372036854775808.0 && number < 9223372036854775808.0 &&
           number == trunc(number);
}

static vv_status to_datetime(const char *text, size_t len, struct vv_import_clock *clock,
                             struct vv_datum *value, vv_error *err)
{
    int64_t time_ms;
    vv_status status = vv_import_clock_parse(clock, text, len, VV_IMPORT_NO_TIME, &time_ms, err);
    *value = vv_datum_datetime(time_ms);
    return status;
}

vv_status vv_import_cell_value(const char *text, size_t len_bytes, char decimal,
                               enum vv_tag_type type, struct vv_import_clock *clock,
                               struct vv_datum *value, vv_error *err)
{
    *value = vv_datum_null();
    if (type == VV_TYPE_DATETIME)
        return to_datetime(text, len_bytes, clock, value, err);
    if (type == VV_TYPE_STRING) {
        vv_csv_plain(&text, &len_bytes);
        *value = vv_datum_string(text, len_bytes);
        return VARVE_OK;
    }
    const struct reading r = read_cell(text, len_bytes, decimal);
    bool number = r.kind == KIND_INTEGER || r.kind == KIND_DECIMAL;
    if (number && !isfinite(r.number) && type != VV_TYPE_BOOLEAN)
        return VARVE_OK;
    if (type == VV_TYPE_DOUBLE && number)
        *value = vv_datum_double(r.number);
    else if (type == VV_TYPE_INTEGER && r.kind == KIND_INTEGER)
        *value = vv_datum_integer(r.integer);
    else if (type == VV_TYPE_INTEGER && number && is_whole(r.number))
        *value = vv_datum_integer((int64_t)r.number);
    else if (type == VV_TYPE_BOOLEAN && r.kind == KIND_BOOLEAN)
        *value = vv_datum_boolean(r.boolean);
    else if (type == VV_TYPE_BOOLEAN && r.kind == KIND_INTEGER &&
             (r.integer == 0 || r.integer == 1))
        *value = vv_datum_boolean(r.integer == 1);
    else
        return no_such(text, len_bytes, type, err);
    return VARVE_OK;
}
