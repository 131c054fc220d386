#include "base/nearest.h"

#include <ctype.h>
#include <string.h>

#include "base/banned.h"

#define WORD_MAX 63

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int lower(char c)
{
    return tolower((unsigned char)c);
}

/* The edits between two words of at most WORD_MAX bytes (optimal string alignment): three rows of
 * the usual table, the oldest one for swaps. */
static size_t edits(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][WORD_MAX + 1];
    size_t *before = rows[0], *above = rows[1], *here = rows[2];

    for (size_t j = 0; j <= b_len; j++)
        here[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *spare = before;

        before = above;
        above = here;
        here = spare;
        here[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t same = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;

            here[j] = least(least(above[j] + 1, here[j - 1] + 1), above[j - 1] + same);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                here[j] = least(here[j], before[j - 2] + 1);
        }
    }
    return here[b_len];
}

const char *vv_nearest(const char *word, const char *const *words)
{
    size_t word_len = strlen(word);
    const char *best = NULL;
    size_t best_edits = WORD_MAX;

    if (word_len > WORD_MAX)
        return NULL;
    for (; *words != NULL; words++) {
        size_t len = strlen(*words);
        size_t longer = len > word_len ? len : word_len;
        size_t n;

        if (len > WORD_MAX)
            continue;
        n = edits(word, word_len, *words, len);
        if (n < best_edits && n * 3 <= longer) {
            best = *words;
            best_edits = n;
        }
    }
    return best;
}
