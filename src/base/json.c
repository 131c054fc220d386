/* json.c: the writer. Numbers are in double_text.c. */
#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

#define DEPTH_LIMIT 32

void vv_json_init(struct vv_json *json, struct vv_buf *out)
{
    *json = (struct vv_json){.out = out};
}

/* What stands between the item before and this one. Values at the top follow each other without a
 * comma: the caller puts what it likes between them (a line of JSON lines ends so). */
static void before_item(struct vv_json *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (json->depth > 0) {
        uint32_t bit = 1u << (json->depth - 1);
        if (json->has_item & bit) {
            vv_buf_char(json->out, ',');
        }
        json->has_item |= bit;
    }
}

static void begin(struct vv_json *json, char bracket)
{
    assert(json->depth < DEPTH_LIMIT);
    before_item(json);
    vv_buf_char(json->out, bracket);
    json->has_item &= ~(1u << json->depth);
    json->depth++;
}

static void end(struct vv_json *json, char bracket)
{
    assert(json->depth > 0 && !json->after_key);
    json->depth--;
    vv_buf_char(json->out, bracket);
}

void vv_json_object(struct vv_json *json)
{
    begin(json, '{');
}

void vv_json_end_object(struct vv_json *json)
{
    end(json, '}');
}

void vv_json_array(struct vv_json *json)
{
    begin(json, '[');
}

void vv_json_end_array(struct vv_json *json)
{
    end(json, ']');
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void add_escape(struct vv_buf *out, unsigned char c)
{
    static const char digits[] = "0123456789abcdef";
    static const char short_forms[32] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    if (c == '"' || c == '\\') {
        vv_buf_add(out, (char[]){'\\', (char)c}, 2);
    } else if (short_forms[c] != 0) {
        vv_buf_add(out, (char[]){'\\', short_forms[c]}, 2);
    } else {
        vv_buf_add(out, (char[]){'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]}, 6);
    }
}

static void add_string(struct vv_buf *out, const char *text, size_t len_bytes)
{
    vv_buf_char(out, '"');
    for (size_t at = 0; at < len_bytes;) {
        size_t run = at;
        while (run < len_bytes && is_plain((unsigned char)text[run])) {
            run++;
        }
        if (run > at) {
            vv_buf_add(out, text + at, run - at);
            at = run;
            continue;
        }
        if ((unsigned char)text[at] < 0x80) {
            add_escape(out, (unsigned char)text[at]);
            at++;
            continue;
        }
        size_t size = vv_utf8_char(text + at, len_bytes - at);
        if (size == 0) {
            vv_buf_add(out, "\xEF\xBF\xBD", 3);
            at++;
        } else {
            vv_buf_add(out, text + at, size);
            at += size;
        }
    }
    vv_buf_char(out, '"');
}

void vv_json_key(struct vv_json *json, const char *key)
{
    assert(json->depth > 0 && !json->after_key);
    before_item(json);
    add_string(json->out, key, strlen(key));
    vv_buf_char(json->out, ':');
    json->after_key = true;
}

void vv_json_null(struct vv_json *json)
{
    vv_json_raw(json, "null", 4);
}

void vv_json_bool(struct vv_json *json, bool v)
{
    vv_json_raw(json, v ? "true" : "false", v ? 4 : 5);
}

void vv_json_int(struct vv_json *json, int64_t v)
{
    before_item(json);
    if (v < 0) {
        vv_buf_char(json->out, '-');
    }
    uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    vv_buf_add(json->out, digits + at, sizeof digits - at);
}

void vv_json_uint(struct vv_json *json, uint64_t v)
{
    if (v <= INT64_MAX) {
        vv_json_int(json, (int64_t)v);
    } else {
        before_item(json);
        vv_buf_format(json->out, "%llu", (unsigned long long)v);
    }
}

void vv_json_double(struct vv_json *json, double v)
{
    if (!isfinite(v)) {
        vv_json_null(json);
        return;
    }
    char text[32];
    size_t len = vv_double_format(v, text);
    if (v == 0 && signbit(v)) /* "-0" is an integer to many readers, which have no such thing */
        vv_json_raw(json, "-0.0", 4);
    else
        vv_json_raw(json, text, len);
}

void vv_json_text(struct vv_json *json, const char *text)
{
    vv_json_text_len(json, text, strlen(text));
}

void vv_json_text_len(struct vv_json *json, const char *text, size_t len_bytes)
{
    before_item(json);
    add_string(json->out, text, len_bytes);
}

void vv_json_raw(struct vv_json *json, const char *text, size_t len_bytes)
{
    before_item(json);
    vv_buf_add(json->out, text, len_bytes);
}
