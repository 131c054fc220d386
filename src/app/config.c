#include "app/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/config_private.h"
#include "app/settings.h"
#include "base/yaml.h"
#include "base/zone.h"

#include "base/banned.h"

#define KEYS_MAX 64
#define PORT_MAX 65535

void vv_config_note_later(struct vv_config *config, const char *format, ...)
{
    va_list args;
    if (config->later_count == VV_CONFIG_LATER_MAX)
        return;
    va_start(args, format);
    vsnprintf(config->later[config->later_count++], sizeof config->later[0], format, args);
    va_end(args);
}

const struct vv_yaml_node *vv_config_get(const struct vv_yaml_node *mapping, const char *key)
{
    const struct vv_yaml_node *node = mapping ? vv_yaml_get(mapping, key) : NULL;
    return node && !vv_yaml_is_null(node) ? node : NULL;
}

/* ---- mappings against rows of settings ---- */

static bool is_of(const struct vv_setting *row, const char *section)
{
    return section ? row->section && !strcmp(row->section, section) : !row->section;
}

/* The keys that a mapping may have: those of the rows of its section, and further ones. */
static void known_keys(const struct vv_setting *rows, size_t count, const char *section,
                       const char *const *more, const char **known)
{
    size_t n = 0;
    for (size_t i = 0; i < count && n < KEYS_MAX - 1; i++)
        if (is_of(&rows[i], section))
            known[n++] = rows[i].key;
    for (size_t i = 0; more && more[i] && n < KEYS_MAX - 1; i++)
        known[n++] = more[i];
    known[n] = NULL;
}

vv_status vv_config_section(struct vv_config *config, void *base, const struct vv_setting *rows,
                            size_t count, const char *section, const char *const *more,
                            const struct vv_yaml_node *mapping, vv_error *err)
{
    const char *known[KEYS_MAX];
    known_keys(rows, count, section, more, known);
    vv_status status = mapping ? vv_yaml_known(mapping, known, err) : VARVE_OK;
    for (size_t i = 0; i < count && !status; i++) {
        if (!is_of(&rows[i], section))
            continue;
        const struct vv_yaml_node *node = vv_config_get(mapping, rows[i].key);
        status = node ? vv_setting_set(&rows[i], base, node, &config->arena, err)
                      : vv_setting_set_standard(&rows[i], base, &config->arena, err);
        if (!status && node && rows[i].later)
            vv_config_note_later(config, "\"%s\" is checked, not acted on yet (%s)", rows[i].key,
                                 rows[i].later);
    }
    return status;
}

/* ---- what no row can say ---- */

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
        /* Texts of the tree live in the same arena. */
        config->aliases[config->alias_count++] = (struct vv_config_alias){n->key, driver};
    }
    return VARVE_OK;
}

static vv_status check_zone(const struct vv_config *config, const struct vv_yaml_node *root,
                            vv_error *err)
{
    const struct vv_yaml_node *node = vv_config_get(root, "timezone");
    struct vv_zone *zone = NULL;
    vv_status status = node ? vv_zone_new(config->timezone, &zone, err) : VARVE_OK;
    vv_zone_free(zone);
    if (status)
        vv_error_prefix(err, "%s line %u: timezone", node->file, node->line);
    return status;
}

/* HOST:PORT or [HOST]:PORT; whether the address may be bound is the server's to say. */
static vv_status check_listen(const struct vv_config *config, const struct vv_yaml_node *root,
                              vv_error *err)
{
    const struct vv_yaml_node *node = vv_config_get(vv_config_get(root, "http"), "listen");
    const char *colon = strrchr(config->http_listen, ':');
    size_t digits = colon ? strspn(colon + 1, "0123456789") : 0;
    if (!node || (colon && colon != config->http_listen && digits > 0 && !colon[1 + digits] &&
                  strtol(colon + 1, NULL, 10) <= PORT_MAX))
        return VARVE_OK;
    return vv_yaml_fail(node, VARVE_BAD_VALUE, err,
                        "listen: \"%.80s\" is no address; write \"127.0.0.1:8080\"",
                        config->http_listen);
}

static vv_status check_ledger(const struct vv_config *config, const struct vv_yaml_node *root,
                              vv_error *err)
{
    const struct vv_yaml_node *node = vv_config_get(root, "ledger");
    static const char scheme[] = "sqlite:";
    if (!node || (strncmp(config->ledger, scheme, sizeof scheme - 1) == 0 &&
                  config->ledger[sizeof scheme - 1]))
        return VARVE_OK;
    return vv_yaml_fail(node, VARVE_UNSUPPORTED, err,
                        "ledger: \"%.80s\" is no database of this version; write \"sqlite:FILE\"",
                        config->ledger);
}

static vv_status read_root(struct vv_config *config, const struct vv_yaml_node *root, vv_error *err)
{
    static const char *const more[] = {"billing", "reports",   "backup", "http",
                                       "drivers", "histories", NULL};
    static const char *const sections[] = {"billing", "reports", "backup", "http"};
    vv_status status =
        vv_config_section(config, config, vv_settings, vv_setting_count, NULL, more, root, err);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0] && !status; i++)
        status = vv_config_section(config, config, vv_settings, vv_setting_count, sections[i], NULL,
                                   vv_config_get(root, sections[i]), err);
    if (!status)
        status = check_zone(config, root, err);
    if (!status)
        status = check_listen(config, root, err);
    if (!status)
        status = check_ledger(config, root, err);
    if (!status)
        status = read_aliases(config, vv_config_get(root, "drivers"), err);
    return status ? status : vv_config_histories(config, vv_config_get(root, "histories"), err);
}

/* ---- the whole file ---- */

static vv_status init(struct vv_config *config, const char *path, vv_error *err)
{
    *config = (struct vv_config){0};
    vv_arena_init(&config->arena, 0, NULL);
    const char *slash = strrchr(path, '/');
    config->file = vv_arena_text(&config->arena, path, strlen(path));
    config->dir = slash ? vv_arena_text(&config->arena, path, (size_t)(slash - path) + 1) : "";
    return config->file && config->dir
               ? VARVE_OK
               : vv_fail(err, VARVE_NO_MEMORY, "no memory for the configuration");
}

vv_status vv_config_read(const char *path, struct vv_config *config, vv_error *err)
{
    struct vv_yaml_node *root;
    vv_status status = init(config, path, err);
    if (!status)
        status = vv_yaml_read(config->file, &config->arena, &root, err);
    return status ? status : read_root(config, root, err);
}

vv_status vv_config_parse(const char *text, size_t len_bytes, const char *path,
                          struct vv_config *config, vv_error *err)
{
    struct vv_yaml_node *root;
    vv_status status = init(config, path, err);
    if (!status)
        status = vv_yaml_parse(text, len_bytes, config->file, &config->arena, &root, err);
    return status ? status : read_root(config, root, err);
}

vv_status vv_config_default(const char *data, struct vv_config *config, vv_error *err)
{
    vv_status status = init(config, "", err);
    if (!status)
        status = read_root(config, NULL, err);
    if (status)
        return status;
    config->data = vv_arena_text(&config->arena, data, strlen(data));
    return config->data ? VARVE_OK
                        : vv_fail(err, VARVE_NO_MEMORY, "no memory for the configuration");
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
