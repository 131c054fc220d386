/* settings.h: every setting of varve.yaml as a row. */
#ifndef VV_APP_SETTINGS_H
#define VV_APP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/yaml.h"

struct vv_arena;
struct vv_buf;

enum vv_setting_kind {
    VV_SETTING_TEXT,     /* const char * */
    VV_SETTING_PATH,     /* const char *, from the folder of the file */
    VV_SETTING_BOOL,     /* bool */
    VV_SETTING_INT,      /* int64_t, least … most */
    VV_SETTING_DURATION, /* int64_t in ms, least … most */
    VV_SETTING_SIZE,     /* int64_t in bytes, least … most */
    VV_SETTING_CHOICE    /* int64_t: index in `words` */
};

struct vv_setting {
    const char *section; /* null: top level */
    const char *key;
    enum vv_setting_kind kind;
    size_t offset;        /* in struct vv_config or struct vv_config_history */
    const char *standard; /* as it would be written; null: none */
    int64_t least, most;
    const char *const *words; /* CHOICE; ended by null */
    const char *later;        /* null: acted on; else since when, for the start's message */
    const char *doc;
};

extern const struct vv_setting vv_settings[];
extern const size_t vv_setting_count;
/* Of one entry of `histories`. */
extern const struct vv_setting vv_history_settings[];
extern const size_t vv_history_setting_count;

/* Sets the field of `base` (a struct vv_config or vv_config_history) to the value of `node`; texts
 * are put in the arena, with each ${NAME} replaced by the environment's value. */
vv_status vv_setting_set(const struct vv_setting *setting, void *base,
                         const struct vv_yaml_node *node, struct vv_arena *arena, vv_error *err);
/* Sets it to its standard value, or leaves it alone when there is none. */
vv_status vv_setting_set_standard(const struct vv_setting *setting, void *base,
                                  struct vv_arena *arena, vv_error *err);

/* docs/configuration.md; the buffer tells of missing memory. */
void vv_settings_page(struct vv_buf *page);

#endif
