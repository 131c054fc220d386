/* extension.c: varve.so, the histories' tables in any program that loads SQLite's extensions.
 *
 *     .load ./varve                       beside a ledger (varve.db): its histories are there
 *     SELECT varve_open('/var/lib/varve');     in any other database
 *     SELECT varve_refresh();                  what has come since, now
 *
 * Everything is read through the loading program's own SQLite (extension_api.h). The stores are
 * opened for reading, beside a server that runs.
 */
#include "history/extension_api.h"

#include <string.h>

#include "base/alloc.h"
#include "history/reader.h"
#include "history/vtab.h"
#include "varve.h"

#include "base/banned.h"

const sqlite3_api_routines *sqlite3_api;

/* What a virtual table needs here came with this version: IN all at once. */
#define SQLITE_LEAST 3038000

/* One for each connection; freed with its functions. */
struct extension {
    sqlite3 *db;
    struct vv_sqltables *tables; /* null: nothing is open yet */
};

/* ---- opening ---- */

static vv_status follow(void *arg, bool now, struct vv_history_set **set, vv_error *err)
{
    return vv_reader_follow(arg, now, set, err);
}

static void end_following(void *arg)
{
    vv_reader_close(arg);
}

static vv_status open_dir(struct extension *e, const char *dir, const char *ledger, vv_error *err)
{
    struct vv_reader *reader;
    vv_status st;

    if (e->tables != NULL)
        return vv_fail(err, VARVE_EXISTS, "the histories of a data directory are open already");
    st = vv_reader_open(dir, ledger, &reader, err);
    if (st != VARVE_OK)
        return st;
    st = vv_sqltables_attach(e->db, vv_reader_set(reader), &e->tables, err);
    if (st == VARVE_OK)
        vv_sqltables_follow(e->tables, follow, end_following, reader);
    else
        vv_reader_close(reader);
    return st;
}

/* The database beside which the histories are: a file in a folder that has the folder `history`. */
static vv_status open_beside(struct extension *e, vv_error *err)
{
    const char *file = sqlite3_db_filename(e->db, "main");
    const char *slash = file != NULL ? strrchr(file, '/') : NULL;
    vv_status st;
    char *dir;

    if (slash == NULL || strcmp(slash, "/varve.db") != 0)
        return VARVE_OK;
    dir = vv_strndup(file, (size_t)(slash - file));
    if (dir == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to open the histories");
    st = open_dir(e, dir, file, err);
    vv_free(dir);
    return st;
}

/* ---- functions ---- */

static void give(sqlite3_context *context, vv_status st, const vv_error *err)
{
    if (st == VARVE_OK)
        sqlite3_result_int(context, 1);
    else
        sqlite3_result_error(context, err->message, -1);
}

static void run_open(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    const char *dir = (const char *)sqlite3_value_text(argv[0]);
    vv_error err = {0};

    (void)argc;
    if (dir == NULL)
        sqlite3_result_error(context, "varve_open: a data directory is missing", -1);
    else
        give(context, open_dir(sqlite3_user_data(context), dir, NULL, &err), &err);
}

static void run_refresh(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    struct extension *e = sqlite3_user_data(context);
    vv_error err = {0};

    (void)argc;
    (void)argv;
    if (e->tables == NULL)
        sqlite3_result_error(context, "varve_refresh: nothing is open; SELECT varve_open('DIR')",
                             -1);
    else
        give(context, vv_sqltables_follow_now(e->tables, &err), &err);
}

static void extension_free(void *arg)
{
    vv_free(arg);
}

static int add_functions(struct extension *e)
{
    /* They reach outside of the database: no view or trigger may call them. */
    int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY, code;

    code = sqlite3_create_function_v2(e->db, "varve_refresh", 0, flags, e, run_refresh, NULL, NULL,
                                      NULL);
    if (code != SQLITE_OK) {
        vv_free(e);
        return code;
    }
    /* The last one owns `e`, and frees it also when it cannot be made. */
    return sqlite3_create_function_v2(e->db, "varve_open", 1, flags, e, run_open, NULL, NULL,
                                      extension_free);
}

/* The entry point: its name follows from that of the file. */
VARVE_API int sqlite3_varve_init(sqlite3 *db, char **message, const sqlite3_api_routines *api);

int sqlite3_varve_init(sqlite3 *db, char **message, const sqlite3_api_routines *api)
{
    struct extension *e;
    vv_error err = {0};
    int code;

    sqlite3_api = api;
    if (sqlite3_libversion_number() < SQLITE_LEAST) {
        *message =
            sqlite3_mprintf("varve needs SQLite 3.38 or newer; this is %s", sqlite3_libversion());
        return SQLITE_ERROR;
    }
    e = vv_alloc_zero(sizeof *e);
    if (e == NULL)
        return SQLITE_NOMEM;
    e->db = db;
    code = add_functions(e);
    if (code == SQLITE_OK && open_beside(e, &err) != VARVE_OK) {
        *message = sqlite3_mprintf("%s", err.message);
        code = SQLITE_ERROR;
    }
    return code;
}
