/* tags.h: the tags of the history databases (ScadaTagMapping), found by name, listed by glob.
 *
 * A tag is one row of ScadaTagMapping: a name with a type in a history. When the declared type of a
 * name changes, a new row takes its place and the earlier one stays behind it (`older`), so that a
 * query by name joins both. Tags are never freed while the set is open.
 *
 * Where a tag is a point of the plant tree (its path is the tag's name), the point's unit, decimals
 * and period are known too, after vv_tags_describe.
 *
 * Threads: any, from any number of threads.
 */
#ifndef VV_HISTORY_TAGS_H
#define VV_HISTORY_TAGS_H

#include "base/error.h"
#include "history/datum.h"
#include "history/history.h"

struct vv_points; /* points.h */

/* Constant once it is there. A tag that is renamed (tag_rename.h) gets another object with the same
 * index, id and series; the earlier one serves whoever holds it, with the earlier name, as long as
 * the set is open. `index` is dense from 0 over all histories of the set: a table beside
 * the registry (the live table) is an array. */
struct vv_tag {
    int64_t id;        /* ScadaTagMapping.Id */
    int64_t object_id; /* layout TREND: TB_Objects.ObjId, 0 when it is no point any more; else 0 */
    uint32_t index;
    enum vv_tag_type type;
    const char *name;
    size_t name_len; /* bytes */
    struct vv_history *history;
    const struct vv_tag *older; /* the same name with an earlier type, or null */
    uint32_t series;            /* the store's own number for it */
};

/* What the plant tree knows of a tag. Without a point: object 0, unit "", decimals -1, period 0, no
 * limits. */
struct vv_tag_meta {
    int64_t object_id; /* TB_Objects.ObjId */
    char unit[64];     /* TB_Dim's short name */
    char title[128];   /* the point's short name */
    int decimals;      /* vv_point_option.Decimals; -1: not said */
    int64_t period_ms; /* how often it is polled; 0: not known */
    int64_t validity_ms;
    double limits[4]; /* Min2, Min1, Max1, Max2 of the point; NAN: not said */
    int line;         /* between samples: 0 steps, 1 a straight line; -1: not said */
};

/* The tag of that name, in the named history or (null) in the default one and then the others.
 * NOT_FOUND names it. */
vv_status vv_tag_find(struct vv_history_set *set, const char *history, const char *name,
                      size_t name_len, const struct vv_tag **tag, vv_error *err);
/* With its present name. Null when there is no tag of that index yet. */
const struct vv_tag *vv_tag_at(struct vv_history_set *set, uint32_t index);
/* How many there are; those with a smaller index can all be had by vv_tag_at. */
uint32_t vv_tag_count(struct vv_history_set *set);
/* Another number than before when tags were renamed: for those that keep names by index. */
uint32_t vv_tags_renamed(struct vv_history_set *set);

void vv_tag_meta_get(struct vv_history_set *set, const struct vv_tag *tag,
                     struct vv_tag_meta *meta);

struct vv_tag_list {
    const char *history; /* null: all of them */
    const char *match;   /* pattern (catalog/names.h); null or "": all */
    const char *after;   /* names behind this one; null or "": from the start */
    size_t limit;        /* 0: no limit */
};

/* Calls each(arg, tag) in order of names (bytes), older rows of a name left out; `each` returns
 * false to stop. `*more` (may be null): there are further ones behind the limit. SYNTAX for a bad
 * pattern. No lock is held during `each`. */
vv_status vv_tags_list(struct vv_history_set *set, const struct vv_tag_list *list,
                       bool (*each)(void *arg, const struct vv_tag *tag), void *arg, bool *more,
                       vv_error *err);

struct vv_tag_declaration {
    const char *name;
    size_t name_len; /* bytes */
    enum vv_tag_type type;
    const struct vv_tag *tag; /* out */
};

/* Registers tags, whose names differ, with their types, in one transaction of the ledger. A name
 * that is known with another type gets a new row (or an earlier one of that type back); its history
 * stays behind it. For points of the plant, whose type is declared: clients' tags come by
 * vv_history_write. Not counted against the limit of new series. BAD_NAME; in a history of layout
 * TREND also for a name that is no point, and BAD_TYPE for another type than the point's. */
vv_status vv_tags_declare(struct vv_history_set *set, const char *history,
                          struct vv_tag_declaration *list, size_t count, vv_error *err);
/* The same for points of a plant that was read before. CHANGED when tags were renamed since the set
 * was opened and a new name is no point any more: read the plant again. */
vv_status vv_tags_declare_points(struct vv_history_set *set, const char *history,
                                 struct vv_tag_declaration *list, size_t count, vv_error *err);

/* Takes over units, decimals and periods of the plant's points (copied); replaces what was known.
 */
vv_status vv_tags_describe(struct vv_history_set *set, const struct vv_points *points,
                           vv_error *err);

#endif
