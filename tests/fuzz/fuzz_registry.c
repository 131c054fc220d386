/* fuzz_registry.c: payloads of definitions, as they stand in the log: {kind, length, payload} one
 * behind another. What is understood is saved to a file, which must give the same registry. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/io_sim.h"
#include "native/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_same(const struct vv_registry *a, const struct vv_registry *b)
{
    for (uint32_t i = 0; i < vv_registry_stratum_count(a); i++) {
        const struct varve_stratum *x = vv_registry_stratum_get(a, i);
        const struct varve_stratum *y = vv_registry_stratum_get(b, i);
        if ((x != NULL) != (y != NULL) || (x && x->column_count != y->column_count))
            abort();
    }
    uint32_t count = vv_registry_series_count(a);
    for (uint32_t i = 0; i < count; i++) {
        const void *x, *y;
        size_t x_bytes, y_bytes;
        uint32_t x_stratum, y_stratum;
        bool there = vv_registry_series_get(a, i, &x_stratum, &x, &x_bytes);
        if (there != vv_registry_series_get(b, i, &y_stratum, &y, &y_bytes))
            abort();
        if (there && (x_stratum != y_stratum || x_bytes != y_bytes || memcmp(x, y, x_bytes) != 0))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_registry *registry = NULL, *again = NULL;
    struct vv_io_sim *sim = vv_io_sim_new(1);
    const struct vv_io *io = vv_io_sim_io(sim);
    struct vv_reader from = vv_reader_of(data, size);
    uint64_t len_bytes = 0;
    if (vv_registry_new(&registry, NULL) || vv_registry_new(&again, NULL))
        abort();
    while (from.at < from.end) {
        bool stratum = vv_read8(&from) % 2;
        size_t left = (size_t)(from.end - from.at), len = vv_read16(&from);
        left = left > 2 ? left - 2 : 0;
        len = len < left ? len : left;
        const uint8_t *payload = vv_read_bytes(&from, len);
        if (payload)
            (void)vv_registry_apply(registry, stratum, payload, len, NULL);
    }
    if (vv_registry_save(registry, io, "registry", &len_bytes, NULL) ||
        vv_registry_load(again, io, "registry", len_bytes, NULL))
        abort();
    expect_same(registry, again);
    vv_registry_free(registry);
    vv_registry_free(again);
    vv_io_sim_free(sim);
    return 0;
}
