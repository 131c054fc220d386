#include "app/config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/settings.h"
#include "base/alloc.h"
#include "base/time.h"
#include "base/yaml.h"

#include "base/banned.h"

#define KEYS_MAX 64

/* ---- values ---- */

/* "${NAME}" anywhere in a text is the environment's value: secrets stay out of the file. */
static vv_status expand(struct vv_config *config, const struct vv_yaml_node *node, const char *text,
                        const char **to, vv_error *err)
{
    const char *open = strstr(text, "${");
    const char *close = open ? strchr(open, '}') : NULL;
    if (!open || !close) {
        *to = vv_arena_text(&config->arena, text, strlen(text));
        return *to ? VARVE_OK : vv_fail(err, VARVE_NO_MEMORY, "no memory for the configuration");
    }
    char *name = vv_arena_text(&config->arena, open + 2, (size_t)(close - open - 2));
    const char *value = name ? getenv(name) : NULL;
    if (!value)
        return vv_yaml_fail(node, VARVE_BAD_VALUE, err,
                            "the environment has no variable \"%s\": set it, or write the value",
                            name ? name : "");
    char *joined =
        vv_arena_format(&config->arena, "%.*s%s%s", (int)(open - text), text, value, close + 1);
    if (!joined)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the configuration");
    *to = joined;
    return VARVE_OK;
}

static vv_status size_parse(const struct vv_yaml_node *node, const struct vv_setting *setting,
                            int64_t *bytes, vv_error *err)
{
    static const struct {
        const char *unit;
        int64_t bytes;
    } units[] = {{"B", 1}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}, {"", 1}};
    const char *text;
    char *end;
    vv_status status = vv_yaml_text(node, &text, err);
    if (status)
        return status;
    long long number = strtoll(text, &end, 10);
    while (*end == ' ')
        end++;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (end == text || strcmp(end, units[i].unit) != 0)
            continue;
        if (number > INT64_MAX / units[i].bytes || number * units[i].bytes < setting->least ||
            number * units[i].bytes > setting->most)
            return vv_yaml_fail(node, VARVE_BAD_VALUE, err,
                                "%s: %s is outside of %lld to %lld bytes", setting->key, text,
                                (long long)setting->least, (long long)setting->most);
        *bytes = number * units[i].bytes;
        return VARVE_OK;
    }
    return vv_yaml_fail(node, VARVE_BAD_VALUE, err,
                        "%s: \"%.40s\" is no size; write a number with KiB, MiB or GiB",
                        setting->key, text);
}

static vv_status set_value(struct vv_config *config, void *base, const struct vv_setting *setting,
                           const struct vv_yaml_node *node, vv_error *err)
{
    void *field = (char *)base + setting->offset;
    const char *text;
    int choice;
    vv_status status = VARVE_OK;
    switch (setting->kind) {
    case VV_SETTING_TEXT:
    case VV_SETTING_PATH:
        status = vv_yaml_text(node, &text, err);
        if (!status)
            status = expand(config, node, text, (const char **)field, err);
        break;
    case VV_SETTING_BOOL:
        status = vv_yaml_bool(node, field, err);
        break;
    case VV_SETTING_INT:
        status = vv_yaml_int(node, setting->least, setting->most, field, err);
        break;
    case VV_SETTING_DURATION:
        status = vv_yaml_duration_ms(node, setting->least, setting->most, field, err);
        break;
    case VV_SETTING_SIZE:
        status = size_parse(node, setting, field, err);
        break;
    case VV_SETTING_CHOICE:
        status = vv_yaml_choice(node, setting->words, &choice, err);
        if (!status)
            *(int64_t *)field = choice;
        break;
    }
    return status;
}

/* The standard value of a row goes through the same reader as a written one. */
static vv_status set_standard(struct vv_config *config, void *base,
                              const struct vv_setting *setting, vv_error *err)
{
    if (!setting->standard)
        return VARVE_OK;
    struct vv_yaml_node node = {.kind = VV_YAML_SCALAR,
                                .file = "standard value",
                                .text = setting->standard,
                                .len_bytes = strlen(setting->standard),
                                .key = setting->key};
    return set_value(config, base, setting, &node, err);
}

static void note_later(struct vv_config *config, const char *key, const char *part)
{
    if (config->later_count < VV_CONFIG_LATER_MAX)
        snprintf(config->later[config->later_count++], sizeof config->later[0],
                 "\"%s\" is checked, not acted on yet (%s)", key, part);
}

/* ---- mappings against rows of settings ---- */

/* The keys that a mapping may have: those of the rows of its section, and further ones. */
static void known_keys(const struct vv_setting *rows, size_t count, const char *section,
                       const char *const *more, const char **known)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        bool mine =
            section ? rows[i].section && !strcmp(rows[i].section, section) : !rows[i].section;
        if (mine && n < KEYS_MAX - 1)
            known[n++] = rows[i].key;
    }
    for (size_t i = 0; more && more[i] && n < KEYS_MAX - 1; i++)
        known[n++] = more[i];
    known[n] = NULL;
}

static vv_status read_section(struct vv_config *config, void *base, const struct vv_setting *rows,
                              size_t count, const char *section, const char *const *more,
                              const struct vv_yaml_node *mapping, vv_error *err)
{
    const char *known[KEYS_MAX];
    known_keys(rows, count, section, more, known);
    vv_status status = mapping ? vv_yaml_known(mapping, known, err) : VARVE_OK;
    for (size_t i = 0; i < count && !status; i++) {
        bool mine =
            section ? rows[i].section && !strcmp(rows[i].section, section) : !rows[i].section;
        if (!mine)
            continue;
        const struct vv_yaml_node *node = mapping ? vv_yaml_get(mapping, rows[i].key) : NULL;
        if (!node || vv_yaml_is_null(node)) {
            status = set_standard(config, base, &rows[i], err);
            continue;
        }
        status = set_value(config, base, &rows[i], node, err);
        if (!status && rows[i].later)
            note_later(config, rows[i].key, rows[i].later);
    }
    return status;
}

/* ---- histories ---- */

static vv_status read_windows(struct vv_config *config, struct vv_config_history *history,
                              const struct vv_yaml_node *node, vv_error *err)
{
    if (!node)
        return VARVE_OK;
    if (node->kind != VV_YAML_SEQUENCE)
        return vv_yaml_fail(node, VARVE_SYNTAX, err,
                            "windows: a list of whole minutes is expected: [1, 10]");
    vv_status status = VARVE_OK;
    for (const struct vv_yaml_node *n = node->first; n && !status; n = n->next) {
        if (history->window_count == VV_CONFIG_WINDOWS_MAX)
            return vv_yaml_fail(n, VARVE_LIMIT, err, "windows: at most %d", VV_CONFIG_WINDOWS_MAX);
        status = vv_yaml_int(n, 1, 44640, &history->windows[history->window_count++], err);
    }
    if (!status && history->window_count > 0)
        note_later(config, "windows", "pre-processing");
    return status;
}

static vv_status read_history(struct vv_config *config, const struct vv_yaml_node *node,
                              vv_error *err)
{
    static const char *const more[] = {"windows", "keep", NULL};
    struct vv_config_history *history = &config->histories[config->history_count];
    vv_status status = read_section(config, history, vv_history_settings, vv_history_setting_count,
                                    NULL, more, node, err);
    if (!status)
        status = read_section(config, history, vv_history_settings, vv_history_setting_count,
                              "keep", NULL, vv_yaml_get(node, "keep"), err);
    if (!status)
        status = read_windows(config, history, vv_yaml_get(node, "windows"), err);
    if (!status && !history->name)
        status = vv_yaml_fail(node, VARVE_BAD_VALUE, err, "a history needs a name");
    for (size_t i = 0; i < config->history_count && !status; i++)
        if (!strcmp(config->histories[i].name, history->name))
            status = vv_yaml_fail(node, VARVE_EXISTS, err, "the history \"%s\" is there twice",
                                  history->name);
    if (!status && strcmp(history->store, "native") != 0)
        status = vv_yaml_fail(node, VARVE_UNSUPPORTED, err,
                              "history \"%s\": store \"%.60s\" comes with a later version; "
                              "\"native\" is there",
                              history->name, history->store);
    if (!status && history->layout != 0)
        status = vv_yaml_fail(node, VARVE_UNSUPPORTED, err,
                              "history \"%s\": layout trend comes with metering; \"scada\" is "
                              "there",
                              history->name);
    if (!status)
        config->history_count++;
    return status;
}

static vv_status read_histories(struct vv_config *config, const struct vv_yaml_node *node,
                                vv_error *err)
{
    vv_status status = VARVE_OK;
    if (node && node->kind != VV_YAML_SEQUENCE)
        return vv_yaml_fail(node, VARVE_SYNTAX, err, "histories: a list is expected");
    for (const struct vv_yaml_node *n = node ? node->first : NULL; n && !status; n = n->next) {
        if (config->history_count == VV_CONFIG_HISTORIES_MAX)
            return vv_yaml_fail(n, VARVE_LIMIT, err, "histories: at most %d",
                                VV_CONFIG_HISTORIES_MAX);
        status = read_history(config, n, err);
    }
    if (status || config->history_count > 0)
        return status;
    status = read_section(config, &config->histories[0], vv_history_settings,
                          vv_history_setting_count, NULL, NULL, NULL, err);
    config->histories[0].name = "main";
    config->history_count = 1;
    return status;
}

/* ---- the whole file ---- */

static vv_status read_aliases(struct vv_config *config, const struct vv_yaml_node *node,
                              vv_error *err)
{
    if (node && node->kind != VV_YAML_MAPPING)
        return vv_yaml_fail(node, VARVE_SYNTAX, err,
                            "drivers: a mapping from names to drivers is expected");
    for (const struct vv_yaml_node *n = node ? node->first : NULL; n; n = n->next) {
        const char *driver;
        if (config->alias_count == VV_CONFIG_ALIASES_MAX)
            return vv_yaml_fail(n, VARVE_LIMIT, err, "drivers: at most %d", VV_CONFIG_ALIASES_MAX);
        vv_status status = vv_yaml_text(n, &driver, err);
        if (!status && strchr(driver, '/'))
            status = vv_yaml_fail(n, VARVE_BAD_NAME, err, "a driver's name holds no \"/\"");
        if (status)
            return status;
        config->aliases[config->alias_count++] =
            (struct vv_config_alias){vv_arena_text(&config->arena, n->key, strlen(n->key)),
                                     vv_arena_text(&config->arena, driver, strlen(driver))};
    }
    return VARVE_OK;
}

static vv_status read_root(struct vv_config *config, const struct vv_yaml_node *root, vv_error *err)
{
    static const char *const more[] = {"billing", "reports", "http", "drivers", "histories", NULL};
    static const char *const sections[] = {"billing", "reports", "http"};
    vv_status status =
        read_section(config, config, vv_settings, vv_setting_count, NULL, more, root, err);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0] && !status; i++)
        status = read_section(config, config, vv_settings, vv_setting_count, sections[i], NULL,
                              root ? vv_yaml_get(root, sections[i]) : NULL, err);
    if (!status)
        status = read_aliases(config, root ? vv_yaml_get(root, "drivers") : NULL, err);
    if (!status)
        status = read_histories(config, root ? vv_yaml_get(root, "histories") : NULL, err);
    return status;
}

vv_status vv_config_read(const char *path, struct vv_config *config, vv_error *err)
{
    *config = (struct vv_config){0};
    vv_arena_init(&config->arena, 0, NULL);
    const char *slash = strrchr(path, '/');
    config->file = vv_arena_text(&config->arena, path, strlen(path));
    config->dir = slash ? vv_arena_text(&config->arena, path, (size_t)(slash - path) + 1) : "";
    struct vv_yaml_node *root;
    if (!config->file || !config->dir)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the configuration");
    vv_status status = vv_yaml_read(config->file, &config->arena, &root, err);
    return status ? status : read_root(config, root, err);
}

vv_status vv_config_default(const char *data, struct vv_config *config, vv_error *err)
{
    *config = (struct vv_config){0};
    vv_arena_init(&config->arena, 0, NULL);
    config->file = "";
    config->dir = "";
    vv_status status = read_root(config, NULL, err);
    config->data = vv_arena_text(&config->arena, data, strlen(data));
    return !status && !config->data ? vv_fail(err, VARVE_NO_MEMORY, "no memory") : status;
}

void vv_config_deinit(struct vv_config *config)
{
    vv_arena_deinit(&config->arena);
    *config = (struct vv_config){0};
}

const char *vv_config_path(struct vv_config *config, const char *path)
{
    if (!path || path[0] == '/')
        return path;
    return vv_arena_format(&config->arena, "%s%s", config->dir, path);
}

/* ---- docs/configuration.md ---- */

static void document_row(const struct vv_setting *setting)
{
    printf("| `%s%s%s` | ", setting->section ? setting->section : "", setting->section ? "." : "",
           setting->key);
    if (setting->standard)
        printf("`%s`", setting->standard);
    printf(" | %s", setting->doc);
    if (setting->kind == VV_SETTING_CHOICE) {
        printf(" One of");
        for (size_t i = 0; setting->words[i]; i++)
            printf("%s `%s`", i ? "," : "", setting->words[i]);
        printf(".");
    }
    if (setting->later)
        printf(" *Checked, not acted on yet (%s).*", setting->later);
    printf(" |\n");
}

void vv_config_document(void)
{
    printf("# Configuration: `varve.yaml`\n\n"
           "Made from the table in `src/app/settings.c` by `varve serve --document`; `./test` "
           "compares.\n\n"
           "Unknown keys are errors. Relative paths are from the folder of the file. Durations: "
           "`250ms s m h d w y`; sizes: `KiB MiB GiB`. `${NAME}` in a text is the environment's "
           "value of NAME, so that no secret needs to stand in the file. "
           "`varve serve -c varve.yaml --check` tests the file and does nothing else.\n\n"
           "| setting | by itself | what it does |\n|---|---|---|\n");
    for (size_t i = 0; i < vv_setting_count; i++)
        document_row(&vv_settings[i]);
    printf("| `drivers` | | A mapping from names in `TB_Connections.DLL` to drivers: "
           "`{zmb: iec62056}`. |\n"
           "\n## Each entry of `histories`\n\nWithout the list there is one: `{name: main}`.\n\n"
           "| setting | by itself | what it does |\n|---|---|---|\n");
    for (size_t i = 0; i < vv_history_setting_count; i++)
        document_row(&vv_history_settings[i]);
    printf("| `windows` | | Pre-processing windows in whole minutes: `[1, 10]`. *Checked, not "
           "acted on yet (pre-processing).* |\n");
}
