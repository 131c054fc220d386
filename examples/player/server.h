// server.h: a site's devices on the network, Modbus TCP. One thread: everything happens in
// player_server_run.
#ifndef PLAYER_SERVER_H
#define PLAYER_SERVER_H

#include "site.h"

struct player_server;

// Opens a port for each distinct one that the devices name, on `listen_address` (numeric). A device
// with port 0 gets a port of its own; `any_port` gives every one a port that the system chose,
// shared by the devices that shared one. Writes the ports back into the devices. Null: `message`.
struct player_server *player_server_new(struct player_site *site, const char *listen_address,
                                        bool any_port, char *message, size_t message_size);
void player_server_free(struct player_server *server);

// Serves for at most `wait_ms`, or until `extra_fd` (-1: none) can be read, or a signal comes.
// `seconds` says how long the site has been playing. Returns 1 when extra_fd can be read, else 0.
int player_server_run(struct player_server *server, int wait_ms, int extra_fd,
                      double (*seconds)(void));

#endif
