/* backup_list.h: backup.json, what a backup consists of.
 *
 *     {"format":1,"version":"0.1","node":"plant-1","time":"2024-11-05T00:00:00.000Z",
 *      "histories":[{"name":"main","store":"native","sequence":77,"rows":12345}],
 *      "folders":["history","history/main",…],
 *      "files":[{"path":"history/main/registry","bytes":120,"crc32c":"00c0ffee"},…]}
 *
 * Paths are relative, with / between names; none leads out of the backup. What a newer program adds
 * comes under a higher format and is refused by its number.
 *
 * Threads: a list belongs to one thread.
 */
#ifndef VV_HISTORY_BACKUP_LIST_H
#define VV_HISTORY_BACKUP_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#define VV_BACKUP_LIST_NAME      "backup.json"
#define VV_BACKUP_LIST_BYTES_MAX (256u << 20)
#define VV_BACKUP_FORMAT         1

struct vv_backup_history {
    const char *name;
    const char *store; /* "native"; of another kind nothing but the name is there */
    uint64_t sequence; /* rows up to this batch are in it */
    uint64_t rows;
};

struct vv_backup_file {
    const char *path;
    uint64_t bytes;
    uint32_t crc32c;
};

/* Init by vv_backup_list_init; texts are in the arena. */
struct vv_backup_list {
    struct vv_arena arena;
    const char *version, *node;
    int64_t time_ms;
    struct vv_buf histories; /* struct vv_backup_history */
    struct vv_buf folders;   /* const char *, a folder before those in it */
    struct vv_buf files;     /* struct vv_backup_file */
};

void vv_backup_list_init(struct vv_backup_list *list);
void vv_backup_list_deinit(struct vv_backup_list *list);

size_t vv_backup_history_count(const struct vv_backup_list *list);
const struct vv_backup_history *vv_backup_history_at(const struct vv_backup_list *list, size_t i);
size_t vv_backup_folder_count(const struct vv_backup_list *list);
const char *vv_backup_folder_at(const struct vv_backup_list *list, size_t i);
size_t vv_backup_file_count(const struct vv_backup_list *list);
const struct vv_backup_file *vv_backup_file_at(const struct vv_backup_list *list, size_t i);
/* Bytes of all files. */
uint64_t vv_backup_list_bytes(const struct vv_backup_list *list);

/* Each copies its texts. NO_MEMORY. */
vv_status vv_backup_list_set(struct vv_backup_list *list, const char *version, const char *node,
                             int64_t time_ms, vv_error *err);
vv_status vv_backup_list_add_history(struct vv_backup_list *list,
                                     const struct vv_backup_history *history, vv_error *err);
vv_status vv_backup_list_add_folder(struct vv_backup_list *list, const char *path, vv_error *err);
vv_status vv_backup_list_add_file(struct vv_backup_list *list, const struct vv_backup_file *file,
                                  vv_error *err);

/* The list as JSON; `out->failed` tells of missing memory. */
void vv_backup_list_write(const struct vv_backup_list *list, struct vv_buf *out);
/* Reads it into an empty list. SYNTAX names what is wrong, UNSUPPORTED a format that this program
 * does not know, BAD_NAME a path that leads out of the backup. */
vv_status vv_backup_list_parse(struct vv_backup_list *list, const void *text, size_t len_bytes,
                               vv_error *err);

/* A relative path without empty, "." and ".." elements and without control characters. */
bool vv_backup_path_is_good(const char *path, size_t len_bytes);

#endif
