/* params_private.h: what the readers of parameters share. */
#ifndef VV_SERVE_PARAMS_PRIVATE_H
#define VV_SERVE_PARAMS_PRIVATE_H

#include "serve/params.h"

/* Both texts must live as long as the arena. */
vv_status vv_params_add(struct vv_params *params, const char *name, const char *value,
                        vv_error *err);
/* A copy without percent escapes and with blanks for +, NUL-terminated. */
vv_status vv_params_unescape(struct vv_arena *arena, const char *text, size_t len_bytes,
                             const char **value, vv_error *err);
/* The same of a path, where a + is a +. */
vv_status vv_path_unescape(struct vv_arena *arena, const char *text, size_t len_bytes,
                           const char **value, vv_error *err);

#endif
