/* vtab_plan.c: which of a statement's conditions a scan can meet by itself, and what it costs then.
 *
 * Costs are in rows: a row 1, a series 20 (finding it, opening its scan). SQLite compares them with
 * those of the ledger's tables, of which it assumes a million rows each: what reads every series of
 * a history must stay dearer than finding a tag's Id first.
 */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "history/vtab_private.h"

#include "base/banned.h"

#define SERIES_COST 20.0
/* A key that another table of the join could give, and does not give in this order of tables. */
#define UNDRIVEN 1e6

/* What the usable conditions leave. */
struct choice {
    struct vv_buf text; /* idxStr */
    int arguments;
    bool key_is, key_in, key_low, key_high;
    bool time_is, time_low, time_high;
    bool name_is, name_some;
    bool key_elsewhere; /* there is a condition on the key that this order cannot use */
};

static char operation(int op)
{
    switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
    case SQLITE_INDEX_CONSTRAINT_IS:
        return VV_PLAN_EQ;
    case SQLITE_INDEX_CONSTRAINT_LT:
        return VV_PLAN_LT;
    case SQLITE_INDEX_CONSTRAINT_LE:
        return VV_PLAN_LE;
    case SQLITE_INDEX_CONSTRAINT_GT:
        return VV_PLAN_GT;
    case SQLITE_INDEX_CONSTRAINT_GE:
        return VV_PLAN_GE;
    case SQLITE_INDEX_CONSTRAINT_LIKE:
        return VV_PLAN_LIKE;
    case SQLITE_INDEX_CONSTRAINT_GLOB:
        return VV_PLAN_GLOB;
    default:
        return 0;
    }
}

/* Takes condition `i` as the next argument. `exact`: SQLite need not look again. */
static void take(struct choice *c, sqlite3_index_info *info, int i, char what, char op, bool exact)
{
    vv_buf_char(&c->text, what);
    vv_buf_char(&c->text, op);
    info->aConstraintUsage[i].argvIndex = ++c->arguments;
    info->aConstraintUsage[i].omit = exact;
}

/* The values of an IN come at once, so that the order of the rows holds. */
static bool take_in(sqlite3_index_info *info, int i)
{
    return sqlite3_vtab_in(info, i, -1) != 0 && sqlite3_vtab_in(info, i, 1) != 0;
}

static bool compares_bytes(sqlite3_index_info *info, int i)
{
    return strcmp(sqlite3_vtab_collation(info, i), "BINARY") == 0;
}

static void consider_key(struct choice *c, const struct vv_vtab_shape *shape,
                         sqlite3_index_info *info, int i, char op)
{
    if (op == VV_PLAN_EQ && !c->key_is && !c->key_in) {
        if (shape->text_key && !compares_bytes(info, i))
            return;
        c->key_in = take_in(info, i);
        c->key_is = !c->key_in;
        take(c, info, i, VV_PLAN_KEY, c->key_in ? VV_PLAN_IN : VV_PLAN_EQ, !shape->text_key);
    } else if (!shape->text_key && op != VV_PLAN_LIKE && op != VV_PLAN_GLOB) {
        c->key_low |= op == VV_PLAN_GT || op == VV_PLAN_GE;
        c->key_high |= op == VV_PLAN_LT || op == VV_PLAN_LE;
        take(c, info, i, VV_PLAN_KEY, op, true);
    }
}

static void consider_time(struct choice *c, sqlite3_index_info *info, int i, char op)
{
    if (op == VV_PLAN_LIKE || op == VV_PLAN_GLOB)
        return;
    c->time_is |= op == VV_PLAN_EQ;
    c->time_low |= op == VV_PLAN_GT || op == VV_PLAN_GE;
    c->time_high |= op == VV_PLAN_LT || op == VV_PLAN_LE;
    take(c, info, i, VV_PLAN_TIME, op, true);
}

/* Names are looked at by SQLite again: only it knows what LIKE means on this connection. */
static void consider_name(struct choice *c, sqlite3_index_info *info, int i, char op)
{
    bool taken = c->name_is || c->name_some;

    if (op == VV_PLAN_EQ && !taken && compares_bytes(info, i)) {
        c->name_some = take_in(info, i);
        c->name_is = !c->name_some;
        take(c, info, i, VV_PLAN_NAME, c->name_some ? VV_PLAN_IN : VV_PLAN_EQ, false);
    } else if ((op == VV_PLAN_LIKE || op == VV_PLAN_GLOB) && !taken) {
        c->name_some = true;
        take(c, info, i, VV_PLAN_NAME, op, false);
    }
}

/* SQLite looks again: a text of another form may mean the same row. */
static void consider_whole(struct choice *c, sqlite3_index_info *info, int i, char op)
{
    if (op != VV_PLAN_EQ || !compares_bytes(info, i))
        return;
    c->key_is = true;
    c->time_is = true;
    take(c, info, i, VV_PLAN_WHOLE, op, false);
}

static void consider(struct choice *c, const struct vv_vtab_shape *shape, sqlite3_index_info *info,
                     int i)
{
    const struct sqlite3_index_constraint *condition = &info->aConstraint[i];
    char op = operation(condition->op);
    enum vv_vtab_role role;

    if (op == 0 || condition->iColumn < 0)
        return;
    role = shape->roles[condition->iColumn];
    if (!condition->usable) {
        c->key_elsewhere |= op == VV_PLAN_EQ && (role == VV_ROLE_KEY || role == VV_ROLE_NAME);
        return;
    }
    if (role == VV_ROLE_KEY)
        consider_key(c, shape, info, i, op);
    else if (role == VV_ROLE_TIME)
        consider_time(c, info, i, op);
    else if (role == VV_ROLE_NAME)
        consider_name(c, info, i, op);
    else if (role == VV_ROLE_WHOLE)
        consider_whole(c, info, i, op);
}

/* Whether the rows come as they are asked for: by key, time and sub, all of them upwards; of one
 * key the other way round too. */
static bool in_order(const struct choice *c, const struct vv_vtab_shape *shape,
                     const struct vv_vtab_size *size, const sqlite3_index_info *info, bool *reverse)
{
    int stage = 0; /* 0: the key is next, 1: the time, 2: the sub, 3: nothing more can differ */

    *reverse = info->nOrderBy > 0 && info->aOrderBy[0].desc;
    for (int i = 0; i < info->nOrderBy; i++) {
        int column = info->aOrderBy[i].iColumn;
        enum vv_vtab_role role = column >= 0 ? shape->roles[column] : VV_ROLE_NATIVE;

        if (role == VV_ROLE_KEY && c->key_is)
            continue; /* the same in every row */
        if (info->aOrderBy[i].desc != *reverse)
            return false;
        if (role == VV_ROLE_KEY && stage == 0)
            stage = 1;
        else if (role == VV_ROLE_TIME && (stage == 1 || (stage == 0 && c->key_is)))
            stage = 2;
        else if (role == VV_ROLE_SUB && stage == 2)
            stage = 3;
        else
            return false;
        if (stage > 1 && !size->key_once)
            return false;
    }
    return info->nOrderBy > 0 && (!*reverse || (c->key_is && shape->source->sub_column == NULL));
}

static void estimate(const struct choice *c, const struct vv_vtab_size *size,
                     sqlite3_index_info *info)
{
    double series = fmax(size->series, 1), each = fmax(size->rows, 1) / series;

    if (c->key_is)
        series = 1;
    else if (c->key_in || c->name_is)
        series = fmin(series, 8);
    else if (c->name_some)
        series = fmin(series, fmax(series / 20, 8));
    else if (c->key_low || c->key_high)
        series = fmax(series / (c->key_low && c->key_high ? 16 : 4), 1);
    else if (c->key_elsewhere)
        each *= UNDRIVEN;
    if (c->time_is)
        each = 1;
    else if (c->time_low && c->time_high)
        each = each / 100 + 1;
    else if (c->time_low || c->time_high)
        each = each / 4 + 1;
    info->estimatedRows = (sqlite3_int64)fmin(series * each, 1e15);
    info->estimatedCost = series * (SERIES_COST + each);
    if (info->estimatedRows < 1)
        info->estimatedRows = 1;
}

int vv_vtab_plan(const struct vv_vtab_shape *shape, const struct vv_vtab_size *size,
                 sqlite3_index_info *info)
{
    struct choice c = {0};
    bool reverse;

    for (int i = 0; i < info->nConstraint; i++)
        consider(&c, shape, info, i);
    vv_buf_format(&c.text, ";%llx", (unsigned long long)info->colUsed);
    if (c.text.failed) {
        vv_buf_deinit(&c.text);
        return SQLITE_NOMEM;
    }
    info->idxStr = sqlite3_mprintf("%s", (const char *)c.text.data);
    info->needToFreeIdxStr = 1;
    vv_buf_deinit(&c.text);
    if (info->idxStr == NULL)
        return SQLITE_NOMEM;
    info->orderByConsumed = in_order(&c, shape, size, info, &reverse);
    info->idxNum = !info->orderByConsumed ? 0 : reverse ? VV_PLAN_REVERSE : VV_PLAN_ORDERED;
    estimate(&c, size, info);
    if (c.key_is && c.time_is && size->key_once && !shape->source->several_at_once &&
        shape->source->sub_column == NULL)
        info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
    return SQLITE_OK;
}

/* ---- comparisons ---- */

static void at_least(struct vv_vtab_range *range, int64_t low)
{
    if (low > range->low)
        range->low = low;
}

static void at_most(struct vv_vtab_range *range, int64_t high)
{
    if (high < range->high)
        range->high = high;
}

static void nothing(struct vv_vtab_range *range)
{
    *range = (struct vv_vtab_range){1, 0};
}

/* `value` is an integer, or lies between it and the next one when `above`. */
static void narrow(struct vv_vtab_range *range, char op, int64_t value, bool above)
{
    if (op == VV_PLAN_EQ && above) {
        nothing(range);
        return;
    }
    if (op == VV_PLAN_GT || (op == VV_PLAN_GE && above)) {
        if (value == INT64_MAX)
            nothing(range);
        else
            at_least(range, value + 1);
    } else if (op == VV_PLAN_EQ || op == VV_PLAN_GE) {
        at_least(range, value);
    }
    if (op == VV_PLAN_LT && !above) {
        if (value == INT64_MIN)
            nothing(range);
        else
            at_most(range, value - 1);
    } else if (op == VV_PLAN_EQ || op == VV_PLAN_LE || op == VV_PLAN_LT) {
        at_most(range, value);
    }
}

void vv_vtab_range_narrow(struct vv_vtab_range *range, char op, sqlite3_value *value)
{
    bool below = op == VV_PLAN_LT || op == VV_PLAN_LE; /* the column is to be below the value */
    double number;

    switch (sqlite3_value_numeric_type(value)) {
    case SQLITE_INTEGER:
        narrow(range, op, sqlite3_value_int64(value), false);
        return;
    case SQLITE_FLOAT:
        number = sqlite3_value_double(value);
        if (number >= -9223372036854775808.0 && number < 9223372036854775808.0)
            narrow(range, op, (int64_t)floor(number), floor(number) != number);
        else if (below != (number > 0))
            nothing(range);
        return;
    case SQLITE_NULL: /* no comparison with it is true */
        nothing(range);
        return;
    default: /* texts and blobs are above all numbers */
        if (!below)
            nothing(range);
        return;
    }
}
