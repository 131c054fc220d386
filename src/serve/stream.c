#include "serve/stream.h"

#include <string.h>

#include <microhttpd.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/time.h"
#include "catalog/glob.h"
#include "collect/live.h"
#include "serve/connections.h"
#include "serve/request.h"
#include "serve/routes.h"
#include "serve/server_private.h"
#include "serve/values.h"

#include "base/banned.h"

#define TICK_MS       50
#define CHANGE_MS     250
#define BEAT_MS       1000
#define SWEEP_MS      1000
#define EVENT_ENTRIES 256
#define PIECE_BYTES   (64u * 1024u)

enum state {
    RUNNING,   /* the event thread's: something is being sent */
    SUSPENDED, /* nobody's: the ticker may take it */
    TAKEN      /* the ticker's */
};

struct vv_stream {
    struct vv_stream *next, *before; /* of the hub */
    struct vv_stream *next_taken;
    struct vv_streams *streams;
    struct MHD_Connection *connection;
    struct vv_live_sub *subs[VV_STREAM_MATCHES_MAX];
    const char *matches[VV_STREAM_MATCHES_MAX]; /* null: all; of the request's arena */
    size_t sub_count;
    enum state state; /* guarded by the hub's mutex */
    bool snapshot_said, ended;
    int64_t due_ms, beat_ms; /* monotonic: when it may speak again, when it spoke its last beat */
    struct vv_arena arena;   /* texts of one event */
    struct vv_buf out;
    size_t sent;
};

struct vv_streams {
    struct vv_server *server;
    struct vv_thread ticker;
    struct vv_mutex mutex; /* guards all that follows */
    struct vv_cond wake;
    struct vv_stream *first;
    size_t count;
    bool ending, hurry, stop;
};

/* ---- events ---- */

static void start_event(struct vv_stream *stream, const char *name, struct vv_json *json)
{
    vv_buf_format(&stream->out, "event: %s\ndata: ", name);
    vv_json_init(json, &stream->out);
    vv_json_object(json);
}

static void end_event(struct vv_stream *stream, struct vv_json *json)
{
    vv_json_end_object(json);
    vv_buf_text(&stream->out, "\n\n");
}

/* Another pattern of the same stream brings the tag already. */
static bool said_before(const struct vv_stream *stream, size_t sub, const struct vv_tag *tag)
{
    for (size_t i = 0; i < sub; i++)
        if (!stream->matches[i] ||
            vv_glob_match(stream->matches[i], strlen(stream->matches[i]), tag->name, tag->name_len))
            return true;
    return false;
}

/* One event of what a subscription has, when it has anything; true when there may be more. What
 * changes while this is said waits for the next time: a fast writer would keep it speaking. */
static bool say_values(struct vv_stream *stream, size_t sub)
{
    struct vv_live_entry entries[EVENT_ENTRIES];
    struct vv_json json;

    vv_arena_reset(&stream->arena);
    size_t count = vv_live_take(stream->subs[sub], entries, EVENT_ENTRIES, &stream->arena);
    if (count == 0)
        return false;
    start_event(stream, stream->snapshot_said ? "change" : "snapshot", &json);
    vv_json_key(&json, "values");
    vv_json_array(&json);
    for (size_t i = 0; i < count; i++)
        if (!said_before(stream, sub, entries[i].tag))
            vv_entry_json(&json, stream->streams->server->options.set, &entries[i]);
    vv_json_end_array(&json);
    end_event(stream, &json);
    return count == EVENT_ENTRIES;
}

/* Everything there is to say, up to a piece; the rest waits in the subscriptions. */
static void speak(struct vv_stream *stream, int64_t now_ms)
{
    struct vv_json json;
    bool all_said = true;

    vv_buf_reset(&stream->out);
    stream->sent = 0;
    for (size_t i = 0; i < stream->sub_count; i++) {
        while (stream->out.len < PIECE_BYTES && say_values(stream, i)) {
        }
        all_said = all_said && stream->out.len < PIECE_BYTES;
    }
    if (all_said && !stream->snapshot_said) {
        if (stream->out.len == 0)
            vv_buf_text(&stream->out, "event: snapshot\ndata: {\"values\":[]}\n\n");
        stream->snapshot_said = true;
    }
    if (now_ms - stream->beat_ms >= BEAT_MS) {
        start_event(stream, "beat", &json);
        vv_json_key(&json, "now");
        vv_json_int(&json, vv_now_ms());
        end_event(stream, &json);
        stream->beat_ms = now_ms;
    }
    stream->due_ms = stream->snapshot_said ? now_ms + CHANGE_MS : now_ms;
    if (stream->out.failed)
        stream->ended = true;
}

/* ---- the ticker ---- */

/* Suspended streams that may speak, each taken. The mutex is held. */
static struct vv_stream *take_due(struct vv_streams *streams, int64_t now_ms)
{
    struct vv_stream *taken = NULL;

    for (struct vv_stream *s = streams->first; s; s = s->next) {
        /* One that is not suspended is another thread's: its times are not ours to read. */
        if (s->state != SUSPENDED)
            continue;
        if (now_ms < s->due_ms && now_ms - s->beat_ms < BEAT_MS && !streams->ending)
            continue;
        s->state = TAKEN;
        s->ended = s->ended || streams->ending;
        s->next_taken = taken;
        taken = s;
    }
    return taken;
}

/* Gives a taken stream back: awake when there is something to send. It may be gone afterwards. */
static void give_back(struct vv_streams *streams, struct vv_stream *stream)
{
    struct MHD_Connection *connection = stream->connection;
    bool awake = stream->out.len > 0 || stream->ended;

    vv_mutex_lock(&streams->mutex);
    stream->state = awake ? RUNNING : SUSPENDED;
    vv_mutex_unlock(&streams->mutex);
    if (awake)
        MHD_resume_connection(connection);
}

static void tick(void *arg)
{
    struct vv_streams *streams = arg;
    int64_t swept_ms = vv_monotonic_ms();

    vv_mutex_lock(&streams->mutex);
    while (!streams->stop) {
        if (!streams->hurry)
            vv_cond_wait_for(&streams->wake, &streams->mutex, TICK_MS);
        int64_t now_ms = vv_monotonic_ms();
        streams->hurry = false;
        struct vv_stream *taken = take_due(streams, now_ms);
        vv_mutex_unlock(&streams->mutex);
        for (struct vv_stream *next; taken; taken = next) {
            next = taken->next_taken;
            if (!taken->ended)
                speak(taken, now_ms);
            give_back(streams, taken);
        }
        if (now_ms - swept_ms >= SWEEP_MS) {
            size_t slow = vv_connections_sweep(streams->server->connections, now_ms);
            atomic_fetch_add(&streams->server->counts.slow, slow);
            swept_ms = now_ms;
        }
        vv_mutex_lock(&streams->mutex);
    }
    vv_mutex_unlock(&streams->mutex);
}

vv_status vv_streams_start(struct vv_server *server, struct vv_streams **streams, vv_error *err)
{
    struct vv_streams *s = vv_alloc_zero(sizeof *s);

    *streams = NULL;
    if (!s)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the streams");
    s->server = server;
    vv_mutex_init(&s->mutex);
    vv_cond_init(&s->wake);
    vv_status status = vv_thread_start(&s->ticker, "http-ticker", tick, s, err);
    if (status)
        vv_streams_stop(s);
    else
        *streams = s;
    return status;
}

void vv_streams_end(struct vv_streams *streams)
{
    vv_mutex_lock(&streams->mutex);
    streams->ending = streams->hurry = true;
    vv_cond_signal(&streams->wake);
    vv_mutex_unlock(&streams->mutex);
}

void vv_streams_stop(struct vv_streams *streams)
{
    if (!streams)
        return;
    vv_mutex_lock(&streams->mutex);
    streams->stop = streams->hurry = true;
    vv_cond_signal(&streams->wake);
    vv_mutex_unlock(&streams->mutex);
    vv_thread_join(&streams->ticker);
    vv_cond_deinit(&streams->wake);
    vv_mutex_deinit(&streams->mutex);
    vv_free(streams);
}

size_t vv_streams_count(struct vv_streams *streams)
{
    vv_mutex_lock(&streams->mutex);
    size_t count = streams->count;
    vv_mutex_unlock(&streams->mutex);
    return count;
}

/* ---- one stream ---- */

/* False when there are as many as may be. */
static bool enlist(struct vv_streams *streams, struct vv_stream *stream)
{
    vv_mutex_lock(&streams->mutex);
    bool taken = streams->count < streams->server->options.streams;
    if (taken) {
        stream->next = streams->first;
        if (streams->first)
            streams->first->before = stream;
        streams->first = stream;
        streams->count++;
    }
    vv_mutex_unlock(&streams->mutex);
    return taken;
}

static void strike(struct vv_streams *streams, struct vv_stream *stream)
{
    vv_mutex_lock(&streams->mutex);
    if (stream->before)
        stream->before->next = stream->next;
    else
        streams->first = stream->next;
    if (stream->next)
        stream->next->before = stream->before;
    streams->count--;
    vv_mutex_unlock(&streams->mutex);
}

static vv_status subscribe(struct vv_stream *stream, struct vv_request *request, vv_error *err)
{
    struct vv_live *live = request->server->options.live;
    vv_status status = VARVE_OK;
    const char *match;

    for (size_t at = 0; !status && (match = vv_params_next(&request->params, "match", &at));) {
        if (stream->sub_count == VV_STREAM_MATCHES_MAX)
            return vv_fail(err, VARVE_LIMIT, "match may stand %d times at most",
                           VV_STREAM_MATCHES_MAX);
        stream->matches[stream->sub_count] = match;
        status =
            vv_live_subscribe(live, match, true, NULL, NULL, &stream->subs[stream->sub_count], err);
        if (!status)
            stream->sub_count++;
    }
    if (!status && stream->sub_count == 0) {
        status = vv_live_subscribe(live, NULL, true, NULL, NULL, &stream->subs[0], err);
        stream->sub_count = status ? 0 : 1;
    }
    return status;
}

vv_status vv_stream_open(struct vv_request *request, vv_error *err)
{
    struct vv_streams *streams = request->server->streams;
    struct vv_stream *stream = vv_alloc_zero(sizeof *stream);

    if (!stream)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for a stream");
    stream->streams = streams;
    stream->connection = request->connection;
    vv_arena_init(&stream->arena, 0, NULL);
    if (!enlist(streams, stream)) {
        vv_arena_deinit(&stream->arena);
        vv_free(stream);
        return vv_fail(err, VARVE_TOO_MANY, "%u streams are the most at a time",
                       streams->server->options.streams);
    }
    request->stream = stream;
    vv_status status = subscribe(stream, request, err);
    if (!status)
        speak(stream, vv_monotonic_ms());
    return status;
}

ssize_t vv_stream_read(struct vv_stream *stream, char *to, size_t max_bytes)
{
    struct vv_streams *streams = stream->streams;
    size_t left = stream->out.len - stream->sent;

    if (stream->ended)
        return -1;
    if (left > 0) {
        size_t len = left < max_bytes ? left : max_bytes;
        memcpy(to, stream->out.data + stream->sent, len);
        stream->sent += len;
        return (ssize_t)len;
    }
    vv_buf_reset(&stream->out);
    stream->sent = 0;
    /* First suspended, then offered: the ticker may wake it in the same moment. */
    MHD_suspend_connection(stream->connection);
    vv_mutex_lock(&streams->mutex);
    bool ending = streams->ending;
    stream->state = ending ? RUNNING : SUSPENDED;
    if (!stream->snapshot_said && !ending) {
        streams->hurry = true;
        vv_cond_signal(&streams->wake);
    }
    vv_mutex_unlock(&streams->mutex);
    if (ending) {
        stream->ended = true;
        MHD_resume_connection(stream->connection);
    }
    return 0;
}

void vv_stream_close(struct vv_stream *stream)
{
    strike(stream->streams, stream);
    for (size_t i = 0; i < stream->sub_count; i++)
        vv_live_unsubscribe(stream->subs[i]);
    vv_arena_deinit(&stream->arena);
    vv_buf_deinit(&stream->out);
    vv_free(stream);
}

void vv_handle_stream(struct vv_request *request)
{
    vv_error err;

    if (vv_stream_open(request, &err)) {
        vv_answer_error(request, &err, NULL, 0);
        return;
    }
    request->answer.http_status = 200;
    request->answer.type = "text/event-stream";
}
