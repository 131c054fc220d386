/* strata_home.h: which history a stratum's rows stand in (private to src/history).
 *
 * Threads: a home belongs to one thread at a time.
 */
#ifndef VV_HISTORY_STRATA_HOME_H
#define VV_HISTORY_STRATA_HOME_H

#include "history/history_private.h"
#include "history/strata_map.h"

struct vv_strata_home_of {
    struct vv_history_set *set;
    struct vv_history *fixed; /* where rows go unless their point says otherwise */
    struct vv_map *points;    /* ObjId → number of the history; null: all go to `fixed` */
};

/* `history` is null or "" for where the table's rows go by themselves. NOT_FOUND; UNSUPPORTED for a
 * history where the table has no rows. */
vv_status vv_strata_home_init(struct vv_strata_home_of *home, struct vv_history_set *set,
                              const struct vv_strata_name *name, const char *history,
                              vv_error *err);
void vv_strata_home_deinit(struct vv_strata_home_of *home);
struct vv_history *vv_strata_home_get(const struct vv_strata_home_of *home,
                                      const struct vv_strata_key *key);
/* Whether rows of such a home can stand in the history. */
bool vv_strata_home_shows(enum vv_strata_home home, struct vv_history_set *set,
                          const struct vv_history *history);

#endif
