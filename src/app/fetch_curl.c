/* fetch_curl.c: fetch.h by libcurl. */
#include <curl/curl.h>
#include <string.h>

#include "app/fetch.h"

#include "base/banned.h"

#define TIMEOUT_S 30L

static size_t take(char *data, size_t size, size_t count, void *arg)
{
    struct vv_buf *body = arg;
    size_t len_bytes = size * count;
    if (body->len + len_bytes > VV_FETCH_BYTES_MAX)
        return 0;
    vv_buf_add(body, data, len_bytes);
    return body->failed ? 0 : len_bytes;
}

static vv_status check_answer(CURL *curl, CURLcode code, const char *url, const char *detail,
                              const struct vv_buf *body, vv_error *err)
{
    long http = 0;
    if (body->failed)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for its answer", url);
    if (code == CURLE_WRITE_ERROR)
        return vv_fail(err, VARVE_LIMIT, "%s: an answer of more than %d bytes", url,
                       VV_FETCH_BYTES_MAX);
    if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT)
        return vv_fail(err, VARVE_BAD_VALUE, "\"%s\" is no URL; write http://HOST:PORT", url);
    if (code != CURLE_OK)
        return vv_fail(err, VARVE_NETWORK, "%s: %s", url,
                       detail[0] ? detail : curl_easy_strerror(code));
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http);
    if (http == 404)
        return vv_fail(err, VARVE_NOT_FOUND, "%s: answers, but is no Varve server", url);
    /* /health answers 503 with its whole text when the server is not well. */
    if (http != 200 && http != 503)
        return vv_fail(err, VARVE_NETWORK, "%s: answers with HTTP status %ld", url, http);
    return VARVE_OK;
}

vv_status vv_fetch(const char *url, const char *path, struct vv_buf *body, vv_error *err)
{
    char detail[CURL_ERROR_SIZE] = "";
    struct vv_buf whole = {0};
    size_t len = strlen(url);
    CURL *curl = curl_easy_init();
    while (len > 0 && url[len - 1] == '/')
        len--;
    vv_buf_add(&whole, url, len);
    vv_buf_text(&whole, path);
    if (!curl || whole.failed) {
        curl_easy_cleanup(curl);
        vv_buf_deinit(&whole);
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to ask %s", url);
    }
    curl_easy_setopt(curl, CURLOPT_URL, (const char *)whole.data);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    vv_status status = check_answer(curl, curl_easy_perform(curl), url, detail, body, err);
    curl_easy_cleanup(curl);
    vv_buf_deinit(&whole);
    return status;
}
