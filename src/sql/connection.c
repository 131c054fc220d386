#include "sql/connection.h"

#include <string.h>

#include "base/alloc.h"

#include "base/banned.h"

/* Statements kept for each connection; the ledger's own are some three for each table in use. */
#define PREPARED_MOST 64

vv_status vv_connection_new(const char *url, const struct vv_sql_options *options,
                            struct vv_connection **connection, vv_error *err)
{
    struct vv_connection *c = vv_alloc_zero(sizeof *c);
    vv_status status;

    *connection = NULL;
    if (c == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a connection");
    status = vv_sql_open(url, options, &c->sql, err);
    if (status != VARVE_OK) {
        vv_free(c);
        return status;
    }
    *connection = c;
    return VARVE_OK;
}

static void prepared_free(struct vv_prepared *p)
{
    vv_sql_finalize(p->statement);
    vv_free(p->text);
    vv_free(p);
}

void vv_connection_free(struct vv_connection *connection)
{
    if (connection == NULL)
        return;
    while (connection->prepared != NULL) {
        struct vv_prepared *p = connection->prepared;
        connection->prepared = p->next;
        prepared_free(p);
    }
    vv_sql_close(connection->sql);
    vv_buf_deinit(&connection->text);
    vv_free(connection);
}

/* Takes the idle statement of that text out of the list. */
static struct vv_prepared *find(struct vv_connection *c)
{
    for (struct vv_prepared **at = &c->prepared; *at != NULL; at = &(*at)->next) {
        struct vv_prepared *p = *at;
        if (!p->in_use && p->len_bytes == c->text.len &&
            memcmp(p->text, c->text.data, p->len_bytes) == 0) {
            *at = p->next;
            return p;
        }
    }
    return NULL;
}

static vv_status prepare(struct vv_connection *c, struct vv_prepared **prepared, vv_error *err)
{
    struct vv_prepared *p = vv_alloc_zero(sizeof *p);
    vv_status status;

    if (p == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a statement");
    p->len_bytes = c->text.len;
    p->text = vv_strndup((const char *)c->text.data, c->text.len);
    if (p->text == NULL)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for a statement");
    else
        status = vv_sql_prepare(c->sql, p->text, p->len_bytes, &p->statement, err);
    if (status != VARVE_OK)
        prepared_free(p);
    else
        *prepared = p;
    return status;
}

vv_status vv_connection_take(struct vv_connection *connection, struct vv_prepared **prepared,
                             vv_error *err)
{
    struct vv_prepared *p;
    vv_status status;

    *prepared = NULL;
    if (connection->text.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the text of a statement");
    p = find(connection);
    if (p == NULL) {
        status = prepare(connection, &p, err);
        if (status != VARVE_OK)
            return status;
    }
    p->in_use = true;
    p->next = connection->prepared;
    connection->prepared = p;
    *prepared = p;
    return VARVE_OK;
}

/* Gives up the idle statements behind the first PREPARED_MOST. */
static void trim(struct vv_connection *c)
{
    struct vv_prepared **at = &c->prepared;

    for (int kept = 0; *at != NULL;) {
        struct vv_prepared *p = *at;
        if (kept < PREPARED_MOST || p->in_use) {
            kept++;
            at = &p->next;
        } else {
            *at = p->next;
            prepared_free(p);
        }
    }
}

void vv_connection_release(struct vv_connection *connection, struct vv_prepared *prepared)
{
    if (prepared == NULL)
        return;
    vv_sql_reset(prepared->statement);
    prepared->in_use = false;
    trim(connection);
}
