/* io_posix.c: the machine's own files. */
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/alloc.h"

#include "base/banned.h"

#define FILE_MODE      0640
#define DIRECTORY_MODE 0750
#define PID_BYTES      12 /* the own pid, padded: the lock file never changes its size */

struct vv_file {
    int fd;
    char path[]; /* for messages */
};

static int open_again(const char *path, int flags)
{
    int fd;
    do {
        fd = open(path, flags | O_CLOEXEC | O_NOCTTY, FILE_MODE);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

/* The file object first, so that a lack of memory leaves nothing open or made. */
static struct vv_file *new_file(const char *path)
{
    size_t len = strlen(path);
    struct vv_file *file = vv_alloc(sizeof *file + len + 1);
    if (file != NULL) {
        file->fd = -1;
        memcpy(file->path, path, len + 1);
    }
    return file;
}

static void posix_close(struct vv_file *file)
{
    if (file != NULL) {
        if (file->fd >= 0) {
            close(file->fd); /* not repeated on EINTR: Linux has closed it */
        }
        vv_free(file);
    }
}

static vv_status posix_open(void *context, const char *path, enum vv_io_mode mode,
                            struct vv_file **file, vv_error *err)
{
    static const int flags[] = {[VV_IO_READ] = O_RDONLY,
                                [VV_IO_CREATE] = O_RDWR | O_CREAT | O_EXCL,
                                [VV_IO_WRITE] = O_RDWR};
    (void)context;
    *file = NULL;
    struct vv_file *opened = new_file(path);
    if (opened == NULL) {
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to open it", path);
    }
    opened->fd = open_again(path, flags[mode]);
    if (opened->fd < 0) {
        vv_status status = vv_fail_errno(err, errno, "%s: cannot %s it", path,
                                         mode == VV_IO_CREATE ? "make" : "open");
        posix_close(opened);
        return status;
    }
    *file = opened;
    return VARVE_OK;
}

/* Offsets beyond what the kernel can address cannot come from a good file. */
static bool in_range(uint64_t offset, size_t len_bytes)
{
    return offset <= INT64_MAX && len_bytes <= INT64_MAX - offset;
}

static vv_status posix_read(struct vv_file *file, uint64_t offset, void *to, size_t len_bytes,
                            size_t *got_bytes, vv_error *err)
{
    *got_bytes = 0;
    if (!in_range(offset, len_bytes)) {
        return vv_fail_errno(err, EFBIG, "%s: read at %llu", file->path,
                             (unsigned long long)offset);
    }
    size_t got = 0;
    while (got < len_bytes) {
        ssize_t n = pread(file->fd, (char *)to + got, len_bytes - got, (off_t)(offset + got));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return vv_fail_errno(err, errno, "%s: read of %zu bytes at %llu", file->path, len_bytes,
                                 (unsigned long long)offset);
        }
        if (n == 0) {
            break;
        }
        got += (size_t)n;
    }
    *got_bytes = got;
    return VARVE_OK;
}

static vv_status posix_write(struct vv_file *file, uint64_t offset, const void *from,
                             size_t len_bytes, vv_error *err)
{
    if (!in_range(offset, len_bytes)) {
        return vv_fail_errno(err, EFBIG, "%s: write at %llu", file->path,
                             (unsigned long long)offset);
    }
    size_t done = 0;
    while (done < len_bytes) {
        ssize_t n =
            pwrite(file->fd, (const char *)from + done, len_bytes - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) { /* 0 is not foreseen for a file; without progress it must not loop */
            return vv_fail_errno(err, n < 0 ? errno : EIO, "%s: write of %zu bytes at %llu",
                                 file->path, len_bytes, (unsigned long long)offset);
        }
        done += (size_t)n;
    }
    return VARVE_OK;
}

static vv_status posix_sync(struct vv_file *file, vv_error *err)
{
    int result;
    do {
        result = fdatasync(file->fd); /* the size is part of it, the times are not */
    } while (result != 0 && errno == EINTR);
    return result == 0 ? VARVE_OK : vv_fail_errno(err, errno, "%s: sync", file->path);
}

static vv_status posix_size_of(struct vv_file *file, uint64_t *size_bytes, vv_error *err)
{
    struct stat st;
    *size_bytes = 0;
    if (fstat(file->fd, &st) != 0) {
        return vv_fail_errno(err, errno, "%s: size", file->path);
    }
    *size_bytes = (uint64_t)st.st_size;
    return VARVE_OK;
}

static vv_status posix_truncate(struct vv_file *file, uint64_t size_bytes, vv_error *err)
{
    int result;
    if (!in_range(size_bytes, 0)) {
        return vv_fail_errno(err, EFBIG, "%s: truncate", file->path);
    }
    do {
        result = ftruncate(file->fd, (off_t)size_bytes);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? VARVE_OK
                       : vv_fail_errno(err, errno, "%s: truncate to %llu", file->path,
                                       (unsigned long long)size_bytes);
}

static vv_status posix_sync_dir(void *context, const char *path, vv_error *err)
{
    (void)context;
    int fd = open_again(path, O_RDONLY | O_DIRECTORY);
    if (fd < 0) {
        return vv_fail_errno(err, errno, "%s: cannot open the directory to sync it", path);
    }
    int result;
    do {
        result = fsync(fd);
    } while (result != 0 && errno == EINTR);
    /* EINVAL: a file system without such a thing (some network ones), which keeps its own order. */
    vv_status status = result == 0 || errno == EINVAL
                           ? VARVE_OK
                           : vv_fail_errno(err, errno, "%s: sync of the directory", path);
    close(fd);
    return status;
}

static vv_status posix_rename(void *context, const char *from, const char *to, vv_error *err)
{
    (void)context;
    return rename(from, to) == 0
               ? VARVE_OK
               : vv_fail_errno(err, errno, "%s: cannot rename it to %s", from, to);
}

static vv_status posix_unlink(void *context, const char *path, vv_error *err)
{
    (void)context;
    return unlink(path) == 0 ? VARVE_OK : vv_fail_errno(err, errno, "%s: cannot remove it", path);
}

/* EPERM: a file system without links, or a file of another user's that the kernel protects. */
static bool cannot_link(int native)
{
    return native == EXDEV || native == EPERM || native == EMLINK || native == EOPNOTSUPP ||
           native == ENOSYS;
}

static vv_status posix_link(void *context, const char *from, const char *to, vv_error *err)
{
    (void)context;
    if (link(from, to) == 0)
        return VARVE_OK;
    int native = errno;
    vv_status status = vv_fail_errno(err, native, "%s: cannot link it as %s", from, to);
    if (!cannot_link(native))
        return status;
    if (err != NULL)
        err->status = VARVE_UNSUPPORTED;
    return VARVE_UNSUPPORTED;
}

static vv_status posix_rmdir(void *context, const char *path, vv_error *err)
{
    (void)context;
    return rmdir(path) == 0 ? VARVE_OK
                            : vv_fail_errno(err, errno, "%s: cannot remove the directory", path);
}

static vv_status posix_mkdir(void *context, const char *path, vv_error *err)
{
    (void)context;
    return mkdir(path, DIRECTORY_MODE) == 0
               ? VARVE_OK
               : vv_fail_errno(err, errno, "%s: cannot make the directory", path);
}

static vv_status posix_list(void *context, const char *path,
                            bool (*each)(void *arg, const char *name), void *arg, vv_error *err)
{
    (void)context;
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return vv_fail_errno(err, errno, "%s: cannot list the directory", path);
    }
    vv_status status = VARVE_OK;
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            if (errno != 0) {
                status = vv_fail_errno(err, errno, "%s: cannot list the directory", path);
            }
            break;
        }
        bool self = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        if (!self && !each(arg, entry->d_name)) {
            break;
        }
    }
    closedir(dir);
    return status;
}

static vv_status posix_space(void *context, const char *path, struct vv_io_space *space,
                             vv_error *err)
{
    (void)context;
    *space = (struct vv_io_space){0};
    struct statvfs st;
    int result;
    do {
        result = statvfs(path, &st);
    } while (result != 0 && errno == EINTR);
    if (result != 0) {
        return vv_fail_errno(err, errno, "%s: room on the disk", path);
    }
    space->free_bytes = (uint64_t)st.f_bavail * st.f_frsize;
    space->total_bytes = (uint64_t)st.f_blocks * st.f_frsize;
    return VARVE_OK;
}

/* The pid that a lock file tells; 0 when it tells none. */
static pid_t read_pid(int fd)
{
    char text[PID_BYTES + 1] = {0};
    if (pread(fd, text, PID_BYTES, 0) <= 0) {
        return 0;
    }
    long pid = strtol(text, NULL, 10);
    return pid > 0 && pid <= INT32_MAX ? (pid_t)pid : 0;
}

/* The pid is there for the message of the next one that comes. The lock itself is the kernel's, so
 * that a disk without room for the pid must not keep a store closed: a failure here is no failure.
 */
static void write_pid(int fd)
{
    char text[PID_BYTES + 1];
    snprintf(text, sizeof text, "%11ld\n", (long)getpid());
    ssize_t ignored = pwrite(fd, text, PID_BYTES, 0);
    (void)ignored;
}

static vv_status posix_lock(void *context, const char *path, struct vv_file **file,
                            pid_t *holder_pid, vv_error *err)
{
    (void)context;
    *file = NULL;
    *holder_pid = 0;
    struct vv_file *opened = new_file(path);
    if (opened == NULL) {
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to lock it", path);
    }
    vv_status status = VARVE_OK;
    opened->fd = open_again(path, O_RDWR | O_CREAT);
    if (opened->fd < 0) {
        status = vv_fail_errno(err, errno, "%s: cannot open the lock file", path);
        goto out;
    }
    /* flock and not fcntl: the latter is lost when any descriptor of the file is closed, and does
     * not hold between two stores of one process. */
    int result;
    do {
        result = flock(opened->fd, LOCK_EX | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    if (result != 0 && errno == EWOULDBLOCK) {
        *holder_pid = read_pid(opened->fd);
        status = vv_fail(err, VARVE_LOCKED, "%s: process %ld uses it; stop that one first", path,
                         (long)*holder_pid);
        goto out;
    }
    if (result != 0) {
        status = vv_fail_errno(err, errno, "%s: cannot lock it", path);
        goto out;
    }
    write_pid(opened->fd);
    *file = opened;
    opened = NULL;
out:
    posix_close(opened);
    return status;
}

const struct vv_io *vv_io_posix(void)
{
    static const struct vv_io io = {
        .size = sizeof(struct vv_io),
        .open = posix_open,
        .close = posix_close,
        .read = posix_read,
        .write = posix_write,
        .sync = posix_sync,
        .size_of = posix_size_of,
        .truncate = posix_truncate,
        .sync_dir = posix_sync_dir,
        .rename = posix_rename,
        .unlink = posix_unlink,
        .mkdir = posix_mkdir,
        .list = posix_list,
        .space = posix_space,
        .lock = posix_lock,
        .link = posix_link,
        .rmdir = posix_rmdir,
    };
    return &io;
}
