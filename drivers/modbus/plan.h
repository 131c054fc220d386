// plan.h: how the points of a plan become few requests. No I/O; owned by the line's thread.
//
// Points are sorted by kind and register; neighbours are read in one request as long as the
// registers between them that nobody asked for stay within the device's gap, and the request
// within its largest size. When a device refuses a request for several points, the request is cut
// in two (first where it spans unasked registers, for those are the likeliest cause) until only
// the really illegal point stands alone; the cuts stay, so the next poll asks rightly at once.
#ifndef VV_MB_PLAN_H
#define VV_MB_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "address.h"

// One point to read.
struct vv_mb_item {
    uint32_t point;
    struct vv_mb_address address;
};

// One read: `item_count` items from `items[item_first]`, all within [first; first + count[.
struct vv_mb_request {
    size_t item_first;
    size_t item_count;
    uint16_t first;
    uint16_t count;
    uint8_t kind;        // enum vv_mb_kind
    bool silent;         // no answer the last time: asked after all others
    int refused;         // exception code of the last time, or 0; only on a request of one cell
    int64_t retry_at_ms; // when `refused` is asked again, by a clock that never jumps
};

struct vv_mb_limits {
    uint16_t max_registers; // 1 to VV_MB_MAX_REGISTERS
    uint16_t max_bits;      // 1 to VV_MB_MAX_BITS
    uint16_t gap;           // unasked registers (times 16: bits) that may be read along
};

struct vv_mb_requests {
    struct vv_mb_item *items; // sorted
    size_t item_count;
    struct vv_mb_request *list; // in order of their items
    size_t count;               // `item_count` have room
};

// Takes `items` over (sorting them in place; they must have come from malloc) and works out the
// requests. A value wider than max_registers is read in a request of its own. False: no memory, and
// `items` is freed.
bool vv_mb_plan_init(struct vv_mb_requests *requests, struct vv_mb_item *items, size_t count,
                     const struct vv_mb_limits *limits);
void vv_mb_plan_deinit(struct vv_mb_requests *requests);

// Cuts request number `index` in two, the second right after it. False when it cannot be cut: all
// its items stand in the same registers. Invalidates pointers into `list`.
bool vv_mb_plan_split(struct vv_mb_requests *requests, size_t index);

#endif
