/* routes.h: the one table of what the HTTP interface has.
 *
 * Each row names method, path, handler, the right that is needed, its parameters and a line of
 * documentation; the document at /api/v1/openapi.json is made from it. A row without a right does
 * not build.
 *
 * Threads: constant.
 */
#ifndef VV_SERVE_ROUTES_H
#define VV_SERVE_ROUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vv_buf;
struct vv_request;

/* The bits of TB_User.Rights that routes ask for, and one of our own for what asks for none. */
enum vv_right {
    VV_RIGHT_CONFIGURE = 0x0001,
    VV_RIGHT_USERS = 0x0002,
    VV_RIGHT_REPORTS = 0x0004, /* templates edited */
    VV_RIGHT_ENTER = 0x0010,   /* values entered */
    VV_RIGHT_READ = 0x0080,
    VV_RIGHT_SQL = 0x0100,
    VV_RIGHT_JOBS = 0x0800,
    VV_RIGHT_STUDIES = 0x1000,
    VV_RIGHT_OPEN = 0x8000 /* no login is needed */
};

enum {
    VV_ROUTE_INLINE =
        1 << 0, /* never waits: runs on the event thread, also when workers are busy */
    VV_ROUTE_CHANGES = 1 << 1, /* the Origin header is checked */
    VV_ROUTE_FORM = 1 << 2,    /* the body holds parameters: a form, or a JSON object */
    VV_ROUTE_FILTERS = 1 << 3, /* its handler knows which further parameters there are */
    VV_ROUTE_QUERY = 1 << 4    /* may run long: on threads of its own, behind all others */
};

struct vv_route_param {
    const char *name; /* null ends the list */
    const char *text; /* one line; null: accepted for other programs' sake, and not looked at */
};

struct vv_route {
    const char *method;
    const char *path; /* "/api/v1/tables/{table}/{key}": {name} stands for one piece of any text */
    void (*handler)(struct vv_request *request); /* leaves an answer */
    uint32_t right; /* at least; for tables there is table_access.h too */
    unsigned flags;
    const struct vv_route_param *params;
    const char *summary;
};

#define VV_ROUTE_PIECES 2

/* A part of a path between two slashes, as it came: with its percent escapes. */
struct vv_route_piece {
    const char *text; /* borrowed from the path */
    size_t len_bytes;
};

struct vv_route_match {
    const struct vv_route *route; /* null: the path has none, or none with that method */
    char allow[48];               /* the methods that the path has, or "" */
    struct vv_route_piece pieces[VV_ROUTE_PIECES]; /* of {…}, in order; unused ones have no text */
};

/* `path` is as it came. A literal piece comes before {…} in the table, and wins; written with an
 * escape (`%73chema`) it is none. */
void vv_route_find(const char *method, const char *path, struct vv_route_match *match);
/* Whether the route takes a parameter of that name. */
bool vv_route_takes(const struct vv_route *route, const char *name);
/* "read", "configure"…: one right of the enum. */
const char *vv_right_name(uint32_t right);
/* Every route by index; null behind the last. */
const struct vv_route *vv_route_at(unsigned index);
/* openapi.c: OpenAPI 3.0 of all routes, and of the ledger's tables. */
void vv_routes_describe(struct vv_buf *out);

/* ---- the handlers ---- */

void vv_handle_health(struct vv_request *request);
void vv_handle_metrics(struct vv_request *request);
void vv_handle_openapi(struct vv_request *request);
void vv_handle_write(struct vv_request *request);
void vv_handle_samples(struct vv_request *request);
void vv_handle_strata(struct vv_request *request);
void vv_handle_tags(struct vv_request *request);
void vv_handle_history(struct vv_request *request);
void vv_handle_live(struct vv_request *request);
void vv_handle_history_delete(struct vv_request *request);
void vv_handle_history_correct(struct vv_request *request);
void vv_handle_copy(struct vv_request *request);
void vv_handle_backup(struct vv_request *request);
void vv_handle_backup_state(struct vv_request *request);
void vv_handle_backup_cancel(struct vv_request *request);
void vv_handle_stream(struct vv_request *request);
void vv_handle_plant_get(struct vv_request *request);
void vv_handle_plant_apply(struct vv_request *request);
void vv_handle_sql(struct vv_request *request);
void vv_handle_tables(struct vv_request *request);
void vv_handle_table_schema(struct vv_request *request);
void vv_handle_table_rows(struct vv_request *request);
void vv_handle_table_row(struct vv_request *request);
void vv_handle_table_create(struct vv_request *request);
void vv_handle_table_update(struct vv_request *request);
void vv_handle_table_delete(struct vv_request *request);

#endif
