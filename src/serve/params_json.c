/* params_json.c: parameters as a JSON object, for requests whose lists are too long for a URL. */
#include <string.h>

#include <yajl/yajl_parse.h>

#include "serve/params_private.h"

#include "base/banned.h"

struct reading {
    struct vv_params *params;
    const char *name;
    int depth; /* 1 in the object, 2 in an array of it */
    vv_status status;
    vv_error err;
};

static int fail(struct reading *r)
{
    r->status = vv_fail(&r->err, VARVE_SYNTAX,
                        "the body is an object of texts, numbers, Booleans and arrays of them: "
                        "{\"tag\":[\"A\",\"B\"],\"from\":\"now-1h\"}");
    return 0;
}

static int add(struct reading *r, const char *text, size_t len)
{
    if (r->depth == 0)
        return fail(r);
    if (memchr(text, '\0', len)) {
        r->status = vv_fail(&r->err, VARVE_SYNTAX, "%s: a NUL", r->name);
        return 0;
    }
    const char *value = vv_arena_text(r->params->arena, text, len);
    r->status = value ? vv_params_add(r->params, r->name, value, &r->err)
                      : vv_fail(&r->err, VARVE_NO_MEMORY, "not enough memory for the parameters");
    return r->status == VARVE_OK;
}

static int on_null(void *arg)
{
    return fail(arg);
}

static int on_boolean(void *arg, int boolean)
{
    return add(arg, boolean ? "1" : "0", 1);
}

static int on_number(void *arg, const char *number, size_t len)
{
    return add(arg, number, len);
}

static int on_string(void *arg, const unsigned char *text, size_t len)
{
    return add(arg, (const char *)text, len);
}

static int on_start_map(void *arg)
{
    struct reading *r = arg;

    return r->depth++ == 0 ? 1 : fail(r);
}

static int on_map_key(void *arg, const unsigned char *key, size_t len)
{
    struct reading *r = arg;

    r->name = vv_arena_text(r->params->arena, (const char *)key, len);
    if (!r->name)
        r->status = vv_fail(&r->err, VARVE_NO_MEMORY, "not enough memory for the parameters");
    return r->name != NULL;
}

static int on_end_map(void *arg)
{
    struct reading *r = arg;

    r->depth--;
    return 1;
}

static int on_start_array(void *arg)
{
    struct reading *r = arg;

    return r->depth++ == 1 ? 1 : fail(r);
}

static int on_end_array(void *arg)
{
    struct reading *r = arg;

    r->depth--;
    return 1;
}

vv_status vv_params_add_json(struct vv_params *params, const char *text, size_t len_bytes,
                             vv_error *err)
{
    static const yajl_callbacks callbacks = {.yajl_null = on_null,
                                             .yajl_boolean = on_boolean,
                                             .yajl_number = on_number,
                                             .yajl_string = on_string,
                                             .yajl_start_map = on_start_map,
                                             .yajl_map_key = on_map_key,
                                             .yajl_end_map = on_end_map,
                                             .yajl_start_array = on_start_array,
                                             .yajl_end_array = on_end_array};
    struct reading r = {.params = params};
    yajl_handle yajl = yajl_alloc(&callbacks, NULL, &r);
    if (!yajl)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read JSON");

    yajl_status parsed = yajl_parse(yajl, (const unsigned char *)text, len_bytes);
    if (parsed == yajl_status_ok)
        parsed = yajl_complete_parse(yajl);
    if (r.status && err)
        *err = r.err;
    if (!r.status && parsed != yajl_status_ok)
        r.status = vv_fail(err, VARVE_SYNTAX, "the body is not JSON from byte %zu on",
                           yajl_get_bytes_consumed(yajl));
    yajl_free(yajl);
    return r.status;
}
