/* settings.h: every setting of varve.yaml as a row. */
#ifndef VV_APP_SETTINGS_H
#define VV_APP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

#endif
