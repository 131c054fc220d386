// command.h: what the player can be told while it runs.
#ifndef PLAYER_COMMAND_H
#define PLAYER_COMMAND_H

#include "site.h"

// The words that `player --help` prints about commands.
extern const char player_command_help[];

// Carries out one command. False: `message` says what is wrong. `message` is empty when there is
// nothing to say.
bool player_command(struct player_site *site, const char *line, char *message, size_t message_size);

#endif
