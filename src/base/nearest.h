/* nearest.h: the known word that a mistyped one was probably meant to be.
 *
 * Threads: any; no state.
 */
#ifndef VV_BASE_NEAREST_H
#define VV_BASE_NEAREST_H

#include <stddef.h>

/* Of `words` (ended by null) the one that takes the fewest insertions, deletions, replacements and
 * swaps of neighbours to become `word`, letters compared without case; null when none is near
 * enough to be worth suggesting (at most a third of the longer one's bytes, and words of up to 63
 * bytes). */
const char *vv_nearest(const char *word, const char *const *words);

#endif
