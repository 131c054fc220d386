/* test.h: cmocka with the headers that it wants before it, for the unit tests of every folder.
 *
 * Threads: cmocka's checks may only fail in the test's own thread.
 */
#ifndef VV_BASE_TEST_H
#define VV_BASE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/error.h"

/* The status is OK; else fails with the error's own words. */
#define assert_ok(status, err)                                                                     \
    do {                                                                                           \
        if ((status) != VARVE_OK) {                                                                \
            fail_msg("%s", (err)->message);                                                        \
        }                                                                                          \
    } while (0)

#endif
