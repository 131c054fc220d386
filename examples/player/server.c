#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame.h"

enum {
    MAX_CLIENTS = 256,
    MAX_PORTS = 64
};

struct listener {
    int fd;
    uint16_t port;
};

struct client {
    int fd;
    uint16_t port;
    size_t len; // of `data`
    uint8_t data[PLAYER_FRAME];
    bool is_waiting; // the request in `data` is answered at `due_s`
    double due_s;
};

struct player_server {
    struct player_site *site;
    modbus_t *modbus;
    int pair[2];
    struct listener listeners[MAX_PORTS];
    size_t listener_count;
    struct client clients[MAX_CLIENTS];
    size_t client_count;
};

static int open_port(const char *address, uint16_t port, uint16_t *bound)
{
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t len = sizeof where;
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (inet_pton(AF_INET, address, &where.sin_addr) != 1)
        errno = EINVAL;
    else if (bind(fd, (struct sockaddr *)&where, sizeof where) == 0 && listen(fd, 64) == 0 &&
             getsockname(fd, (struct sockaddr *)&where, &len) == 0) {
        *bound = ntohs(where.sin_port);
        return fd;
    }
    int wrong = errno;
    close(fd);
    errno = wrong;
    return -1;
}

// Opens what the devices need; `open_for` keeps which described port became which listener.
static bool open_ports(struct player_server *server, const char *address, bool any_port,
                       char *message, size_t message_size)
{
    uint16_t described[MAX_PORTS];
    for (size_t i = 0; i < server->site->device_count; i++) {
        struct player_device *device = &server->site->devices[i];
        size_t known = 0;
        while (known < server->listener_count && described[known] != device->port)
            known++;
        if (device->port == 0 || known == server->listener_count) {
            struct listener *listener = &server->listeners[server->listener_count];
            listener->fd = open_port(address, any_port ? 0 : device->port, &listener->port);
            if (listener->fd < 0) {
                snprintf(message, message_size, "device %s: %s port %u: %s", device->name, address,
                         (unsigned)device->port, strerror(errno));
                return false;
            }
            known = server->listener_count++;
            described[known] = device->port;
        }
        device->port = server->listeners[known].port;
    }
    return true;
}

struct player_server *player_server_new(struct player_site *site, const char *listen_address,
                                        bool any_port, char *message, size_t message_size)
{
    struct player_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        snprintf(message, message_size, "no memory");
        return NULL;
    }
    server->site = site;
    server->pair[0] = server->pair[1] = -1;
    server->modbus = modbus_new_tcp("127.0.0.1", 0);
    if (server->modbus == NULL || socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, server->pair))
        snprintf(message, message_size, "no memory or file descriptor");
    else if (open_ports(server, listen_address, any_port, message, message_size))
        return server;
    player_server_free(server);
    return NULL;
}

void player_server_free(struct player_server *server)
{
    if (server == NULL)
        return;
    for (size_t i = 0; i < server->client_count; i++)
        close(server->clients[i].fd);
    for (size_t i = 0; i < server->listener_count; i++)
        close(server->listeners[i].fd);
    for (int i = 0; i < 2; i++)
        if (server->pair[i] >= 0)
            close(server->pair[i]);
    if (server->modbus != NULL)
        modbus_free(server->modbus);
    free(server);
}

static struct player_device *find_device(const struct player_server *server, uint16_t port,
                                         uint8_t unit)
{
    for (size_t i = 0; i < server->site->device_count; i++) {
        struct player_device *device = &server->site->devices[i];
        if (device->port == port && device->unit == unit)
            return device;
    }
    return NULL;
}

// Sends the answer to the request in `client`, as the device's fault has it. False: close.
static bool answer(struct player_server *server, struct client *client,
                   struct player_device *device, int len)
{
    uint8_t bytes[PLAYER_FRAME];
    enum player_fault fault = device == NULL ? PLAYER_HEALTHY : device->fault;
    int answer_len;
    if (fault == PLAYER_STALL)
        return true;
    if (fault == PLAYER_DROP)
        return false;
    if (fault == PLAYER_REFUSE && (device->fault_register < 0 ||
                                   player_frame_touches(client->data, len, device->fault_register)))
        answer_len = player_frame_refuse(client->data, device->fault_code, bytes);
    else
        answer_len =
            player_frame_answer(server->modbus, server->pair, device, client->data, len, bytes);
    if (answer_len <= 0)
        return false;
    if (fault == PLAYER_CUT)
        answer_len /= 2;
    // An answer fits a socket's buffer unless the client has stopped reading: then it goes.
    bool sent =
        send(client->fd, bytes, (size_t)answer_len, MSG_NOSIGNAL | MSG_DONTWAIT) == answer_len;
    return sent && fault != PLAYER_CUT;
}

// Answers all whole requests that have come. False: close the connection.
static bool serve(struct player_server *server, struct client *client, double now_s)
{
    for (;;) {
        int len = player_frame_len(client->data, client->len);
        if (len < 0)
            return false;
        if (len == 0 || (size_t)len > client->len)
            return true;
        struct player_device *device = find_device(server, client->port, client->data[6]);
        if (device != NULL && device->fault == PLAYER_SLOW && !client->is_waiting) {
            client->is_waiting = true;
            client->due_s = now_s + device->fault_delay_ms / 1000.0;
        }
        if (client->is_waiting && now_s < client->due_s)
            return true;
        client->is_waiting = false;
        if (device != NULL)
            device->requests++;
        if (!answer(server, client, device, len))
            return false;
        client->len -= (size_t)len;
        memmove(client->data, client->data + len, client->len);
    }
}

static void accept_client(struct player_server *server, const struct listener *listener)
{
    int on = 1;
    int fd = accept(listener->fd, NULL, NULL);
    if (fd < 0)
        return;
    if (server->client_count == MAX_CLIENTS) {
        close(fd);
        return;
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct client *client = &server->clients[server->client_count++];
    *client = (struct client){.fd = fd, .port = listener->port};
}

// Reads what a client sent. False: it has gone.
static bool receive(struct client *client)
{
    ssize_t got =
        recv(client->fd, client->data + client->len, sizeof client->data - client->len, 0);
    if (got > 0)
        client->len += (size_t)got;
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

int player_server_run(struct player_server *server, int wait_ms, int extra_fd,
                      double (*seconds)(void))
{
    struct pollfd polled[1 + MAX_PORTS + MAX_CLIENTS];
    size_t first_client = 1 + server->listener_count;
    polled[0] = (struct pollfd){.fd = extra_fd, .events = POLLIN};
    for (size_t i = 0; i < server->listener_count; i++)
        polled[1 + i] = (struct pollfd){.fd = server->listeners[i].fd, .events = POLLIN};
    size_t clients = server->client_count;
    for (size_t i = 0; i < clients; i++) {
        const struct client *client = &server->clients[i];
        bool full = client->len == sizeof client->data;
        polled[first_client + i] =
            (struct pollfd){.fd = client->fd, .events = (short)(full ? 0 : POLLIN)};
        if (client->is_waiting && wait_ms > 5)
            wait_ms = 5;
    }
    if (poll(polled, (nfds_t)(first_client + clients), wait_ms) < 0)
        return 0;
    double now_s = seconds();
    player_site_advance(server->site, now_s);
    // From the last to the first: a client that goes is replaced by one that was served already.
    for (size_t i = clients; i-- > 0;) {
        struct client *client = &server->clients[i];
        short events = polled[first_client + i].revents;
        bool good = (events & (POLLERR | POLLNVAL)) == 0;
        if (good && (events & (POLLIN | POLLHUP)) != 0)
            good = receive(client);
        if (good)
            good = serve(server, client, now_s);
        if (!good) {
            close(client->fd);
            *client = server->clients[--server->client_count];
        }
    }
    for (size_t i = 0; i < server->listener_count; i++)
        if (polled[1 + i].revents != 0)
            accept_client(server, &server->listeners[i]);
    return polled[0].revents != 0;
}
