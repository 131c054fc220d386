#include "app/import/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"

#include "base/banned.h"

#define TERMINAL_MS 250
#define LINES_MS    10000

void vv_import_report_init(struct vv_import_report *report)
{
    *report = (struct vv_import_report){.terminal = isatty(STDERR_FILENO) == 1};
}

void vv_import_report_phase(struct vv_import_report *report, const char *phase, uint64_t rows)
{
    vv_import_report_end(report);
    report->phase = phase;
    report->phase_ms = report->told_ms = vv_monotonic_ms();
    report->phase_rows = rows;
}

static void print_left(int64_t left_s)
{
    if (left_s >= 3600)
        fprintf(stderr, ", %" PRId64 " h %02" PRId64 " min left", left_s / 3600,
                left_s % 3600 / 60);
    else if (left_s >= 60)
        fprintf(stderr, ", %" PRId64 " min %02" PRId64 " s left", left_s / 60, left_s % 60);
    else
        fprintf(stderr, ", %" PRId64 " s left", left_s);
}

void vv_import_report_progress(struct vv_import_report *report, uint64_t rows, uint64_t taken,
                               uint64_t total)
{
    int64_t now_ms = vv_monotonic_ms(), passed_ms = now_ms - report->phase_ms;
    if (now_ms - report->told_ms < (report->terminal ? TERMINAL_MS : LINES_MS) || passed_ms <= 0)
        return;
    report->told_ms = now_ms;
    uint64_t done = rows - report->phase_rows;
    fprintf(stderr, "%s%s: %" PRIu64 " rows", report->terminal ? "\r\033[K" : "", report->phase,
            done);
    if (total > 0 && taken > 0 && taken <= total)
        fprintf(stderr, ", %.0f %%", 100.0 * (double)taken / (double)total);
    fprintf(stderr, ", %.0f rows/s", (double)done * 1000 / (double)passed_ms);
    if (total > 0 && taken > 0 && taken <= total)
        print_left((int64_t)((double)(total - taken) / (double)taken * (double)passed_ms / 1000));
    report->line_open = report->terminal;
    if (!report->terminal)
        fputc('\n', stderr);
    fflush(stderr);
}

void vv_import_report_end(struct vv_import_report *report)
{
    if (report->line_open)
        fputs("\r\033[K", stderr);
    report->line_open = false;
}

void vv_import_report_bad(struct vv_import_report *report, const char *file, uint64_t line,
                          const char *reason)
{
    bool same = line > 0 && line == report->bad_line && report->bad_file == file;
    report->bad_line = line;
    report->bad_file = file;
    report->bad_rows += !same;
    if (!reason || report->listed > VV_IMPORT_BAD_LISTED)
        return;
    vv_import_report_end(report);
    if (report->listed++ == VV_IMPORT_BAD_LISTED)
        fprintf(stderr, "… further ones are only counted\n");
    else if (strncmp(reason, "line ", 5) == 0 || line == 0)
        fprintf(stderr, "%s: %s\n", file, reason);
    else
        fprintf(stderr, "%s: line %" PRIu64 ": %s\n", file, line, reason);
}

void vv_import_report_note(struct vv_import_report *report, const char *format, ...)
{
    va_list args;
    vv_import_report_end(report);
    fputs("note: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}
