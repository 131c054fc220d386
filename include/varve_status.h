/* varve_status.h: the one list of everything that a call of Varve can answer.
 *
 * The enum, the names, the texts, the HTTP statuses and the table in docs/errors.md all come from
 * VARVE_STATUS_LIST. A number never changes its meaning once released; new rows go at the end.
 *
 * Threads: everything here is constant or owned by the caller.
 */
#ifndef VARVE_STATUS_H
#define VARVE_STATUS_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define VARVE_API               __attribute__((visibility("default")))
#define VARVE_PRINTF(at, first) __attribute__((__format__(__printf__, at, first)))
#else
#define VARVE_API
#define VARVE_PRINTF(at, first)
#endif

/* X(constant, number, name on the wire, HTTP status, whether the same call may succeed later, text)
 */
#define VARVE_STATUS_LIST(X)                                                                       \
    X(OK, 0, "ok", 200, false, "no error")                                                         \
    X(END, 1, "end", 200, false, "no more rows")                                                   \
    X(NO_MEMORY, 2, "no_memory", 503, true, "not enough memory, or the memory budget is used up")  \
    X(IO, 3, "io", 500, false, "a file or device operation failed")                                \
    X(NO_SPACE, 4, "no_space", 507, true, "no room on the disk")                                   \
    X(CORRUPT, 5, "corrupt", 500, false, "stored bytes are damaged")                               \
    X(NOT_FOUND, 6, "not_found", 404, false, "there is no such thing")                             \
    X(EXISTS, 7, "exists", 409, false, "it exists already")                                        \
    X(CONFLICT, 8, "conflict", 409, false, "it contradicts what is stored")                        \
    X(BAD_VALUE, 9, "bad_value", 400, false, "a value that is not allowed here")                   \
    X(BAD_TYPE, 10, "bad_type", 400, false, "a value of another type than declared")               \
    X(BAD_NAME, 11, "bad_name", 400, false, "a name that is not allowed")                          \
    X(BAD_TIME, 12, "bad_time", 400, false, "a time that is not allowed here")                     \
    X(SYNTAX, 13, "syntax", 400, false, "text that cannot be read")                                \
    X(USAGE, 14, "usage", 400, false, "the call itself is wrong")                                  \
    X(LIMIT, 15, "limit", 413, false, "larger than the limit allows")                              \
    X(TOO_MANY, 16, "too_many", 429, true, "more of them than the limit allows")                   \
    X(BUSY, 17, "busy", 503, true, "cannot keep up at the moment")                                 \
    X(LOCKED, 18, "locked", 409, true, "another process uses it")                                  \
    X(READ_ONLY, 19, "read_only", 503, false, "opened, or fallen back, to reading only")           \
    X(CLOSED, 20, "closed", 503, true, "it is shutting down")                                      \
    X(TIMEOUT, 21, "timeout", 504, true, "no answer in time")                                      \
    X(CANCELLED, 22, "cancelled", 499, true, "given up on request")                                \
    X(UNAUTHORIZED, 23, "unauthorized", 401, false, "a login is needed")                           \
    X(DENIED, 24, "denied", 403, false, "the right for it is missing")                             \
    X(UNSUPPORTED, 25, "unsupported", 501, false, "not available in this build or format")         \
    X(NETWORK, 26, "network", 502, true, "the other side cannot be reached")                       \
    X(DATABASE, 27, "database", 500, false, "the database refused")                                \
    X(INTERNAL, 28, "internal", 500, false, "a fault of Varve itself")                             \
    X(CHANGED, 29, "changed", 412, false, "somebody else has changed it in between")

typedef enum varve_status {
#define VARVE_STATUS_ENUM(id, number, name, http, retry, text) VARVE_##id = (number),
    VARVE_STATUS_LIST(VARVE_STATUS_ENUM)
#undef VARVE_STATUS_ENUM
} varve_status;

/* What went wrong, for a person: filled by the call that failed, never allocated, owned by the
 * caller. `message` names the thing, the place and, where there is one, the remedy. */
typedef struct varve_error {
    varve_status status;
    int native; /* errno, or the foreign library's own code; 0 where there is none */
    char message[508];
} varve_error;

/* The name on the wire ("bad_value"); "unknown" for a number that is not in the list. */
VARVE_API const char *varve_status_name(varve_status status);
/* One line of English about the status itself. */
VARVE_API const char *varve_status_text(varve_status status);
/* The HTTP status that carries it. */
VARVE_API int varve_status_http(varve_status status);
/* Whether the same call may succeed later without a change. */
VARVE_API bool varve_status_retry(varve_status status);

#ifdef __cplusplus
}
#endif
#endif
