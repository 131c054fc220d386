#include "history/backup_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/time.h"

#include "base/banned.h"

#define PATH_BYTES_MAX 1024

void vv_backup_list_init(struct vv_backup_list *list)
{
    *list = (struct vv_backup_list){.version = "", .node = ""};
    vv_arena_init(&list->arena, 0, NULL);
}

void vv_backup_list_deinit(struct vv_backup_list *list)
{
    vv_arena_deinit(&list->arena);
    vv_buf_deinit(&list->histories);
    vv_buf_deinit(&list->folders);
    vv_buf_deinit(&list->files);
}

/* ---- what is in it ---- */

size_t vv_backup_history_count(const struct vv_backup_list *list)
{
    return list->histories.len / sizeof(struct vv_backup_history);
}

const struct vv_backup_history *vv_backup_history_at(const struct vv_backup_list *list, size_t i)
{
    return (const struct vv_backup_history *)(const void *)list->histories.data + i;
}

size_t vv_backup_folder_count(const struct vv_backup_list *list)
{
    return list->folders.len / sizeof(const char *);
}

const char *vv_backup_folder_at(const struct vv_backup_list *list, size_t i)
{
    return ((const char *const *)(const void *)list->folders.data)[i];
}

size_t vv_backup_file_count(const struct vv_backup_list *list)
{
    return list->files.len / sizeof(struct vv_backup_file);
}

const struct vv_backup_file *vv_backup_file_at(const struct vv_backup_list *list, size_t i)
{
    return (const struct vv_backup_file *)(const void *)list->files.data + i;
}

uint64_t vv_backup_list_bytes(const struct vv_backup_list *list)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < vv_backup_file_count(list); i++)
        bytes += vv_backup_file_at(list, i)->bytes;
    return bytes;
}

/* ---- adding ---- */

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "no memory for the list of a backup");
}

static const char *keep(struct vv_backup_list *list, const char *text)
{
    return vv_arena_text(&list->arena, text, strlen(text));
}

vv_status vv_backup_list_set(struct vv_backup_list *list, const char *version, const char *node,
                             int64_t time_ms, vv_error *err)
{
    list->version = keep(list, version);
    list->node = keep(list, node);
    list->time_ms = time_ms;
    return list->version && list->node ? VARVE_OK : no_memory(err);
}

vv_status vv_backup_list_add_history(struct vv_backup_list *list,
                                     const struct vv_backup_history *history, vv_error *err)
{
    struct vv_backup_history own = *history;
    own.name = keep(list, history->name);
    own.store = keep(list, history->store);
    vv_buf_add(&list->histories, &own, sizeof own);
    return own.name && own.store && !list->histories.failed ? VARVE_OK : no_memory(err);
}

vv_status vv_backup_list_add_folder(struct vv_backup_list *list, const char *path, vv_error *err)
{
    const char *own = keep(list, path);
    vv_buf_add(&list->folders, &own, sizeof own);
    return own && !list->folders.failed ? VARVE_OK : no_memory(err);
}

vv_status vv_backup_list_add_file(struct vv_backup_list *list, const struct vv_backup_file *file,
                                  vv_error *err)
{
    struct vv_backup_file own = *file;
    own.path = keep(list, file->path);
    vv_buf_add(&list->files, &own, sizeof own);
    return own.path && !list->files.failed ? VARVE_OK : no_memory(err);
}

bool vv_backup_path_is_good(const char *path, size_t len_bytes)
{
    if (len_bytes == 0 || len_bytes > PATH_BYTES_MAX)
        return false;
    for (size_t i = 0; i < len_bytes; i++)
        if ((unsigned char)path[i] < ' ' || path[i] == 127)
            return false;
    for (size_t at = 0; at <= len_bytes;) {
        const char *slash = memchr(path + at, '/', len_bytes - at);
        size_t end = slash ? (size_t)(slash - path) : len_bytes, len = end - at;
        if (len == 0 || (len == 1 && path[at] == '.') || (len == 2 && !memcmp(path + at, "..", 2)))
            return false;
        at = end + 1;
    }
    return true;
}

/* ---- writing ---- */

static void put_text(struct vv_json *json, const char *key, const char *text)
{
    vv_json_key(json, key);
    vv_json_text(json, text);
}

static void put_number(struct vv_json *json, const char *key, uint64_t number)
{
    vv_json_key(json, key);
    vv_json_uint(json, number);
}

static void put_files(const struct vv_backup_list *list, struct vv_json *json)
{
    vv_json_key(json, "files");
    vv_json_array(json);
    for (size_t i = 0; i < vv_backup_file_count(list); i++) {
        const struct vv_backup_file *file = vv_backup_file_at(list, i);
        char crc[16];
        snprintf(crc, sizeof crc, "%08" PRIx32, file->crc32c);
        vv_json_object(json);
        put_text(json, "path", file->path);
        put_number(json, "bytes", file->bytes);
        put_text(json, "crc32c", crc);
        vv_json_end_object(json);
    }
    vv_json_end_array(json);
}

void vv_backup_list_write(const struct vv_backup_list *list, struct vv_buf *out)
{
    struct vv_json json;
    char time[40];
    vv_time_format_ms(list->time_ms, time);
    vv_json_init(&json, out);
    vv_json_object(&json);
    put_number(&json, "format", VV_BACKUP_FORMAT);
    put_text(&json, "version", list->version);
    put_text(&json, "node", list->node);
    put_text(&json, "time", time);
    vv_json_key(&json, "histories");
    vv_json_array(&json);
    for (size_t i = 0; i < vv_backup_history_count(list); i++) {
        const struct vv_backup_history *history = vv_backup_history_at(list, i);
        vv_json_object(&json);
        put_text(&json, "name", history->name);
        put_text(&json, "store", history->store);
        put_number(&json, "sequence", history->sequence);
        put_number(&json, "rows", history->rows);
        vv_json_end_object(&json);
    }
    vv_json_end_array(&json);
    vv_json_key(&json, "folders");
    vv_json_array(&json);
    for (size_t i = 0; i < vv_backup_folder_count(list); i++)
        vv_json_text(&json, vv_backup_folder_at(list, i));
    vv_json_end_array(&json);
    put_files(list, &json);
    vv_json_end_object(&json);
    vv_buf_char(out, '\n');
}

/* ---- reading ---- */

enum place {
    OUTSIDE,
    TOP,
    HISTORIES,
    HISTORY,
    FOLDERS,
    FILES,
    IN_FILE
};

enum field {
    FORMAT,
    VERSION,
    NODE,
    TIME,
    HISTORY_LIST,
    FOLDER_LIST,
    FILE_LIST,
    NAME,
    STORE,
    SEQUENCE,
    ROWS,
    PATH,
    BYTES,
    CHECKSUM,
    FIELDS
};

enum kind {
    NUMBER,
    TEXT,
    LIST
};

static const struct {
    enum place place;
    enum kind kind;
    const char *name;
    enum place opens; /* LIST */
} fields[FIELDS] = {
    [FORMAT] = {TOP, NUMBER, "format", OUTSIDE},
    [VERSION] = {TOP, TEXT, "version", OUTSIDE},
    [NODE] = {TOP, TEXT, "node", OUTSIDE},
    [TIME] = {TOP, TEXT, "time", OUTSIDE},
    [HISTORY_LIST] = {TOP, LIST, "histories", HISTORIES},
    [FOLDER_LIST] = {TOP, LIST, "folders", FOLDERS},
    [FILE_LIST] = {TOP, LIST, "files", FILES},
    [NAME] = {HISTORY, TEXT, "name", OUTSIDE},
    [STORE] = {HISTORY, TEXT, "store", OUTSIDE},
    [SEQUENCE] = {HISTORY, NUMBER, "sequence", OUTSIDE},
    [ROWS] = {HISTORY, NUMBER, "rows", OUTSIDE},
    [PATH] = {IN_FILE, TEXT, "path", OUTSIDE},
    [BYTES] = {IN_FILE, NUMBER, "bytes", OUTSIDE},
    [CHECKSUM] = {IN_FILE, TEXT, "crc32c", OUTSIDE},
};

struct reading {
    struct vv_backup_list *list;
    enum place place;
    int field;     /* that the next value is for; -1: none */
    uint32_t seen; /* fields, bit by bit; those of an entry are forgotten at its end */
    struct vv_backup_history history;
    struct vv_backup_file file;
    vv_status status;
    vv_error *err;
};

static int end_with(struct reading *r, vv_status status)
{
    r->status = status;
    return status == VARVE_OK;
}

static int misplaced(struct reading *r, const char *what)
{
    return end_with(r,
                    vv_fail(r->err, VARVE_SYNTAX, "%s%s%s stands where it has no place", what,
                            r->field < 0 ? "" : " as ", r->field < 0 ? "" : fields[r->field].name));
}

/* The field that the value at hand is for, if it is of that kind. */
static int take_field(struct reading *r, enum kind kind)
{
    int field = r->field;
    if (field < 0 || fields[field].kind != kind)
        return -1;
    r->field = -1;
    return field;
}

static int on_other(struct reading *r)
{
    return misplaced(r, "a value");
}

static int on_null(void *arg)
{
    return on_other(arg);
}

static int on_bool(void *arg, int value)
{
    (void)value;
    return on_other(arg);
}

static int on_number(void *arg, const char *digits, size_t len_bytes)
{
    struct reading *r = arg;
    int field = take_field(r, NUMBER);
    uint64_t number = 0;
    if (field < 0)
        return misplaced(r, "a number");
    for (size_t i = 0; i < len_bytes; i++) {
        unsigned digit = (unsigned char)digits[i] - '0';
        if (digit > 9 || number > (UINT64_MAX - digit) / 10)
            return end_with(r, vv_fail(r->err, VARVE_SYNTAX, "%s is no whole number from 0 up",
                                       fields[field].name));
        number = number * 10 + digit;
    }
    if (field == FORMAT && number != VV_BACKUP_FORMAT)
        return end_with(r, vv_fail(r->err, VARVE_UNSUPPORTED,
                                   "format %" PRIu64 ": made by a newer program; this one knows %d",
                                   number, VV_BACKUP_FORMAT));
    *(field == SEQUENCE ? &r->history.sequence
      : field == ROWS   ? &r->history.rows
      : field == BYTES  ? &r->file.bytes
                        : &(uint64_t){0}) = number;
    return 1;
}

/* Eight hex digits. */
static bool read_crc(const char *text, uint32_t *crc)
{
    if (strlen(text) != 8 || strspn(text, "0123456789abcdef") != 8)
        return false;
    *crc = (uint32_t)strtoul(text, NULL, 16);
    return true;
}

static vv_status take_path(struct reading *r, const char *text, vv_error *err)
{
    if (!vv_backup_path_is_good(text, strlen(text)))
        return vv_fail(err, VARVE_BAD_NAME, "\"%.100s\" is no path inside a backup", text);
    if (r->place == FOLDERS)
        return vv_backup_list_add_folder(r->list, text, err);
    r->file.path = text;
    return VARVE_OK;
}

static vv_status take_text(struct reading *r, int field, const char *text)
{
    int64_t time_ns;
    vv_status status = VARVE_OK;
    switch (field) {
    case VERSION:
        r->list->version = text;
        break;
    case NODE:
        r->list->node = text;
        break;
    case TIME:
        status = vv_time_parse_ns(text, strlen(text), false, &time_ns, r->err);
        r->list->time_ms = status ? 0 : time_ns / 1000000;
        break;
    case NAME:
        if (!vv_backup_path_is_good(text, strlen(text)) || strchr(text, '/'))
            status = vv_fail(r->err, VARVE_BAD_NAME, "\"%.100s\" is no history's name", text);
        r->history.name = text;
        break;
    case STORE:
        r->history.store = text;
        break;
    case CHECKSUM:
        if (!read_crc(text, &r->file.crc32c))
            status = vv_fail(r->err, VARVE_SYNTAX, "\"%.20s\" is no checksum", text);
        break;
    default:
        status = take_path(r, text, r->err);
        break;
    }
    return status;
}

static int on_string(void *arg, const unsigned char *data, size_t len_bytes)
{
    struct reading *r = arg;
    int field = r->place == FOLDERS ? PATH : take_field(r, TEXT);
    if (field < 0)
        return misplaced(r, "a text");
    if (memchr(data, 0, len_bytes))
        return end_with(r, vv_fail(r->err, VARVE_SYNTAX, "a text with a NUL in it"));
    const char *text = vv_arena_text(&r->list->arena, (const char *)data, len_bytes);
    return end_with(r, text ? take_text(r, field, text) : no_memory(r->err));
}

static int on_key(void *arg, const unsigned char *data, size_t len_bytes)
{
    struct reading *r = arg;
    for (int i = 0; i < FIELDS; i++)
        if (fields[i].place == r->place && strlen(fields[i].name) == len_bytes &&
            memcmp(fields[i].name, data, len_bytes) == 0) {
            if (r->seen & 1u << i)
                return end_with(r,
                                vv_fail(r->err, VARVE_SYNTAX, "%s stands twice", fields[i].name));
            r->seen |= 1u << i;
            r->field = i;
            return 1;
        }
    return end_with(r, vv_fail(r->err, VARVE_SYNTAX, "\"%.*s\" is not known here",
                               (int)(len_bytes < 60 ? len_bytes : 60), (const char *)data));
}

static int on_start_map(void *arg)
{
    struct reading *r = arg;
    if (r->place == OUTSIDE)
        r->place = TOP;
    else if (r->place == HISTORIES)
        r->place = HISTORY;
    else if (r->place == FILES)
        r->place = IN_FILE;
    else
        return misplaced(r, "an object");
    return 1;
}

/* The first field of the place that was not there; null when all were. */
static const char *missing_of(struct reading *r)
{
    for (int i = 0; i < FIELDS; i++)
        if (fields[i].place == r->place) {
            if (!(r->seen & 1u << i))
                return fields[i].name;
            r->seen &= ~(1u << i);
        }
    return NULL;
}

static int on_end_map(void *arg)
{
    struct reading *r = arg;
    const char *missing = missing_of(r);
    vv_status status = VARVE_OK;
    if (missing)
        return end_with(r, vv_fail(r->err, VARVE_SYNTAX, "%s is missing", missing));
    if (r->place == HISTORY) {
        status = vv_backup_list_add_history(r->list, &r->history, r->err);
        r->place = HISTORIES;
    } else if (r->place == IN_FILE) {
        status = vv_backup_list_add_file(r->list, &r->file, r->err);
        r->place = FILES;
    } else {
        r->place = OUTSIDE;
    }
    return end_with(r, status);
}

static int on_start_array(void *arg)
{
    struct reading *r = arg;
    int field = take_field(r, LIST);
    if (field < 0)
        return misplaced(r, "an array");
    r->place = fields[field].opens;
    return 1;
}

static int on_end_array(void *arg)
{
    struct reading *r = arg;
    r->place = TOP;
    return 1;
}

static vv_status refusal(yajl_handle handle, const void *text, size_t len_bytes, vv_error *err)
{
    unsigned char *why = yajl_get_error(handle, 0, text, len_bytes);
    vv_status status = vv_fail(err, VARVE_SYNTAX, "no JSON: %.200s", why ? (char *)why : "");
    yajl_free_error(handle, why);
    return status;
}

vv_status vv_backup_list_parse(struct vv_backup_list *list, const void *text, size_t len_bytes,
                               vv_error *err)
{
    static const yajl_callbacks callbacks = {.yajl_null = on_null,
                                             .yajl_boolean = on_bool,
                                             .yajl_number = on_number,
                                             .yajl_string = on_string,
                                             .yajl_start_map = on_start_map,
                                             .yajl_map_key = on_key,
                                             .yajl_end_map = on_end_map,
                                             .yajl_start_array = on_start_array,
                                             .yajl_end_array = on_end_array};
    vv_error own = {0};
    struct reading r = {.list = list, .field = -1, .err = err ? err : &own};
    yajl_handle handle = yajl_alloc(&callbacks, NULL, &r);
    if (!handle)
        return no_memory(err);
    yajl_status parsed = yajl_parse(handle, text, len_bytes);
    if (parsed == yajl_status_ok)
        parsed = yajl_complete_parse(handle);
    vv_status status = r.status;
    if (!status && parsed != yajl_status_ok)
        status = refusal(handle, text, len_bytes, r.err);
    else if (!status && (r.place != OUTSIDE))
        status = vv_fail(r.err, VARVE_SYNTAX, "it is not whole");
    yajl_free(handle);
    return status;
}
