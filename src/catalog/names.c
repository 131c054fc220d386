#include "catalog/names.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#include "base/banned.h"

int64_t vv_utf8_count(const char *text, size_t len_bytes)
{
    int64_t count = 0;

    for (size_t at = 0; at < len_bytes; count++) {
        size_t step = vv_utf8_char(text + at, len_bytes - at);
        if (step == 0)
            return -1;
        at += step;
    }
    return count;
}

/* Where the first control character is, or len_bytes. The C1 ones are C2 80 to C2 9F in UTF-8. */
static size_t find_control(const char *text, size_t len_bytes)
{
    size_t at = 0;

    for (; at < len_bytes; at++) {
        unsigned char c = (unsigned char)text[at];
        if (c < 0x20 || c == 0x7F)
            break;
        if (c == 0xC2 && at + 1 < len_bytes && (unsigned char)text[at + 1] < 0xA0)
            break;
    }
    return at;
}

vv_status vv_tag_name_check(const char *name, size_t len_bytes, vv_error *err)
{
    int64_t count;
    size_t control;

    if (len_bytes == 0)
        return vv_fail(err, VARVE_BAD_NAME, "a tag name must not be empty");
    count = len_bytes <= VV_NAME_MAX_BYTES ? vv_utf8_count(name, len_bytes) : VV_NAME_MAX + 1;
    if (count < 0)
        return vv_fail(err, VARVE_BAD_NAME, "a tag name of %zu bytes is not valid UTF-8",
                       len_bytes);
    if (count > VV_NAME_MAX) {
        return vv_fail(err, VARVE_BAD_NAME,
                       "tag name \"%.*s...\": %zu bytes, more than %d "
                       "characters",
                       (int)vv_utf8_cut(name, len_bytes, 60), name, len_bytes, VV_NAME_MAX);
    }
    control = find_control(name, len_bytes);
    if (control < len_bytes) {
        return vv_fail(
            err, VARVE_BAD_NAME, "tag name \"%.*s...\": a control character (0x%02x) at byte %zu",
            (int)vv_utf8_cut(name, control, 60), name, (unsigned char)name[control], control);
    }
    return VARVE_OK;
}

void vv_path_add(struct vv_buf *path, const char *name, size_t len_bytes)
{
    if (path->len > 0)
        vv_buf_char(path, '/');
    for (size_t i = 0; i < len_bytes; i++) {
        if (name[i] != '\0' && strchr("*?[/\\", name[i]) != NULL)
            vv_buf_char(path, '\\');
        vv_buf_char(path, name[i]);
    }
}

vv_status vv_path_next(const char *path, size_t len_bytes, size_t *at, struct vv_buf *name,
                       vv_error *err)
{
    size_t i = *at;

    vv_buf_reset(name);
    if (i > len_bytes || (len_bytes == 0 && i == 0))
        return VARVE_END;
    for (; i < len_bytes && path[i] != '/'; i++) {
        if (path[i] == '\\') {
            i++;
            if (i == len_bytes)
                return vv_fail(err, VARVE_SYNTAX, "path \"%.*s\": a backslash at its end",
                               (int)vv_utf8_cut(path, len_bytes, 200), path);
        }
        vv_buf_char(name, path[i]);
    }
    *at = i + 1; /* behind the "/", or past the end: the next call answers END */
    if (name->failed)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for an element of a path");
    return VARVE_OK;
}
