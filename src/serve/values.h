/* values.h: tags and their values as JSON and CSV.
 *
 * Threads: any; no state. */
#ifndef VV_SERVE_VALUES_H
#define VV_SERVE_VALUES_H

#include "base/json.h"
#include "history/datum.h"

struct vv_history_set;
struct vv_live_entry;
struct vv_tag;

/* "double", "integer", "boolean", "string", "datetime", as JSON has types. */
const char *vv_type_word(enum vv_tag_type type);
/* {"tag","time","value","quality","type","unit","received"} */
void vv_entry_json(struct vv_json *json, struct vv_history_set *set,
                   const struct vv_live_entry *entry);
/* {"tag","id","type","unit","history","decimals","period_s","min2","min1","max1",
 * "max2","line"}, from "decimals" on only what the point says */
void vv_tag_json(struct vv_json *json, struct vv_history_set *set, const struct vv_tag *tag);

/* The cell of a value (base/csv.h); null is empty. */
void vv_csv_value(struct vv_buf *out, const struct vv_datum *value);

#endif
