#include "app/history_read.h"

#include <string.h>

#include "app/fetch.h"
#include "base/zone.h"
#include "history/points.h"
#include "history/tags.h"
#include "serve/history_answer.h"

#include "base/banned.h"

static const char *const names[] = {"from", "to",      "every", "agg",   "points",
                                    "tz",   "history", "bad",   "bounds"};

bool vv_history_read_option(const struct vv_command *command, struct vv_history_read *read,
                            int option, int *code)
{
    size_t index = (size_t)option - 1001;
    if (index >= sizeof names / sizeof names[0])
        return vv_target_option(command, &read->target, option, code);
    vv_fetch_query(&read->query, names[index], optarg ? optarg : "1");
    read->has_from |= index == 0;
    return true;
}

bool vv_history_read_check(const struct vv_command *command, struct vv_history_read *read, int argc,
                           char **argv, int *code)
{
    if (optind == argc) {
        *code = vv_usage(command, "a tag is needed, or a pattern such as 'Boiler */**'");
        return false;
    }
    for (int i = optind; i < argc; i++)
        vv_fetch_query(&read->query, "tag", argv[i]);
    return vv_target_check(command, &read->target, code);
}

void vv_history_read_deinit(struct vv_history_read *read)
{
    vv_buf_deinit(&read->query);
}

/* ---- of a directory ---- */

/* Units and how long values hold, as a server knows them too. */
static vv_status describe(struct vv_site *site, vv_error *err)
{
    struct vv_points *points;
    vv_status status = vv_points_load(site->ledger, &points, err);
    if (status)
        return status;
    status = vv_tags_describe(site->set, points, err);
    vv_points_free(points);
    return status;
}

static vv_status pump(struct vv_history_answer *answer, vv_history_piece take, void *arg,
                      vv_error *err)
{
    struct vv_buf out = {0};
    vv_status status = VARVE_OK, taken = VARVE_OK;
    while (!status && !taken) {
        status = vv_history_answer_more(answer, &out, err);
        if (out.failed)
            taken = vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the answer");
        else if ((!status || status == VARVE_END) && out.len > 0)
            taken = take(arg, out.data, out.len, err);
        vv_buf_reset(&out);
    }
    vv_buf_deinit(&out);
    return taken ? taken : status == VARVE_END ? VARVE_OK : status;
}

static vv_status answer_site(struct vv_site *site, const char *query, vv_history_piece take,
                             void *arg, vv_error *err)
{
    struct vv_arena arena;
    struct vv_zone *zone = NULL;
    struct vv_history_answer *answer = NULL;
    vv_arena_init(&arena, 0, NULL);
    struct vv_params params = {.arena = &arena};
    vv_status status = vv_zone_new(site->config.timezone, &zone, err);
    if (!status)
        status = describe(site, err);
    if (!status)
        status = vv_params_add_query(&params, query, strlen(query), err);
    const struct vv_history_source source = {.set = site->set, .zone = zone};
    if (!status)
        status = vv_history_answer_new(&source, &params, &arena, &answer, err);
    if (!status)
        status = pump(answer, take, arg, err);
    vv_history_answer_close(answer);
    vv_zone_free(zone);
    vv_arena_deinit(&arena);
    return status;
}

static vv_status ask_directory(const struct vv_target *target, const char *query,
                               vv_history_piece take, void *arg, vv_error *err)
{
    struct vv_site site;
    vv_status status = vv_target_open(target, &site, err);
    if (!status)
        status = answer_site(&site, query, take, arg, err);
    vv_site_close(&site, NULL);
    return status;
}

/* ---- of a server ---- */

static vv_status ask_server(const char *url, const char *query, vv_history_piece take, void *arg,
                            vv_error *err)
{
    struct vv_buf path = {0};
    struct vv_fetch *fetch = NULL;
    vv_status status = vv_fetch_new(url, &fetch, err);
    vv_buf_format(&path, "/api/v1/history%s", query);
    if (!status && path.failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "not enough memory to ask %s", url);
    if (!status)
        status = vv_fetch_get(fetch, (const char *)path.data, take, arg, err);
    vv_fetch_free(fetch);
    vv_buf_deinit(&path);
    return status;
}

vv_status vv_history_read_run(struct vv_history_read *read, const char *format,
                              vv_history_piece take, void *arg, vv_error *err)
{
    vv_fetch_query(&read->query, "format", format);
    if (read->query.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the question");
    const char *query = (const char *)read->query.data;
    return read->target.server ? ask_server(read->target.server, query, take, arg, err)
                               : ask_directory(&read->target, query + 1, take, arg, err);
}
