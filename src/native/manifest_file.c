/* The manifest's file: a header, a snapshot and edits, each of them twice, so that one damaged
 * place never costs a part. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/crc32c.h"
#include "native/manifest_private.h"

#include "base/banned.h"

#define MAGIC      "VARVEMAN"
#define HEADER_CRC 60 /* where the header's checksum stands */

enum record_kind {
    RECORD_SNAPSHOT = 1,
    RECORD_EDIT = 2
};

#define RECORD_AT_CRC     0
#define RECORD_AT_LEN     4
#define RECORD_AT_KIND    8
#define RECORD_AT_ORDINAL 12

void vv_manifest_header_pack(struct vv_manifest_header *header, struct vv_buf *out)
{
    uint8_t bytes[VV_MANIFEST_HEADER] = {0};
    memcpy(bytes, MAGIC, 8);
    vv_put32(bytes + 8, VV_MANIFEST_VERSION);
    memcpy(bytes + 16, header->store_id, sizeof header->store_id);
    vv_put64(bytes + 32, header->epoch);
    vv_put64(bytes + 40, header->number);
    header->seed = vv_crc32c(0, bytes, HEADER_CRC);
    vv_put32(bytes + HEADER_CRC, header->seed);
    vv_buf_add(out, bytes, sizeof bytes);
    vv_buf_add(out, bytes, sizeof bytes);
}

static bool header_good(const uint8_t *data, size_t len_bytes)
{
    return len_bytes >= VV_MANIFEST_HEADER && memcmp(data, MAGIC, 8) == 0 &&
           vv_crc32c(0, data, HEADER_CRC) == vv_get32(data + HEADER_CRC);
}

static vv_status read_header(const uint8_t *data, size_t len_bytes,
                             struct vv_manifest_parsed *parsed, vv_error *err)
{
    struct vv_manifest_header *header = &parsed->header;
    bool first = header_good(data, len_bytes);
    bool second = len_bytes > VV_MANIFEST_HEADER &&
                  header_good(data + VV_MANIFEST_HEADER, len_bytes - VV_MANIFEST_HEADER);
    if (!first && !second)
        return vv_fail(err, VARVE_CORRUPT, "its header is damaged");
    if (!first || !second)
        parsed->bad_copies++;
    if (!first)
        data += VV_MANIFEST_HEADER;
    if (vv_get32(data + 8) != VV_MANIFEST_VERSION)
        return vv_fail(err, VARVE_UNSUPPORTED, "its format is %" PRIu32 ", this program knows %d",
                       vv_get32(data + 8), VV_MANIFEST_VERSION);
    memcpy(header->store_id, data + 16, sizeof header->store_id);
    header->epoch = vv_get64(data + 32);
    header->number = vv_get64(data + 40);
    header->seed = vv_get32(data + HEADER_CRC);
    return VARVE_OK;
}

void vv_manifest_record(const struct vv_manifest_header *header, uint32_t ordinal,
                        const struct vv_buf *payload, struct vv_buf *out)
{
    uint8_t front[VV_MANIFEST_RECORD];
    vv_put32(front + RECORD_AT_LEN, (uint32_t)payload->len);
    vv_put32(front + RECORD_AT_KIND, ordinal == 0 ? RECORD_SNAPSHOT : RECORD_EDIT);
    vv_put32(front + RECORD_AT_ORDINAL, ordinal);
    uint32_t crc = vv_crc32c(header->seed, front + RECORD_AT_LEN, sizeof front - RECORD_AT_LEN);
    vv_put32(front + RECORD_AT_CRC, vv_crc32c(crc, payload->data, payload->len));
    for (int copy = 0; copy < 2; copy++) {
        vv_buf_add(out, front, sizeof front);
        vv_buf_add(out, payload->data, payload->len);
    }
    out->failed |= payload->failed;
}

/* Bytes of the good record at `at`, 0 when there is none. */
static size_t record_at(const uint8_t *at, size_t left_bytes, uint32_t seed)
{
    if (left_bytes < VV_MANIFEST_RECORD)
        return 0;
    size_t len = vv_get32(at + RECORD_AT_LEN);
    uint32_t kind = vv_get32(at + RECORD_AT_KIND), ordinal = vv_get32(at + RECORD_AT_ORDINAL);
    if (len > left_bytes - VV_MANIFEST_RECORD ||
        kind != (ordinal == 0 ? RECORD_SNAPSHOT : RECORD_EDIT))
        return 0;
    size_t size = VV_MANIFEST_RECORD + len;
    return vv_crc32c(seed, at + RECORD_AT_LEN, size - RECORD_AT_LEN) == vv_get32(at) ? size : 0;
}

/* Where the next good record stands behind bad bytes; `len_bytes` if nowhere. */
static size_t next_record(const uint8_t *data, size_t at, size_t len_bytes, uint32_t seed)
{
    do
        at++;
    while (at < len_bytes && record_at(data + at, len_bytes - at, seed) == 0);
    return at;
}

static vv_status read_records(const uint8_t *data, size_t len_bytes, struct vv_manifest_parsed *p,
                              vv_error *err)
{
    size_t at = 2 * VV_MANIFEST_HEADER;
    bool copy_due = false; /* of the record before */
    p->end_bytes = at;
    while (at < len_bytes) {
        size_t size = record_at(data + at, len_bytes - at, p->header.seed);
        if (size == 0) {
            at = next_record(data, at, len_bytes, p->header.seed);
            continue;
        }
        uint32_t ordinal = vv_get32(data + at + RECORD_AT_ORDINAL);
        if (ordinal > p->ordinal)
            return vv_fail(err, VARVE_CORRUPT,
                           "edit %" PRIu32 " is damaged (both copies), and others follow it",
                           p->ordinal);
        bool copy = ordinal < p->ordinal;
        if (copy && ordinal + 1 != p->ordinal)
            return vv_fail(err, VARVE_CORRUPT, "edit %" PRIu32 " stands behind edit %" PRIu32,
                           ordinal, p->ordinal - 1);
        if (!copy) {
            /* One of the two before this was bad when only one was met. */
            p->bad_copies += copy_due;
            vv_status status = vv_manifest_apply(&p->state, data + at + VV_MANIFEST_RECORD,
                                                 size - VV_MANIFEST_RECORD, err);
            if (status != VARVE_OK) {
                vv_error_prefix(err, "edit %" PRIu32 " at byte %zu", ordinal, at);
                return status;
            }
            p->ordinal++;
        }
        copy_due = !copy;
        at += size;
        p->end_bytes = at;
    }
    p->torn_bytes = len_bytes - p->end_bytes;
    p->bad_copies += copy_due;
    if (p->ordinal == 0)
        return vv_fail(err, VARVE_CORRUPT, "its snapshot is damaged");
    return VARVE_OK;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

vv_status vv_manifest_state_check(const struct vv_manifest_state *state, vv_error *err)
{
    size_t count = state->part_count;
    uint64_t *numbers = vv_alloc_array(count + 1, sizeof *numbers);
    if (!numbers)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to check the manifest");
    for (size_t i = 0; i < count; i++)
        numbers[i] = state->parts[i].number;
    qsort(numbers, count, sizeof *numbers, by_number);
    vv_status status = VARVE_OK;
    for (size_t i = 1; i < count && status == VARVE_OK; i++)
        if (numbers[i] == numbers[i - 1])
            status = vv_fail(err, VARVE_CORRUPT, "part %" PRIx64 " is there twice", numbers[i]);
    for (size_t i = 0; i < state->removed_count && status == VARVE_OK; i++)
        if (bsearch(&state->removed[i], numbers, count, sizeof *numbers, by_number))
            status = vv_fail(err, VARVE_CORRUPT, "part %" PRIx64 " is removed and there",
                             state->removed[i]);
    vv_free(numbers);
    return status;
}

vv_status vv_manifest_parse(const uint8_t *data, size_t len_bytes,
                            struct vv_manifest_parsed *parsed, vv_error *err)
{
    *parsed = (struct vv_manifest_parsed){0};
    vv_status status = read_header(data, len_bytes, parsed, err);
    if (status == VARVE_OK)
        status = read_records(data, len_bytes, parsed, err);
    if (status == VARVE_OK && (memcmp(parsed->state.store_id, parsed->header.store_id, 16) != 0 ||
                               parsed->state.epoch != parsed->header.epoch))
        status = vv_fail(err, VARVE_CORRUPT, "its header and its snapshot do not agree");
    if (status == VARVE_OK)
        status = vv_manifest_state_check(&parsed->state, err);
    if (status != VARVE_OK)
        vv_manifest_state_deinit(&parsed->state);
    return status;
}
