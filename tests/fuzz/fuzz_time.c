/* fuzz_time.c: any text as a time and as a duration. What is read is written and read again to the
 * same instant; what is refused says why. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_rfc3339(const char *text, size_t len_bytes, bool utc_when_bare)
{
    vv_error err = {0};
    int64_t time_ns;

    if (vv_time_parse_ns(text, len_bytes, utc_when_bare, &time_ns, &err) != VARVE_OK) {
        assert(err.message[0] != '\0');
        return;
    }
    int64_t time_ms = vv_floor_div(time_ns, 1000000);
    int64_t again_ns;
    char written[40];

    if (time_ms < INT64_MIN / 1000000)
        return; /* the first millisecond of all begins before it can be told in nanoseconds */
    vv_time_format_ms(time_ms, written);
    assert(vv_time_parse_ns(written, strlen(written), false, &again_ns, &err) == VARVE_OK);
    assert(again_ns == time_ms * 1000000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[256];
    vv_error err = {0};
    int64_t time_ms;

    if (size >= sizeof text)
        return 0;
    /* No zero byte after it here: the length alone ends it. */
    check_rfc3339((const char *)data, size, true);
    check_rfc3339((const char *)data, size, false);

    memcpy(text, data, size);
    text[size] = '\0';
    if (vv_time_parse_user_ms(text, 1730764800000, &time_ms, &err) != VARVE_OK)
        assert(err.message[0] != '\0');
    if (vv_duration_parse_ms(text, &time_ms, &err) == VARVE_OK)
        assert(time_ms >= 0);
    return 0;
}
