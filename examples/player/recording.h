// recording.h: a recorded file of numbers, played row by row, over and over.
//
// One thread; the recording owns its cells and names. Cells that are no number (empty, `?`, dates)
// are NaN. The file's own time stamps are not looked at: a row follows the other every `period_s`
// recorded seconds.
#ifndef PLAYER_RECORDING_H
#define PLAYER_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct player_recording {
    char name[32];
    double period_s; // recorded time from row to row
    double speed;    // recorded seconds in one of the clock
    size_t start;    // the row that is played first
    size_t rows;     // 1 or more
    size_t columns;  // 1 or more
    char *header;    // the names, each ended by a zero byte
    double *cells;   // row by row
    uint64_t step;   // rows played so far
};

// Reads `text` (a header line, then rows; CR LF or LF; short rows are filled up with NaN) into
// `recording`, whose first four fields are the caller's. False: `message` says why.
bool player_recording_read(struct player_recording *recording, const char *text, size_t len,
                           char separator, char *message, size_t message_size);
// The same from a file.
bool player_recording_load(struct player_recording *recording, const char *path, char separator,
                           char *message, size_t message_size);
void player_recording_deinit(struct player_recording *recording);

// The column of that name, or -1.
int player_recording_column(const struct player_recording *recording, const char *name);
// The cell of a column, `step` rows after the start.
double player_recording_cell(const struct player_recording *recording, int column, uint64_t step);
// How many rows have been played after so many seconds.
uint64_t player_recording_step_at(const struct player_recording *recording, double seconds);

#endif
