/* fuzz_line_protocol.c: line protocol as it comes in a request; every line is read to the end of
 * the body, and all that it gave is looked at. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "serve/line_protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_arena arena;
    struct vv_line_parser parser = {(const char *)data, (const char *)data + size, &arena, 1, 0, 0};
    struct vv_line line;
    vv_error err = {0};
    vv_status status;
    uint32_t last = 0;

    vv_arena_init(&arena, 0, NULL);
    while ((status = vv_line_next(&parser, &line, &err)) != VARVE_END) {
        assert(line.number > last);
        last = line.number;
        assert(status == VARVE_OK ? line.count > 0 : line.count == 0 && err.message[0]);
        for (size_t i = 0; i < line.count; i++) {
            assert(vv_utf8_valid(line.samples[i].name, line.samples[i].name_len));
            assert(line.samples[i].value.type != VV_TYPE_STRING ||
                   vv_utf8_valid(line.samples[i].value.as.text, line.samples[i].value.text_len));
        }
    }
    vv_arena_deinit(&arena);
    return 0;
}
