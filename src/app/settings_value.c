/* settings_value.c: values of settings as they are written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/settings.h"
#include "base/arena.h"
#include "base/buf.h"

#include "base/banned.h"

/* Appends the environment's value of the "${NAME}" that `at` begins with; `at` moves behind it. */
static vv_status expand_one(const struct vv_yaml_node *node, const char **at, struct vv_buf *to,
                            vv_error *err)
{
    char name[256];
    const char *close = strchr(*at, '}');
    size_t len = close ? (size_t)(close - *at) - 2 : 0;
    if (!close || len == 0 || len >= sizeof name)
        return vv_yaml_fail(node, VARVE_SYNTAX, err,
                            "%s: \"${\" begins the name of a variable: ${NAME}",
                            node->key ? node->key : "value");
    memcpy(name, *at + 2, len);
    name[len] = 0;
    const char *value = getenv(name);
    if (!value)
        return vv_yaml_fail(node, VARVE_NOT_FOUND, err,
                            "the environment has no variable \"%s\": set it, or write the value",
                            name);
    vv_buf_text(to, value);
    *at = close + 1;
    return VARVE_OK;
}

/* "${NAME}" anywhere in a text is the environment's value: secrets stay out of the file. */
static vv_status set_text(const char **field, const struct vv_yaml_node *node,
                          struct vv_arena *arena, vv_error *err)
{
    struct vv_buf whole = {0};
    const char *text;
    vv_status status = vv_yaml_text(node, &text, err);
    while (!status && *text) {
        if (strncmp(text, "${", 2) == 0)
            status = expand_one(node, &text, &whole, err);
        else
            vv_buf_char(&whole, *text++);
    }
    if (!status && whole.len == 0 && !whole.failed)
        status = vv_yaml_fail(node, VARVE_BAD_VALUE, err,
                              "%s: the text is empty; leave the key out or write one",
                              node->key ? node->key : "value");
    if (!status) {
        *field = whole.failed ? NULL : vv_arena_text(arena, (const char *)whole.data, whole.len);
        if (!*field)
            status = vv_fail(err, VARVE_NO_MEMORY, "no memory for the configuration");
    }
    vv_buf_deinit(&whole);
    return status;
}

static vv_status set_size(const struct vv_setting *setting, int64_t *bytes,
                          const struct vv_yaml_node *node, vv_error *err)
{
    static const struct {
        const char *unit;
        int64_t bytes;
    } units[] = {{"", 1}, {"B", 1}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}};
    const char *text;
    vv_status status = vv_yaml_text(node, &text, err);
    if (status)
        return status;
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    bool is_number = end != text && text[0] >= '0' && text[0] <= '9';
    while (*end == ' ')
        end++;
    for (size_t i = 0; is_number && i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(end, units[i].unit) != 0)
            continue;
        int64_t value;
        if (errno || __builtin_mul_overflow((int64_t)number, units[i].bytes, &value) ||
            value < setting->least || value > setting->most)
            return vv_yaml_fail(node, VARVE_BAD_VALUE, err,
                                "%s: %.40s is outside of %lld to %lld bytes", setting->key, text,
                                (long long)setting->least, (long long)setting->most);
        *bytes = value;
        return VARVE_OK;
    }
    return vv_yaml_fail(node, VARVE_BAD_VALUE, err,
                        "%s: \"%.40s\" is no size; write a number with KiB, MiB or GiB",
                        setting->key, text);
}

vv_status vv_setting_set(const struct vv_setting *setting, void *base,
                         const struct vv_yaml_node *node, struct vv_arena *arena, vv_error *err)
{
    void *field = (char *)base + setting->offset;
    int choice;
    vv_status status = VARVE_OK;
    switch (setting->kind) {
    case VV_SETTING_TEXT:
    case VV_SETTING_PATH:
        return set_text(field, node, arena, err);
    case VV_SETTING_BOOL:
        return vv_yaml_bool(node, field, err);
    case VV_SETTING_INT:
        return vv_yaml_int(node, setting->least, setting->most, field, err);
    case VV_SETTING_DURATION:
        return vv_yaml_duration_ms(node, setting->least, setting->most, field, err);
    case VV_SETTING_SIZE:
        return set_size(setting, field, node, err);
    case VV_SETTING_CHOICE:
        status = vv_yaml_choice(node, setting->words, &choice, err);
        if (!status)
            *(int64_t *)field = choice;
        return status;
    }
    return status;
}

/* It goes through the same reader as a written one. */
vv_status vv_setting_set_standard(const struct vv_setting *setting, void *base,
                                  struct vv_arena *arena, vv_error *err)
{
    if (!setting->standard)
        return VARVE_OK;
    const struct vv_yaml_node node = {.kind = VV_YAML_SCALAR,
                                      .file = "standard value",
                                      .text = setting->standard,
                                      .len_bytes = strlen(setting->standard),
                                      .key = setting->key};
    return vv_setting_set(setting, base, &node, arena, err);
}
