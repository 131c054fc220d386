/* stream.h: Server-Sent Events: the newest values as they change.
 *
 *     event: snapshot   data: {"values":[…]}    the present values, in one or more events
 *     event: change     data: {"values":[…]}    at most four a second; of each tag the newest value
 *     event: beat       data: {"now":1730764800000}    every second
 *
 * A stream's connection is suspended while there is nothing to send. One thread, the ticker, makes
 * the events of all streams and wakes their connections; the beat is also what finds out that a
 * client has gone. A client that reads slowly misses values in between, never the last one.
 *
 * Threads: vv_stream_open on a worker, read and close on the event thread of the connection.
 */
#ifndef VV_SERVE_STREAM_H
#define VV_SERVE_STREAM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

#define VV_STREAM_MATCHES_MAX 64

struct vv_request;
struct vv_server;
struct vv_stream;
struct vv_streams;

/* Starts the ticker, which also sweeps the server's connections. */
vv_status vv_streams_start(struct vv_server *server, struct vv_streams **streams, vv_error *err);
/* Ends every stream; those that come later end at once. Does not wait. */
void vv_streams_end(struct vv_streams *streams);
/* After all streams were closed. Null is allowed. */
void vv_streams_stop(struct vv_streams *streams);
size_t vv_streams_count(struct vv_streams *streams);

/* Makes request->stream, with its first event. TOO_MANY beyond the limit; SYNTAX for a bad pattern;
 * NO_MEMORY. */
vv_status vv_stream_open(struct vv_request *request, vv_error *err);
/* Copies what is to be sent; 0: nothing is there, and the connection was suspended; -1: the end. */
ssize_t vv_stream_read(struct vv_stream *stream, char *to, size_t max_bytes);
void vv_stream_close(struct vv_stream *stream);

#endif
