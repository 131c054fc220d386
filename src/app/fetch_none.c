/* fetch_none.c: fetch.h in a build without libcurl. */
#include "app/fetch.h"

#include "base/banned.h"

vv_status vv_fetch(const char *url, const char *path, struct vv_buf *body, vv_error *err)
{
    (void)path;
    (void)body;
    return vv_fail(err, VARVE_UNSUPPORTED,
                   "%s: this build has no libcurl, which -s needs; use -d DIR, or build it with "
                   "libcurl4-openssl-dev",
                   url);
}
