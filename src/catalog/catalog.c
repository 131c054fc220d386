#include "catalog/catalog.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "catalog/partition.h"
#include "catalog/tables_private.h"

#include "base/banned.h"

/* The families, in the order of the documentation. */
static const struct vv_table_list *const families[] = {
    &vv_scada_tables, &vv_electro_tables, &vv_electro_work_tables, &vv_dcop_tables,
    &vv_study_tables, &vv_ours_tables,    &vv_ours_work_tables};

/* Room for the tables with their repeated columns written out; a table too many fails the first
 * call of the first test (assert). */
#define TABLES_MOST  96
#define COLUMNS_MOST 2048
#define NAME_BYTES   16

static struct {
    pthread_once_t once;
    struct vv_table tables[TABLES_MOST];
    size_t table_count;
    struct vv_column columns[COLUMNS_MOST];
    char names[COLUMNS_MOST][NAME_BYTES];
    size_t column_count;
} catalog = {.once = PTHREAD_ONCE_INIT};

static void expand_column(const struct vv_column *source)
{
    for (unsigned nth = source->repeat_first; nth <= source->repeat_last; nth++) {
        struct vv_column *column = &catalog.columns[catalog.column_count];
        char *name = catalog.names[catalog.column_count];

        assert(catalog.column_count < COLUMNS_MOST);
        catalog.column_count++;
        *column = *source;
        if (source->repeat_last > 0) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the format is the catalogue's own */
            snprintf(name, NAME_BYTES, source->name, nth);
#pragma GCC diagnostic pop
            column->name = name;
            column->repeat_first = 0;
            column->repeat_last = 0;
        }
    }
}

static bool has_repeats(const struct vv_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].repeat_last > 0)
            return true;
    }
    return false;
}

static void add_table(const struct vv_table *source)
{
    struct vv_table *table = &catalog.tables[catalog.table_count];

    assert(catalog.table_count < TABLES_MOST);
    catalog.table_count++;
    *table = *source;
    if (has_repeats(source)) {
        size_t first = catalog.column_count;
        for (size_t i = 0; i < source->column_count; i++)
            expand_column(&source->columns[i]);
        table->columns = &catalog.columns[first];
        table->column_count = catalog.column_count - first;
    }
}

static void load(void)
{
    for (size_t f = 0; f < VV_COUNT_OF(families); f++) {
        for (size_t i = 0; i < families[f]->count; i++)
            add_table(&families[f]->tables[i]);
    }
}

size_t vv_catalog_count(void)
{
    pthread_once(&catalog.once, load);
    return catalog.table_count;
}

const struct vv_table *vv_catalog_table(size_t index)
{
    size_t count = vv_catalog_count();

    assert(index < count);
    return index < count ? &catalog.tables[index] : NULL;
}

const struct vv_table *vv_catalog_find(const char *name)
{
    struct vv_partition_table partition;
    size_t count = vv_catalog_count();

    for (size_t i = 0; i < count; i++) {
        if (strcmp(catalog.tables[i].name, name) == 0)
            return &catalog.tables[i];
    }
    if (!vv_partition_table_parse(name, &partition))
        return NULL;
    return vv_catalog_find(partition.window_min > 0 ? "ScadaTagPreProcessed" : "ScadaTagHistory");
}

static bool column_is(const struct vv_column *column, const char *name, size_t len_bytes)
{
    return strncmp(column->name, name, len_bytes) == 0 && column->name[len_bytes] == '\0';
}

int vv_table_column(const struct vv_table *table, const char *name, size_t len_bytes, int hint)
{
    int count = (int)table->column_count;
    int start = hint >= 0 && hint < count ? hint : 0;

    for (int i = 0; i < count; i++) {
        int at = start + i < count ? start + i : start + i - count;
        if (column_is(&table->columns[at], name, len_bytes))
            return at;
    }
    return -1;
}

int vv_table_key_count(const struct vv_table *table)
{
    int count = 0;

    while (count < VV_KEY_COLUMNS && table->key[count] != NULL)
        count++;
    return count;
}

bool vv_table_is_key(const struct vv_table *table, int index)
{
    for (int i = 0; i < vv_table_key_count(table); i++) {
        if (strcmp(table->key[i], table->columns[index].name) == 0)
            return true;
    }
    return false;
}

int vv_table_auto_column(const struct vv_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].flags & VV_COLUMN_AUTO)
            return (int)i;
    }
    return -1;
}

const char *vv_family_name(enum vv_family family)
{
    static const char *const names[VV_FAMILY_COUNT] = {"scada", "electro", "dcop", "study", "ours"};

    assert((unsigned)family < VV_FAMILY_COUNT);
    return names[family];
}

const char *vv_table_kind_name(enum vv_table_kind kind)
{
    return kind == VV_TABLE_LEDGER ? "ledger" : "stratum";
}

const char *vv_column_type_name(enum vv_column_type type)
{
    static const char *const names[VV_COLUMN_TYPE_COUNT] = {
        "tinyint", "int", "bigint", "double", "boolean", "text", "blob", "datetime"};

    assert((unsigned)type < VV_COLUMN_TYPE_COUNT);
    return names[type];
}
