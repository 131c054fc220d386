#include "native/head.h"

#include <string.h>

#include "base/time.h"
#include "native/head_private.h"

#include "base/banned.h"

#define SLAB_BYTES     (256u * 1024)
#define PAGE_SERIES    256u
#define FIRST_CAPACITY 8u
#define CHUNK_ROWS     1024u
#define CHUNK_BYTES    (256u * 1024)

/* A slab of zeroed memory that chunks are cut from; freed with the head. */
struct vv_slab {
    struct vv_slab *next;
    size_t size_bytes, used_bytes;
    _Alignas(16) uint8_t bytes[];
};

/* The series of a head by id: pages, made as they are needed. A grown directory replaces the old
 * one, which readers may still hold and which is therefore freed with the head. */
struct vv_directory {
    struct vv_directory *older;
    uint32_t page_count;
    _Atomic(struct vv_head_series *) pages[];
};

struct vv_head {
    atomic_uint refs;
    struct vv_budget *budget;
    size_t budget_bytes; /* taken from it; writer */
    uint64_t base_sequence;
    atomic_uint_least64_t last_sequence;
    atomic_uint_least64_t rows;
    int64_t created_ms;
    struct vv_slab *slabs; /* writer */
    struct vv_partset partitions;
    _Atomic(struct vv_directory *) directory;
    atomic_uint aborted_count;
    uint32_t aborted[VV_HEAD_ABORTED_MAX]; /* written before the count is published */
};

vv_status vv_head_new(struct vv_budget *budget, uint64_t base_sequence, struct vv_head **head,
                      vv_error *err)
{
    *head = NULL;
    struct vv_head *h = vv_alloc_zero(sizeof *h);
    if (!h)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a new head");
    atomic_init(&h->refs, 1);
    atomic_init(&h->last_sequence, UINT64_MAX / 4);
    h->budget = budget;
    h->base_sequence = base_sequence;
    h->created_ms = vv_monotonic_ms();
    vv_partset_init(&h->partitions);
    *head = h;
    return VARVE_OK;
}

void vv_head_ref(struct vv_head *head)
{
    atomic_fetch_add_explicit(&head->refs, 1, memory_order_relaxed);
}

void vv_head_unref(struct vv_head *head)
{
    if (!head || atomic_fetch_sub_explicit(&head->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (struct vv_slab *slab = head->slabs, *next; slab; slab = next) {
        next = slab->next;
        vv_free(slab);
    }
    struct vv_directory *directory = atomic_load(&head->directory);
    for (uint32_t i = 0; directory && i < directory->page_count; i++)
        vv_free(atomic_load(&directory->pages[i]));
    while (directory) {
        struct vv_directory *older = directory->older;
        vv_free(directory);
        directory = older;
    }
    vv_budget_give(head->budget, head->budget_bytes);
    vv_partset_deinit(&head->partitions);
    vv_free(head);
}

uint64_t vv_head_last_sequence(const struct vv_head *head)
{
    return atomic_load_explicit(&head->last_sequence, memory_order_relaxed);
}

uint64_t vv_head_base_sequence(const struct vv_head *head)
{
    return head->base_sequence;
}

uint64_t vv_head_rows(const struct vv_head *head)
{
    return atomic_load_explicit(&head->rows, memory_order_relaxed);
}

struct vv_partset *vv_head_partitions(struct vv_head *head)
{
    return &head->partitions;
}

size_t vv_head_bytes(const struct vv_head *head)
{
    return head->budget_bytes;
}

int64_t vv_head_created_ms(const struct vv_head *head)
{
    return head->created_ms;
}

void vv_head_seal(struct vv_head *head, uint64_t last_sequence)
{
    atomic_store(&head->last_sequence, last_sequence);
}

/* ---- memory ---- */

/* Counts memory that is taken whatever the budget says: admission is decided before a batch is
 * logged, and a batch that was let in must fit. */
static void count_bytes(struct vv_head *head, size_t size_bytes)
{
    vv_budget_force(head->budget, size_bytes);
    head->budget_bytes += size_bytes;
}

static void *slab_alloc(struct vv_head *head, size_t size_bytes)
{
    size_bytes = (size_bytes + 15) & ~(size_t)15;
    struct vv_slab *slab = head->slabs;
    if (slab && slab->size_bytes - slab->used_bytes >= size_bytes) {
        void *at = slab->bytes + slab->used_bytes;
        slab->used_bytes += size_bytes;
        return at;
    }
    /* What is too large to share gets a slab of its own, behind the one that is being filled. */
    size_t room = size_bytes > SLAB_BYTES / 4 ? size_bytes : SLAB_BYTES;
    struct vv_slab *fresh = vv_alloc_zero(sizeof *fresh + room);
    if (!fresh)
        return NULL;
    count_bytes(head, sizeof *fresh + room);
    fresh->size_bytes = room;
    fresh->used_bytes = size_bytes;
    if (slab && room == size_bytes) {
        fresh->next = slab->next;
        slab->next = fresh;
    } else {
        fresh->next = slab;
        head->slabs = fresh;
    }
    return fresh->bytes;
}

/* ---- series ---- */

struct vv_head_series *vv_head_series_at(const struct vv_head *head, uint32_t series)
{
    struct vv_directory *directory = atomic_load_explicit(&head->directory, memory_order_acquire);
    uint32_t page = series / PAGE_SERIES;
    if (!directory || page >= directory->page_count)
        return NULL;
    struct vv_head_series *entries =
        atomic_load_explicit(&directory->pages[page], memory_order_acquire);
    return entries ? &entries[series % PAGE_SERIES] : NULL;
}

static struct vv_directory *directory_grow(struct vv_head *head, uint32_t page)
{
    struct vv_directory *old = atomic_load_explicit(&head->directory, memory_order_relaxed);
    uint32_t count = old ? old->page_count : 16;
    while (count <= page)
        count *= 2;
    size_t size_bytes = sizeof *old + count * sizeof old->pages[0];
    struct vv_directory *grown = vv_alloc_zero(size_bytes);
    if (!grown)
        return NULL;
    count_bytes(head, size_bytes);
    grown->older = old;
    grown->page_count = count;
    for (uint32_t i = 0; old && i < old->page_count; i++)
        atomic_init(&grown->pages[i], atomic_load_explicit(&old->pages[i], memory_order_relaxed));
    atomic_store_explicit(&head->directory, grown, memory_order_release);
    return grown;
}

static struct vv_head_series *series_make(struct vv_head *head, uint32_t series)
{
    struct vv_directory *directory = atomic_load_explicit(&head->directory, memory_order_relaxed);
    uint32_t page = series / PAGE_SERIES;
    if (!directory || page >= directory->page_count)
        directory = directory_grow(head, page);
    if (!directory)
        return NULL;
    struct vv_head_series *entries =
        atomic_load_explicit(&directory->pages[page], memory_order_relaxed);
    if (!entries) {
        entries = vv_alloc_array(PAGE_SERIES, sizeof *entries);
        if (!entries)
            return NULL;
        count_bytes(head, PAGE_SERIES * sizeof *entries);
        atomic_store_explicit(&directory->pages[page], entries, memory_order_release);
    }
    return &entries[series % PAGE_SERIES];
}

/* ---- chunks ---- */

static size_t cell_width(enum varve_type type)
{
    switch (type) {
    case VARVE_BOOL:
        return 1;
    case VARVE_TEXT:
        return sizeof(struct varve_text);
    case VARVE_INT64:
    case VARVE_DOUBLE:
        break;
    }
    return 8;
}

static size_t aligned8(size_t bytes)
{
    return (bytes + 7) & ~(size_t)7;
}

static size_t row_bytes(const struct varve_stratum *stratum)
{
    size_t bytes = 16;
    for (uint32_t c = 0; c < stratum->column_count; c++)
        bytes += cell_width(stratum->columns[c].type);
    return bytes;
}

static struct vv_chunk *chunk_new(struct vv_head *head, const struct varve_stratum *stratum,
                                  uint32_t capacity)
{
    uint32_t columns = stratum->column_count;
    size_t words = ((size_t)capacity + 63) / 64;
    size_t size = aligned8(sizeof(struct vv_chunk) + columns * sizeof(struct vv_chunk_column));
    size_t times = size;
    size += (size_t)capacity * 8;
    size_t subs = size;
    size += aligned8((size_t)capacity * 4);
    size_t sequences = size;
    size += aligned8((size_t)capacity * 4);
    size_t data = size;
    for (uint32_t c = 0; c < columns; c++)
        size += aligned8(capacity * cell_width(stratum->columns[c].type)) + words * 8;

    uint8_t *memory = slab_alloc(head, size);
    if (!memory)
        return NULL;
    struct vv_chunk *chunk = (struct vv_chunk *)(void *)memory;
    chunk->capacity = capacity;
    chunk->column_count = columns;
    chunk->times = (int64_t *)(void *)(memory + times);
    chunk->subs = (uint32_t *)(void *)(memory + subs);
    chunk->sequences = (uint32_t *)(void *)(memory + sequences);
    uint8_t *at = memory + data;
    for (uint32_t c = 0; c < columns; c++) {
        chunk->columns[c].data = at;
        at += aligned8(capacity * cell_width(stratum->columns[c].type));
        chunk->columns[c].nulls = (atomic_uint_least64_t *)(void *)at;
        at += words * 8;
    }
    return chunk;
}

/* The chunk that takes the next row of a chain: its last one, or a new one twice as large. */
static struct vv_chunk *chain_room(struct vv_head *head, struct vv_chain *chain,
                                   const struct varve_stratum *stratum)
{
    struct vv_chunk *last = chain->last;
    uint32_t used = last ? atomic_load_explicit(&last->count, memory_order_relaxed) : 0;
    if (last && used < last->capacity && last->column_count == stratum->column_count)
        return last;
    uint32_t capacity = last ? last->capacity * 2 : FIRST_CAPACITY;
    while (capacity > FIRST_CAPACITY &&
           (capacity > CHUNK_ROWS || capacity * row_bytes(stratum) > CHUNK_BYTES))
        capacity /= 2;
    struct vv_chunk *fresh = chunk_new(head, stratum, capacity);
    if (!fresh)
        return NULL;
    if (last)
        atomic_store_explicit(&last->next, fresh, memory_order_release);
    else
        atomic_store_explicit(&chain->first, fresh, memory_order_release);
    chain->last = fresh;
    return fresh;
}

/* ---- writing ---- */

static bool cell_put(struct vv_head *head, struct vv_chunk *chunk, uint32_t column,
                     enum varve_type type, const struct vv_cell *cell, uint32_t row)
{
    struct vv_chunk_column *to = &chunk->columns[column];
    if (!cell || !cell->valid) {
        atomic_fetch_or_explicit(&to->nulls[row / 64], UINT64_C(1) << (row % 64),
                                 memory_order_relaxed);
        atomic_fetch_add_explicit(&to->null_count, 1, memory_order_relaxed);
        return true;
    }
    switch (type) {
    case VARVE_INT64:
        ((int64_t *)(void *)to->data)[row] = cell->as.i;
        break;
    case VARVE_DOUBLE:
        ((double *)(void *)to->data)[row] = cell->as.d;
        break;
    case VARVE_BOOL:
        to->data[row] = cell->as.i != 0;
        break;
    case VARVE_TEXT: {
        char *copy = slab_alloc(head, cell->as.text.len_bytes + 1u);
        if (!copy)
            return false;
        memcpy(copy, cell->as.text.data, cell->as.text.len_bytes);
        ((struct varve_text *)(void *)to->data)[row] =
            (struct varve_text){copy, cell->as.text.len_bytes};
        break;
    }
    }
    return true;
}

/* Undoes the null marks of a row that could not be placed whole: its slot is used again. */
static void cells_undo(struct vv_chunk *chunk, uint32_t column_count, uint32_t row)
{
    uint64_t bit = UINT64_C(1) << (row % 64);
    for (uint32_t c = 0; c < column_count; c++) {
        struct vv_chunk_column *column = &chunk->columns[c];
        if (atomic_fetch_and_explicit(&column->nulls[row / 64], ~bit, memory_order_relaxed) & bit)
            atomic_fetch_sub_explicit(&column->null_count, 1, memory_order_relaxed);
    }
}

/* Notes the partition of a row that is in another one than its series' last row. */
static vv_status note_partition(struct vv_head *head, struct vv_head_series *entry,
                                const struct varve_stratum *stratum, uint32_t stratum_id,
                                int64_t time, vv_error *err)
{
    struct vv_span span = vv_span_of(stratum, time);
    vv_status status = vv_partset_add(&head->partitions, stratum_id, &span, err);
    if (!status) {
        entry->span_from = span.from;
        entry->span_to = span.to;
    }
    return status;
}

vv_status vv_head_append(struct vv_head *head, const struct varve_stratum *stratum,
                         uint32_t stratum_id, uint32_t series, int64_t time, uint32_t sub,
                         const struct vv_cell *cells, uint32_t cell_count, uint64_t sequence,
                         vv_error *err)
{
    struct vv_head_series *entry = vv_head_series_at(head, series);
    if (!entry)
        entry = series_make(head, series);
    if (!entry)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for series %u in the head", series);
    /* Nothing is noted yet while both bounds are 0. The last instant of all stands in no range. */
    if (time < entry->span_from || time >= entry->span_to) {
        vv_status status = note_partition(head, entry, stratum, stratum_id, time, err);
        if (status)
            return status;
    }
    bool ascending = !entry->ascending.last || time > entry->last_time ||
                     (time == entry->last_time && sub > entry->last_sub);
    struct vv_chain *chain = ascending ? &entry->ascending : &entry->late;
    struct vv_chunk *chunk = chain_room(head, chain, stratum);
    if (!chunk)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for rows of series %u", series);

    uint32_t row = atomic_load_explicit(&chunk->count, memory_order_relaxed);
    for (uint32_t c = 0; c < chunk->column_count; c++) {
        if (!cell_put(head, chunk, c, stratum->columns[c].type, c < cell_count ? &cells[c] : NULL,
                      row)) {
            cells_undo(chunk, c, row);
            return vv_fail(err, VARVE_NO_MEMORY, "no memory for a text of series %u", series);
        }
    }
    chunk->times[row] = time;
    chunk->subs[row] = sub;
    chunk->sequences[row] = (uint32_t)(sequence - head->base_sequence);
    /* Readers look at it once they see the series in use. */
    if (!atomic_load_explicit(&entry->used, memory_order_relaxed))
        entry->stratum_id = stratum_id;
    if (ascending) {
        entry->last_time = time;
        entry->last_sub = sub;
    }
    atomic_store_explicit(&chunk->count, row + 1, memory_order_release);
    atomic_store_explicit(&entry->used, true, memory_order_release);
    atomic_fetch_add_explicit(&head->rows, 1, memory_order_relaxed);
    return VARVE_OK;
}

bool vv_head_abort_room(const struct vv_head *head, uint32_t more)
{
    return atomic_load_explicit(&head->aborted_count, memory_order_relaxed) + more <=
           VV_HEAD_ABORTED_MAX;
}

void vv_head_abort(struct vv_head *head, uint64_t sequence)
{
    uint32_t count = atomic_load_explicit(&head->aborted_count, memory_order_relaxed);
    head->aborted[count] = (uint32_t)(sequence - head->base_sequence);
    atomic_store_explicit(&head->aborted_count, count + 1, memory_order_release);
}

/* ---- what readers ask ---- */

bool vv_head_aborted(const struct vv_head *head, uint32_t relative)
{
    uint32_t count = atomic_load_explicit(&head->aborted_count, memory_order_acquire);
    for (uint32_t i = 0; i < count; i++)
        if (head->aborted[i] == relative)
            return true;
    return false;
}

bool vv_head_any_aborted(const struct vv_head *head)
{
    return atomic_load_explicit(&head->aborted_count, memory_order_acquire) > 0;
}

/* A snapshot's sequence as chunks count them; false when it is before all rows of the head. */
bool vv_head_limit(const struct vv_head *head, uint64_t sequence, uint32_t *limit)
{
    if (sequence <= head->base_sequence)
        return false;
    uint64_t relative = sequence - head->base_sequence;
    *limit = relative > UINT32_MAX ? UINT32_MAX : (uint32_t)relative;
    return true;
}

uint32_t vv_chunk_visible(const struct vv_chunk *chunk, uint32_t limit)
{
    uint32_t count = atomic_load_explicit(&chunk->count, memory_order_acquire);
    if (count == 0 || chunk->sequences[count - 1] <= limit)
        return count;
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (chunk->sequences[middle] <= limit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool vv_head_next_series(const struct vv_head *head, uint32_t series, uint32_t *found,
                         uint32_t *stratum_id)
{
    struct vv_directory *directory = atomic_load_explicit(&head->directory, memory_order_acquire);
    for (uint32_t page = series / PAGE_SERIES; directory && page < directory->page_count; page++) {
        struct vv_head_series *entries =
            atomic_load_explicit(&directory->pages[page], memory_order_acquire);
        uint32_t first = page == series / PAGE_SERIES ? series % PAGE_SERIES : 0;
        for (uint32_t i = first; entries && i < PAGE_SERIES; i++) {
            if (atomic_load_explicit(&entries[i].used, memory_order_acquire)) {
                *found = page * PAGE_SERIES + i;
                *stratum_id = entries[i].stratum_id;
                return true;
            }
        }
    }
    return false;
}

static void last_in_chain(const struct vv_head *head, const struct vv_chain *chain, uint32_t limit,
                          int64_t before, bool *any, int64_t *last)
{
    for (struct vv_chunk *chunk = atomic_load_explicit(&chain->first, memory_order_acquire); chunk;
         chunk = atomic_load_explicit(&chunk->next, memory_order_acquire)) {
        uint32_t count = vv_chunk_visible(chunk, limit);
        for (uint32_t i = 0; i < count; i++) {
            if (chunk->times[i] < before && (!*any || chunk->times[i] > *last) &&
                !vv_head_aborted(head, chunk->sequences[i])) {
                *any = true;
                *last = chunk->times[i];
            }
        }
    }
}

bool vv_head_last_time(const struct vv_head *head, uint32_t series, uint64_t sequence,
                       int64_t before, int64_t *time)
{
    struct vv_head_series *entry = vv_head_series_at(head, series);
    uint32_t limit;
    bool any = false;
    if (!entry || !vv_head_limit(head, sequence, &limit))
        return false;
    last_in_chain(head, &entry->ascending, limit, before, &any, time);
    last_in_chain(head, &entry->late, limit, before, &any, time);
    return any;
}

void vv_head_each_time(const struct vv_head *head, uint32_t series,
                       void (*each)(void *arg, int64_t time), void *arg)
{
    struct vv_head_series *entry = vv_head_series_at(head, series);
    const struct vv_chain *chains[2] = {entry ? &entry->ascending : NULL,
                                        entry ? &entry->late : NULL};
    for (int i = 0; i < 2 && entry; i++) {
        for (struct vv_chunk *chunk = atomic_load_explicit(&chains[i]->first, memory_order_acquire);
             chunk; chunk = atomic_load_explicit(&chunk->next, memory_order_acquire)) {
            uint32_t count = atomic_load_explicit(&chunk->count, memory_order_acquire);
            for (uint32_t row = 0; row < count; row++)
                if (!vv_head_aborted(head, chunk->sequences[row]))
                    each(arg, chunk->times[row]);
        }
    }
}
