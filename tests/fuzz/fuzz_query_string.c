/* fuzz_query_string.c: the parameters of a request, as a query string and as JSON. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "serve/params.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const struct vv_params *params)
{
    for (size_t i = 0; i < params->count; i++) {
        assert(vv_utf8_valid(params->list[i].name, strlen(params->list[i].name)));
        assert(vv_utf8_valid(params->list[i].value, strlen(params->list[i].value)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_arena arena;
    struct vv_params query = {.arena = &arena}, json = {.arena = &arena};
    vv_error err = {0};
    int64_t time_ms;

    vv_arena_init(&arena, 0, NULL);
    if (vv_params_add_query(&query, (const char *)data, size, &err) == VARVE_OK) {
        look(&query);
        (void)vv_params_time(&query, "from", 0, 0, &time_ms, &err);
    }
    if (vv_params_add_json(&json, (const char *)data, size, &err) == VARVE_OK)
        look(&json);
    vv_arena_deinit(&arena);
    return 0;
}
