/* varve sql: a statement over ledger and strata. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/sql_print.h"
#include "app/sql_server.h"
#include "app/target.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/time.h"
#include "history/sqlquery.h"
#include "history/sqlwrite.h"

#include "base/banned.h"

#define TEXT_BYTES_MAX (16u * 1024 * 1024)
#define MEMORY_BYTES   (1024LL * 1024 * 1024) /* of one query */

struct arguments {
    struct vv_target target;
    const char *text; /* the statement */
    size_t len_bytes;
    int64_t limit;
    bool write;
};

/* ---- reading ---- */

static vv_status print_rows(struct vv_sqlquery *query, struct vv_sql_print *print, vv_error *err)
{
    const int64_t begun_ms = vv_monotonic_ms();
    const size_t count = vv_sqlquery_columns(query);
    const char **names = vv_alloc_array(count, sizeof *names);
    const char **types = vv_alloc_array(count, sizeof *types);
    const struct vv_sql_head head = {count, names, types};
    const struct vv_value *row;
    vv_status status = VARVE_OK;
    if (!names || !types)
        status = vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the answer");
    for (size_t i = 0; i < count && !status; i++) {
        names[i] = vv_sqlquery_name(query, i);
        types[i] = vv_sqlquery_type(query, i);
    }
    if (!status)
        status = vv_sql_print_begin(print, &head, err);
    while (!status && !(status = vv_sqlquery_next(query, &row, err)))
        status = vv_sql_print_row(print, row, err);
    if (status == VARVE_END) {
        const struct vv_sql_end end = {.more = vv_sqlquery_has_more(query),
                                       .elapsed_ms = vv_monotonic_ms() - begun_ms};
        status = vv_sql_print_end(print, &end, err);
    }
    vv_free(names);
    vv_free(types);
    return status;
}

static vv_status of_directory(const struct arguments *args, struct vv_sql_print *print,
                              vv_error *err)
{
    struct vv_site site;
    struct vv_sqlpool *pool = NULL;
    struct vv_sqlquery *query = NULL;
    const struct vv_sqlquery_spec spec = {
        .text = args->text, .len_bytes = args->len_bytes, .rows_max = args->limit};
    vv_status status = vv_target_open(&args->target, &site, err);
    if (!status) {
        const struct vv_sqlpool_options options = {
            .ledger = site.ledger, .set = site.set, .memory_bytes = MEMORY_BYTES};
        status = vv_sqlpool_new(&options, &pool, err);
    }
    if (!status)
        status = vv_sqlquery_open(pool, &spec, &query, err);
    if (!status)
        status = print_rows(query, print, err);
    vv_sqlquery_close(query);
    vv_sqlpool_free(pool);
    vv_site_close(&site, NULL);
    return status;
}

static int read_rows(const struct vv_command *command, const struct arguments *args)
{
    struct vv_sql_print *print = vv_sql_print_new(args->target.output, isatty(STDOUT_FILENO));
    vv_error err = {0};
    vv_status status;
    if (!print)
        status = vv_fail(&err, VARVE_NO_MEMORY, "not enough memory for the answer");
    else if (args->target.server)
        status = vv_sql_server(args->target.server, args->text, args->len_bytes, args->limit, print,
                               &err);
    else
        status = of_directory(args, print, &err);
    vv_sql_print_free(print);
    return status ? vv_failed(command, &err) : VV_EXIT_GOOD;
}

/* ---- writing ---- */

static int write_rows(const struct vv_command *command, const struct arguments *args)
{
    struct vv_site site;
    struct vv_sqlwrite_result result = {0};
    vv_error err = {0};
    vv_status status = vv_site_configure(&site, args->target.config, args->target.data, &err);
    if (!status)
        status = vv_site_list(&site, &err);
    if (!status)
        status = vv_site_open(&site, false, false, &err);
    if (!status)
        status =
            vv_sqlwrite_run(site.ledger, args->text, args->len_bytes, "varve sql", &result, &err);
    if (!status)
        printf("%" PRIu64 " statement%s, %" PRId64 " row%s changed\n", result.statements,
               result.statements == 1 ? "" : "s", result.rows, result.rows == 1 ? "" : "s");
    vv_site_close(&site, NULL);
    return status ? vv_failed_locked(command, &err, "stop that server first") : VV_EXIT_GOOD;
}

/* ---- the command ---- */

static vv_status read_input(struct vv_buf *text, vv_error *err)
{
    size_t got;
    do {
        uint8_t *room = vv_buf_reserve(text, 65536) ? text->data + text->len : NULL;
        if (!room)
            return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the statement");
        got = fread(room, 1, 65536, stdin);
        text->len += got;
        if (text->len > TEXT_BYTES_MAX)
            return vv_fail(err, VARVE_LIMIT, "standard input is longer than 16 MiB");
    } while (got > 0);
    if (ferror(stdin))
        return vv_fail_errno(err, errno, "standard input");
    vv_buf_char(text, '\0');
    text->len -= !text->failed;
    return text->failed ? vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the statement")
                        : VARVE_OK;
}

static bool read_limit(const char *text, int64_t *limit)
{
    char *end;
    errno = 0;
    *limit = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && *limit >= 0;
}

int vv_command_sql(const struct vv_command *command, int argc, char **argv)
{
    static const struct option options[] = {VV_TARGET_OPTIONS,
                                            {"limit", required_argument, NULL, 'n'},
                                            {"write", no_argument, NULL, 'w'},
                                            {0}};
    struct arguments args = {0};
    struct vv_buf input = {0};
    vv_error err = {0};
    int code;
    for (int option;
         (option = getopt_long(argc, argv, VV_TARGET_LETTERS "n:w", options, NULL)) != -1;) {
        if (option == 'w')
            args.write = true;
        else if (option == 'n' && !read_limit(optarg, &args.limit))
            return vv_usage(command, "--limit is a number of rows, not \"%s\"", optarg);
        else if (option != 'n' && !vv_target_option(command, &args.target, option, &code))
            return code;
    }
    if (!vv_target_check(command, &args.target, &code))
        return code;
    if (optind + 1 != argc)
        return vv_usage(command, "one statement is needed, in quotes; - reads it from standard "
                                 "input");
    if (args.write && args.target.server)
        return vv_usage(command, "--write works on a directory whose server is stopped; rows of a "
                                 "running server are changed at /api/v1/tables");
    args.text = argv[optind];
    args.len_bytes = strlen(args.text);
    if (strcmp(args.text, "-") == 0) {
        if (read_input(&input, &err)) {
            vv_buf_deinit(&input);
            return vv_failed(command, &err);
        }
        args.text = (const char *)input.data;
        args.len_bytes = input.len;
    }
    code = args.write ? write_rows(command, &args) : read_rows(command, &args);
    vv_buf_deinit(&input);
    return code;
}
