/* site.h: where a configuration's stores are, and opening them.
 *
 * Ledger and histories of one data directory: `varve.db`, and `history/NAME` for each native
 * history.
 *
 * Threads: the main thread only.
 */
#ifndef VV_APP_SITE_H
#define VV_APP_SITE_H

#include "app/config.h"
#include "base/error.h"
#include "history/history.h"
#include "sql/ledger.h"

struct vv_site {
    struct vv_config config;
    struct vv_ledger *ledger;
    struct vv_zone *zone;
    struct vv_history_set *set;
};

/* Reads the configuration: of `config_path`, or, when that is null, the standard one for the
 * directory `data`. */
vv_status vv_site_configure(struct vv_site *site, const char *config_path, const char *data,
                            vv_error *err);
/* For a directory without a configuration: the histories are those that have a folder in it.
 * NOT_FOUND when it is no data directory. Does nothing for a configuration of a file. */
vv_status vv_site_list(struct vv_site *site, vv_error *err);
/* Opens the ledger, and with `histories` the history databases too. With `read_only` nothing is
 * made or changed, and a server may run beside. A directory without a configuration keeps the node
 * and the histories that its ledger names. */
vv_status vv_site_open(struct vv_site *site, bool read_only, bool histories, vv_error *err);
/* Closes what is open; the first error is told. */
vv_status vv_site_close(struct vv_site *site, vv_error *err);
/* The directory of a history's native store, in the configuration's arena. */
const char *vv_site_history_path(struct vv_site *site, const struct vv_config_history *history);

#endif
