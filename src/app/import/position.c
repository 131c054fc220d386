#include "app/import/position.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/crc32c.h"
#include "base/io.h"

#include "base/banned.h"

#define FILE_BYTES_MAX (1024 * 1024)

struct vv_import_position {
    char *directory, *path, *identity;
};

/* "FILE LINE" behind the identity; nothing reached when the file is another command's. */
static struct vv_import_reached read_reached(const struct vv_import_position *position)
{
    struct vv_import_reached reached = {0};
    struct vv_buf text = {0};
    size_t len = strlen(position->identity);
    if (vv_io_read_all(vv_io_posix(), position->path, FILE_BYTES_MAX, &text, NULL) == VARVE_OK &&
        text.len > len && memcmp(text.data, position->identity, len) == 0) {
        char *end;
        unsigned long file = strtoul((const char *)text.data + len, &end, 10);
        unsigned long long line = strtoull(end, &end, 10);
        if (*end == '\n' && file < UINT32_MAX)
            reached = (struct vv_import_reached){(uint32_t)file, line};
    }
    vv_buf_deinit(&text);
    return reached;
}

vv_status vv_import_position_open(const char *directory, const char *identity,
                                  struct vv_import_position **position,
                                  struct vv_import_reached *reached, vv_error *err)
{
    struct vv_buf path = {0};
    size_t len = strlen(identity);
    uint32_t low = vv_crc32c(0, identity, len), high = vv_crc32c(~low, identity, len);
    *position = NULL;
    *reached = (struct vv_import_reached){0};
    struct vv_import_position *made = vv_alloc_zero(sizeof *made);
    vv_buf_format(&path, "%s/%08" PRIx32 "%08" PRIx32 ".position", directory, high, low);
    if (made) {
        made->directory = vv_strdup(directory);
        made->identity = vv_strdup(identity);
        made->path = (char *)vv_buf_take(&path, NULL);
    }
    vv_buf_deinit(&path);
    if (!made || !made->directory || !made->identity || !made->path) {
        vv_import_position_close(made);
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to keep the position");
    }
    vv_status status = vv_io_make_dirs(vv_io_posix(), directory, err);
    if (status) {
        vv_import_position_close(made);
        return status;
    }
    *reached = read_reached(made);
    *position = made;
    return VARVE_OK;
}

vv_status vv_import_position_save(struct vv_import_position *position,
                                  const struct vv_import_reached *reached, vv_error *err)
{
    struct vv_buf text = {0};
    vv_status status;
    vv_buf_format(&text, "%s%" PRIu32 " %" PRIu64 "\n", position->identity, reached->file,
                  reached->line);
    if (text.failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "not enough memory to keep the position");
    else
        status = vv_io_replace(vv_io_posix(), position->directory, position->path, text.data,
                               text.len, err);
    vv_buf_deinit(&text);
    return status;
}

void vv_import_position_remove(struct vv_import_position *position)
{
    const struct vv_io *io = vv_io_posix();
    (void)io->unlink(io->context, position->path, NULL);
}

void vv_import_position_close(struct vv_import_position *position)
{
    if (!position)
        return;
    vv_free(position->directory);
    vv_free(position->path);
    vv_free(position->identity);
    vv_free(position);
}
