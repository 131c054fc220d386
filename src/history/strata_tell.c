#include "history/strata_tell.h"

#include "base/alloc.h"
#include "history/flags.h"
#include "history/tags.h"

#include "base/banned.h"

void vv_strata_tell_deinit(struct vv_strata_tell *tell)
{
    vv_map_free(tell->tags);
    vv_free(tell->rows);
    *tell = (struct vv_strata_tell){0};
}

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to tell the rows of Trend");
}

/* Of a point with several tags the newest is meant. */
static vv_status list_tags(struct vv_strata_tell *tell, struct vv_history_set *set, vv_error *err)
{
    const struct vv_tag *tag;

    tell->tags = vv_map_new();
    if (tell->tags == NULL)
        return no_memory(err);
    for (uint32_t i = 0; (tag = vv_tag_at(set, i)) != NULL; i++)
        if (tag->object_id != 0 &&
            vv_map_put(tell->tags, &tag->object_id, sizeof tag->object_id, i) != VARVE_OK)
            return no_memory(err);
    return VARVE_OK;
}

static bool grow(struct vv_strata_tell *tell)
{
    size_t capacity = tell->capacity > 0 ? tell->capacity * 2 : 64;
    void *grown;

    if (tell->count < tell->capacity)
        return true;
    grown = vv_realloc(tell->rows, capacity * sizeof *tell->rows);
    if (grown == NULL)
        return false;
    tell->rows = grown;
    tell->capacity = capacity;
    return true;
}

static struct vv_datum value_of(const struct vv_row *row, enum vv_tag_type type)
{
    double val = vv_row_get_double(row, "Val", 0);

    if (vv_row_is_null(row, "Val"))
        return vv_datum_null();
    return type == VV_TYPE_BOOLEAN ? vv_datum_boolean(val != 0) : vv_datum_double(val);
}

vv_status vv_strata_tell_note(struct vv_strata_tell *tell, struct vv_history_set *set,
                              const struct vv_row *row, vv_error *err)
{
    int64_t object_id = vv_row_get_int(row, "ObjId", 0);
    const struct vv_value *flag = vv_row_get(row, "Flag");
    const struct vv_tag *tag;
    uint64_t index;
    vv_status st = VARVE_OK;

    if (tell->stored == NULL)
        return VARVE_OK;
    if (tell->tags == NULL)
        st = list_tags(tell, set, err);
    if (st != VARVE_OK || !vv_map_get(tell->tags, &object_id, sizeof object_id, &index))
        return st;
    if (!grow(tell))
        return no_memory(err);
    tag = vv_tag_at(set, (uint32_t)index);
    tell->rows[tell->count++] = (struct vv_stored){
        .tag = tag,
        .time_ms = vv_row_get_int(row, "DT", 0) * 1000,
        .quality = flag->kind == VV_VALUE_TEXT ? vv_flag_quality(flag->as.data, flag->len_bytes)
                                               : VV_QUALITY_GOOD,
        .value = value_of(row, tag->type),
    };
    return VARVE_OK;
}

void vv_strata_tell_all(struct vv_strata_tell *tell)
{
    if (tell->count > 0)
        tell->stored(tell->arg, tell->rows, tell->count);
    tell->count = 0;
}
