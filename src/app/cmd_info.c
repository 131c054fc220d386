#include <inttypes.h>
#include <stdio.h>

#include "app/info_server.h"
#include "app/target.h"
#include "base/csv.h"
#include "base/json.h"
#include "varve.h"

#include "base/banned.h"

struct history_line {
    const char *name;
    struct varve_info info;
};

static uint64_t rows_of(const struct varve_info *info)
{
    return info->part_rows + info->head_rows;
}

static void print_table(const struct history_line *line)
{
    const struct varve_info *info = &line->info;
    printf("history %s\n", line->name);
    printf("  series          %14" PRIu64 "\n", info->series_count);
    printf("  rows            %14" PRIu64 "  (%" PRIu64 " of them not in parts yet)\n",
           rows_of(info), info->head_rows);
    printf("  parts           %14" PRIu64 "  %.1f KiB", info->parts,
           (double)info->part_bytes / 1024);
    if (info->part_rows > 0)
        printf(", %.2f bytes a row", (double)info->part_bytes / (double)info->part_rows);
    printf("\n  last batch      %14" PRIu64 "\n", info->sequence);
    printf("  damaged pieces  %14" PRIu64 "%s\n", info->damaged,
           info->damaged ? "  (varve check names them)" : "");
}

static void print_json(struct vv_json *json, const struct history_line *line)
{
    vv_json_object(json);
    vv_json_key(json, "history");
    vv_json_text(json, line->name);
    const struct {
        const char *name;
        uint64_t value;
    } fields[] = {{"series", line->info.series_count},      {"rows", rows_of(&line->info)},
                  {"rows_in_memory", line->info.head_rows}, {"parts", line->info.parts},
                  {"part_bytes", line->info.part_bytes},    {"sequence", line->info.sequence},
                  {"damaged", line->info.damaged}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        vv_json_key(json, fields[i].name);
        vv_json_uint(json, fields[i].value);
    }
    vv_json_end_object(json);
}

static void print_csv(struct vv_buf *text, const struct history_line *line)
{
    const struct varve_info *info = &line->info;
    vv_csv_word(text, line->name);
    vv_buf_format(text,
                  ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
                  ",%" PRIu64 "\n",
                  info->series_count, rows_of(info), info->head_rows, info->parts, info->part_bytes,
                  info->sequence, info->damaged);
}

static vv_status print_all(const struct history_line *lines, size_t count, enum vv_output output,
                           vv_error *err)
{
    struct vv_buf text = {0};
    struct vv_json json;
    vv_json_init(&json, &text);
    if (output == VV_OUTPUT_JSON)
        vv_json_array(&json);
    if (output == VV_OUTPUT_CSV)
        vv_buf_text(&text,
                    "history,series,rows,rows_in_memory,parts,part_bytes,sequence,damaged\n");
    for (size_t i = 0; i < count; i++) {
        if (output == VV_OUTPUT_TABLE)
            print_table(&lines[i]);
        else if (output == VV_OUTPUT_JSON)
            print_json(&json, &lines[i]);
        else
            print_csv(&text, &lines[i]);
    }
    if (output == VV_OUTPUT_JSON) {
        vv_json_end_array(&json);
        vv_buf_char(&text, '\n');
    }
    bool failed = text.failed;
    if (!failed && text.data)
        fputs((const char *)text.data, stdout);
    vv_buf_deinit(&text);
    return failed ? vv_fail(err, VARVE_NO_MEMORY, "no memory for the answer") : VARVE_OK;
}

static vv_status of_directory(const struct vv_target *target, vv_error *err)
{
    struct vv_site site;
    struct history_line lines[VV_CONFIG_HISTORIES_MAX];
    vv_status status = vv_target_open(target, &site, err);
    size_t count = status ? 0 : vv_history_count(site.set);
    for (size_t i = 0; i < count && !status; i++) {
        struct vv_history *history = vv_history_at(site.set, i);
        lines[i].name = vv_history_name(history);
        status = varve_info_get(vv_history_native(history), &lines[i].info, err);
    }
    if (!status)
        status = print_all(lines, count, target->output, err);
    vv_site_close(&site, NULL);
    return status;
}

int vv_command_info(const struct vv_command *command, int argc, char **argv)
{
    static const struct option options[] = {VV_TARGET_OPTIONS, {0}};
    struct vv_target target = {0};
    vv_error err = {0};
    int code;
    for (int option; (option = getopt_long(argc, argv, VV_TARGET_LETTERS, options, NULL)) != -1;)
        if (!vv_target_option(command, &target, option, &code))
            return code;
    if (!vv_target_check(command, &target, &code))
        return code;
    if (optind < argc)
        return vv_usage(command, "\"%s\" is no option", argv[optind]);
    vv_status status = target.server ? vv_info_server(target.server, target.output, &err)
                                     : of_directory(&target, &err);
    return status ? vv_failed(command, &err) : VV_EXIT_GOOD;
}
