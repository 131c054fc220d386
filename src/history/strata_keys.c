/* strata_keys.c: the texts of keys: VsPrimaryKey, time_order, and keys of series. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "history/strata_map.h"

#include "base/banned.h"

#define SECOND_DIGITS      14 /* yyyyMMddHHmmss */
#define MILLISECOND_DIGITS 17 /* and SSS */

/* A tool's and a code's name are shorter than a key's digits, so that the first run of that many
 * digits between underscores is the time. */
#define NAME_BYTES 48

void vv_strata_series_key(struct vv_strata_key *key, const char *tool, const char *code)
{
    int len = code == NULL ? snprintf(key->series, sizeof key->series, "%s", tool)
                           : snprintf(key->series, sizeof key->series, "%s%c%s", tool,
                                      VV_STRATA_SEPARATOR, code);

    key->series_len = (size_t)len < sizeof key->series ? (size_t)len : sizeof key->series - 1;
}

/* ---- times in keys ---- */

static void format_time(int64_t time_ms, bool with_ms, char to[24])
{
    struct vv_civil c = vv_civil_of_ms(time_ms);

    snprintf(to, 24, with_ms ? "%04d%02d%02d%02d%02d%02d%03d" : "%04d%02d%02d%02d%02d%02d", c.year,
             c.month, c.day, c.hour, c.minute, c.second, (int)(c.nanosecond / 1000000));
}

static int number(const char *digits, size_t count)
{
    int n = 0;

    for (size_t i = 0; i < count; i++)
        n = n * 10 + (digits[i] - '0');
    return n;
}

static bool all_digits(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return count > 0;
}

static bool parse_time(const char *digits, bool with_ms, int64_t *time_ms)
{
    const struct vv_civil c = {
        .year = number(digits, 4),
        .month = number(digits + 4, 2),
        .day = number(digits + 6, 2),
        .hour = number(digits + 8, 2),
        .minute = number(digits + 10, 2),
        .second = number(digits + 12, 2),
        .nanosecond = with_ms ? (int64_t)number(digits + 14, 3) * 1000000 : 0,
    };
    char again[24];

    if (c.year < 1 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31)
        return false;
    *time_ms = vv_ms_of_civil(&c);
    format_time(*time_ms, with_ms, again);
    return memcmp(again, digits, with_ms ? MILLISECOND_DIGITS : SECOND_DIGITS) == 0;
}

void vv_time_order_format(struct vv_zone *zone, int64_t time_s, char to[VV_TIME_ORDER_BYTES])
{
    int64_t time_ms = time_s * VV_SECOND_MS;
    struct vv_civil c = zone != NULL ? vv_zone_civil(zone, time_ms) : vv_civil_of_ms(time_ms);

    snprintf(to, VV_TIME_ORDER_BYTES, "%04d/%02d/%02d %02d:%02d:%02d", c.year, c.month, c.day,
             c.hour, c.minute, c.second);
}

/* ---- VsPrimaryKey ---- */

/* Where "_", `digits` digits and "_" stand first, or null. */
static const char *find_time(const char *text, size_t len_bytes, size_t digits)
{
    for (size_t i = 1; i + digits + 2 <= len_bytes && i <= NAME_BYTES; i++)
        if (text[i] == '_' && text[i + digits + 1] == '_' && all_digits(text + i + 1, digits))
            return text + i;
    return NULL;
}

/* "SS" or "RE" at the end of the text, behind a "_". */
static bool parse_origin(const char *text, size_t len_bytes, bool *again)
{
    if (len_bytes < 3 || text[len_bytes - 3] != '_')
        return false;
    *again = memcmp(text + len_bytes - 2, "RE", 2) == 0;
    return *again || memcmp(text + len_bytes - 2, "SS", 2) == 0;
}

static void set_series(struct vv_strata_key *key, const char *tool, size_t tool_len,
                       const char *code, size_t code_len)
{
    memcpy(key->series, tool, tool_len);
    key->series_len = tool_len;
    if (code != NULL) {
        key->series[key->series_len++] = VV_STRATA_SEPARATOR;
        memcpy(key->series + key->series_len, code, code_len);
        key->series_len += code_len;
    }
    key->series[key->series_len] = '\0';
}

void vv_frame_key_format(const struct vv_strata_key *key, char to[VV_PRIMARY_KEY_BYTES])
{
    char time[24];

    format_time(key->time * VV_SECOND_MS, false, time);
    snprintf(to, VV_PRIMARY_KEY_BYTES, "%.*s_%s_%s", (int)key->series_len, key->series, time,
             key->sub == 0 ? "SS" : "RE");
}

bool vv_frame_key_parse(const char *text, size_t len_bytes, struct vv_strata_key *key)
{
    const char *at = find_time(text, len_bytes, SECOND_DIGITS);
    int64_t time_ms;
    bool again;

    if (at == NULL || at + 1 + SECOND_DIGITS + 3 != text + len_bytes ||
        !parse_origin(text, len_bytes, &again) || !parse_time(at + 1, false, &time_ms))
        return false;
    set_series(key, text, (size_t)(at - text), NULL, 0);
    key->time = time_ms / VV_SECOND_MS;
    key->sub = again;
    return true;
}

void vv_event_key_format(const struct vv_strata_key *key, char to[VV_PRIMARY_KEY_BYTES])
{
    const char *split = memchr(key->series, VV_STRATA_SEPARATOR, key->series_len);
    size_t tool_len = split != NULL ? (size_t)(split - key->series) : key->series_len;
    char time[24];

    format_time(key->time, true, time);
    snprintf(to, VV_PRIMARY_KEY_BYTES, "%.*s_%s_%.*s_%" PRIu32 "_%s", (int)tool_len, key->series,
             time, split != NULL ? (int)(key->series_len - tool_len - 1) : 0,
             split != NULL ? split + 1 : "", key->sub / 2, key->sub % 2 == 0 ? "SS" : "RE");
}

/* The number in front of the "_SS" or "_RE", in its shortest form; `*begin` is its first digit. */
static bool parse_count(const char *code, const char *end, const char **begin, uint32_t *n)
{
    const char *at = end;
    uint64_t value = 0;

    while (at > code && at[-1] >= '0' && at[-1] <= '9')
        at--;
    if (at == end || at == code || at[-1] != '_' || end - at > 10 || (*at == '0' && end - at > 1))
        return false;
    *begin = at;
    for (; at < end; at++)
        value = value * 10 + (uint64_t)(*at - '0');
    *n = (uint32_t)value;
    return value <= INT32_MAX;
}

bool vv_event_key_parse(const char *text, size_t len_bytes, struct vv_strata_key *key)
{
    const char *at = find_time(text, len_bytes, MILLISECOND_DIGITS), *code, *end, *digits;
    bool again;
    uint32_t n;

    if (at == NULL || !parse_origin(text, len_bytes, &again))
        return false;
    code = at + MILLISECOND_DIGITS + 2;
    end = text + len_bytes - 3;
    if (end <= code || !parse_count(code, end, &digits, &n) || digits - 1 - code < 1 ||
        digits - 1 - code > NAME_BYTES || !parse_time(at + 1, true, &key->time))
        return false;
    set_series(key, text, (size_t)(at - text), code, (size_t)(digits - 1 - code));
    key->sub = 2 * n + again;
    return true;
}
