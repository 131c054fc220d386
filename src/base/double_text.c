/* double_text.c: doubles as the shortest text that reads back (declared in json.h).
 *
 * Plant values are nearly all decimals of few digits: for these a multiplication finds the digits
 * and a division proves them. An integer below 2^53 and a power of ten up to 10^22 are exact
 * doubles, so that their quotient is rounded once, as strtod would round the same decimal.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"

#include "base/banned.h"

#define MOST_DECIMALS     9
#define EXACT_INTEGER_MAX 9007199254740992.0 /* 2^53 */

static size_t put_decimal(char *to, bool negative, uint64_t digits, int decimals)
{
    char back[32];
    size_t n = 0;
    for (int place = 0; digits > 0 || place <= decimals; place++) {
        if (place == decimals && decimals > 0) {
            back[n++] = '.';
        }
        back[n++] = (char)('0' + digits % 10);
        digits /= 10;
    }
    if (negative) {
        back[n++] = '-';
    }
    for (size_t i = 0; i < n; i++) {
        to[i] = back[n - 1 - i];
    }
    to[n] = '\0';
    return n;
}

/* 0 when no decimal of up to MOST_DECIMALS places is the value. */
static size_t try_decimal(double v, char *to)
{
    static const double powers[MOST_DECIMALS + 1] = {1e0, 1e1, 1e2, 1e3, 1e4,
                                                     1e5, 1e6, 1e7, 1e8, 1e9};
    double size = fabs(v);
    for (int decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
        double scaled = size * powers[decimals];
        if (!(scaled < EXACT_INTEGER_MAX)) {
            return 0;
        }
        uint64_t digits = (uint64_t)(scaled + 0.5);
        if ((double)digits / powers[decimals] == size) {
            return put_decimal(to, signbit(v) != 0, digits, decimals);
        }
    }
    return 0;
}

static bool reads_back(const char *text, double v)
{
    return vv_double_bits(strtod(text, NULL)) == vv_double_bits(v);
}

size_t vv_double_format(double v, char *to)
{
    size_t len = try_decimal(v, to);
    if (len > 0) {
        return len;
    }
    if (!isfinite(v)) {
        strncpy(to, isnan(v) ? "nan" : v > 0 ? "inf" : "-inf", 5);
        return strlen(to);
    }
    /* 15 digits always survive the way through a double, 17 always carry one; numbers below
     * DBL_MIN have fewer bits and may need fewer digits. */
    for (int precision = fabs(v) < 2.3e-308 ? 1 : 15; precision < 17; precision++) {
        snprintf(to, 32, "%.*g", precision, v);
        if (reads_back(to, v)) {
            return strlen(to);
        }
    }
    return (size_t)snprintf(to, 32, "%.17g", v);
}
