/* scratch.h: a folder on the real disk for the length of a test. */
#ifndef MODEL_SCRATCH_H
#define MODEL_SCRATCH_H

#include <stdbool.h>

#define SCRATCH_MAX 128

/* Makes one under TMPDIR or /tmp; false (and a word on standard error) when it cannot. */
bool scratch_new(char folder[SCRATCH_MAX]);
/* Removes it with all that is in it. */
void scratch_free(const char *folder);

#endif
