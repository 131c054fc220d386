#include "plan.h"

#include <stdlib.h>
#include <string.h>

static int compare_items(const void *a, const void *b)
{
    const struct vv_mb_item *x = a;
    const struct vv_mb_item *y = b;
    if (x->address.kind != y->address.kind)
        return x->address.kind < y->address.kind ? -1 : 1;
    if (x->address.first != y->address.first)
        return x->address.first < y->address.first ? -1 : 1;
    if (x->address.count != y->address.count)
        return x->address.count < y->address.count ? -1 : 1;
    return x->point < y->point ? -1 : x->point > y->point;
}

static uint32_t item_end(const struct vv_mb_item *item)
{
    return (uint32_t)item->address.first + item->address.count;
}

// The request over items [first; first + count[.
static struct vv_mb_request make_request(const struct vv_mb_item *items, size_t first, size_t count)
{
    struct vv_mb_request request = {
        .item_first = first,
        .item_count = count,
        .first = items[first].address.first,
        .kind = items[first].address.kind,
    };
    uint32_t end = 0;
    for (size_t i = first; i < first + count; i++)
        if (item_end(&items[i]) > end)
            end = item_end(&items[i]);
    request.count = (uint16_t)(end - request.first);
    return request;
}

bool vv_mb_plan_init(struct vv_mb_requests *requests, struct vv_mb_item *items, size_t count,
                     const struct vv_mb_limits *limits)
{
    *requests = (struct vv_mb_requests){.items = items, .item_count = count};
    if (count == 0)
        return true;
    requests->list = calloc(count, sizeof *requests->list);
    if (requests->list == NULL) {
        vv_mb_plan_deinit(requests);
        return false;
    }
    qsort(items, count, sizeof *items, compare_items);
    size_t first = 0;
    uint32_t end = item_end(&items[0]);
    for (size_t i = 1; i <= count; i++) {
        bool bits = items[first].address.kind <= VV_MB_DISCRETE;
        uint32_t most = bits ? limits->max_bits : limits->max_registers;
        uint32_t gap = bits ? limits->gap * 16U : limits->gap;
        if (i < count && items[i].address.kind == items[first].address.kind &&
            items[i].address.first <= end + gap) {
            uint32_t wider = item_end(&items[i]) > end ? item_end(&items[i]) : end;
            if (wider - items[first].address.first <= most) {
                end = wider;
                continue;
            }
        }
        requests->list[requests->count++] = make_request(items, first, i - first);
        first = i;
        end = i < count ? item_end(&items[i]) : 0;
    }
    return true;
}

void vv_mb_plan_deinit(struct vv_mb_requests *requests)
{
    free(requests->items);
    free(requests->list);
    *requests = (struct vv_mb_requests){0};
}

bool vv_mb_plan_split(struct vv_mb_requests *requests, size_t index)
{
    const struct vv_mb_request *request = &requests->list[index];
    const struct vv_mb_item *items = requests->items;
    size_t last = request->item_first + request->item_count;
    size_t middle = request->item_first + request->item_count / 2;
    size_t cut = 0;
    size_t cut_distance = 0;
    int64_t cut_gap = INT64_MIN;
    uint32_t end = item_end(&items[request->item_first]);
    for (size_t i = request->item_first + 1; i < last; i++) {
        bool same = items[i].address.first == items[i - 1].address.first &&
                    items[i].address.count == items[i - 1].address.count;
        int64_t gap = (int64_t)items[i].address.first - end;
        size_t distance = i > middle ? i - middle : middle - i;
        if (gap < 0) // overlapping values: a cut is as good as between neighbours
            gap = 0;
        if (!same && (gap > cut_gap || (gap == cut_gap && distance < cut_distance))) {
            cut = i;
            cut_gap = gap;
            cut_distance = distance;
        }
        if (item_end(&items[i]) > end)
            end = item_end(&items[i]);
    }
    if (cut == 0)
        return false;
    size_t first = request->item_first;
    bool silent = request->silent;
    memmove(&requests->list[index + 2], &requests->list[index + 1],
            (requests->count - index - 1) * sizeof *requests->list);
    requests->list[index] = make_request(items, first, cut - first);
    requests->list[index + 1] = make_request(items, cut, last - cut);
    requests->list[index].silent = requests->list[index + 1].silent = silent;
    requests->count++;
    return true;
}
