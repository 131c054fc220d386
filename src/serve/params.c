#include "serve/params.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "base/utf8.h"
#include "serve/params_private.h"

#include "base/banned.h"

vv_status vv_params_add(struct vv_params *params, const char *name, const char *value,
                        vv_error *err)
{
    if (params->count == VV_PARAMS_MAX)
        return vv_fail(err, VARVE_LIMIT, "more than %d parameters", VV_PARAMS_MAX);
    if (params->count == params->capacity) {
        size_t capacity = params->capacity ? 2 * params->capacity : 16;
        struct vv_param *list = vv_arena_alloc(params->arena, capacity * sizeof *list);
        if (!list)
            return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the parameters");
        if (params->count > 0)
            memcpy(list, params->list, params->count * sizeof *list);
        params->list = list;
        params->capacity = capacity;
    }
    params->list[params->count++] = (struct vv_param){name, value};
    return VARVE_OK;
}

/* ---- query strings ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static vv_status unescape(struct vv_arena *arena, const char *text, size_t len_bytes, bool plus,
                          const char **value, vv_error *err)
{
    const char *what = plus ? "parameters" : "path";
    char *to = vv_arena_text(arena, text, len_bytes);
    size_t len = 0;

    *value = to;
    if (!to)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the parameters");
    for (size_t i = 0; i < len_bytes; i++) {
        char c = text[i];

        if (c == '%') {
            int high = i + 2 < len_bytes ? hex_digit(text[i + 1]) : -1;
            int low = i + 2 < len_bytes ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return vv_fail(err, VARVE_SYNTAX, "%s: a %% is not followed by two digits", what);
            c = (char)(16 * high + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (c == '\0')
            return vv_fail(err, VARVE_SYNTAX, "%s: a NUL", what);
        to[len++] = c;
    }
    to[len] = '\0';
    if (!vv_utf8_valid(to, len))
        return vv_fail(err, VARVE_SYNTAX, "%s: bytes that are not UTF-8", what);
    return VARVE_OK;
}

vv_status vv_params_unescape(struct vv_arena *arena, const char *text, size_t len_bytes,
                             const char **value, vv_error *err)
{
    return unescape(arena, text, len_bytes, true, value, err);
}

vv_status vv_path_unescape(struct vv_arena *arena, const char *text, size_t len_bytes,
                           const char **value, vv_error *err)
{
    return unescape(arena, text, len_bytes, false, value, err);
}

vv_status vv_params_add_query(struct vv_params *params, const char *text, size_t len_bytes,
                              vv_error *err)
{
    const char *end = text + len_bytes;
    vv_status status = VARVE_OK;

    while (!status && text < end) {
        const char *next = memchr(text, '&', (size_t)(end - text));
        const char *stop = next ? next : end;
        const char *equals = memchr(text, '=', (size_t)(stop - text));
        const char *name_end = equals ? equals : stop;
        const char *value_at = equals ? equals + 1 : stop;
        const char *name, *value;

        if (stop > text) {
            status = vv_params_unescape(params->arena, text, (size_t)(name_end - text), &name, err);
            if (!status)
                status = vv_params_unescape(params->arena, value_at, (size_t)(stop - value_at),
                                            &value, err);
            if (!status)
                status = vv_params_add(params, name, value, err);
        }
        text = next ? next + 1 : end;
    }
    return status;
}

/* ---- reading them ---- */

const char *vv_params_next(const struct vv_params *params, const char *name, size_t *at)
{
    while (*at < params->count) {
        const struct vv_param *param = &params->list[(*at)++];
        if (strcmp(param->name, name) == 0)
            return param->value;
    }
    return NULL;
}

const char *vv_params_get(const struct vv_params *params, const char *name)
{
    size_t at = 0;

    return vv_params_next(params, name, &at);
}

vv_status vv_params_integer(const struct vv_params *params, const char *name, int64_t fallback,
                            int64_t least, int64_t most, int64_t *value, vv_error *err)
{
    const char *text = vv_params_get(params, name);
    char *end;

    *value = fallback;
    if (!text)
        return VARVE_OK;
    errno = 0;
    *value = strtoll(text, &end, 10);
    if (errno || end == text || *end || *value < least || *value > most)
        return vv_fail(err, VARVE_BAD_VALUE, "%s is %" PRId64 " to %" PRId64 ", not \"%.40s\"",
                       name, least, most, text);
    return VARVE_OK;
}

vv_status vv_params_time(const struct vv_params *params, const char *name, int64_t fallback_ms,
                         int64_t now_ms, int64_t *time_ms, vv_error *err)
{
    const char *text = vv_params_get(params, name);
    vv_status status = VARVE_OK;

    *time_ms = fallback_ms;
    if (text)
        status = vv_time_parse_user_ms(text, now_ms, time_ms, err);
    if (status)
        vv_error_prefix(err, "%s", name);
    return status;
}

vv_status vv_params_flag(const struct vv_params *params, const char *name, bool *flag,
                         vv_error *err)
{
    static const char *const words[] = {"1", "true", "yes", "on", "", "0", "false", "no", "off"};
    const char *text = vv_params_get(params, name);

    *flag = false;
    if (!text)
        return VARVE_OK;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i]) == 0) {
            *flag = i < 5;
            return VARVE_OK;
        }
    }
    return vv_fail(err, VARVE_BAD_VALUE, "%s is 1 or 0, not \"%.40s\"", name, text);
}
