#include "app/import/input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/crc32c.h"

#include "base/banned.h"

#define UNPACK_BYTES   (256 * 1024)
#define IDENTITY_BYTES 65536

struct vv_import_input {
    char *name;
    int fd;       /* gz has one of its own */
    gzFile gz;    /* passes plain bytes through */
    bool again;   /* a regular file */
    bool keeping; /* a pipe whose beginning is kept */
    uint64_t size, piped;
    int64_t changed_ns;
    struct vv_buf kept;
    size_t replay; /* bytes of `kept` that were given once more */
};

static vv_status examine(struct vv_import_input *in, vv_error *err)
{
    struct stat found;
    if (fstat(in->fd, &found))
        return vv_fail_errno(err, errno, "%s", in->name);
    if (S_ISDIR(found.st_mode))
        return vv_fail(err, VARVE_BAD_VALUE, "%s is a directory", in->name);
    in->again = S_ISREG(found.st_mode);
    in->keeping = !in->again;
    in->size = in->again ? (uint64_t)found.st_size : 0;
    in->changed_ns = (int64_t)found.st_mtim.tv_sec * 1000000000 + found.st_mtim.tv_nsec;
    return VARVE_OK;
}

vv_status vv_import_input_open(const char *path, struct vv_import_input **input, vv_error *err)
{
    bool standard = strcmp(path, "-") == 0;
    vv_status status = VARVE_OK;
    *input = NULL;
    struct vv_import_input *in = vv_alloc_zero(sizeof *in);
    if (!in || !(in->name = vv_strdup(standard ? "standard input" : path))) {
        vv_free(in);
        return vv_fail(err, VARVE_NO_MEMORY, "%s: not enough memory to read it", path);
    }
    in->fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0)
        status = vv_fail_errno(err, errno, "%s", in->name);
    if (!status)
        status = examine(in, err);
    if (!status) {
        int own = dup(in->fd);
        in->gz = own < 0 ? NULL : gzdopen(own, "rb");
        if (!in->gz || gzbuffer(in->gz, UNPACK_BYTES)) {
            if (!in->gz && own >= 0)
                close(own);
            status = vv_fail(err, VARVE_NO_MEMORY, "%s: not enough memory to read it", in->name);
        }
    }
    if (status)
        vv_import_input_close(in);
    else
        *input = in;
    return status;
}

void vv_import_input_close(struct vv_import_input *input)
{
    if (!input)
        return;
    if (input->gz)
        gzclose(input->gz);
    if (input->fd >= 0)
        close(input->fd);
    vv_buf_deinit(&input->kept);
    vv_free(input->name);
    vv_free(input);
}

static vv_status read_fresh(struct vv_import_input *in, void *to, size_t room, size_t *got,
                            vv_error *err)
{
    int code = Z_OK;
    int n = gzread(in->gz, to, (unsigned)(room < UNPACK_BYTES ? room : UNPACK_BYTES));
    if (n <= 0) {
        const char *reason = gzerror(in->gz, &code);
        if (code == Z_ERRNO)
            return vv_fail_errno(err, errno, "%s", in->name);
        if (code == Z_BUF_ERROR)
            return vv_fail(err, VARVE_CORRUPT, "%s: the gzip file is cut off", in->name);
        if (code == Z_DATA_ERROR)
            return vv_fail(err, VARVE_CORRUPT, "%s: the gzip file is damaged: %s", in->name,
                           reason);
        if (code < 0)
            return vv_fail(err, VARVE_IO, "%s: %s", in->name, reason);
    }
    *got = n > 0 ? (size_t)n : 0;
    in->piped += *got;
    return VARVE_OK;
}

vv_status vv_import_input_read(void *arg, void *to, size_t room, size_t *got, vv_error *err)
{
    struct vv_import_input *in = arg;
    size_t left = in->kept.len - in->replay;
    *got = 0;
    if (left > 0) {
        *got = left < room ? left : room;
        memcpy(to, in->kept.data + in->replay, *got);
        in->replay += *got;
        if (in->replay == in->kept.len && !in->keeping) {
            vv_buf_deinit(&in->kept);
            in->replay = 0;
        }
        return VARVE_OK;
    }
    vv_status status = read_fresh(in, to, room, got, err);
    if (status || !in->keeping || *got == 0)
        return status;
    if (in->kept.len + *got > VV_IMPORT_KEPT_BYTES) {
        vv_import_input_stream(in);
        return VARVE_OK;
    }
    vv_buf_add(&in->kept, to, *got);
    if (in->kept.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: not enough memory to read it", in->name);
    in->replay = in->kept.len;
    return VARVE_OK;
}

void vv_import_input_stream(struct vv_import_input *input)
{
    input->keeping = false;
    if (input->replay == input->kept.len) {
        vv_buf_deinit(&input->kept);
        input->kept = (struct vv_buf){0};
        input->replay = 0;
    }
}

vv_status vv_import_input_rewind(struct vv_import_input *input, vv_error *err)
{
    if (!input->again && !input->keeping)
        return vv_fail(err, VARVE_USAGE, "%s cannot be read twice", input->name);
    input->replay = 0;
    if (input->again && gzrewind(input->gz))
        return vv_fail(err, VARVE_IO, "%s: cannot be read again", input->name);
    return VARVE_OK;
}

const char *vv_import_input_name(const struct vv_import_input *input)
{
    return input->name;
}

bool vv_import_input_again(const struct vv_import_input *input)
{
    return input->again;
}

uint64_t vv_import_input_size(const struct vv_import_input *input)
{
    return input->size;
}

uint64_t vv_import_input_taken(const struct vv_import_input *input)
{
    z_off_t at = input->again ? gzoffset(input->gz) : 0;
    return input->again ? (uint64_t)(at > 0 ? at : 0) : input->piped;
}

size_t vv_import_input_kept(const struct vv_import_input *input)
{
    return input->kept.len;
}

vv_status vv_import_input_identity(const struct vv_import_input *input, char *to, size_t room,
                                   vv_error *err)
{
    if (!input->again)
        return vv_fail(err, VARVE_UNSUPPORTED, "%s has no name to know it by", input->name);
    void *first = vv_alloc(IDENTITY_BYTES);
    if (!first)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: not enough memory", input->name);
    ssize_t n = pread(input->fd, first, IDENTITY_BYTES, 0);
    if (n < 0) {
        vv_free(first);
        return vv_fail_errno(err, errno, "%s", input->name);
    }
    char *whole = realpath(input->name, NULL);
    snprintf(to, room, "%" PRIu64 " bytes, changed %" PRId64 ", checksum %08" PRIx32 ": %s",
             input->size, input->changed_ns, vv_crc32c(0, first, (size_t)n),
             whole ? whole : input->name);
    free(whole);
    vv_free(first);
    return VARVE_OK;
}
