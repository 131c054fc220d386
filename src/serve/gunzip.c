#include "serve/gunzip.h"

#include <limits.h>

#include <zlib.h>

#include "base/alloc.h"

#include "base/banned.h"

#define STEP_BYTES   (256 * 1024)
#define GZIP_WINDOWS (15 + 16) /* zlib: the largest window, gzip's frame only */

/* More room in `out`; false when the budget or memory is used up. */
static bool make_room(struct vv_buf *out, struct vv_budget *budget)
{
    size_t before = out->capacity;
    size_t want = before ? 2 * before : STEP_BYTES;

    if (out->capacity > out->len + 1)
        return true;
    if (!vv_budget_take(budget, want))
        return false;
    bool grown = vv_buf_reserve(out, want - out->len - 1);
    /* The buffer rounds as it likes: what it has is what is counted. */
    vv_budget_give(budget, want);
    vv_budget_force(budget, out->capacity - before);
    return grown;
}

static vv_status check_limits(const z_stream *z, size_t len_bytes, const struct vv_buf *out,
                              size_t limit_bytes, vv_error *err)
{
    size_t used = len_bytes - z->avail_in;

    if (out->len > limit_bytes)
        return vv_fail(err, VARVE_LIMIT, "the body unpacks to more than %zu bytes", limit_bytes);
    if (out->len > VV_GUNZIP_FREE_BYTES && out->len / VV_GUNZIP_RATIO_MAX > used)
        return vv_fail(err, VARVE_LIMIT, "the body unpacks to more than %d times its size",
                       VV_GUNZIP_RATIO_MAX);
    return VARVE_OK;
}

vv_status vv_gunzip(const void *data, size_t len_bytes, size_t limit_bytes,
                    struct vv_budget *budget, struct vv_buf *out, vv_error *err)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)len_bytes};
    vv_status status = VARVE_OK;
    int code = Z_OK;

    if (len_bytes > UINT_MAX)
        return vv_fail(err, VARVE_LIMIT, "the body is too large");
    if (inflateInit2(&z, GZIP_WINDOWS) != Z_OK)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to unpack the body");
    while (!status) {
        if (!make_room(out, budget)) {
            status = vv_fail(err, VARVE_NO_MEMORY,
                             "other requests use all memory for bodies: try again");
            break;
        }
        size_t room = out->capacity - out->len - 1;
        z.next_out = out->data + out->len;
        z.avail_out = (uInt)(room < STEP_BYTES ? room : STEP_BYTES);
        size_t offered = z.avail_out;
        code = inflate(&z, Z_NO_FLUSH);
        out->len += offered - z.avail_out;
        status = check_limits(&z, len_bytes, out, limit_bytes, err);
        if (status)
            break;
        if (code == Z_STREAM_END && z.avail_in == 0)
            break;
        if (code == Z_STREAM_END && inflateReset(&z) == Z_OK)
            continue;
        if (code != Z_OK)
            status = vv_fail(err, VARVE_SYNTAX, "the body is no whole gzip stream (%s)",
                             z.msg ? z.msg : "it is cut off");
    }
    if (out->data)
        out->data[out->len] = '\0';
    inflateEnd(&z);
    return status;
}
