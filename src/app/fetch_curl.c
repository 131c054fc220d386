/* fetch_curl.c: fetch.h by libcurl. */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "app/fetch.h"
#include "app/fetch_error.h"
#include "base/alloc.h"

#include "base/banned.h"

#define CONNECT_TIMEOUT_MS 10000L
#define SILENCE_S          60L
#define REFUSAL_BYTES_MAX  65536

struct vv_fetch {
    CURL *curl;
    char *url; /* without a / at its end */
    char detail[CURL_ERROR_SIZE];
    long http;
    struct vv_buf refusal;
};

/* One call on its way. */
struct call {
    struct vv_fetch *fetch;
    const struct vv_fetch_body *body; /* null: GET */
    vv_fetch_take take;
    void *arg;
    vv_error err; /* of take or give */
    bool failed;
};

static size_t take(char *data, size_t size, size_t count, void *arg)
{
    struct call *call = arg;
    struct vv_buf *refusal = &call->fetch->refusal;
    size_t len_bytes = size * count;
    long http = 0;
    curl_easy_getinfo(call->fetch->curl, CURLINFO_RESPONSE_CODE, &http);
    if (http / 100 != 2) {
        size_t room = REFUSAL_BYTES_MAX - refusal->len;
        vv_buf_add(refusal, data, len_bytes < room ? len_bytes : room);
        return len_bytes;
    }
    if (!call->take || call->take(call->arg, data, len_bytes, &call->err) == VARVE_OK)
        return len_bytes;
    call->failed = true;
    return 0;
}

static size_t give(char *to, size_t size, size_t count, void *arg)
{
    struct call *call = arg;
    size_t got = 0;
    if (call->body->give(call->body->give_arg, to, size * count, &got, &call->err)) {
        call->failed = true;
        return CURL_READFUNC_ABORT;
    }
    return got;
}

static vv_status judge(struct call *call, CURLcode code, vv_error *err)
{
    struct vv_fetch *fetch = call->fetch;
    const char *reason = fetch->detail[0] ? fetch->detail : curl_easy_strerror(code);
    curl_easy_getinfo(fetch->curl, CURLINFO_RESPONSE_CODE, &fetch->http);
    if (call->failed) {
        *err = call->err;
        return err->status;
    }
    if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT)
        return vv_fail(err, VARVE_BAD_VALUE, "\"%s\" is no URL; write http://HOST:PORT",
                       fetch->url);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return vv_fail(err, VARVE_TIMEOUT, "%s: %s", fetch->url, reason);
    if (code == CURLE_OUT_OF_MEMORY || fetch->refusal.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: not enough memory for its answer", fetch->url);
    /* A refusal may come before all of the body went out. */
    if (code != CURLE_OK && (fetch->http / 100 == 2 || fetch->http == 0))
        return vv_fail(err, VARVE_NETWORK, "%s: %s", fetch->url, reason);
    if (fetch->http / 100 == 2)
        return VARVE_OK;
    return vv_fetch_error(fetch->url, (int)fetch->http, vv_fetch_refusal(fetch), err);
}

static void prepare(struct call *call, const char *whole, struct curl_slist *headers)
{
    CURL *curl = call->fetch->curl;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, whole);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    /* The server's name and certificate are always checked; a plant's own authority is named so. */
    if (getenv("VARVE_CA_FILE"))
        curl_easy_setopt(curl, CURLOPT_CAINFO, getenv("VARVE_CA_FILE"));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, SILENCE_S);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, call->fetch->detail);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (!call->body)
        return;
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    if (call->body->data) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body->len_bytes);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body->data);
    } else {
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
        curl_easy_setopt(curl, CURLOPT_READDATA, call);
    }
}

/* "Content-Type: …" and what keeps libcurl from waiting for a 100 Continue. */
static struct curl_slist *headers_of(const struct vv_fetch_body *body)
{
    struct vv_buf line = {0};
    vv_buf_format(&line, "Content-Type: %s", body->content_type);
    struct curl_slist *headers =
        line.failed ? NULL : curl_slist_append(NULL, (const char *)line.data);
    vv_buf_deinit(&line);
    struct curl_slist *whole = headers ? curl_slist_append(headers, "Expect:") : NULL;
    if (whole && !body->data)
        whole = curl_slist_append(headers, "Transfer-Encoding: chunked");
    if (!whole)
        curl_slist_free_all(headers);
    return whole;
}

static vv_status run(struct call *call, const char *path, vv_error *err)
{
    struct vv_fetch *fetch = call->fetch;
    struct curl_slist *headers = NULL;
    struct vv_buf whole = {0};
    vv_error own;
    vv_status status;
    if (!err)
        err = &own;
    fetch->http = 0;
    fetch->detail[0] = '\0';
    vv_buf_reset(&fetch->refusal);
    vv_buf_format(&whole, "%s%s", fetch->url, path);
    if (call->body)
        headers = headers_of(call->body);
    if (whole.failed || (call->body && !headers)) {
        status = vv_fail(err, VARVE_NO_MEMORY, "%s: not enough memory to ask it", fetch->url);
    } else {
        prepare(call, (const char *)whole.data, headers);
        status = judge(call, curl_easy_perform(fetch->curl), err);
    }
    curl_slist_free_all(headers);
    vv_buf_deinit(&whole);
    return status;
}

vv_status vv_fetch_new(const char *url, struct vv_fetch **fetch, vv_error *err)
{
    size_t len = strlen(url);
    *fetch = NULL;
    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return vv_fail(err, VARVE_BAD_VALUE, "\"%s\" is no URL; write http://HOST:PORT", url);
    while (len > 0 && url[len - 1] == '/')
        len--;
    struct vv_fetch *made = vv_alloc_zero(sizeof *made);
    if (made) {
        made->url = vv_strndup(url, len);
        made->curl = curl_easy_init();
    }
    if (!made || !made->url || !made->curl) {
        vv_fetch_free(made);
        return vv_fail(err, VARVE_NO_MEMORY, "%s: not enough memory to ask it", url);
    }
    *fetch = made;
    return VARVE_OK;
}

void vv_fetch_free(struct vv_fetch *fetch)
{
    if (!fetch)
        return;
    curl_easy_cleanup(fetch->curl);
    vv_buf_deinit(&fetch->refusal);
    vv_free(fetch->url);
    vv_free(fetch);
}

vv_status vv_fetch_get(struct vv_fetch *fetch, const char *path, vv_fetch_take take_piece,
                       void *arg, vv_error *err)
{
    struct call call = {.fetch = fetch, .take = take_piece, .arg = arg};
    return run(&call, path, err);
}

vv_status vv_fetch_post(struct vv_fetch *fetch, const char *path, const struct vv_fetch_body *body,
                        vv_fetch_take take_piece, void *arg, vv_error *err)
{
    struct call call = {.fetch = fetch, .body = body, .take = take_piece, .arg = arg};
    return run(&call, path, err);
}

int vv_fetch_http(const struct vv_fetch *fetch)
{
    return (int)fetch->http;
}

const char *vv_fetch_refusal(const struct vv_fetch *fetch)
{
    return fetch->refusal.len > 0 ? (const char *)fetch->refusal.data : "";
}
