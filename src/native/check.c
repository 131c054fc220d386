/* varve_check: a store read as a whole, beside whoever writes it. */
#include <inttypes.h>
#include <stdio.h>

#include "native/store_private.h"

#include "base/banned.h"

struct checking {
    varve *store;
    struct varve_watch watch;
    uint64_t bytes, bytes_done; /* of parts */
    uint64_t damaged;
};

static void find(struct checking *checking, enum varve_finding_kind kind, const char *text)
{
    checking->damaged += kind == VARVE_FINDING_DAMAGE;
    if (checking->watch.report)
        checking->watch.report(checking->watch.arg, kind, text);
}

static const struct varve_stratum *stratum_of(void *arg, uint32_t id)
{
    struct checking *checking = arg;
    return vv_registry_stratum_get(checking->store->registry, id);
}

static void part_damage(void *arg, const char *text)
{
    find(arg, VARVE_FINDING_DAMAGE, text);
}

/* The manifest's summary of a part against what the part holds. */
static void check_summary(struct checking *checking, const struct vv_live_part *part, uint64_t rows)
{
    char text[256];
    if (rows == part->about.summary.rows)
        return;
    snprintf(text, sizeof text, "%s holds %" PRIu64 " rows, the manifest says %" PRIu64,
             vv_part_path(part->part), rows, part->about.summary.rows);
    find(checking, VARVE_FINDING_DAMAGE, text);
}

static bool go_on(struct checking *checking)
{
    const struct varve_watch *watch = &checking->watch;
    return !watch->progress || watch->progress(watch->arg, checking->bytes_done, checking->bytes);
}

static vv_status check_parts(struct checking *checking, vv_error *err)
{
    struct vv_version *version = vv_version_acquire(&checking->store->versions);
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < version->part_count; i++)
        checking->bytes += version->parts[i]->about.summary.size_bytes;
    for (size_t i = 0; i < version->part_count && !status; i++) {
        struct vv_live_part *part = version->parts[i];
        uint64_t damaged = 0, rows = 0;
        vv_error why = {0};
        status =
            vv_part_check(part->part, stratum_of, part_damage, checking, &damaged, &rows, &why);
        if (status == VARVE_CORRUPT || status == VARVE_NOT_FOUND) {
            find(checking, VARVE_FINDING_DAMAGE, why.message);
            status = VARVE_OK;
        } else if (status && err) {
            *err = why;
        } else if (!status && damaged == 0) {
            check_summary(checking, part, rows);
        }
        checking->bytes_done += part->about.summary.size_bytes;
        if (!status && !go_on(checking))
            status = vv_fail(err, VARVE_CANCELLED, "the check was given up on request");
    }
    vv_version_unref(version);
    return status;
}

static void recovery_note(void *arg, bool damage, const char *text)
{
    find(arg, damage ? VARVE_FINDING_DAMAGE : VARVE_FINDING_NOTE, text);
}

static vv_status check(const char *path, const struct vv_io *io, const struct varve_watch *watch,
                       uint64_t *damaged, vv_error *err)
{
    struct checking checking = {.watch = *watch};
    struct varve_options options = {.read_only = true};
    *damaged = 0;
    vv_status status =
        vv_store_open_noting(path, &options, io, recovery_note, &checking, &checking.store, err);
    if (status == VARVE_CORRUPT) {
        find(&checking, VARVE_FINDING_DAMAGE, err ? err->message : "the store cannot be opened");
        *damaged = checking.damaged;
        return VARVE_OK;
    }
    if (!status)
        status = check_parts(&checking, err);
    varve_close(checking.store, NULL);
    *damaged = checking.damaged;
    return status;
}

vv_status vv_store_check(const char *path, const struct vv_io *io,
                         void (*report)(void *arg, enum varve_finding_kind kind, const char *text),
                         void *arg, uint64_t *damaged, vv_error *err)
{
    const struct varve_watch watch = {.report = report, .arg = arg};
    return check(path, io, &watch, damaged, err);
}

vv_status varve_check_watched(const char *path, const struct varve_watch *watch, uint64_t *damaged,
                              varve_error *err)
{
    vv_error own;
    if (!err)
        err = &own;
    vv_error_clear(err);
    return check(path, vv_io_posix(), watch, damaged, err);
}

vv_status varve_check(const char *path,
                      void (*report)(void *arg, enum varve_finding_kind kind, const char *text),
                      void *arg, uint64_t *damaged, varve_error *err)
{
    vv_error own;
    if (!err)
        err = &own;
    vv_error_clear(err);
    return vv_store_check(path, vv_io_posix(), report, arg, damaged, err);
}
