/* vtab_scada.c: ScadaTagHistory and its partitions. The layout is store_native.c's: one stratum for
 * each type, the key of a series is the tag's Id in decimal digits. */
#include "history/tags.h"
#include "history/vtab_source.h"

#include "base/banned.h"

bool vv_source_tag_name(struct vv_history_set *set, uint32_t index, struct vv_source_name *name)
{
    const struct vv_tag *tag = vv_tag_at(set, index);

    if (tag == NULL)
        return false;
    *name = (struct vv_source_name){tag->id, tag->name, tag->name_len};
    return true;
}

static void compute(sqlite3_context *context, const struct vv_source_row *row,
                    const struct vv_column *column)
{
    (void)column; /* ProviderId is the only one */
    sqlite3_result_int64(context, vv_history_provider_id(row->series->history));
}

static void partition_name(const struct vv_table_source *source, const struct vv_history *history,
                           const struct vv_partition *partition, char *to)
{
    const struct vv_partition_table table = {.provider_id = vv_history_provider_id(history),
                                             .partition = *partition};

    (void)source;
    vv_partition_table_format(&table, to);
}

static const char *const computed[] = {"ProviderId", NULL};

const struct vv_table_source vv_source_scada = {
    .table = "ScadaTagHistory",
    .strata = {"ScadaTagHistory.integer", "ScadaTagHistory.string", "ScadaTagHistory.double",
               "ScadaTagHistory.boolean", "ScadaTagHistory.datetime"},
    .key_column = "TagId",
    .time_column = "Timestamp",
    .key_once = true,
    .key_across = true,
    /* Not "Tag": in a join with ScadaTagMapping that name alone would become ambiguous. */
    .name_column = "TagName",
    .name_at = vv_source_tag_name,
    .computed = computed,
    .compute = compute,
    .partition_name = partition_name,
};
