#include "serve/pages.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "base/alloc.h"
#include "base/crc32c.h"

#include "base/banned.h"

#define TOTAL_MAX (64u << 20)
#define DEPTH_MAX 8

struct vv_pages {
    struct vv_site_file *files;
    size_t count, capacity;
    size_t total_bytes;
    const struct vv_site_file *index;
};

static const char *type_of(const char *path)
{
    static const char *const types[][2] = {{".html", "text/html; charset=utf-8"},
                                           {".js", "text/javascript; charset=utf-8"},
                                           {".css", "text/css; charset=utf-8"},
                                           {".svg", "image/svg+xml"},
                                           {".json", "application/json"},
                                           {".png", "image/png"},
                                           {".ico", "image/x-icon"},
                                           {".woff2", "font/woff2"},
                                           {".txt", "text/plain; charset=utf-8"}};
    size_t len = strlen(path);

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        size_t tail = strlen(types[i][0]);
        if (len > tail && strcmp(path + len - tail, types[i][0]) == 0)
            return types[i][1];
    }
    return "application/octet-stream";
}

/* ---- reading one file ---- */

static vv_status read_file(int fd, const char *path, size_t room_bytes, struct vv_buf *out,
                           vv_error *err)
{
    for (;;) {
        if (!vv_buf_reserve(out, 64 * 1024))
            return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for %s", path);
        ssize_t got = read(fd, out->data + out->len, 64 * 1024);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return vv_fail_errno(err, errno, "cannot read %s", path);
        if (got == 0)
            return VARVE_OK;
        out->len += (size_t)got;
        if (out->len > room_bytes)
            return vv_fail(err, VARVE_LIMIT, "the pages are larger than %u bytes", TOTAL_MAX);
    }
}

/* Without memory there is simply no packed form. */
static void pack(struct vv_site_file *file)
{
    z_stream z = {.next_in = file->plain.data, .avail_in = (uInt)file->plain.len};

    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return;
    size_t bound = deflateBound(&z, file->plain.len);
    if (vv_buf_reserve(&file->gzip, bound)) {
        z.next_out = file->gzip.data;
        z.avail_out = (uInt)bound;
        if (deflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out < file->plain.len)
            file->gzip.len = z.total_out;
    }
    deflateEnd(&z);
}

static vv_status add_file(struct vv_pages *pages, int fd, const char *path, vv_error *err)
{
    if (pages->count == pages->capacity) {
        size_t capacity = pages->capacity ? 2 * pages->capacity : 32;
        struct vv_site_file *files = vv_realloc(pages->files, capacity * sizeof *files);
        if (!files)
            return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the pages");
        pages->files = files;
        pages->capacity = capacity;
    }

    struct vv_site_file *file = &pages->files[pages->count];
    *file = (struct vv_site_file){.path = vv_strdup(path), .type = type_of(path)};
    if (!file->path)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the pages");
    pages->count++;
    vv_status status = read_file(fd, path, TOTAL_MAX - pages->total_bytes, &file->plain, err);
    if (status)
        return status;
    pages->total_bytes += file->plain.len;
    file->immutable = strncmp(path, "/assets/", 8) == 0;
    snprintf(file->etag, sizeof file->etag, "W/\"%08x-%zx\"",
             vv_crc32c(0, file->plain.data, file->plain.len), file->plain.len);
    pack(file);
    return VARVE_OK;
}

/* ---- the folder ---- */

/* Takes `fd` over. `path` is that of the folder inside the site, "" for the topmost. */
static vv_status add_folder(struct vv_pages *pages, int fd, const char *path, int depth,
                            vv_error *err)
{
    DIR *folder = fdopendir(fd);
    vv_status status = VARVE_OK;

    if (!folder) {
        status = vv_fail_errno(err, errno, "cannot read the folder of the pages");
        close(fd);
        return status;
    }
    for (struct dirent *entry; !status && (entry = readdir(folder));) {
        char name[PATH_MAX];
        struct stat about = {0};

        if (entry->d_name[0] == '.' ||
            snprintf(name, sizeof name, "%s/%s", path, entry->d_name) >= (int)sizeof name)
            continue;
        int child = openat(fd, entry->d_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
        if (child < 0)
            continue;
        if (fstat(child, &about) == 0 && S_ISDIR(about.st_mode) && depth < DEPTH_MAX) {
            status = add_folder(pages, child, name, depth + 1, err);
            continue;
        }
        if (S_ISREG(about.st_mode))
            status = add_file(pages, child, name, err);
        close(child);
    }
    closedir(folder);
    return status;
}

static const struct vv_site_file *find(const struct vv_pages *pages, const char *path)
{
    for (size_t i = 0; i < pages->count; i++)
        if (strcmp(pages->files[i].path, path) == 0)
            return &pages->files[i];
    return NULL;
}

vv_status vv_pages_load(const char *folder, struct vv_pages **pages, vv_error *err)
{
    struct vv_pages *p = vv_alloc_zero(sizeof *p);
    vv_status status;

    *pages = NULL;
    if (!p)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the pages");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        status = vv_fail_errno(err, errno, "cannot open the pages in %s", folder);
    else
        status = add_folder(p, fd, "", 0, err);
    if (!status) {
        p->index = find(p, "/index.html");
        if (!p->index)
            status = vv_fail(err, VARVE_NOT_FOUND, "%s holds no index.html", folder);
    }
    if (status) {
        vv_pages_free(p);
        return status;
    }
    *pages = p;
    return VARVE_OK;
}

void vv_pages_free(struct vv_pages *pages)
{
    if (!pages)
        return;
    for (size_t i = 0; i < pages->count; i++) {
        vv_free(pages->files[i].path);
        vv_buf_deinit(&pages->files[i].plain);
        vv_buf_deinit(&pages->files[i].gzip);
    }
    vv_free(pages->files);
    vv_free(pages);
}

const struct vv_site_file *vv_pages_find(const struct vv_pages *pages, const char *path)
{
    static const char *const routes[] = {"/points",  "/trend",   "/views",  "/system", "/histories",
                                         "/devices", "/journal", "/tables", "/sql"};

    if (!pages)
        return NULL;
    if (strcmp(path, "/") == 0)
        return pages->index;
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        size_t len = strlen(routes[i]);
        if (strncmp(path, routes[i], len) == 0 && (path[len] == '\0' || path[len] == '/'))
            return pages->index;
    }
    return find(pages, path);
}
