/* settings.h: TB_Connections.IniStr and TB_Devices.ConnStr: KEY=value KEY=value.
 *
 * Keys are letters, digits and `_`, in any case (they become upper case); a value with blanks
 * stands in "…" or '…'. Lists are sorted by key, no key twice.
 *
 * Threads: any; what is made lives in the caller's arena.
 */
#ifndef VV_COLLECT_SETTINGS_H
#define VV_COLLECT_SETTINGS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "varve_driver.h"

#define VV_SETTINGS_MAX 64 /* keys of one text */

struct vv_setting_list {
    struct varve_setting *list;
    size_t count;
};

/* Null is an empty text. SYNTAX names the place; EXISTS a key that is there twice. */
vv_status vv_settings_parse(const char *text, struct vv_arena *arena, struct vv_setting_list *out,
                            vv_error *err);
/* All keys of both, the second one's values winning. */
vv_status vv_settings_merge(const struct vv_setting_list *first,
                            const struct vv_setting_list *second, struct vv_arena *arena,
                            struct vv_setting_list *out, vv_error *err);
/* Parts a list in the keys that `line_keys` (ended by null, any case) names, and the others. */
vv_status vv_settings_split(const struct vv_setting_list *all, const char *const *line_keys,
                            struct vv_arena *arena, struct vv_setting_list *line,
                            struct vv_setting_list *device, vv_error *err);

#endif
