/* host.h: the driver host: polls the plant's devices and hands what they say to the gate.
 *
 * It reads connections, devices, memory maps and points from the ledger, and loads the drivers they
 * name from one directory. Devices whose line settings are equal share one line; each line has its
 * own thread, so that a silent device never holds up another connection. A line's devices are
 * polled in turn, by a schedule that does not drift; a lost line is connected again with a delay
 * that grows from 1 s to 60 s. The points of a device that cannot be read get bad quality, once for
 * each poll that was due, and no others do.
 *
 * Threads: start, reload and stop from one thread at a time; vv_host_list from any.
 */
#ifndef VV_COLLECT_HOST_H
#define VV_COLLECT_HOST_H

#include "base/arena.h"
#include "base/error.h"
#include "collect/gate.h"

struct vv_ledger;
struct vv_host;

/* `drivers: {zmb: iec62056}`: a name in TB_Connections.DLL and the driver that serves it. */
struct vv_driver_alias {
    const char *name;
    const char *driver;
};

struct vv_host_options {
    struct vv_ledger *ledger;   /* borrowed */
    struct vv_history_set *set; /* borrowed */
    struct vv_gate *gate;       /* borrowed */
    const char *driver_dir;     /* where NAME.so lies; names hold no "/" */
    int64_t period_ms;          /* of points that say none; 0: 1,000 */
    uint32_t line_max;          /* lines (threads) at most; 0: 256 */
    const struct vv_driver_alias *aliases;
    size_t alias_count;
    int64_t reconnect_min_ms; /* 0: 1,000 */
    int64_t reconnect_max_ms; /* 0: 60,000 */
};

/* Loads the plant and starts a thread for each line. A device or driver that is wrong does not stop
 * the others: it is in the list with its error. */
vv_status vv_host_start(const struct vv_host_options *options, struct vv_host **host,
                        vv_error *err);
/* Ends all lines, within about 2 s whatever the devices do. Null is allowed. */
void vv_host_stop(struct vv_host *host);
/* Reads the plant again. Lines whose settings, devices and points are as before go on untouched;
 * the others are ended (what they read is stored) and started anew. When the plant cannot be read,
 * or its tags cannot be registered, everything is as it was. */
vv_status vv_host_reload(struct vv_host *host, vv_error *err);

enum vv_link_state {
    VV_LINK_INACTIVE,   /* IsActive is 0, or nothing to read */
    VV_LINK_CONNECTING, /* not connected yet, or again */
    VV_LINK_UP,         /* the last session with the device was good */
    VV_LINK_TROUBLE,    /* connected, but the last session failed */
    VV_LINK_DOWN,       /* not connected; another try is due */
    VV_LINK_FAULT       /* cannot work: no driver, a wrong setting */
};
/* "inactive", "connecting", "up", "trouble", "down", "fault". */
const char *vv_link_state_name(enum vv_link_state state);

/* One device as it stands. Texts live in the arena that was given. */
struct vv_device_status {
    int64_t connection_id, device_id;
    const char *connection; /* names */
    const char *device;
    const char *driver;
    enum vv_link_state state;
    int session;              /* TB_Strings part 7: 0 good, 1 line, 2 silence … 7 no driver */
    const char *last_error;   /* "" when there was none */
    int64_t last_error_ms;    /* 0: never */
    int64_t last_good_ms;     /* the last good session; 0: never */
    int64_t last_poll_us;     /* how long the last session took */
    uint64_t polls, failures; /* sessions since start */
    uint64_t samples;         /* taken over by the gate */
    uint64_t lost;            /* samples that the store refused */
    uint64_t overruns;        /* polls left out because the one before took too long */
    uint32_t points;
};

/* Each device of the ledger, in order of ids; returns their number, 0 without memory. */
size_t vv_host_list(struct vv_host *host, struct vv_arena *arena,
                    const struct vv_device_status **list);

#endif
