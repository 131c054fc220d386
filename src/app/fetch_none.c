/* fetch_none.c: fetch.h in a build without libcurl: there never is a handle. */
#include <stddef.h>

#include "app/fetch.h"

#include "base/banned.h"

vv_status vv_fetch_new(const char *url, struct vv_fetch **fetch, vv_error *err)
{
    *fetch = NULL;
    return vv_fail(err, VARVE_UNSUPPORTED,
                   "%s: this build has no libcurl, which -s needs; use -d DIR, or build it with "
                   "libcurl4-openssl-dev",
                   url);
}

void vv_fetch_free(struct vv_fetch *fetch)
{
    (void)fetch;
}

vv_status vv_fetch_get(struct vv_fetch *fetch, const char *path, vv_fetch_take take, void *arg,
                       vv_error *err)
{
    return vv_fetch_post(fetch, path, NULL, take, arg, err);
}

vv_status vv_fetch_post(struct vv_fetch *fetch, const char *path, const struct vv_fetch_body *body,
                        vv_fetch_take take, void *arg, vv_error *err)
{
    (void)fetch;
    (void)body;
    (void)take;
    (void)arg;
    return vv_fail(err, VARVE_UNSUPPORTED, "%s: this build has no libcurl", path);
}

int vv_fetch_http(const struct vv_fetch *fetch)
{
    (void)fetch;
    return 0;
}

const char *vv_fetch_refusal(const struct vv_fetch *fetch)
{
    (void)fetch;
    return "";
}
