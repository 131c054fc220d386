#include "catalog/tables_page.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "catalog/catalog.h"
#include "catalog/column_text.h"
#include "catalog/seeds.h"

#include "base/banned.h"

static void add_type(struct vv_buf *out, const struct vv_column *column)
{
    vv_buf_text(out, vv_column_type_name(column->type));
    if (column->type == VV_COLUMN_TEXT && column->width > 0)
        vv_buf_format(out, "(%" PRIu32 ")", column->width);
}

/* "key, numbered, default 0, unique with Parent": what is told in short about a column. */
static void add_remarks(struct vv_buf *out, const struct vv_table *table, int index)
{
    const struct vv_column *column = &table->columns[index];
    const char *comma = "";

    if (vv_table_is_key(table, index)) {
        vv_buf_text(out, "key");
        comma = ", ";
    }
    if (column->flags & VV_COLUMN_AUTO) {
        vv_buf_format(out, "%snumbered", comma);
        comma = ", ";
    }
    if (!(column->flags & VV_COLUMN_NOT_NULL)) {
        vv_buf_format(out, "%snull", comma);
        comma = ", ";
    }
    if (column->preset != NULL) {
        vv_buf_format(out, "%sdefault `%s`", comma, column->preset);
        comma = ", ";
    }
    if (column->flags & VV_COLUMN_SECRET)
        vv_buf_format(out, "%snot shown", comma);
}

static void add_indexes(struct vv_buf *out, const struct vv_table *table)
{
    for (int i = 0; i < VV_TABLE_INDEXES && table->indexes[i].columns[0] != NULL; i++) {
        const struct vv_index *index = &table->indexes[i];
        vv_buf_text(out, index->unique ? "\nUnique: " : "\nIndex: ");
        for (int k = 0; k < VV_KEY_COLUMNS && index->columns[k] != NULL; k++)
            vv_buf_format(out, "%s%s", k > 0 ? ", " : "", index->columns[k]);
        if (index->not_zero != NULL)
            vv_buf_format(out, " (where %s is not 0)", index->not_zero);
        vv_buf_text(out, ".\n");
    }
}

/* Tables whose rows refer to this one. */
static void add_referring(struct vv_buf *out, const struct vv_table *table)
{
    const char *before = "\nReferred to by: ";

    for (size_t t = 0; t < vv_catalog_count(); t++) {
        const struct vv_table *other = vv_catalog_table(t);
        for (size_t i = 0; i < other->column_count; i++) {
            const struct vv_column *column = &other->columns[i];
            if (column->reference == VV_REFERENCE_NONE ||
                strcmp(column->to_table, table->name) != 0)
                continue;
            vv_buf_format(out, "%s%s.%s", before, other->name, column->name);
            before = ", ";
        }
    }
    if (before[0] == ',')
        vv_buf_text(out, ".\n");
}

static void add_cell(struct vv_buf *out, const struct vv_seed *seed, size_t index)
{
    const struct vv_seed_cell *cell =
        index < VV_SEED_CELLS && seed->cells[index].column != NULL ? &seed->cells[index] : NULL;

    if (cell != NULL && cell->text != NULL)
        vv_buf_format(out, " %s |", cell->text);
    else if (cell != NULL)
        vv_buf_format(out, " %" PRId64 " |", cell->number);
    else
        vv_buf_text(out, " |");
}

static void add_reserved_title(struct vv_buf *out, const struct vv_seed *seed, size_t cells)
{
    const char *before = "; these of their columns cannot be changed: ";

    vv_buf_text(out, "\nReserved rows, made when they are missing, which cannot be deleted");
    for (size_t i = 0; seed->fixed != NULL && seed->fixed[i] != NULL; i++) {
        vv_buf_format(out, "%s%s", before, seed->fixed[i]);
        before = ", ";
    }
    vv_buf_text(out, ":\n\n|");
    for (size_t i = 0; i < cells; i++)
        vv_buf_format(out, " %s |", seed->cells[i].column);
    vv_buf_text(out, "\n|");
    for (size_t i = 0; i < cells; i++)
        vv_buf_text(out, "---|");
    vv_buf_char(out, '\n');
}

static size_t cell_count(const struct vv_seed *seed)
{
    size_t count = 0;

    while (count < VV_SEED_CELLS && seed->cells[count].column != NULL)
        count++;
    return count;
}

static void add_reserved(struct vv_buf *out, const struct vv_table *table)
{
    const struct vv_seed *widest = NULL, *seed;

    for (size_t i = 0; (seed = vv_seed_at(i)) != NULL; i++) {
        if (strcmp(seed->table, table->name) == 0 &&
            (widest == NULL || cell_count(seed) > cell_count(widest)))
            widest = seed;
    }
    if (widest == NULL)
        return;
    add_reserved_title(out, widest, cell_count(widest));
    for (size_t i = 0; (seed = vv_seed_at(i)) != NULL; i++) {
        if (strcmp(seed->table, table->name) != 0)
            continue;
        vv_buf_char(out, '|');
        for (size_t k = 0; k < cell_count(widest); k++)
            add_cell(out, seed, k);
        vv_buf_char(out, '\n');
    }
}

static void add_table(struct vv_buf *out, const struct vv_table *table)
{
    size_t run;

    vv_buf_format(out, "\n### %s\n\n%s Kind: %s.\n\n", table->name, table->doc,
                  vv_table_kind_name(table->kind));
    vv_buf_text(out, "| column | type | | what it is |\n|---|---|---|---|\n");
    for (size_t i = 0; i < table->column_count; i += run) {
        const struct vv_column *column = &table->columns[i];

        run = vv_column_run(table, i);
        vv_buf_format(out, "| %s", column->name);
        if (run > 1)
            vv_buf_format(out, " \xE2\x80\xA6 %s", table->columns[i + run - 1].name);
        vv_buf_text(out, " | ");
        add_type(out, column);
        vv_buf_text(out, " | ");
        add_remarks(out, table, (int)i);
        vv_buf_text(out, " | ");
        vv_column_describe(out, column);
        vv_buf_text(out, " |\n");
    }
    add_indexes(out, table);
    add_referring(out, table);
    if (table->kept != NULL)
        vv_buf_format(out, "\nRows are never deleted: %s.\n", table->kept);
    add_reserved(out, table);
}

void vv_tables_page(struct vv_buf *out)
{
    static const char *const titles[VV_FAMILY_COUNT] = {
        [VV_FAMILY_SCADA] = "Tag history (scada)",
        [VV_FAMILY_ELECTRO] = "Points, devices and metering (electro)",
        [VV_FAMILY_DCOP] = "Equipment data (dcop)",
        [VV_FAMILY_STUDY] = "Inspection studies (study)",
        [VV_FAMILY_OURS] = "Varve's own (ours)",
    };

    vv_buf_text(
        out, "# Tables\n\n"
             "Made from the catalogue (`src/catalog/`) by `scripts/golden-tables`; a change is "
             "made there.\n"
             "A *ledger* table is small and edited and lives in the SQL database; a *stratum* is "
             "big, ordered by time, and lives in a history store.\n"
             "Column types are the catalogue's own; each database has its own names for "
             "them (see [dialects](internals/dialects.md), and `varve tables`). "
             "`datetime` is an instant in UTC, in JSON and SQLite a number of ms since 1970.\n"
             "An arrow is a reference: the row must be there, or, where the default is 0, there "
             "may be none. The ledger refuses a row that refers to nothing, and the deletion of "
             "one that is referred to; nothing is deleted along with another. Strata are not "
             "checked.\n");
    for (int family = 0; family < VV_FAMILY_COUNT; family++) {
        bool titled = false;
        for (size_t i = 0; i < vv_catalog_count(); i++) {
            const struct vv_table *table = vv_catalog_table(i);
            if (table->family != (enum vv_family)family)
                continue;
            if (!titled)
                vv_buf_format(out, "\n## %s\n", titles[family]);
            titled = true;
            add_table(out, table);
        }
    }
}
