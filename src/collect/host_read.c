#include "collect/host_read.h"

#include <string.h>

#include "sql/ledger.h"

#include "base/banned.h"

/* One table into an array of `size` byte rows in the arena. */
struct table {
    const char *name;
    size_t size;
    vv_status (*take)(const struct vv_row *row, struct vv_arena *arena, void *to, vv_error *err);
    void *rows;
    size_t count;
};

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the plant's devices");
}

static const char *keep_text(struct vv_arena *arena, const struct vv_row *row, const char *column)
{
    const char *text = vv_row_get_text(row, column);

    return text != NULL ? vv_arena_text(arena, text, strlen(text)) : "";
}

static vv_status take_connection(const struct vv_row *row, struct vv_arena *arena, void *to,
                                 vv_error *err)
{
    struct host_connection_row *r = to;

    r->id = vv_row_get_int(row, "ConnId", 0);
    r->name = keep_text(arena, row, "Name");
    r->driver = keep_text(arena, row, "DLL");
    r->settings = keep_text(arena, row, "IniStr");
    return r->name != NULL && r->driver != NULL && r->settings != NULL ? VARVE_OK : no_memory(err);
}

static vv_status take_device(const struct vv_row *row, struct vv_arena *arena, void *to,
                             vv_error *err)
{
    struct host_device_row *r = to;

    r->id = vv_row_get_int(row, "DevId", 0);
    r->type = vv_row_get_int(row, "Type", 0);
    r->sub_type = vv_row_get_int(row, "SubType", 0);
    r->connection_id = vv_row_get_int(row, "ConnId", 0);
    r->active =
        vv_row_get_int(row, "IsActive", 1) != 0 && vv_row_get_int(row, "EnableAuto", 1) != 0;
    r->name = keep_text(arena, row, "Name");
    r->settings = keep_text(arena, row, "ConnStr");
    return r->name != NULL && r->settings != NULL ? VARVE_OK : no_memory(err);
}

/* The number of a name in a list ended by null; `otherwise` when it is none of them. */
static uint8_t number_of(const char *name, const char *const *names, uint8_t otherwise)
{
    for (uint8_t i = 0; name != NULL && names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return otherwise;
}

static vv_status take_param(const struct vv_row *row, struct vv_arena *arena, void *to,
                            vv_error *err)
{
    /* In the order of enum varve_data_type and enum varve_word_order. */
    static const char *const types[] = {"bit", "u16", "i16", "u32",  "i32", "u64",
                                        "i64", "f32", "f64", "text", NULL};
    static const char *const orders[] = {"ABCD", "CDAB", "BADC", "DCBA", NULL};
    struct host_param_row *r = to;

    r->type = vv_row_get_int(row, "DevType", 0);
    r->sub_type = vv_row_get_int(row, "SubType", 0);
    r->mem_index = vv_row_get_int(row, "MemInd", 0);
    r->point = (struct varve_point){
        .mem_index = (uint32_t)r->mem_index,
        .data_type = number_of(vv_row_get_text(row, "DataType"), types, VARVE_DATA_U16),
        .word_order = number_of(vv_row_get_text(row, "WordOrder"), orders, VARVE_ORDER_ABCD),
        .writable = vv_row_get_int(row, "Writable", 0) != 0,
        .address = keep_text(arena, row, "Address"),
        .scale = vv_row_get_double(row, "Scale", 1),
        .offset = vv_row_get_double(row, "Offset", 0),
    };
    return r->point.address != NULL ? VARVE_OK : no_memory(err);
}

static vv_status read_table(struct vv_ledger_tx *tx, struct vv_arena *arena, struct table *table,
                            vv_error *err)
{
    const struct vv_query query = {.table = vv_catalog_find(table->name)};
    struct vv_ledger_cursor *cursor = NULL;
    const struct vv_row *row;
    int64_t count = 0;
    vv_status st = vv_ledger_count(tx, &query, &count, err);

    table->count = 0;
    if (st != VARVE_OK)
        return st;
    table->rows = vv_arena_zero(arena, ((size_t)count + 1) * table->size);
    if (table->rows == NULL)
        return no_memory(err);
    st = vv_ledger_select(tx, &query, &cursor, err);
    while (st == VARVE_OK && (int64_t)table->count < count &&
           (st = vv_ledger_next(cursor, &row, err)) == VARVE_OK)
        st = table->take(row, arena, (char *)table->rows + table->size * table->count++, err);
    vv_ledger_cursor_close(cursor);
    return st == VARVE_END ? VARVE_OK : st;
}

vv_status vv_host_read(struct vv_ledger *ledger, struct vv_arena *arena, struct host_rows *rows,
                       vv_error *err)
{
    struct table connections = {"TB_Connections", sizeof *rows->connections, take_connection, NULL,
                                0};
    struct table devices = {"TB_Devices", sizeof *rows->devices, take_device, NULL, 0};
    struct table params = {"vv_param_map", sizeof *rows->params, take_param, NULL, 0};
    struct vv_ledger_tx *tx = NULL;
    vv_status st = vv_ledger_begin_read(ledger, &tx, err);

    if (st == VARVE_OK)
        st = read_table(tx, arena, &connections, err);
    if (st == VARVE_OK)
        st = read_table(tx, arena, &devices, err);
    if (st == VARVE_OK)
        st = read_table(tx, arena, &params, err);
    vv_ledger_rollback(&tx);
    *rows = (struct host_rows){
        .connections = connections.rows,
        .connection_count = connections.count,
        .devices = devices.rows,
        .device_count = devices.count,
        .params = params.rows,
        .param_count = params.count,
    };
    return st;
}

const struct host_connection_row *vv_host_connection(const struct host_rows *rows, int64_t id)
{
    for (size_t i = 0; i < rows->connection_count; i++)
        if (rows->connections[i].id == id)
            return &rows->connections[i];
    return NULL;
}

static int compare_param(const struct host_param_row *p, int64_t type, int64_t sub_type,
                         int64_t mem_index)
{
    if (p->type != type)
        return p->type < type ? -1 : 1;
    if (p->sub_type != sub_type)
        return p->sub_type < sub_type ? -1 : 1;
    return p->mem_index < mem_index ? -1 : p->mem_index > mem_index;
}

const struct host_param_row *vv_host_param(const struct host_rows *rows, int64_t type,
                                           int64_t sub_type, int64_t mem_index)
{
    size_t low = 0, high = rows->param_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = compare_param(&rows->params[mid], type, sub_type, mem_index);

        if (order == 0)
            return &rows->params[mid];
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}
