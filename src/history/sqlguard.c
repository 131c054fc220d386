#include "history/sqlguard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sqlite3.h>

#include "catalog/catalog.h"
#include "history/sqlfunctions.h"

#include "base/banned.h"

/* Sizes and numbers in one statement. One step of a statement cannot be interrupted, so that the
 * longest value and pattern also say how long one step may take. */
#define VALUE_BYTES_MAX   (8 * 1024 * 1024)
#define SQL_BYTES_MAX     (256 * 1024)
#define PATTERN_BYTES_MAX 128
#define PARAMETERS_MAX    1000
#define ARGUMENTS_MAX     100
#define COLUMNS_MAX       2000 /* two frames of 370 columns, joined twice over */
#define DEPTH_MAX         400
#define COMPOUND_MAX      100
#define OPERATIONS_MAX    250000

/* In the order of strcmp. */
static const char *const functions[] = {"->",
                                        "->>",
                                        "abs",
                                        "acos",
                                        "acosh",
                                        "asin",
                                        "asinh",
                                        "atan",
                                        "atan2",
                                        "atanh",
                                        "avg",
                                        "ceil",
                                        "ceiling",
                                        "char",
                                        "coalesce",
                                        "cos",
                                        "cosh",
                                        "count",
                                        "cume_dist",
                                        "current_date",
                                        "current_time",
                                        "current_timestamp",
                                        "date",
                                        "datetime",
                                        "degrees",
                                        "dense_rank",
                                        "exp",
                                        "first_value",
                                        "floor",
                                        "format",
                                        "glob",
                                        "group_concat",
                                        "hex",
                                        "ifnull",
                                        "iif",
                                        "instr",
                                        "json",
                                        "json_array",
                                        "json_array_length",
                                        "json_extract",
                                        "json_group_array",
                                        "json_group_object",
                                        "json_insert",
                                        "json_object",
                                        "json_patch",
                                        "json_quote",
                                        "json_remove",
                                        "json_replace",
                                        "json_set",
                                        "json_type",
                                        "json_valid",
                                        "julianday",
                                        "lag",
                                        "last_value",
                                        "lead",
                                        "length",
                                        "like",
                                        "likelihood",
                                        "likely",
                                        "ln",
                                        "log",
                                        "log10",
                                        "log2",
                                        "lower",
                                        "ltrim",
                                        "max",
                                        "min",
                                        "mod",
                                        "nth_value",
                                        "ntile",
                                        "nullif",
                                        "percent_rank",
                                        "pi",
                                        "pow",
                                        "power",
                                        "printf",
                                        "quote",
                                        "radians",
                                        "random",
                                        "randomblob",
                                        "rank",
                                        "replace",
                                        "round",
                                        "row_number",
                                        "rtrim",
                                        "sign",
                                        "sin",
                                        "sinh",
                                        "sqlite_version",
                                        "sqrt",
                                        "strftime",
                                        "substr",
                                        "substring",
                                        "sum",
                                        "tan",
                                        "tanh",
                                        "time",
                                        "total",
                                        "trim",
                                        "trunc",
                                        "typeof",
                                        "unicode",
                                        "unixepoch",
                                        "unlikely",
                                        "upper",
                                        "zeroblob"};

/* They describe tables and change nothing; each is also a table, pragma_NAME. */
static const char *const pragmas[] = {"foreign_key_list", "index_info", "index_list", "index_xinfo",
                                      "table_info",       "table_list", "table_xinfo"};

static const char *const other_tables[] = {"json_each", "json_tree", "sqlite_master",
                                           "sqlite_schema"};

static const char *const own_records[] = {"TB_Log", "vv_schema"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static int compare(const void *name, const void *entry)
{
    return strcasecmp(name, *(const char *const *)entry);
}

static bool is_in(const char *name, const char *const *list, size_t count)
{
    return name && bsearch(name, list, count, sizeof list[0], compare);
}

static bool starts(const char *name, const char *with)
{
    return strncasecmp(name, with, strlen(with)) == 0;
}

static int refuse(struct vv_sqlguard *guard, const char *what, const char *name)
{
    snprintf(guard->refused, sizeof guard->refused, "%s%s%.120s", what, name ? " " : "",
             name ? name : "");
    return SQLITE_DENY;
}

/* ---- reading ---- */

static bool is_secret(const struct vv_table *table, const char *column)
{
    int at = table ? vv_table_column(table, column, strlen(column), 0) : -1;

    return at >= 0 && (table->columns[at].flags & VV_COLUMN_SECRET);
}

static bool has_secrets(const struct vv_table *table)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].flags & VV_COLUMN_SECRET)
            return true;
    return false;
}

/* A table that none of whose columns is read comes without one, and so does the name of a WITH:
 * modules that have no place here are not there at all. */
static int check_read(struct vv_sqlguard *guard, const char *table, const char *column)
{
    const struct vv_table *known = vv_catalog_find(table);

    if (is_secret(known, column))
        return SQLITE_IGNORE;
    if (known || column[0] == '\0' || starts(table, "varve_") ||
        is_in(table, other_tables, COUNT(other_tables)))
        return SQLITE_OK;
    if (starts(table, "pragma_") && is_in(table + strlen("pragma_"), pragmas, COUNT(pragmas)))
        return SQLITE_OK;
    return refuse(guard, "the table", table);
}

static int check_function(struct vv_sqlguard *guard, const char *name)
{
    if (is_in(name, functions, COUNT(functions)) || starts(name, "varve_"))
        return SQLITE_OK;
    return refuse(guard, "the function", name);
}

/* ---- writing ---- */

static int check_change(struct vv_sqlguard *guard, int action, const char *table,
                        const char *column)
{
    static const char *const words[] = {[SQLITE_DELETE] = "DELETE FROM",
                                        [SQLITE_INSERT] = "INSERT INTO",
                                        [SQLITE_UPDATE] = "UPDATE"};
    const struct vv_table *known = vv_catalog_find(table);

    /* SQLite asks for these when it makes a virtual table known to a statement. For what a user
     * would do with them it asks more, or refuses it itself. */
    if (action != SQLITE_DELETE && strcmp(table, "sqlite_master") == 0)
        return SQLITE_OK;
    if (!guard->write || !known || known->kind != VV_TABLE_LEDGER ||
        is_in(table, own_records, COUNT(own_records)))
        return refuse(guard, words[action], table);
    if (action == SQLITE_UPDATE && is_secret(known, column))
        return refuse(guard, "changing the column", column);
    /* SQLite does not say which columns a new row brings. */
    if (action == SQLITE_INSERT && has_secrets(known))
        return refuse(guard, words[action], table);
    return SQLITE_OK;
}

/* ---- the authorizer ---- */

/* What stands for a statement that is refused whatever it names. */
static const char *name_of(int action)
{
    switch (action) {
    case SQLITE_ATTACH:
        return "ATTACH";
    case SQLITE_DETACH:
        return "DETACH";
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return "a transaction of one's own";
    case SQLITE_REINDEX:
        return "REINDEX";
    case SQLITE_ANALYZE:
        return "ANALYZE";
    default:
        return "a change of the schema";
    }
}

static int authorize(void *arg, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
    struct vv_sqlguard *guard = arg;

    (void)database;
    (void)trigger;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_READ:
        return check_read(guard, first ? first : "", second ? second : "");
    case SQLITE_FUNCTION:
        return check_function(guard, second ? second : "");
    case SQLITE_PRAGMA:
        return is_in(first, pragmas, COUNT(pragmas)) ? SQLITE_OK : refuse(guard, "PRAGMA", first);
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        return check_change(guard, action, first ? first : "", second ? second : "");
    case SQLITE_CREATE_INDEX: /* the name is one that no user can give */
        if (starts(first ? first : "", "sqlite_autoindex_"))
            return SQLITE_OK;
        return refuse(guard, name_of(action), NULL);
    default:
        return refuse(guard, name_of(action), NULL);
    }
}

void vv_sqlguard_set(struct sqlite3 *db, struct vv_sqlguard *guard)
{
    sqlite3_set_authorizer(db, authorize, guard);
}

void vv_sqlguard_lift(struct sqlite3 *db)
{
    sqlite3_set_authorizer(db, NULL, NULL);
}

/* ---- the text ---- */

static bool contains(const char *text, size_t len_bytes, const char *word)
{
    const size_t len = strlen(word);

    for (size_t i = 0; i + len <= len_bytes; i++)
        if (strncasecmp(text + i, word, len) == 0)
            return true;
    return false;
}

/* A name has no other way to stand in a statement than letter by letter; where it stands in a text
 * or a comment, the refusal is one too many and says what to do. */
vv_status vv_sqlguard_check_text(const char *text, size_t len_bytes, vv_error *err)
{
    if (!contains(text, len_bytes, "using") && !contains(text, len_bytes, "natural"))
        return VARVE_OK;
    for (size_t i = 0; i < vv_catalog_count(); i++) {
        const struct vv_table *table = vv_catalog_table(i);
        if (has_secrets(table) && contains(text, len_bytes, table->name))
            return vv_fail(err, VARVE_DENIED,
                           "%s has columns that are secret: join it by ON, not by USING or NATURAL",
                           table->name);
    }
    return VARVE_OK;
}

/* ---- tightening ---- */

static void set_limits(struct sqlite3 *db)
{
    static const struct {
        int id, most;
    } limits[] = {{SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX},
                  {SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES_MAX},
                  {SQLITE_LIMIT_COLUMN, COLUMNS_MAX},
                  {SQLITE_LIMIT_EXPR_DEPTH, DEPTH_MAX},
                  {SQLITE_LIMIT_COMPOUND_SELECT, COMPOUND_MAX},
                  {SQLITE_LIMIT_VDBE_OP, OPERATIONS_MAX},
                  {SQLITE_LIMIT_FUNCTION_ARG, ARGUMENTS_MAX},
                  {SQLITE_LIMIT_ATTACHED, 0},
                  {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, PATTERN_BYTES_MAX},
                  {SQLITE_LIMIT_VARIABLE_NUMBER, PARAMETERS_MAX},
                  {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
                  {SQLITE_LIMIT_WORKER_THREADS, 0}};

    for (size_t i = 0; i < COUNT(limits); i++)
        (void)sqlite3_limit(db, limits[i].id, limits[i].most);
}

/* Texts in double quotes are names, as the standard has them: SQLite would take a misspelt one for
 * a text. */
static void set_switches(struct sqlite3 *db)
{
    static const struct {
        int id, on;
    } switches[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                    {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                    {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
                    {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
                    {SQLITE_DBCONFIG_DQS_DML, 0},
                    {SQLITE_DBCONFIG_DQS_DDL, 0},
                    {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1}};

    for (size_t i = 0; i < COUNT(switches); i++)
        (void)sqlite3_db_config(db, switches[i].id, switches[i].on, NULL);
}

vv_status vv_sqlguard_tighten(struct sqlite3 *db, vv_error *err)
{
    /* What a statement sorts and keeps stands in memory, where its limit counts. */
    static const char settings[] = "PRAGMA query_only=ON;"
                                   "PRAGMA cell_size_check=ON;"
                                   "PRAGMA mmap_size=0;"
                                   "PRAGMA wal_autocheckpoint=0;"
                                   "PRAGMA temp_store=MEMORY;"
                                   "PRAGMA cache_size=-4096;"; /* KiB */
    const char *modules[] = {"json_each", "json_tree", NULL};
    int code = sqlite3_exec(db, settings, NULL, NULL, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_drop_modules(db, modules);
    if (code == SQLITE_OK)
        code = vv_sqlfunctions_register(db);
    set_switches(db);
    set_limits(db);
    if (code == SQLITE_OK)
        return VARVE_OK;
    return vv_fail(err, code == SQLITE_NOMEM ? VARVE_NO_MEMORY : VARVE_DATABASE,
                   "a connection for queries: %s", sqlite3_errmsg(db));
}
