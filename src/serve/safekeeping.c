#include "serve/safekeeping.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/logger.h"
#include "base/time.h"
#include "history/backup.h"
#include "serve/server_private.h"
#include "sql/journal.h"
#include "sql/ledger.h"

#include "base/banned.h"

#define NAME_MAX_BYTES 200

enum state {
    NONE,
    RUNNING,
    DONE,
    FAILED
};

struct vv_safekeeping {
    struct vv_server *server;
    struct vv_thread thread; /* joined before the next one, and at the end */
    struct vv_mutex mutex;   /* guards all below */
    enum state state;
    bool cancel, copy;
    char name[NAME_MAX_BYTES + 1];
    char path[4096]; /* DIR/name */
    char step[300];
    uint64_t bytes, bytes_done;
    int64_t started_ms, ended_ms;
    vv_error err;                   /* FAILED */
    struct vv_backup_result result; /* DONE */
};

struct vv_safekeeping *vv_safekeeping_new(struct vv_server *server)
{
    struct vv_safekeeping *k = vv_alloc_zero(sizeof *k);
    if (!k)
        return NULL;
    k->server = server;
    vv_mutex_init(&k->mutex);
    return k;
}

void vv_safekeeping_free(struct vv_safekeeping *keeping)
{
    if (!keeping)
        return;
    vv_safekeeping_cancel(keeping);
    vv_thread_join(&keeping->thread);
    vv_backup_result_deinit(&keeping->result);
    vv_mutex_deinit(&keeping->mutex);
    vv_free(keeping);
}

void vv_safekeeping_cancel(struct vv_safekeeping *keeping)
{
    vv_mutex_lock(&keeping->mutex);
    keeping->cancel = true;
    vv_mutex_unlock(&keeping->mutex);
}

/* ---- the thread ---- */

static bool watch(void *arg, const struct vv_backup_progress *progress)
{
    struct vv_safekeeping *k = arg;
    vv_mutex_lock(&k->mutex);
    bool go_on = !k->cancel;
    snprintf(k->step, sizeof k->step, "%s", progress->step);
    k->bytes = progress->bytes;
    k->bytes_done = progress->bytes_done;
    vv_mutex_unlock(&k->mutex);
    return go_on;
}

static void run(void *arg)
{
    struct vv_safekeeping *k = arg;
    const struct vv_server_options *server = &k->server->options;
    const struct vv_backup_options options = {.set = server->set,
                                              .ledger = server->ledger,
                                              .version = server->version,
                                              .dir = k->path,
                                              .copy = k->copy,
                                              .watcher = {watch, k}};
    struct vv_backup_result result;
    vv_error err = {0};
    vv_status status = vv_backup_make(&options, &result, &err);
    if (status)
        vv_log_error("backup", &err, "no backup was made");
    else
        vv_log(VV_LOG_INFO, "backup", "%s is there", k->path);
    vv_mutex_lock(&k->mutex);
    k->state = status ? FAILED : DONE;
    k->err = err;
    k->result = result;
    k->ended_ms = vv_now_ms();
    vv_mutex_unlock(&k->mutex);
}

/* ---- beginning ---- */

static bool is_suffix(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static vv_status check_name(const char *name, vv_error *err)
{
    size_t len = strlen(name);
    if (!vv_backup_path_is_good(name, len) || strchr(name, '/') || name[0] == '.' ||
        len > NAME_MAX_BYTES || is_suffix(name, ".partial"))
        return vv_fail(err, VARVE_BAD_NAME,
                       "\"%.80s\" is no name for a backup: one of up to %d bytes without /, not "
                       "beginning with a dot",
                       name, NAME_MAX_BYTES);
    return VARVE_OK;
}

static vv_status note(struct vv_safekeeping *k, const char *origin, vv_error *err)
{
    struct vv_ledger *ledger = k->server->options.ledger;
    struct vv_ledger_tx *tx = NULL;
    char event[NAME_MAX_BYTES + 32];
    snprintf(event, sizeof event, "backup into %s", k->name);
    const struct vv_journal_entry entry = {
        .category = VV_JOURNAL_FILES, .event = event, .origin = origin};
    vv_status status = vv_ledger_begin_write(ledger, &tx, err);
    if (!status)
        status = vv_journal_write(tx, &entry, err);
    if (!status)
        status = vv_ledger_commit(&tx, err);
    vv_ledger_rollback(&tx);
    return status;
}

/* Takes the one place; false when it is taken. */
static bool take_place(struct vv_safekeeping *k, const char *dir, const char *name, bool copy)
{
    vv_mutex_lock(&k->mutex);
    bool taken = k->state == RUNNING;
    if (!taken) {
        vv_backup_result_deinit(&k->result);
        k->result = (struct vv_backup_result){0};
        k->state = RUNNING;
        k->cancel = false;
        k->copy = copy;
        k->bytes = k->bytes_done = 0;
        k->started_ms = vv_now_ms();
        k->step[0] = 0;
        snprintf(k->name, sizeof k->name, "%s", name);
        snprintf(k->path, sizeof k->path, "%s/%s", dir, name);
    }
    vv_mutex_unlock(&k->mutex);
    return !taken;
}

vv_status vv_safekeeping_begin(struct vv_safekeeping *keeping, const char *name, bool copy,
                               const char *origin, vv_error *err)
{
    const char *dir = keeping->server->options.backup_dir;
    vv_status status = check_name(name, err);
    if (!dir)
        return vv_fail(err, VARVE_UNSUPPORTED,
                       "this server makes no backups: its configuration has no backup.dir");
    if (status)
        return status;
    if (strlen(dir) + strlen(name) + 2 > sizeof keeping->path)
        return vv_fail(err, VARVE_BAD_NAME, "%s/%s is too long", dir, name);
    if (!take_place(keeping, dir, name, copy))
        return vv_fail(err, VARVE_BUSY, "a backup is being made: one at a time");
    vv_thread_join(&keeping->thread); /* of the one before, which is over */
    keeping->thread = (struct vv_thread){0};
    status = note(keeping, origin, err);
    if (!status)
        status = vv_thread_start(&keeping->thread, "varve-backup", run, keeping, err);
    if (status) {
        vv_mutex_lock(&keeping->mutex);
        keeping->state = NONE;
        vv_mutex_unlock(&keeping->mutex);
    }
    return status;
}

/* ---- the state ---- */

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

static void put_time(struct vv_json *json, const char *key, int64_t time_ms)
{
    char text[40];
    vv_time_format_ms(time_ms, text);
    put_text(json, key, text);
}

static void put_result(const struct vv_backup_result *result, struct vv_json *json)
{
    put_number(json, "files", vv_backup_file_count(&result->list));
    put_number(json, "bytes", vv_backup_list_bytes(&result->list));
    put_number(json, "linked", result->linked);
    put_number(json, "copied", result->copied);
    vv_json_key(json, "histories");
    vv_json_array(json);
    for (size_t i = 0; i < vv_backup_history_count(&result->list); i++) {
        const struct vv_backup_history *history = vv_backup_history_at(&result->list, i);
        vv_json_object(json);
        put_text(json, "name", history->name);
        put_number(json, "sequence", history->sequence);
        put_number(json, "rows", history->rows);
        vv_json_end_object(json);
    }
    vv_json_end_array(json);
}

void vv_safekeeping_state(struct vv_safekeeping *keeping, struct vv_buf *out)
{
    static const char *const words[] = {"none", "running", "done", "failed"};
    struct vv_json json;
    vv_json_init(&json, out);
    vv_mutex_lock(&keeping->mutex);
    vv_json_object(&json);
    put_text(&json, "state", words[keeping->state]);
    if (keeping->state != NONE) {
        put_text(&json, "directory", keeping->name);
        put_time(&json, "started", keeping->started_ms);
    }
    if (keeping->state == RUNNING) {
        put_text(&json, "step", keeping->step);
        put_number(&json, "bytes", keeping->bytes);
        put_number(&json, "bytes_done", keeping->bytes_done);
    } else if (keeping->state != NONE) {
        put_time(&json, "ended", keeping->ended_ms);
    }
    if (keeping->state == DONE)
        put_result(&keeping->result, &json);
    if (keeping->state == FAILED) {
        vv_json_key(&json, "error");
        vv_json_object(&json);
        put_text(&json, "code", varve_status_name(keeping->err.status));
        put_text(&json, "message", keeping->err.message);
        vv_json_end_object(&json);
    }
    vv_json_end_object(&json);
    vv_mutex_unlock(&keeping->mutex);
}
