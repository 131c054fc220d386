#define _GNU_SOURCE /* memmem, whose time is linear in glibc and musl */
#include "history/sqlfunctions.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <sqlite3.h>

#include "base/buf.h"

#include "base/banned.h"

/* trim(X, Y): so many different characters at most in Y. */
#define TRIM_CHARACTERS_MAX 64

struct piece {
    const char *data;
    size_t len;
};

static struct piece text_of(sqlite3_value *value)
{
    const char *data = (const char *)sqlite3_value_text(value);

    return (struct piece){data, data ? (size_t)sqlite3_value_bytes(value) : 0};
}

static struct piece bytes_of(sqlite3_value *value)
{
    const char *data = sqlite3_value_blob(value);

    return (struct piece){data ? data : "", data ? (size_t)sqlite3_value_bytes(value) : 0};
}

static bool continues(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static bool is_null(sqlite3_value *value)
{
    return sqlite3_value_type(value) == SQLITE_NULL;
}

/* The place of Y in X, from 1; 0 where it is not there. In bytes of two blobs, else characters. */
static void find(sqlite3_context *context, int count, sqlite3_value **values)
{
    bool blobs = sqlite3_value_type(values[0]) == SQLITE_BLOB &&
                 sqlite3_value_type(values[1]) == SQLITE_BLOB;

    (void)count;
    if (is_null(values[0]) || is_null(values[1]))
        return;
    struct piece in = blobs ? bytes_of(values[0]) : text_of(values[0]);
    struct piece what = blobs ? bytes_of(values[1]) : text_of(values[1]);
    if (!in.data || !what.data) {
        sqlite3_result_error_nomem(context);
        return;
    }
    const char *found = memmem(in.data, in.len, what.data, what.len);
    int64_t at = found ? 1 : 0;
    for (const char *c = in.data; found && c < found; c++)
        at += blobs || !continues(*c);
    sqlite3_result_int64(context, at);
}

static void replace(sqlite3_context *context, int count, sqlite3_value **values)
{
    const size_t most =
        (size_t)sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1);
    struct vv_buf out = {0};

    (void)count;
    if (is_null(values[0]) || is_null(values[1]) || is_null(values[2]))
        return;
    struct piece in = text_of(values[0]), what = text_of(values[1]), with = text_of(values[2]);
    if (!in.data || !what.data || !with.data) {
        sqlite3_result_error_nomem(context);
        return;
    }
    if (what.len == 0) {
        sqlite3_result_value(context, values[0]);
        return;
    }
    const char *at = in.data, *end = in.data + in.len;
    for (const char *found;
         out.len <= most && (found = memmem(at, (size_t)(end - at), what.data, what.len));
         at = found + what.len) {
        vv_buf_add(&out, at, (size_t)(found - at));
        vv_buf_add(&out, with.data, with.len);
    }
    vv_buf_add(&out, at, (size_t)(end - at));
    if (out.failed)
        sqlite3_result_error_nomem(context);
    else if (out.len > most)
        sqlite3_result_error_toobig(context);
    else
        sqlite3_result_text64(context, out.data ? (const char *)out.data : "", out.len,
                              SQLITE_TRANSIENT, SQLITE_UTF8);
    vv_buf_deinit(&out);
}

/* ---- trim ---- */

enum side {
    LEFT = 1,
    RIGHT = 2
};

struct characters {
    struct piece list[TRIM_CHARACTERS_MAX];
    size_t count;
};

static size_t character_len(const char *at, const char *end)
{
    size_t len = 1;

    while (at + len < end && continues(at[len]))
        len++;
    return len;
}

static bool has(const struct characters *set, const char *character, size_t len)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->list[i].len == len && memcmp(set->list[i].data, character, len) == 0)
            return true;
    return false;
}

/* False when there are too many. */
static bool read_set(struct characters *set, struct piece text)
{
    const char *end = text.data + text.len;
    size_t len;

    for (const char *at = text.data; at < end; at += len) {
        len = character_len(at, end);
        if (has(set, at, len))
            continue;
        if (set->count == TRIM_CHARACTERS_MAX)
            return false;
        set->list[set->count++] = (struct piece){at, len};
    }
    return true;
}

static struct piece cut(struct piece text, const struct characters *set, unsigned sides)
{
    while ((sides & LEFT) && text.len > 0) {
        size_t len = character_len(text.data, text.data + text.len);
        if (!has(set, text.data, len))
            break;
        text.data += len;
        text.len -= len;
    }
    while ((sides & RIGHT) && text.len > 0) {
        size_t at = text.len - 1;
        while (at > 0 && continues(text.data[at]))
            at--;
        if (!has(set, text.data + at, text.len - at))
            break;
        text.len = at;
    }
    return text;
}

static void trim(sqlite3_context *context, int count, sqlite3_value **values)
{
    const unsigned sides = (unsigned)(uintptr_t)sqlite3_user_data(context);
    struct characters set = {.count = 0};

    (void)count;
    if (is_null(values[0]) || is_null(values[1]))
        return;
    struct piece text = text_of(values[0]), what = text_of(values[1]);
    if (!text.data || !what.data) {
        sqlite3_result_error_nomem(context);
    } else if (!read_set(&set, what)) {
        sqlite3_result_error(context, "trim() takes away at most 64 different characters", -1);
    } else {
        text = cut(text, &set, sides);
        sqlite3_result_text64(context, text.data, text.len, SQLITE_TRANSIENT, SQLITE_UTF8);
    }
}

/* ---- printf ---- */

#define WIDTH_MAX 1000

/* One conversion: %[flags][width][.precision]letter, without *. */
struct conversion {
    char text[32]; /* as sqlite3_str_appendf takes it */
    char letter;
};

/* Reads digits; false beyond WIDTH_MAX. */
static bool pass_number(const char **at)
{
    int number = 0;

    for (; **at >= '0' && **at <= '9'; ++*at) {
        number = 10 * number + (**at - '0');
        if (number > WIDTH_MAX)
            return false;
    }
    return true;
}

/* What stands behind a %, up to and with its letter. */
static bool read_conversion(const char **at, struct conversion *to)
{
    const char *begin = *at;
    bool right = true;

    *at += strspn(*at, "-+ 0#!,");
    right = pass_number(at);
    if (right && **at == '.') {
        ++*at;
        right = pass_number(at);
    }
    size_t len = (size_t)(*at - begin);
    *at += strspn(*at, "l");
    to->letter = **at;
    if (!right || to->letter == '\0' || !strchr("diuxXofeEgGcsqQw%", to->letter) ||
        len + 5 > sizeof to->text)
        return false;
    ++*at;
    to->text[0] = '%';
    memcpy(to->text + 1, begin, len);
    char *end = to->text + 1 + len;
    if (strchr("diuxXo", to->letter)) {
        *end++ = 'l';
        *end++ = 'l';
    }
    *end++ = to->letter == 'c' ? 's' : to->letter;
    *end = '\0';
    return true;
}

static void append_conversion(sqlite3_str *out, const struct conversion *conversion,
                              sqlite3_value *value)
{
    if (strchr("diuxXo", conversion->letter)) {
        sqlite3_str_appendf(out, conversion->text, value ? sqlite3_value_int64(value) : 0);
    } else if (strchr("feEgG", conversion->letter)) {
        sqlite3_str_appendf(out, conversion->text, value ? sqlite3_value_double(value) : 0.0);
    } else if (conversion->letter == 'c') {
        struct piece text = value ? text_of(value) : (struct piece){"", 0};
        char first[8] = "";
        size_t len = text.len > 0 ? character_len(text.data, text.data + text.len) : 0;
        memcpy(first, text.data ? text.data : "", len < sizeof first ? len : 0);
        sqlite3_str_appendf(out, conversion->text, first);
    } else {
        const char *text = value ? text_of(value).data : NULL;
        sqlite3_str_appendf(out, conversion->text, text);
    }
}

static void give_text(sqlite3_context *context, sqlite3_str *str)
{
    const int code = sqlite3_str_errcode(str), len = sqlite3_str_length(str);
    char *text = sqlite3_str_finish(str);

    if (code != SQLITE_OK)
        sqlite3_result_error_code(context, code);
    else
        sqlite3_result_text(context, text ? text : "", len, text ? sqlite3_free : SQLITE_STATIC);
    if (code != SQLITE_OK)
        sqlite3_free(text);
}

static void print(sqlite3_context *context, int count, sqlite3_value **values)
{
    int used = 1;

    if (count == 0 || is_null(values[0]))
        return;
    const char *at = text_of(values[0]).data;
    sqlite3_str *out = sqlite3_str_new(sqlite3_context_db_handle(context));
    while (at && *at) {
        struct conversion conversion;
        size_t plain = strcspn(at, "%");
        sqlite3_str_append(out, at, (int)plain);
        at += plain;
        if (*at == '\0')
            break;
        at++;
        if (!read_conversion(&at, &conversion)) {
            sqlite3_free(sqlite3_str_finish(out));
            sqlite3_result_error(context,
                                 "printf() takes %[-+ 0#!,][width][.precision] and one of "
                                 "diuxXofeEgGcsqQw%, widths up to 1000 and no *",
                                 -1);
            return;
        }
        if (conversion.letter == '%')
            sqlite3_str_appendchar(out, 1, '%');
        else
            append_conversion(out, &conversion, used < count ? values[used++] : NULL);
    }
    give_text(context, out);
}

int vv_sqlfunctions_register(struct sqlite3 *db)
{
    static const struct {
        const char *name;
        int arguments;
        unsigned sides;
        void (*run)(sqlite3_context *context, int count, sqlite3_value **values);
    } list[] = {{"instr", 2, 0, find},           {"replace", 3, 0, replace},
                {"trim", 2, LEFT | RIGHT, trim}, {"ltrim", 2, LEFT, trim},
                {"rtrim", 2, RIGHT, trim},       {"printf", -1, 0, print},
                {"format", -1, 0, print}};
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int code = SQLITE_OK;

    for (size_t i = 0; i < sizeof list / sizeof list[0] && code == SQLITE_OK; i++)
        code = sqlite3_create_function_v2(db, list[i].name, list[i].arguments, flags,
                                          (void *)(uintptr_t)list[i].sides, list[i].run, NULL, NULL,
                                          NULL);
    return code;
}
