// Connecting so that `stop` can end it: libmodbus's own connect waits for the name server and the
// peer without a way out, so we hand it a socket that is connected already.
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "line.h"

enum {
    DEAD_PEER_MS = 10000
};

// A question to the name server. getaddrinfo cannot be cancelled, so it has a thread of its own,
// and whoever of the two is the last to let go frees this.
struct lookup {
    pthread_mutex_t lock; // guards the next three
    int users;
    int code; // getaddrinfo's
    struct addrinfo *result;
    int done[2]; // the thread closes the writing end
    char service[8];
    char node[];
};

int64_t vv_mb_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int resolve(const char *node, const char *service, int flags, struct addrinfo **result)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = flags};
    return getaddrinfo(node, service, &hints, result);
}

static void lookup_release(struct lookup *lookup)
{
    pthread_mutex_lock(&lookup->lock);
    int left = --lookup->users;
    pthread_mutex_unlock(&lookup->lock);
    if (left > 0)
        return;
    if (lookup->result != NULL)
        freeaddrinfo(lookup->result);
    close(lookup->done[0]);
    pthread_mutex_destroy(&lookup->lock);
    free(lookup);
}

static void *lookup_run(void *arg)
{
    struct lookup *lookup = arg;
    struct addrinfo *result = NULL;
    int code = resolve(lookup->node, lookup->service, 0, &result);
    pthread_mutex_lock(&lookup->lock);
    lookup->code = code;
    lookup->result = code == 0 ? result : NULL;
    pthread_mutex_unlock(&lookup->lock);
    close(lookup->done[1]);
    lookup_release(lookup);
    return NULL;
}

// Waits until `fd` has `events`, stop, or the time is over: 1, 0 (stop), -1 (time).
static int wait_for(struct varve_line *line, int fd, short events, int64_t until_ms)
{
    struct pollfd polled[] = {{.fd = fd, .events = events},
                              {.fd = line->wake[0], .events = POLLIN}};
    for (;;) {
        int64_t left = until_ms - vv_mb_clock_ms();
        if (left < 0)
            left = 0;
        int ready = poll(polled, 2, (int)left);
        if (vv_mb_line_stopped(line))
            return 0;
        if (ready > 0 && polled[0].revents != 0)
            return 1;
        if (left == 0 && ready <= 0)
            return -1;
    }
}

// Asks for a name's addresses. Null with `session` set.
static struct lookup *look_up(struct varve_line *line, int64_t until_ms, int *session,
                              struct varve_driver_error *error)
{
    size_t len = strlen(line->node) + 1;
    struct lookup *lookup = calloc(1, sizeof *lookup + len);
    *session = VARVE_SESSION_MEMORY;
    if (lookup == NULL || pipe(lookup->done) != 0) {
        free(lookup);
        vv_mb_fail(error, *session, errno, "no memory or file descriptor to look up %s",
                   line->node);
        return NULL;
    }
    pthread_mutex_init(&lookup->lock, NULL);
    memcpy(lookup->node, line->node, len);
    memcpy(lookup->service, line->service, sizeof lookup->service);
    lookup->users = 2;
    pthread_t thread;
    int code = pthread_create(&thread, NULL, lookup_run, lookup);
    if (code != 0) {
        close(lookup->done[1]);
        lookup->users = 1;
        lookup_release(lookup);
        vv_mb_fail(error, *session, code, "no thread to look up %s", line->node);
        return NULL;
    }
    pthread_detach(thread);
    int ready = wait_for(line, lookup->done[0], POLLIN, until_ms);
    pthread_mutex_lock(&lookup->lock);
    code = lookup->code;
    pthread_mutex_unlock(&lookup->lock);
    if (ready == 1 && code == 0)
        return lookup;
    if (ready == 0)
        *session = VARVE_SESSION_STOPPED;
    else
        *session = vv_mb_fail(error, VARVE_SESSION_LINE, ready < 0 ? ETIMEDOUT : 0,
                              "%s: the name cannot be resolved: %s", line->name,
                              ready < 0 ? "no answer in time" : gai_strerror(code));
    lookup_release(lookup);
    return NULL;
}

// One address: a connected socket, or -1 with errno; ECANCELED at stop.
static int try_address(struct varve_line *line, const struct addrinfo *address, int64_t until_ms)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // A device that lost its power answers neither yes nor no: what it has not acknowledged after
    // this time ends the connection, where Linux would go on trying for a quarter of an hour.
    unsigned unacknowledged_ms = DEAD_PEER_MS + line->timeout_ms;
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
    int wrong = 0;
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        wrong = errno;
        if (wrong == EINPROGRESS) {
            socklen_t len = sizeof wrong;
            int ready = wait_for(line, fd, POLLOUT, until_ms);
            if (ready <= 0)
                wrong = ready == 0 ? ECANCELED : ETIMEDOUT;
            else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &wrong, &len) != 0)
                wrong = errno;
        }
    }
    if (wrong == 0)
        return fd;
    close(fd);
    errno = wrong;
    return -1;
}

int vv_mb_connect(struct varve_line *line, int *session, struct varve_driver_error *error)
{
    int64_t until_ms = vv_mb_clock_ms() + line->connect_timeout_ms;
    struct addrinfo *numeric = NULL;
    const struct addrinfo *first = NULL;
    struct lookup *lookup = NULL;
    if (resolve(line->node, line->service, AI_NUMERICHOST, &numeric) == 0) {
        first = numeric;
    } else {
        lookup = look_up(line, until_ms, session, error);
        if (lookup == NULL)
            return -1;
        first = lookup->result;
    }
    int fd = -1;
    int wrong = EADDRNOTAVAIL;
    for (const struct addrinfo *a = first; a != NULL && fd < 0 && wrong != ECANCELED;
         a = a->ai_next) {
        fd = try_address(line, a, until_ms);
        if (fd < 0)
            wrong = errno;
    }
    if (numeric != NULL)
        freeaddrinfo(numeric);
    if (lookup != NULL)
        lookup_release(lookup);
    if (fd >= 0)
        *session = VARVE_SESSION_GOOD;
    else if (wrong == ECANCELED)
        *session = VARVE_SESSION_STOPPED;
    else
        *session = vv_mb_fail(error, VARVE_SESSION_LINE, wrong, "%s: no connection: %s", line->name,
                              strerror(wrong));
    return fd;
}
