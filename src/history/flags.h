/* flags.h: the letters of Trend.Flag, and OPC qualities.
 *
 * E estimated, M manual, B from the backup, P partial period, V failed validation, S substituted
 * source, R replaced or rolled over, U uncertain, X no value; empty is measured and valid. As a
 * quality X is bad, any of U E P V uncertain, everything else good; the other way a good sample has
 * no flag, an uncertain one U, a bad one X.
 *
 * Threads: no state.
 */
#ifndef VV_HISTORY_FLAGS_H
#define VV_HISTORY_FLAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VV_FLAG_LETTERS "EMBPVSRUX"

/* 192, 64 or 0. */
int32_t vv_flag_quality(const char *flag, size_t len_bytes);
/* "", "U" or "X". */
const char *vv_flag_of_quality(int32_t quality);
/* The quality that comes back from a row that was stored with this one: 192, 64 or 0. */
int32_t vv_flag_quality_class(int32_t quality);
/* Whether all letters are of VV_FLAG_LETTERS. */
bool vv_flag_valid(const char *flag, size_t len_bytes);

#endif
