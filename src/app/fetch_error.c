#include "app/fetch_error.h"

#include <string.h>
#include <yajl/yajl_tree.h>

#include "app/fetch.h"

#include "base/banned.h"

static vv_status status_of_name(const char *name)
{
    static const struct {
        const char *name;
        vv_status status;
    } rows[] = {
#define ROW(id, number, name, http, retry, text) {name, VARVE_##id},
        VARVE_STATUS_LIST(ROW)
#undef ROW
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].status;
    return VARVE_OK;
}

static vv_status status_of_http(int http)
{
    switch (http) {
    case 401:
        return VARVE_UNAUTHORIZED;
    case 403:
        return VARVE_DENIED;
    case 404:
        return VARVE_NOT_FOUND;
    case 413:
        return VARVE_LIMIT;
    case 429:
        return VARVE_TOO_MANY;
    case 503:
        return VARVE_BUSY;
    default:
        return VARVE_NETWORK;
    }
}

static const char *text_at(yajl_val root, const char *name)
{
    const char *path[] = {"error", name, NULL};
    yajl_val value = yajl_tree_get(root, path, yajl_t_string);
    return value ? YAJL_GET_STRING(value) : "";
}

vv_status vv_fetch_error(const char *url, int http, const char *body, vv_error *err)
{
    yajl_val root = yajl_tree_parse(body, NULL, 0);
    const char *message = text_at(root, "message"), *field = text_at(root, "field");
    vv_status status = status_of_name(text_at(root, "code"));
    if (status == VARVE_OK || status == VARVE_END) {
        status = status_of_http(http);
        vv_fail(err, status, "%s: answers with HTTP status %d%s", url, http,
                http == 404 ? ": is it a Varve server?" : "");
    } else {
        vv_fail(err, status, "%s: %s%s%s", url, field, field[0] ? ": " : "",
                message[0] ? message : varve_status_text(status));
    }
    yajl_tree_free(root);
    return status;
}

void vv_fetch_query(struct vv_buf *path, const char *name, const char *value)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    if (!value)
        return;
    vv_buf_char(path, path->data && strchr((const char *)path->data, '?') ? '&' : '?');
    vv_buf_text(path, name);
    vv_buf_char(path, '=');
    for (; *value; value++) {
        if (strchr(plain, *value))
            vv_buf_char(path, *value);
        else
            vv_buf_format(path, "%%%02X", (unsigned char)*value);
    }
}
