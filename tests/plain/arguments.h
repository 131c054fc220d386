/* arguments.h: what the long-running tests are told: --seed, --seconds, --runs.
 *
 * VARVE_TEST_SEED in the environment is as --seed. Without either the seed is drawn from the clock
 * and printed, so that it can be done again. Numbers are decimal or 0x….
 */
#ifndef MODEL_ARGUMENTS_H
#define MODEL_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

struct arguments {
    uint64_t seed; /* of the first run; run n has seed + n */
    uint64_t runs; /* at most */
    int64_t seconds;
};

/* Fills in what is given over the defaults; false (and a word on standard error) for others. */
bool arguments_take(struct arguments *arguments, int count, char **words);
/* Seconds since some moment. */
int64_t arguments_clock_s(void);

#endif
