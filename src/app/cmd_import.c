#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/import/run.h"
#include "app/import/table.h"
#include "app/import/types.h"
#include "app/target.h"
#include "base/json.h"
#include "base/zone.h"

#include "base/banned.h"

static const char server_remedy[] = "a server runs on it: import with -s URL";

struct arguments {
    struct vv_target target;
    struct vv_import_options import;
    const char *zone;
    const char *table;
    bool skip_bad;
};

enum {
    OPTION_TIME_FORMAT = 256,
    OPTION_COLUMNS,
    OPTION_TZ,
    OPTION_HISTORY,
    OPTION_PRECISION,
    OPTION_EMPTY,
    OPTION_TABLE,
    OPTION_STRICT,
    OPTION_SKIP_BAD
};

static const struct option options[] = {
    VV_TARGET_OPTIONS,
    {"layout", required_argument, NULL, 'l'},
    {"time-column", required_argument, NULL, 't'},
    {"time-format", required_argument, NULL, OPTION_TIME_FORMAT},
    {"columns", required_argument, NULL, OPTION_COLUMNS},
    {"separator", required_argument, NULL, 'S'},
    {"decimal", required_argument, NULL, 'D'},
    {"tz", required_argument, NULL, OPTION_TZ},
    {"prefix", required_argument, NULL, 'p'},
    {"history", required_argument, NULL, OPTION_HISTORY},
    {"type", required_argument, NULL, 'T'},
    {"precision", required_argument, NULL, OPTION_PRECISION},
    {"empty", required_argument, NULL, OPTION_EMPTY},
    {"table", required_argument, NULL, OPTION_TABLE},
    {"strict", no_argument, NULL, OPTION_STRICT},
    {"skip-bad", no_argument, NULL, OPTION_SKIP_BAD},
    {"dry-run", no_argument, NULL, 'n'},
    {0}};

/* One character, or "tab"; 0 for anything else. */
static char separator_of(const char *text)
{
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
        return '\t';
    return text[0] && !text[1] && !strchr("\"\r\n", text[0]) ? text[0] : 0;
}

static bool take_text(struct arguments *a, int option)
{
    struct vv_import_form *form = &a->import.form;
    const struct {
        int option;
        const char **to;
    } rows[] = {{'t', &form->time_column},
                {OPTION_TIME_FORMAT, &form->time_format},
                {OPTION_COLUMNS, &form->columns},
                {OPTION_TZ, &a->zone},
                {'p', &a->import.prefix},
                {OPTION_HISTORY, &a->import.history},
                {OPTION_PRECISION, &form->precision},
                {OPTION_TABLE, &a->table}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].option == option) {
            *rows[i].to = optarg;
            return true;
        }
    }
    return false;
}

static bool take_flag(struct arguments *a, int option)
{
    bool *flag = option == OPTION_STRICT     ? &a->import.strict
                 : option == OPTION_SKIP_BAD ? &a->skip_bad
                 : option == 'n'             ? &a->import.dry_run
                                             : NULL;
    if (flag)
        *flag = true;
    return flag != NULL;
}

/* VV_EXIT_GOOD to go on. */
static int take_option(const struct vv_command *command, struct arguments *a, int option,
                       bool *ended)
{
    struct vv_import_form *form = &a->import.form;
    int code = VV_EXIT_GOOD;
    if (take_text(a, option) || take_flag(a, option))
        return code;
    *ended = true;
    if (option == 'l' && !vv_import_layout_parse(optarg, &form->layout))
        return vv_usage(command, "--layout is wide, narrow, line or jsonl, not \"%s\"", optarg);
    if (option == 'S' && !(form->separator = separator_of(optarg)))
        return vv_usage(command, "--separator is one character or tab, not \"%s\"", optarg);
    if (option == 'D' && strcmp(optarg, ".") != 0 && strcmp(optarg, ",") != 0)
        return vv_usage(command, "--decimal is . or , and not \"%s\"", optarg);
    if (option == 'D')
        form->decimal = optarg[0];
    if (option == 'T' && a->import.type_count == VV_IMPORT_TYPES_MAX)
        return vv_usage(command, "--type at most %d times", VV_IMPORT_TYPES_MAX);
    if (option == 'T')
        a->import.types[a->import.type_count++] = optarg;
    if (option == OPTION_EMPTY && form->empty_count == VV_IMPORT_EMPTY_MAX)
        return vv_usage(command, "--empty at most %d times", VV_IMPORT_EMPTY_MAX);
    if (option == OPTION_EMPTY)
        form->empty[form->empty_count++] = optarg;
    *ended = option != 'l' && option != 'S' && option != 'D' && option != 'T' &&
             option != OPTION_EMPTY && !vv_target_option(command, &a->target, option, &code);
    return code;
}

static int check_arguments(const struct vv_command *command, const struct arguments *a)
{
    const struct vv_import_form *form = &a->import.form;
    vv_error err = {0};
    int code = VV_EXIT_GOOD;
    if (a->import.file_count == 0)
        return vv_usage(command, "a file is needed; - is standard input");
    if ((!a->import.dry_run || a->table) && !vv_target_check(command, &a->target, &code))
        return code;
    if (a->import.strict && a->skip_bad)
        return vv_usage(command, "--strict and --skip-bad exclude each other");
    if (form->separator && form->separator == form->decimal)
        return vv_usage(command, "separator and decimal sign are the same");
    if (vv_import_types_check(&a->import, &err))
        return vv_usage(command, "%s", err.message);
    return code;
}

static void print_text(const struct vv_import_summary *s, bool dry_run)
{
    const char *plural = s->tags == 1 ? "" : "s";
    printf("%" PRIu64 " rows read", s->rows);
    if (dry_run)
        printf(" of %" PRIu32 " tag%s, nothing was stored (dry run)", s->tags, plural);
    else if (s->refused)
        printf(", nothing was stored (--strict)");
    else
        printf(", %" PRIu64 " samples of %" PRIu32 " tag%s stored", s->samples, s->tags, plural);
    if (s->replaced > 0)
        printf("; %s%" PRIu64 " came again (same tag and time): the later one stands",
               s->replaced_at_least ? "at least " : "", s->replaced);
    if (s->bad_rows > 0)
        printf("; %" PRIu64 " bad row%s", s->bad_rows, s->bad_rows == 1 ? "" : "s");
    printf("; %.1f s", (double)s->elapsed_ms / 1000);
    if (s->elapsed_ms > 0)
        printf(", %.0f rows/s", (double)s->rows * 1000 / (double)s->elapsed_ms);
    printf("\n");
    if (s->interrupted)
        printf("interrupted: the same command goes on where it stopped\n");
}

static void print_json(const struct vv_import_summary *s)
{
    struct vv_buf text = {0};
    struct vv_json json;
    vv_json_init(&json, &text);
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {{"rows", s->rows},
                   {"samples", s->samples},
                   {"replaced", s->replaced},
                   {"bad_rows", s->bad_rows},
                   {"tags", s->tags},
                   {"resumed_line", s->resumed_line},
                   {"elapsed_ms", (uint64_t)s->elapsed_ms}};
    const struct {
        const char *name;
        bool value;
    } flags[] = {{"replaced_at_least", s->replaced_at_least},
                 {"refused", s->refused},
                 {"interrupted", s->interrupted}};
    vv_json_object(&json);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        vv_json_key(&json, numbers[i].name);
        vv_json_uint(&json, numbers[i].value);
    }
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        vv_json_key(&json, flags[i].name);
        vv_json_bool(&json, flags[i].value);
    }
    vv_json_end_object(&json);
    if (!text.failed)
        printf("%s\n", (const char *)text.data);
    vv_buf_deinit(&text);
}

static void print_tag(void *arg, const char *name, enum vv_tag_type type)
{
    (void)arg;
    printf("%-40s  %s\n", name, type == VV_TYPE_NONE ? "" : vv_type_name(type));
}

static vv_status import_to(struct arguments *a, struct vv_import_sink *sink,
                           struct vv_import_summary *summary, vv_error *err)
{
    struct vv_import_report report;
    struct vv_zone *zone = NULL;
    vv_status status = a->zone ? vv_zone_new(a->zone, &zone, err) : VARVE_OK;
    a->import.form.zone = zone ? zone : sink ? sink->zone : NULL;
    if (a->target.output != VV_OUTPUT_JSON)
        a->import.tag = print_tag;
    vv_import_report_init(&report);
    vv_import_catch_signals();
    if (!status)
        status = vv_import_run(&a->import, sink, &report, summary, err);
    if (!status || summary->samples > 0) {
        if (a->target.output == VV_OUTPUT_JSON)
            print_json(summary);
        else
            print_text(summary, a->import.dry_run);
    }
    vv_zone_free(zone);
    return status;
}

/* --table: rows of a documented table, not samples. */
static int import_table(const struct vv_command *command, const struct arguments *a)
{
    const struct vv_import_table_options table = {.table = a->table,
                                                  .history = a->import.history,
                                                  .files = a->import.files,
                                                  .file_count = a->import.file_count,
                                                  .dry_run = a->import.dry_run};
    struct vv_import_table_summary summary;
    struct vv_import_report report;
    vv_error err = {0};
    vv_import_report_init(&report);
    vv_status status = vv_import_table(&table, &a->target, &report, &summary, &err);
    if (status)
        return vv_failed_locked(command, &err, server_remedy);
    printf("%s: %" PRIu64 " rows", a->table, summary.rows);
    if (summary.ledger)
        printf(", %" PRIu64 " created, %" PRIu64 " changed%s", summary.created, summary.changed,
               a->import.dry_run ? " (dry run: nothing was stored)" : "");
    printf("\n");
    return VV_EXIT_GOOD;
}

int vv_command_import(const struct vv_command *command, int argc, char **argv)
{
    struct arguments a = {0};
    struct vv_import_summary summary = {0};
    struct vv_import_sink *sink = NULL;
    vv_error err = {0}, close_err;
    bool ended = false;
    for (int option; (option = getopt_long(argc, argv, VV_TARGET_LETTERS "l:t:S:D:p:T:n", options,
                                           NULL)) != -1;) {
        int code = take_option(command, &a, option, &ended);
        if (ended)
            return code;
    }
    a.import.files = argv + optind;
    a.import.file_count = (size_t)(argc - optind);
    int code = check_arguments(command, &a);
    if (code != VV_EXIT_GOOD)
        return code;
    if (a.table)
        return import_table(command, &a);

    vv_status status = VARVE_OK;
    if (!a.import.dry_run && a.target.server)
        status = vv_import_sink_server(a.target.server, a.import.history, &sink, &err);
    else if (!a.import.dry_run)
        status = vv_import_sink_store(&a.target, a.import.history, &sink, &err);
    if (!status)
        status = import_to(&a, sink, &summary, &err);
    if (sink && sink->kind->close(sink, &close_err) && !status) {
        err = close_err;
        status = err.status;
    }
    if (status)
        return vv_failed_locked(command, &err, server_remedy);
    bool bad = summary.bad_rows > 0 && !a.skip_bad;
    return bad || summary.interrupted ? VV_EXIT_FAILED : VV_EXIT_GOOD;
}
