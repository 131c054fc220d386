#include "recording.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_FILE = 256 * 1024 * 1024
};

// The next line of [*at; end[, without its end; false when there is none.
static bool next_line(const char **at, const char *end, const char **line, size_t *len)
{
    if (*at >= end)
        return false;
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    *line = *at;
    *len = (size_t)((newline == NULL ? end : newline) - *at);
    *at = newline == NULL ? end : newline + 1;
    if (*len > 0 && (*line)[*len - 1] == '\r')
        (*len)--;
    return true;
}

static double read_cell(const char *cell, size_t len)
{
    char text[64];
    char *end = NULL;
    if (len == 0 || len >= sizeof text)
        return NAN;
    memcpy(text, cell, len);
    text[len] = '\0';
    double value = strtod(text, &end);
    return *end == '\0' && isfinite(value) ? value : NAN;
}

static size_t count_lines(const char *text, const char *end)
{
    size_t lines = 0;
    const char *line;
    size_t len;
    while (next_line(&text, end, &line, &len))
        lines += len > 0;
    return lines;
}

static void read_row(struct player_recording *recording, const char *line, size_t len,
                     char separator)
{
    double *row = recording->cells + recording->rows++ * recording->columns;
    const char *end = line + len;
    for (size_t i = 0; i < recording->columns; i++) {
        const char *stop = line == NULL ? NULL : memchr(line, separator, (size_t)(end - line));
        row[i] = line == NULL ? NAN : read_cell(line, (size_t)((stop == NULL ? end : stop) - line));
        line = stop == NULL ? NULL : stop + 1;
    }
}

bool player_recording_read(struct player_recording *recording, const char *text, size_t len,
                           char separator, char *message, size_t message_size)
{
    const char *end = text + len;
    const char *line = NULL;
    size_t line_len = 0;
    size_t lines = count_lines(text, end);
    if (lines < 2 || !next_line(&text, end, &line, &line_len) || line_len == 0) {
        snprintf(message, message_size, "a header line and at least one row are wanted");
        return false;
    }
    recording->columns = 1;
    recording->rows = 0;
    recording->header = calloc(line_len + 1, 1);
    if (recording->header == NULL)
        goto no_memory;
    memcpy(recording->header, line, line_len);
    for (size_t i = 0; i < line_len; i++)
        if (recording->header[i] == separator) {
            recording->header[i] = '\0';
            recording->columns++;
        }
    if (recording->columns > SIZE_MAX / sizeof(double) / lines)
        goto no_memory;
    recording->cells = calloc(lines - 1, recording->columns * sizeof(double));
    if (recording->cells == NULL)
        goto no_memory;
    while (next_line(&text, end, &line, &line_len))
        if (line_len > 0)
            read_row(recording, line, line_len, separator);
    if (recording->start >= recording->rows) {
        snprintf(message, message_size, "start=%zu: the file has %zu rows", recording->start,
                 recording->rows);
        player_recording_deinit(recording);
        return false;
    }
    return true;
no_memory:
    player_recording_deinit(recording);
    snprintf(message, message_size, "no memory");
    return false;
}

bool player_recording_load(struct player_recording *recording, const char *path, char separator,
                           char *message, size_t message_size)
{
    bool good = false;
    char *text = NULL;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        snprintf(message, message_size, "%s: %s", path, strerror(errno));
        return false;
    }
    long len = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (len < 0 || len > MAX_FILE || fseek(file, 0, SEEK_SET) != 0) {
        snprintf(message, message_size, "%s: no file of at most 256 MiB", path);
        goto out;
    }
    text = malloc((size_t)len + 1);
    if (text == NULL || fread(text, 1, (size_t)len, file) != (size_t)len) {
        snprintf(message, message_size, "%s: cannot be read", path);
        goto out;
    }
    good = player_recording_read(recording, text, (size_t)len, separator, message, message_size);
out:
    free(text);
    fclose(file);
    return good;
}

void player_recording_deinit(struct player_recording *recording)
{
    free(recording->header);
    free(recording->cells);
    recording->header = NULL;
    recording->cells = NULL;
}

int player_recording_column(const struct player_recording *recording, const char *name)
{
    const char *column = recording->header;
    for (size_t i = 0; i < recording->columns; i++, column += strlen(column) + 1)
        if (strcmp(column, name) == 0)
            return (int)i;
    return -1;
}

double player_recording_cell(const struct player_recording *recording, int column, uint64_t step)
{
    size_t row = (size_t)((recording->start + step) % recording->rows);
    return recording->cells[row * recording->columns + (size_t)column];
}

uint64_t player_recording_step_at(const struct player_recording *recording, double seconds)
{
    return (uint64_t)(seconds * recording->speed / recording->period_s);
}
