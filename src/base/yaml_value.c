/* yaml_value.c: keys and typed values of a YAML tree. See yaml.h. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/nearest.h"
#include "base/time.h"
#include "base/yaml.h"

#include "base/banned.h"

vv_status vv_yaml_fail(const struct vv_yaml_node *node, vv_status status, vv_error *err,
                       const char *format, ...)
{
    char message[400];
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return vv_fail(err, status, "%s line %u: %s", node->file, node->line, message);
}

static const char *kind_name(enum vv_yaml_kind kind)
{
    static const char *const names[] = {"a single value", "a mapping (key: value)", "a list"};

    return names[kind];
}

/* "period: ", or nothing. */
static const char *of_key(const struct vv_yaml_node *node, char *to, size_t size)
{
    to[0] = '\0';
    if (node->key != NULL)
        snprintf(to, size, "%s: ", node->key);
    return to;
}

static vv_status expected(const struct vv_yaml_node *node, vv_error *err, const char *what)
{
    char key[80];

    of_key(node, key, sizeof key);
    if (node->kind != VV_YAML_SCALAR)
        return vv_yaml_fail(node, VARVE_SYNTAX, err, "%s%s is expected, this is %s", key, what,
                            kind_name(node->kind));
    return vv_yaml_fail(node, VARVE_SYNTAX, err, "%s%s is expected, this is \"%.80s\"", key, what,
                        node->text);
}

static bool is_known(const char *key, const char *const *known)
{
    for (; *known != NULL; known++)
        if (strcmp(key, *known) == 0)
            return true;
    return false;
}

vv_status vv_yaml_known(const struct vv_yaml_node *mapping, const char *const *known, vv_error *err)
{
    if (mapping->kind != VV_YAML_MAPPING)
        return expected(mapping, err, "a mapping (key: value)");
    for (const struct vv_yaml_node *n = mapping->first; n != NULL; n = n->next) {
        const char *near;

        if (is_known(n->key, known))
            continue;
        near = vv_nearest(n->key, known);
        if (near != NULL)
            return vv_fail(err, VARVE_SYNTAX,
                           "%s line %u: unknown key \"%.80s\"; did you mean \"%s\"?", n->file,
                           n->key_line, n->key, near);
        return vv_fail(err, VARVE_SYNTAX, "%s line %u: unknown key \"%.80s\"", n->file, n->key_line,
                       n->key);
    }
    return VARVE_OK;
}

const struct vv_yaml_node *vv_yaml_get(const struct vv_yaml_node *mapping, const char *key)
{
    if (mapping->kind != VV_YAML_MAPPING)
        return NULL;
    for (const struct vv_yaml_node *n = mapping->first; n != NULL; n = n->next)
        if (n->key != NULL && strcmp(n->key, key) == 0)
            return n;
    return NULL;
}

bool vv_yaml_is_null(const struct vv_yaml_node *node)
{
    if (node->kind != VV_YAML_SCALAR || node->quoted)
        return false;
    return node->len_bytes == 0 || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0;
}

vv_status vv_yaml_text(const struct vv_yaml_node *node, const char **text, vv_error *err)
{
    *text = "";
    if (node->kind != VV_YAML_SCALAR || vv_yaml_is_null(node))
        return expected(node, err, "text");
    *text = node->text;
    return VARVE_OK;
}

vv_status vv_yaml_int(const struct vv_yaml_node *node, int64_t least, int64_t most, int64_t *v,
                      vv_error *err)
{
    char what[80], *end = NULL;
    long long parsed = 0;

    *v = 0;
    snprintf(what, sizeof what, "a whole number from %lld to %lld", (long long)least,
             (long long)most);
    errno = 0;
    if (node->kind == VV_YAML_SCALAR && !node->quoted && node->len_bytes > 0) {
        bool hex = strncasecmp(node->text, "0x", 2) == 0;

        parsed = strtoll(node->text, &end, hex ? 16 : 10);
    }
    if (end == NULL || end == node->text || *end != '\0' || errno != 0 || parsed < least ||
        parsed > most)
        return expected(node, err, what);
    *v = parsed;
    return VARVE_OK;
}

vv_status vv_yaml_double(const struct vv_yaml_node *node, double *v, vv_error *err)
{
    char *end = NULL;
    double parsed = 0;

    *v = 0;
    if (node->kind == VV_YAML_SCALAR && !node->quoted && node->len_bytes > 0)
        parsed = strtod(node->text, &end);
    if (end == NULL || end == node->text || *end != '\0' || !isfinite(parsed))
        return expected(node, err, "a number");
    *v = parsed;
    return VARVE_OK;
}

vv_status vv_yaml_bool(const struct vv_yaml_node *node, bool *v, vv_error *err)
{
    static const char *const words[] = {"false", "true", "off", "on", "no", "yes"};

    *v = false;
    if (node->kind == VV_YAML_SCALAR && !node->quoted)
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (strcasecmp(node->text, words[i]) == 0) {
                *v = i % 2 == 1;
                return VARVE_OK;
            }
    return expected(node, err, "true or false");
}

/* "15m", and with a fraction "0.5s": so many of the unit that stands behind the number. */
static bool read_duration_ms(const char *text, int64_t *v)
{
    char one[16] = "1";
    int64_t unit_ms;
    char *unit;
    double count;

    if (strchr(text, '.') == NULL)
        return vv_duration_parse_ms(text, v, NULL) == VARVE_OK;
    count = strtod(text, &unit);
    if (text[0] < '0' || text[0] > '9' || strlen(unit) + 2 > sizeof one)
        return false;
    memcpy(one + 1, unit, strlen(unit) + 1);
    if (vv_duration_parse_ms(one, &unit_ms, NULL) != VARVE_OK || !(count * (double)unit_ms < 9e15))
        return false;
    *v = llround(count * (double)unit_ms);
    return true;
}

vv_status vv_yaml_duration_ms(const struct vv_yaml_node *node, int64_t least, int64_t most,
                              int64_t *v, vv_error *err)
{
    char key[80];

    *v = 0;
    if (node->kind != VV_YAML_SCALAR || !read_duration_ms(node->text, v))
        return expected(node, err, "a duration (250ms, 0.5s, 15m, 2h, 1d)");
    if (*v < least || *v > most)
        return vv_yaml_fail(node, VARVE_BAD_VALUE, err, "%s%s is outside of %lld ms to %lld ms",
                            of_key(node, key, sizeof key), node->text, (long long)least,
                            (long long)most);
    return VARVE_OK;
}

vv_status vv_yaml_choice(const struct vv_yaml_node *node, const char *const *words, int *v,
                         vv_error *err)
{
    char what[240] = "one of";
    size_t len = strlen(what);

    *v = 0;
    for (int i = 0; words[i] != NULL; i++) {
        if (node->kind == VV_YAML_SCALAR && strcmp(node->text, words[i]) == 0) {
            *v = i;
            return VARVE_OK;
        }
        if (len < sizeof what)
            len += (size_t)snprintf(what + len, sizeof what - len, "%s %s", i > 0 ? "," : "",
                                    words[i]);
    }
    return expected(node, err, what);
}
