// describe.h: the player's description file, text in, site out. Pure but for `load`.
#ifndef PLAYER_DESCRIBE_H
#define PLAYER_DESCRIBE_H

#include "site.h"

// The words that `player --help` prints about the file.
extern const char player_file_help[];

// Loads the file of a recording whose name, period, speed and start are set; false with a message.
typedef bool player_load(void *ctx, struct player_recording *recording, const char *path,
                         char separator, char *message, size_t message_size);

// Reads a description. False: `message` names the line and what is wrong, and `site` is empty.
bool player_site_parse(struct player_site *site, const char *text, size_t len, player_load *load,
                       void *load_ctx, char *message, size_t message_size);

#endif
