/* pages.h: the built web pages, read into memory at start, each also packed by gzip.
 *
 * A path is looked up in the list of what was read, so that no path can lead out of the folder.
 * What lies under /assets/ has a hash in its name and may be kept for ever by browsers.
 *
 * Threads: constant after loading.
 */
#ifndef VV_SERVE_PAGES_H
#define VV_SERVE_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

struct vv_pages;

struct vv_site_file {
    char *path;                /* "/assets/main-1234.js" */
    const char *type;          /* Content-Type */
    struct vv_buf plain, gzip; /* gzip is empty where it is no smaller */
    char etag[32];             /* weak: the same for both forms; with its quotes */
    bool immutable;
};

/* Reads the folder (at most 64 MiB). NOT_FOUND without an index.html; LIMIT, IO, NO_MEMORY. */
vv_status vv_pages_load(const char *folder, struct vv_pages **pages, vv_error *err);
void vv_pages_free(struct vv_pages *pages);
/* The file at a path; for the addresses of pages (/, /points/…, /trend…) index.html. Null when
 * there is none, or `pages` is null. */
const struct vv_site_file *vv_pages_find(const struct vv_pages *pages, const char *path);

#endif
