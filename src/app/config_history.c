/* config_history.c: the list `histories` of varve.yaml. */
#include <string.h>

#include "app/config_private.h"
#include "app/settings.h"
#include "base/nearest.h"
#include "base/yaml.h"
#include "catalog/names.h"

#include "base/banned.h"

#define WINDOW_MOST_MIN 44640 /* 31 days */

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
        status =
            vv_yaml_int(n, 1, WINDOW_MOST_MIN, &history->windows[history->window_count++], err);
    }
    if (!status && history->window_count > 0)
        vv_config_note_later(config, "\"windows\" is checked, not acted on yet (pre-processing)");
    return status;
}

/* The name is a folder of the data directory. */
static vv_status check_name(const struct vv_config_history *history,
                            const struct vv_yaml_node *node, vv_error *err)
{
    const struct vv_yaml_node *at = vv_config_get(node, "name");
    if (!at)
        return vv_yaml_fail(node, VARVE_BAD_VALUE, err, "a history needs a \"name\"");
    if (history->name[0] == '.' || strchr(history->name, '/'))
        return vv_yaml_fail(at, VARVE_BAD_NAME, err,
                            "name: \"%.100s\": it names a folder, so it holds no \"/\" and does "
                            "not begin with \".\"",
                            history->name);
    vv_status status = vv_tag_name_check(history->name, strlen(history->name), err);
    if (status)
        vv_error_prefix(err, "%s line %u", at->file, at->line);
    return status;
}

/* "native", or "KIND:..." of a database; `*later` is the kind that only a later version opens. */
static vv_status check_store(const struct vv_config_history *history,
                             const struct vv_yaml_node *node, const char **later, vv_error *err)
{
    static const char *const kinds[] = {"native", "sqlite", "postgres", "mysql", "sqlserver", NULL};
    const struct vv_yaml_node *at = vv_config_get(node, "store");
    size_t len = strcspn(history->store, ":");
    *later = NULL;
    for (size_t i = 0; kinds[i]; i++) {
        if (strlen(kinds[i]) != len || strncmp(kinds[i], history->store, len) != 0)
            continue;
        bool native = i == 0;
        if (native == (history->store[len] == 0)) {
            *later = native ? NULL : kinds[i];
            return VARVE_OK;
        }
    }
    const char *near = vv_nearest(history->store, kinds);
    return vv_yaml_fail(at ? at : node, VARVE_BAD_VALUE, err,
                        "store: \"%.60s\" is none of native, sqlite:…, postgres:…, mysql:…, "
                        "sqlserver:…%s%s%s",
                        history->store, near ? "; did you mean \"" : "", near ? near : "",
                        near ? "\"?" : "");
}

static vv_status read_history(struct vv_config *config, struct vv_config_history *history,
                              const struct vv_yaml_node *node, const char **later, vv_error *err)
{
    static const char *const more[] = {"windows", "keep", NULL};
    vv_status status = vv_config_section(config, history, vv_history_settings,
                                         vv_history_setting_count, NULL, more, node, err);
    if (!status)
        status = vv_config_section(config, history, vv_history_settings, vv_history_setting_count,
                                   "keep", NULL, vv_config_get(node, "keep"), err);
    if (!status)
        status = read_windows(config, history, vv_config_get(node, "windows"), err);
    if (!status)
        status = check_name(history, node, err);
    if (!status)
        status = check_store(history, node, later, err);
    return status;
}

/* Of two with one name the second is refused, opened or not. */
static vv_status check_unique(const struct vv_yaml_node *list, const struct vv_yaml_node *node,
                              vv_error *err)
{
    const struct vv_yaml_node *own = vv_config_get(node, "name");
    for (const struct vv_yaml_node *n = list->first; n != node; n = n->next) {
        const struct vv_yaml_node *name = vv_config_get(n, "name");
        if (strcmp(name->text, own->text) == 0)
            return vv_yaml_fail(own, VARVE_EXISTS, err,
                                "the history \"%.100s\" is there already, in line %u", own->text,
                                name->line);
    }
    return VARVE_OK;
}

static vv_status standard_history(struct vv_config *config, vv_error *err)
{
    config->histories[0] = (struct vv_config_history){0};
    vv_status status = vv_config_section(config, &config->histories[0], vv_history_settings,
                                         vv_history_setting_count, NULL, NULL, NULL, err);
    config->histories[0].name = "main";
    config->history_count = 1;
    return status;
}

vv_status vv_config_histories(struct vv_config *config, const struct vv_yaml_node *node,
                              vv_error *err)
{
    vv_status status = VARVE_OK;
    if (!node)
        return standard_history(config, err);
    if (node->kind != VV_YAML_SEQUENCE)
        return vv_yaml_fail(node, VARVE_SYNTAX, err, "histories: a list is expected");
    for (const struct vv_yaml_node *n = node->first; n && !status; n = n->next) {
        struct vv_config_history history = {0};
        const char *later = NULL;
        status = read_history(config, &history, n, &later, err);
        if (!status)
            status = check_unique(node, n, err);
        if (!status && later) {
            vv_config_note_later(config, "history \"%.80s\" is checked, not opened yet (%s)",
                                 history.name, later);
            continue;
        }
        if (!status && config->history_count == VV_CONFIG_HISTORIES_MAX)
            status =
                vv_yaml_fail(n, VARVE_LIMIT, err, "histories: at most %d", VV_CONFIG_HISTORIES_MAX);
        if (!status)
            config->histories[config->history_count++] = history;
    }
    if (!status && config->history_count == 0)
        status = vv_yaml_fail(node, VARVE_UNSUPPORTED, err,
                              "histories: none of them can be opened by this version; add "
                              "{name: main, store: native, layout: scada}");
    return status;
}
