#include "describe.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_WORDS = 12,
    MAX_LINE = 512,
    MAX_VALUES = 20000,
    MAX_DEVICES = 64,
    MAX_RECORDINGS = 32
};

const char player_file_help[] =
    "A description is read line by line; # begins a comment.\n"
    "\n"
    "  recording NAME FILE period=S [speed=F] [start=ROW] [separator=;]\n"
    "      A CSV file with a header line, beside the description. One row follows the other\n"
    "      every S recorded seconds; F recorded seconds pass in one of the clock (1). After the\n"
    "      last row comes the first again. The file's own time stamps are not looked at.\n"
    "  device NAME port=N [unit=N] [holes=zero]\n"
    "      A device; the lines below it are its registers. Devices may share a port. Registers\n"
    "      that no line names are refused with exception 2, or read as 0 with holes=zero.\n"
    "  ADDRESS TYPE SOURCE [order=ABCD|CDAB|BADC|DCBA] [scale=X] [offset=X] [write]\n"
    "      ADDRESS: holding:100 input:0 coil:3 discrete:7 holding:100.5 (a bit) holding:100/8\n"
    "      (text of 8 registers) 40101. TYPE: bit u16 i16 u32 i32 u64 i64 f32 f64 text.\n"
    "      The register holds (value - offset) / scale. write: clients may write it.\n"
    "      SOURCE is one of\n"
    "        REC.COLUMN              the recorded value; an empty cell is a NaN in a float\n"
    "        REC.COLUMN > X          (or <) a bit\n"
    "        count REC.COLUMN > X    how many times that bit has become true\n"
    "        total REC.COLUMN per=S  sum of value x seconds / S: kW with per=3600 give kWh\n"
    "        constant X              X, until a client writes another value\n"
    "        \"WORDS\"                 for type text\n"
    "      Counters go on when the recording begins again; u16 and u32 roll over.\n"
    "\n"
    "  recording power data/power.csv period=60 speed=60\n"
    "  device meter port=15021 unit=1\n"
    "    input:0    i32 power.Active_power scale=0.001\n"
    "    input:20   u64 total power.Active_power per=3600 scale=0.001\n"
    "    discrete:0 bit power.Active_power > 3\n";

struct parser {
    struct player_site *site;
    player_load *load;
    void *load_ctx;
    size_t line;
    char *message;
    size_t message_size;
    char *words[MAX_WORDS];
    size_t word_count;
};

static bool fail(struct parser *parser, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool fail(struct parser *parser, const char *format, ...)
{
    va_list args;
    int len = snprintf(parser->message, parser->message_size, "line %zu: ", parser->line);
    va_start(args, format);
    if (len > 0 && (size_t)len < parser->message_size)
        vsnprintf(parser->message + len, parser->message_size - (size_t)len, format, args);
    va_end(args);
    return false;
}

// Cuts a line into words, in place; quotes keep blanks together.
static bool cut_words(struct parser *parser, char *line)
{
    parser->word_count = 0;
    for (char *at = line;;) {
        at += strspn(at, " \t\r");
        if (*at == '\0' || *at == '#')
            return true;
        if (parser->word_count == MAX_WORDS)
            return fail(parser, "more than %d words", MAX_WORDS);
        bool quoted = *at == '"';
        char *end = quoted ? strchr(++at, '"') : at + strcspn(at, " \t\r");
        if (end == NULL)
            return fail(parser, "the closing quote is missing");
        parser->words[parser->word_count++] = at;
        at = *end == '\0' ? end : end + 1;
        *end = '\0';
    }
}

static bool read_real(struct parser *parser, const char *what, const char *text, double *out)
{
    char *end = NULL;
    *out = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(*out))
        return fail(parser, "%s: \"%.40s\" is no number", what, text);
    return true;
}

static bool read_whole(struct parser *parser, const char *what, const char *text, double most,
                       double *out)
{
    if (!read_real(parser, what, text, out))
        return false;
    if (*out < 0 || *out > most || *out != floor(*out))
        return fail(parser, "%s=%.40s: a whole number from 0 to %.0f is wanted", what, text, most);
    return true;
}

// The value of the word `key=…`, or null.
static const char *option(const struct parser *parser, size_t index, const char *key)
{
    const char *word = parser->words[index];
    size_t len = strlen(key);
    return strncmp(word, key, len) == 0 && word[len] == '=' ? word + len + 1 : NULL;
}

static bool read_name(struct parser *parser, char *out, size_t size)
{
    if (parser->word_count < 2)
        return fail(parser, "a name is missing");
    const char *name = parser->words[1];
    if (*name == '\0' || strlen(name) >= size || strpbrk(name, ".=\"") != NULL)
        return fail(parser, "the name \"%.40s\" is empty, too long, or has . = or \" in it", name);
    memcpy(out, name, strlen(name) + 1);
    return true;
}

static bool read_recording(struct parser *parser)
{
    struct player_site *site = parser->site;
    struct player_recording recording = {.speed = 1};
    char separator = ',';
    char wrong[256];
    double start = 0;
    if (!read_name(parser, recording.name, sizeof recording.name))
        return false;
    if (parser->word_count < 3)
        return fail(parser, "recording %s: the file is missing", recording.name);
    for (size_t i = 0; i < site->recording_count; i++)
        if (strcmp(site->recordings[i].name, recording.name) == 0)
            return fail(parser, "recording %s is there already", recording.name);
    for (size_t i = 3; i < parser->word_count; i++) {
        const char *value;
        if ((value = option(parser, i, "period")) != NULL) {
            if (!read_real(parser, "period", value, &recording.period_s))
                return false;
        } else if ((value = option(parser, i, "speed")) != NULL) {
            if (!read_real(parser, "speed", value, &recording.speed))
                return false;
        } else if ((value = option(parser, i, "start")) != NULL) {
            if (!read_whole(parser, "start", value, 1e9, &start))
                return false;
        } else if ((value = option(parser, i, "separator")) != NULL && strlen(value) == 1) {
            separator = *value;
        } else {
            return fail(parser, "\"%.40s\" is not known; known are period, speed, start, separator",
                        parser->words[i]);
        }
    }
    if (!(recording.period_s > 0) || !(recording.speed > 0) ||
        recording.speed / recording.period_s > 1e6)
        return fail(parser,
                    "recording %s: period and speed must be above 0, and give at most a "
                    "million rows a second",
                    recording.name);
    if (site->recording_count == MAX_RECORDINGS)
        return fail(parser, "more than %d recordings", MAX_RECORDINGS);
    recording.start = (size_t)start;
    struct player_recording *more =
        realloc(site->recordings, (site->recording_count + 1) * sizeof *more);
    if (more == NULL)
        return fail(parser, "no memory");
    site->recordings = more;
    if (!parser->load(parser->load_ctx, &recording, parser->words[2], separator, wrong,
                      sizeof wrong))
        return fail(parser, "recording %s: %s", recording.name, wrong);
    site->recordings[site->recording_count++] = recording;
    return true;
}

static bool read_device(struct parser *parser)
{
    struct player_site *site = parser->site;
    struct player_device device = {.unit = 1, .fault_register = -1};
    double port = 0;
    double unit = 1;
    if (!read_name(parser, device.name, sizeof device.name))
        return false;
    for (size_t i = 2; i < parser->word_count; i++) {
        const char *value;
        if ((value = option(parser, i, "port")) != NULL) {
            if (!read_whole(parser, "port", value, 65535, &port))
                return false;
        } else if ((value = option(parser, i, "unit")) != NULL) {
            if (!read_whole(parser, "unit", value, 255, &unit))
                return false;
        } else if ((value = option(parser, i, "holes")) != NULL &&
                   (strcmp(value, "zero") == 0 || strcmp(value, "refuse") == 0)) {
            device.holes_are_zero = *value == 'z';
        } else {
            return fail(parser, "\"%.40s\" is not known; known are port, unit, holes=zero",
                        parser->words[i]);
        }
    }
    device.port = (uint16_t)port;
    device.unit = (uint8_t)unit;
    for (size_t i = 0; i < site->device_count; i++) {
        const struct player_device *other = &site->devices[i];
        if (strcmp(other->name, device.name) == 0)
            return fail(parser, "device %s is there already", device.name);
        if (device.port != 0 && other->port == device.port && other->unit == device.unit)
            return fail(parser, "device %s has port %u unit %u already", other->name,
                        (unsigned)other->port, (unsigned)other->unit);
    }
    if (site->device_count == MAX_DEVICES)
        return fail(parser, "more than %d devices", MAX_DEVICES);
    struct player_device *more = realloc(site->devices, (site->device_count + 1) * sizeof *more);
    if (more == NULL)
        return fail(parser, "no memory");
    site->devices = more;
    site->devices[site->device_count++] = device;
    return true;
}

// Word number `index` as RECORDING.COLUMN.
static bool read_column(struct parser *parser, size_t index, struct player_value *value)
{
    if (index >= parser->word_count)
        return fail(parser, "RECORDING.COLUMN is missing");
    char *word = parser->words[index];
    char *point = strchr(word, '.');
    if (point == NULL)
        return fail(parser,
                    "\"%.40s\" is not known; write RECORDING.COLUMN, count, total or "
                    "constant",
                    word);
    *point = '\0';
    for (size_t i = 0; i < parser->site->recording_count; i++) {
        const struct player_recording *recording = &parser->site->recordings[i];
        if (strcmp(recording->name, word) != 0)
            continue;
        value->recording = i;
        value->column = player_recording_column(recording, point + 1);
        if (value->column < 0)
            return fail(parser, "recording %s has no column \"%.40s\"", word, point + 1);
        return true;
    }
    return fail(parser, "there is no recording \"%.40s\"", word);
}

// Words from `index` on as `> X` or `< X`; moves *index past them. False without a message when
// they are not there.
static bool read_condition(struct parser *parser, size_t *index, struct player_value *value,
                           bool *wrong)
{
    size_t i = *index;
    *wrong = false;
    if (i >= parser->word_count || strlen(parser->words[i]) != 1 ||
        strchr("<>", *parser->words[i]) == NULL)
        return false;
    if (i + 1 >= parser->word_count) {
        *wrong = !fail(parser, "a number is missing after %s", parser->words[i]);
        return false;
    }
    value->condition = *parser->words[i] == '>' ? PLAYER_ABOVE : PLAYER_BELOW;
    *wrong = !read_real(parser, "limit", parser->words[i + 1], &value->limit);
    *index = i + 2;
    return !*wrong;
}

// What stands after the type; *index ends behind it.
static bool read_source(struct parser *parser, size_t *index, struct player_value *value)
{
    const char *word = parser->words[*index];
    bool wrong = false;
    if (value->point.data_type == VARVE_DATA_TEXT) {
        value->source = PLAYER_TEXT;
        value->text = strdup(word);
        ++*index;
        if (value->text == NULL)
            return fail(parser, "no memory");
        return strlen(word) <= (size_t)value->address.count * 2 ||
               fail(parser, "the text has more than %d bytes", value->address.count * 2);
    }
    if (strcmp(word, "constant") == 0) {
        value->source = PLAYER_CONSTANT;
        if (*index + 1 >= parser->word_count)
            return fail(parser, "a number is missing after constant");
        *index += 2;
        return read_real(parser, "constant", parser->words[*index - 1], &value->limit);
    }
    if (strcmp(word, "count") == 0) {
        value->source = PLAYER_COUNT;
        if (!read_column(parser, *index + 1, value))
            return false;
        *index += 2;
        if (read_condition(parser, index, value, &wrong))
            return true;
        return wrong ? false : fail(parser, "count needs a condition: > X or < X");
    }
    if (strcmp(word, "total") == 0) {
        value->source = PLAYER_TOTAL;
        value->per_s = 1;
        if (!read_column(parser, *index + 1, value))
            return false;
        *index += 2;
        return true;
    }
    value->source = PLAYER_COLUMN;
    if (!read_column(parser, *index, value))
        return false;
    ++*index;
    if (read_condition(parser, index, value, &wrong))
        value->source = value->condition;
    return !wrong;
}

static int find_word(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, list[i]) == 0)
            return (int)i;
    return -1;
}

// The options after the source.
static bool read_options(struct parser *parser, size_t index, struct player_value *value)
{
    static const char *const orders[] = {"ABCD", "CDAB", "BADC", "DCBA"};
    for (; index < parser->word_count; index++) {
        const char *text;
        bool good = true;
        if ((text = option(parser, index, "order")) != NULL) {
            int order = find_word(text, orders, 4);
            good = order >= 0 || fail(parser, "order=%.40s: ABCD, CDAB, BADC or DCBA", text);
            value->point.word_order = (uint8_t)(order < 0 ? 0 : order);
        } else if ((text = option(parser, index, "scale")) != NULL) {
            good = read_real(parser, "scale", text, &value->point.scale);
            if (good && value->point.scale == 0)
                return fail(parser, "scale=0 would lose every value");
        } else if ((text = option(parser, index, "offset")) != NULL) {
            good = read_real(parser, "offset", text, &value->point.offset);
        } else if ((text = option(parser, index, "per")) != NULL && value->source == PLAYER_TOTAL) {
            good = read_real(parser, "per", text, &value->per_s);
            if (good && !(value->per_s > 0))
                return fail(parser, "per must be above 0");
        } else if (strcmp(parser->words[index], "write") == 0) {
            value->point.writable = true;
        } else {
            return fail(parser, "\"%.40s\" is not known here", parser->words[index]);
        }
        if (!good)
            return false;
    }
    return true;
}

static bool fill_value(struct parser *parser, struct player_value *value)
{
    static const char *const types[] = {"bit", "u16", "i16", "u32", "i32",
                                        "u64", "i64", "f32", "f64", "text"};
    struct varve_driver_error error = {0};
    size_t index = 2;
    if (parser->word_count < 3)
        return fail(parser, "ADDRESS TYPE SOURCE are wanted");
    int type = find_word(parser->words[1], types, sizeof types / sizeof *types);
    if (type < 0)
        return fail(parser, "type \"%.40s\" is none of bit u16 i16 u32 i32 u64 i64 f32 f64 text",
                    parser->words[1]);
    value->point.data_type = (uint8_t)type;
    value->point.address = strdup(parser->words[0]);
    if (value->point.address == NULL)
        return fail(parser, "no memory");
    if (vv_mb_address_parse(parser->words[0], (enum varve_data_type)type, &value->address,
                            &error) != VARVE_SESSION_GOOD)
        return fail(parser, "%s", error.text);
    if (!read_source(parser, &index, value) || !read_options(parser, index, value))
        return false;
    if ((value->source == PLAYER_ABOVE || value->source == PLAYER_BELOW) && type != VARVE_DATA_BIT)
        return fail(parser, "a condition belongs to type bit");
    if (value->point.writable &&
        (value->address.kind == VV_MB_INPUT || value->address.kind == VV_MB_DISCRETE))
        return fail(parser, "only coils and holding registers can be written");
    return true;
}

static bool read_value(struct parser *parser)
{
    if (parser->site->device_count == 0)
        return fail(parser, "\"%.40s\": a line `device NAME port=N` comes first", parser->words[0]);
    struct player_device *device = &parser->site->devices[parser->site->device_count - 1];
    if (device->value_count == MAX_VALUES)
        return fail(parser, "device %s has more than %d registers", device->name, MAX_VALUES);
    struct player_value *more = realloc(device->values, (device->value_count + 1) * sizeof *more);
    if (more == NULL)
        return fail(parser, "no memory");
    device->values = more;
    // Counted before it is filled, so that what it owns is freed with the site.
    struct player_value *value = &device->values[device->value_count++];
    *value = (struct player_value){0};
    return fill_value(parser, value);
}

static bool read_line(struct parser *parser, char *line)
{
    if (!cut_words(parser, line))
        return false;
    if (parser->word_count == 0)
        return true;
    if (strcmp(parser->words[0], "recording") == 0)
        return read_recording(parser);
    if (strcmp(parser->words[0], "device") == 0)
        return read_device(parser);
    return read_value(parser);
}

bool player_site_parse(struct player_site *site, const char *text, size_t len, player_load *load,
                       void *load_ctx, char *message, size_t message_size)
{
    struct parser parser = {.site = site,
                            .load = load,
                            .load_ctx = load_ctx,
                            .message = message,
                            .message_size = message_size};
    const char *end = text + len;
    bool good = true;
    *site = (struct player_site){.speed = 1};
    while (good && text < end) {
        char line[MAX_LINE];
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t line_len = (size_t)((newline == NULL ? end : newline) - text);
        parser.line++;
        if (line_len >= sizeof line || memchr(text, '\0', line_len) != NULL) {
            good = fail(&parser, "longer than %d characters, or no text", MAX_LINE - 1);
            break;
        }
        memcpy(line, text, line_len);
        line[line_len] = '\0';
        good = read_line(&parser, line);
        text = newline == NULL ? end : newline + 1;
    }
    if (good && site->device_count == 0)
        good = fail(&parser, "no device is described");
    if (!good)
        player_site_deinit(site);
    return good;
}
