/* fuzz_samples.c: the body of POST /api/v1/samples. */
#include <assert.h>
#include <stdint.h>

#include "serve/samples.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_batch batch;
    vv_error err = {0};

    vv_batch_init(&batch, NULL);
    vv_status status = vv_samples_parse((const char *)data, size, 0, &batch, &err);
    assert(status == VARVE_OK || err.message[0]);
    for (size_t i = 0; i < batch.count; i++)
        assert(batch.samples[i].name && batch.places[i] > 0);
    vv_batch_deinit(&batch);
    return 0;
}
