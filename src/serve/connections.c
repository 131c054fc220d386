#include "serve/connections.h"

#include <stdbool.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "base/time.h"

#include "base/banned.h"

#define BYTES_PER_SECOND 8192

enum phase {
    WAITS,
    RECEIVES,
    ANSWERS
};

struct vv_connection {
    struct vv_connection *next, *before;
    int fd;
    enum phase phase;
    int64_t since_ms; /* monotonic, of the phase */
    uint64_t received_bytes;
    bool shut;
};

struct vv_connections {
    int64_t idle_ms;
    struct vv_mutex mutex; /* guards all that follows, and every connection */
    struct vv_connection *first;
    size_t count;
};

struct vv_connections *vv_connections_new(int64_t idle_ms)
{
    struct vv_connections *connections = vv_alloc_zero(sizeof *connections);

    if (!connections)
        return NULL;
    connections->idle_ms = idle_ms;
    vv_mutex_init(&connections->mutex);
    return connections;
}

void vv_connections_free(struct vv_connections *connections)
{
    if (!connections)
        return;
    vv_mutex_deinit(&connections->mutex);
    vv_free(connections);
}

struct vv_connection *vv_connections_add(struct vv_connections *connections, int fd)
{
    struct vv_connection *connection = vv_alloc_zero(sizeof *connection);

    if (!connection)
        return NULL;
    connection->fd = fd;
    connection->since_ms = vv_monotonic_ms();
    vv_mutex_lock(&connections->mutex);
    connection->next = connections->first;
    if (connections->first)
        connections->first->before = connection;
    connections->first = connection;
    connections->count++;
    vv_mutex_unlock(&connections->mutex);
    return connection;
}

void vv_connections_remove(struct vv_connections *connections, struct vv_connection *connection)
{
    if (!connection)
        return;
    vv_mutex_lock(&connections->mutex);
    if (connection->before)
        connection->before->next = connection->next;
    else
        connections->first = connection->next;
    if (connection->next)
        connection->next->before = connection->before;
    connections->count--;
    vv_mutex_unlock(&connections->mutex);
    vv_free(connection);
}

static void enter(struct vv_connections *connections, struct vv_connection *connection,
                  enum phase phase, size_t len_bytes)
{
    if (!connection)
        return;
    vv_mutex_lock(&connections->mutex);
    if (connection->phase != phase) {
        connection->phase = phase;
        connection->since_ms = vv_monotonic_ms();
        connection->received_bytes = 0;
    }
    connection->received_bytes += len_bytes;
    vv_mutex_unlock(&connections->mutex);
}

void vv_connection_waits(struct vv_connections *connections, struct vv_connection *connection)
{
    enter(connections, connection, WAITS, 0);
}

void vv_connection_receives(struct vv_connections *connections, struct vv_connection *connection,
                            size_t len_bytes)
{
    enter(connections, connection, RECEIVES, len_bytes);
}

void vv_connection_answers(struct vv_connections *connections, struct vv_connection *connection)
{
    enter(connections, connection, ANSWERS, 0);
}

static int64_t allowed_ms(const struct vv_connections *connections,
                          const struct vv_connection *connection)
{
    if (connection->phase == WAITS)
        return 2 * connections->idle_ms;
    return connections->idle_ms + (int64_t)(connection->received_bytes * 1000 / BYTES_PER_SECOND);
}

size_t vv_connections_sweep(struct vv_connections *connections, int64_t now_ms)
{
    size_t shut = 0;

    vv_mutex_lock(&connections->mutex);
    for (struct vv_connection *c = connections->first; c; c = c->next) {
        if (c->phase == ANSWERS || c->shut || now_ms - c->since_ms <= allowed_ms(connections, c))
            continue;
        /* The event thread sees the end of the stream and closes. */
        shutdown(c->fd, SHUT_RDWR);
        c->shut = true;
        shut++;
    }
    vv_mutex_unlock(&connections->mutex);
    return shut;
}

size_t vv_connections_count(struct vv_connections *connections)
{
    vv_mutex_lock(&connections->mutex);
    size_t count = connections->count;
    vv_mutex_unlock(&connections->mutex);
    return count;
}
