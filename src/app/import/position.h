/* position.h: how far an import came, so that the same command goes on there.
 *
 * A small file for each command that was not finished, named by a checksum of what it is bound to:
 * the place, the options that change rows, and each file's path, size, last change and first
 * bytes. It is replaced as a whole and removed at the end. Rewriting a little is harmless: equal
 * keys replace.
 *
 * Threads: one thread.
 */
#ifndef VV_APP_IMPORT_POSITION_H
#define VV_APP_IMPORT_POSITION_H

#include <stdint.h>

#include "base/error.h"

struct vv_import_position;

/* All rows of the files before number `file`, and of that file all up to `line`, are stored. */
struct vv_import_reached {
    uint32_t file;
    uint64_t line; /* 0: none */
};

/* `identity` is copied. `*reached` is where the last run of this command came to. */
vv_status vv_import_position_open(const char *directory, const char *identity,
                                  struct vv_import_position **position,
                                  struct vv_import_reached *reached, vv_error *err);
/* Durable when it returns. */
vv_status vv_import_position_save(struct vv_import_position *position,
                                  const struct vv_import_reached *reached, vv_error *err);
/* Finished: there is nothing to go on with. */
void vv_import_position_remove(struct vv_import_position *position);
void vv_import_position_close(struct vv_import_position *position);

#endif
