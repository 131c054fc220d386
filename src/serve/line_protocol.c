#include "serve/line_protocol.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/time.h"
#include "base/utf8.h"
#include "catalog/names.h"

#include "base/banned.h"

#define NUMBER_BYTES 400 /* the longest double in plain digits, and some */

struct text {
    const char *at; /* null: not there */
    size_t len;     /* bytes */
};

struct tag_pair {
    struct text key, value;
};

/* One line while it is read. */
struct reading {
    struct vv_line_parser *parser;
    const char *at;
    struct text measurement;
    struct tag_pair tags[VV_LINE_TAGS_MAX];
    size_t tag_count;
    struct vv_buf prefix; /* measurement and tag values as a path */
    size_t capacity;      /* of the line's samples */
    bool has_quality;
    int32_t quality;
};

vv_status vv_line_precision(const char *text, int64_t *unit_ns, vv_error *err)
{
    static const struct {
        const char *name;
        int64_t unit_ns;
    } units[] = {{"ns", 1},         {"n", 1},           {"us", 1000},
                 {"u", 1000},       {"\u00B5", 1000},   {"ms", 1000000},
                 {"s", 1000000000}, {"m", 60000000000}, {"h", 3600000000000}};

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(text ? text : "ns", units[i].name) == 0) {
            *unit_ns = units[i].unit_ns;
            return VARVE_OK;
        }
    }
    return vv_fail(err, VARVE_BAD_VALUE, "precision is ns, us, ms or s, not \"%.20s\"", text);
}

/* ---- pieces of a line ---- */

static bool at_end(const struct reading *r)
{
    return r->at == r->parser->end || *r->at == '\n' ||
           (*r->at == '\r' && (r->at + 1 == r->parser->end || r->at[1] == '\n'));
}

static bool at_blank(const struct reading *r)
{
    return r->at < r->parser->end && *r->at == ' ';
}

static int shown(size_t len)
{
    return len < 60 ? (int)len : 60;
}

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the lines of the request");
}

/* Reads up to an unescaped character of `stops`, a blank or the end of the line. A backslash takes
 * its meaning from a following one of `stops` or a blank alone; before anything else it is itself,
 * as in InfluxDB. */
static vv_status read_name(struct reading *r, const char *stops, const char *what,
                           struct text *name, vv_error *err)
{
    const char *from = r->at;
    size_t escapes = 0;

    while (!at_end(r) && !at_blank(r) && !strchr(stops, *r->at)) {
        if (*r->at == '\\' && r->at + 1 < r->parser->end && r->at[1] != '\0' &&
            (r->at[1] == ' ' || strchr(stops, r->at[1]))) {
            escapes++;
            r->at++;
        }
        r->at++;
    }
    if (r->at == from)
        return vv_fail(err, VARVE_SYNTAX, "%s is empty", what);

    char *to = vv_arena_alloc(r->parser->arena, (size_t)(r->at - from) - escapes);
    if (!to)
        return no_memory(err);
    *name = (struct text){to, (size_t)(r->at - from) - escapes};
    while (from < r->at) {
        if (*from == '\\' && from + 1 < r->at && (from[1] == ' ' || strchr(stops, from[1])))
            from++;
        *to++ = *from++;
    }
    return VARVE_OK;
}

static vv_status read_text(struct reading *r, struct vv_datum *value, vv_error *err)
{
    const char *from = ++r->at;
    size_t escapes = 0;
    uint32_t newlines = 0;

    for (; r->at < r->parser->end && *r->at != '"'; r->at++) {
        newlines += *r->at == '\n';
        if (*r->at == '\\' && r->at + 1 < r->parser->end && (r->at[1] == '"' || r->at[1] == '\\')) {
            escapes++;
            r->at++;
        }
    }
    if (r->at == r->parser->end) {
        r->at = from;
        return vv_fail(err, VARVE_SYNTAX, "a text has no closing \"");
    }

    size_t len = (size_t)(r->at - from) - escapes;
    char *to = vv_arena_alloc(r->parser->arena, len ? len : 1);
    if (!to)
        return no_memory(err);
    *value = vv_datum_string(to, len);
    for (; from < r->at; from++) {
        if (*from == '\\' && (from[1] == '"' || from[1] == '\\'))
            from++;
        *to++ = *from;
    }
    r->at++;
    r->parser->number += newlines;
    return VARVE_OK;
}

/* ---- values ---- */

static bool read_boolean(struct text word, struct vv_datum *value)
{
    static const char *const words[] = {"t", "T", "true",  "True",  "TRUE",
                                        "f", "F", "false", "False", "FALSE"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == word.len && memcmp(words[i], word.at, word.len) == 0) {
            *value = vv_datum_boolean(i < 5);
            return true;
        }
    }
    return false;
}

/* Whether it has the form of a decimal number: sign, digits, fraction, exponent. NaN and infinities
 * have none in line protocol. */
static bool is_number(struct text word)
{
    const char *at = word.at, *end = word.at + word.len;
    size_t digits = 0;

    if (at < end && (*at == '-' || *at == '+'))
        at++;
    for (; at < end && *at >= '0' && *at <= '9'; at++)
        digits++;
    if (at < end && *at == '.')
        for (at++; at < end && *at >= '0' && *at <= '9'; at++)
            digits++;
    if (digits > 0 && at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '-' || *at == '+'))
            at++;
        for (digits = 0; at < end && *at >= '0' && *at <= '9'; at++)
            digits++;
    }
    return digits > 0 && at == end;
}

static bool is_integer(struct text word, bool may_be_negative)
{
    size_t from = may_be_negative && word.len > 0 && word.at[0] == '-' ? 1 : 0;

    for (size_t i = from; i < word.len; i++)
        if (word.at[i] < '0' || word.at[i] > '9')
            return false;
    return word.len > from;
}

static bool parse_integer(struct text word, int64_t *integer)
{
    char digits[NUMBER_BYTES];

    if (word.len >= sizeof digits)
        return false;
    memcpy(digits, word.at, word.len);
    digits[word.len] = '\0';
    errno = 0;
    *integer = strtoll(digits, NULL, 10);
    return errno == 0;
}

static vv_status bad_value(struct text word, const char *remedy, vv_error *err)
{
    return vv_fail(err, VARVE_SYNTAX, "\"%.*s\" is no value: %s", shown(word.len), word.at, remedy);
}

static vv_status read_word(struct text word, struct vv_datum *value, vv_error *err)
{
    char number[NUMBER_BYTES];
    char last = word.at[word.len - 1];
    int64_t integer;

    if (read_boolean(word, value))
        return VARVE_OK;
    if (last == 'i' || last == 'u') {
        const struct text digits = {word.at, word.len - 1};

        if (!is_integer(digits, last == 'i'))
            return bad_value(word, "an integer is digits and i (or u, without sign)", err);
        if (!parse_integer(digits, &integer))
            return vv_fail(err, VARVE_BAD_VALUE, "%.*s is beyond a 64-bit integer", shown(word.len),
                           word.at);
        *value = vv_datum_integer(integer);
        return VARVE_OK;
    }
    if (!is_number(word) || word.len >= sizeof number)
        return bad_value(word, "1.5, 1i, true or \"text\" are values", err);
    memcpy(number, word.at, word.len);
    number[word.len] = '\0';
    *value = vv_datum_double(strtod(number, NULL));
    if (isinf(value->as.number))
        return vv_fail(err, VARVE_BAD_VALUE, "%.*s is beyond a double", shown(word.len), word.at);
    return VARVE_OK;
}

static vv_status read_value(struct reading *r, struct vv_datum *value, vv_error *err)
{
    const char *from = r->at;

    if (!at_end(r) && *r->at == '"')
        return read_text(r, value, err);
    while (!at_end(r) && *r->at != ',' && !at_blank(r))
        r->at++;
    if (r->at == from)
        return vv_fail(err, VARVE_SYNTAX, "it has no value");
    return read_word((struct text){from, (size_t)(r->at - from)}, value, err);
}

/* ---- measurement and tags ---- */

static int compare_keys(const void *left, const void *right)
{
    const struct tag_pair *a = left, *b = right;
    int order = memcmp(a->key.at, b->key.at, a->key.len < b->key.len ? a->key.len : b->key.len);

    return order != 0 ? order : (a->key.len > b->key.len) - (a->key.len < b->key.len);
}

static vv_status read_tags(struct reading *r, vv_error *err)
{
    vv_status st = VARVE_OK;

    while (st == VARVE_OK && !at_end(r) && *r->at == ',') {
        struct tag_pair *pair = &r->tags[r->tag_count];

        if (r->tag_count == VV_LINE_TAGS_MAX)
            return vv_fail(err, VARVE_SYNTAX, "more than %d tags", VV_LINE_TAGS_MAX);
        r->at++;
        st = read_name(r, ",=", "a tag's key", &pair->key, err);
        if (st == VARVE_OK && (at_end(r) || *r->at != '='))
            return vv_fail(err, VARVE_SYNTAX, "tag \"%.*s\" has no value", shown(pair->key.len),
                           pair->key.at);
        if (st != VARVE_OK)
            return st;
        r->at++;
        st = read_name(r, ",=", "a tag's value", &pair->value, err);
        if (st != VARVE_OK)
            vv_error_prefix(err, "tag \"%.*s\"", shown(pair->key.len), pair->key.at);
        else if (!at_end(r) && *r->at == '=')
            return vv_fail(err, VARVE_SYNTAX, "tag \"%.*s\": a = in its value needs a backslash",
                           shown(pair->key.len), pair->key.at);
        r->tag_count++;
    }
    return st;
}

static vv_status read_prefix(struct reading *r, vv_error *err)
{
    vv_status st = read_name(r, ",", "the measurement", &r->measurement, err);

    if (st == VARVE_OK)
        st = read_tags(r, err);
    if (st != VARVE_OK)
        return st;
    qsort(r->tags, r->tag_count, sizeof r->tags[0], compare_keys);
    vv_path_add(&r->prefix, r->measurement.at, r->measurement.len);
    for (size_t i = 0; i < r->tag_count; i++) {
        if (i > 0 && compare_keys(&r->tags[i - 1], &r->tags[i]) == 0)
            return vv_fail(err, VARVE_SYNTAX, "tag \"%.*s\" stands twice",
                           shown(r->tags[i].key.len), r->tags[i].key.at);
        vv_path_add(&r->prefix, r->tags[i].value.at, r->tags[i].value.len);
    }
    return r->prefix.failed ? no_memory(err) : VARVE_OK;
}

/* ---- fields and time ---- */

/* The sample's name: the prefix, and the field behind it. */
static vv_status name_sample(struct reading *r, struct text field, struct vv_sample *sample,
                             vv_error *err)
{
    size_t prefix_len = r->prefix.len;

    if (field.len != 5 || memcmp(field.at, "value", 5) != 0)
        vv_path_add(&r->prefix, field.at, field.len);
    if (r->prefix.failed)
        return no_memory(err);
    sample->name_len = r->prefix.len;
    sample->name = vv_arena_text(r->parser->arena, (const char *)r->prefix.data, r->prefix.len);
    r->prefix.len = prefix_len;
    return sample->name ? VARVE_OK : no_memory(err);
}

static vv_status set_quality(struct reading *r, int64_t quality, vv_error *err)
{
    if (quality < 0 || quality > VV_QUALITY_MAX)
        return vv_fail(err, VARVE_BAD_VALUE, "quality %" PRId64 " is not 0 to %d", quality,
                       VV_QUALITY_MAX);
    r->has_quality = true;
    r->quality = (int32_t)quality;
    return VARVE_OK;
}

static vv_status read_field(struct reading *r, struct vv_line *line, vv_error *err)
{
    struct vv_sample *sample = &line->samples[line->count];
    struct text field;
    vv_status st = read_name(r, ",=", "a field's name", &field, err);

    if (st == VARVE_OK && (at_end(r) || *r->at != '='))
        return vv_fail(err, VARVE_SYNTAX, "field \"%.*s\" has no value", shown(field.len),
                       field.at);
    if (st != VARVE_OK)
        return st;
    r->at++;
    *sample = (struct vv_sample){.quality = VV_QUALITY_GOOD};
    st = read_value(r, &sample->value, err);
    if (st == VARVE_OK && sample->value.type == VV_TYPE_INTEGER && field.len == 7 &&
        memcmp(field.at, "quality", 7) == 0)
        return set_quality(r, sample->value.as.integer, err);
    if (st == VARVE_OK)
        st = name_sample(r, field, sample, err);
    if (st == VARVE_OK)
        line->count++;
    else
        vv_error_prefix(err, "field \"%.*s\"", shown(field.len), field.at);
    return st;
}

/* Room for another sample of the line. */
static vv_status grow(struct reading *r, struct vv_line *line, vv_error *err)
{
    size_t capacity = r->capacity ? 2 * r->capacity : 4;
    struct vv_sample *samples;

    if (line->count < r->capacity)
        return VARVE_OK;
    if (line->count == VV_LINE_FIELDS_MAX)
        return vv_fail(err, VARVE_SYNTAX, "more than %d fields", VV_LINE_FIELDS_MAX);
    samples = vv_arena_alloc(r->parser->arena, capacity * sizeof *samples);
    if (!samples)
        return no_memory(err);
    if (line->count > 0)
        memcpy(samples, line->samples, line->count * sizeof *samples);
    line->samples = samples;
    r->capacity = capacity;
    return VARVE_OK;
}

static vv_status read_fields(struct reading *r, struct vv_line *line, vv_error *err)
{
    vv_status st;

    if (at_end(r))
        return vv_fail(err, VARVE_SYNTAX, "fields are missing");
    for (;;) {
        st = grow(r, line, err);
        if (st == VARVE_OK)
            st = read_field(r, line, err);
        if (st != VARVE_OK || at_end(r) || *r->at != ',')
            break;
        r->at++;
    }
    if (st == VARVE_OK && line->count == 0)
        return vv_fail(err, VARVE_SYNTAX, "a quality without any other field");
    return st;
}

static vv_status read_time(struct reading *r, int64_t *time_ms, vv_error *err)
{
    const char *from = r->at;
    struct text word;
    int64_t count, time_ns;

    *time_ms = r->parser->now_ms;
    while (!at_end(r) && !at_blank(r))
        r->at++;
    word = (struct text){from, (size_t)(r->at - from)};
    while (at_blank(r))
        r->at++;
    if (word.len == 0 && at_end(r))
        return VARVE_OK;
    if (!is_integer(word, true) || !at_end(r))
        return vv_fail(err, VARVE_SYNTAX,
                       "\"%.*s\" is no time: an integer, and nothing behind it, ends a line",
                       shown(word.len), word.at);
    if (!parse_integer(word, &count) || __builtin_mul_overflow(count, r->parser->unit_ns, &time_ns))
        return vv_fail(err, VARVE_BAD_TIME,
                       "the time %.*s is beyond 64 bits of nanoseconds: is `precision` right?",
                       shown(word.len), word.at);
    *time_ms = vv_floor_div(time_ns, 1000000);
    return VARVE_OK;
}

/* ---- lines ---- */

static vv_status read_line(struct reading *r, struct vv_line *line, vv_error *err)
{
    const char *from = r->at;
    int64_t time_ms;
    vv_status st = read_prefix(r, err);

    while (at_blank(r))
        r->at++;
    if (st == VARVE_OK)
        st = read_fields(r, line, err);
    if (st == VARVE_OK && !at_end(r) && !at_blank(r))
        return vv_fail(err, VARVE_SYNTAX, "\"%.*s\" stands behind a field's value", 1, r->at);
    while (at_blank(r))
        r->at++;
    if (st == VARVE_OK)
        st = read_time(r, &time_ms, err);
    if (st == VARVE_OK && !vv_utf8_valid(from, (size_t)(r->at - from)))
        return vv_fail(err, VARVE_SYNTAX, "it is not UTF-8");
    for (size_t i = 0; st == VARVE_OK && i < line->count; i++) {
        line->samples[i].time_ms = time_ms;
        if (r->has_quality)
            line->samples[i].quality = r->quality;
    }
    return st;
}

/* Behind the end of the line in which the reading stopped. */
static void skip_line(struct vv_line_parser *parser, const char *at)
{
    const char *newline = memchr(at, '\n', (size_t)(parser->end - at));

    parser->at = newline ? newline + 1 : parser->end;
}

vv_status vv_line_next(struct vv_line_parser *parser, struct vv_line *line, vv_error *err)
{
    *line = (struct vv_line){0};
    while (parser->at < parser->end) {
        struct reading r = {.parser = parser, .at = parser->at};

        line->number = ++parser->number;
        while (at_blank(&r) || (r.at < parser->end && *r.at == '\t'))
            r.at++;
        if (at_end(&r) || *r.at == '#') {
            skip_line(parser, r.at);
            continue;
        }

        vv_status st = read_line(&r, line, err);
        if (st != VARVE_OK)
            line->count = 0;
        skip_line(parser, r.at);
        vv_buf_deinit(&r.prefix);
        return st;
    }
    return VARVE_END;
}
