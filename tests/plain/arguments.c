#include "arguments.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t arguments_clock_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

bool arguments_take(struct arguments *arguments, int count, char **words)
{
    struct timespec now;
    const char *given = getenv("VARVE_TEST_SEED");
    clock_gettime(CLOCK_REALTIME, &now);
    arguments->seed = given && *given
                          ? strtoull(given, NULL, 0)
                          : (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
    for (int i = 1; i < count; i += 2) {
        uint64_t number = i + 1 < count ? strtoull(words[i + 1], NULL, 0) : 0;
        if (i + 1 == count) {
            fprintf(stderr, "%s needs a number\n", words[i]);
            return false;
        } else if (!strcmp(words[i], "--seed")) {
            arguments->seed = number;
        } else if (!strcmp(words[i], "--runs")) {
            arguments->runs = number;
        } else if (!strcmp(words[i], "--seconds")) {
            arguments->seconds = (int64_t)number;
        } else {
            fprintf(stderr, "%s: there are --seed, --runs and --seconds\n", words[i]);
            return false;
        }
    }
    printf("seed %" PRIu64 ", at most %" PRIu64 " runs and %" PRId64 " seconds\n", arguments->seed,
           arguments->runs, arguments->seconds);
    fflush(stdout);
    return true;
}
