#include "app/import/run.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>

#include "app/import/batch.h"
#include "app/import/input.h"
#include "app/import/position.h"
#include "app/import/repeats.h"
#include "app/import/types.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/time.h"
#include "base/zone.h"

#include "base/banned.h"

#define SAVE_MS       500
#define PROGRESS_ROWS 256

enum stage {
    STAGE_JUDGE,
    STAGE_CHECK,
    STAGE_STORE
};

struct file {
    struct vv_import_input *input;
    struct vv_import_form form;
    const char *name;
};

struct run {
    const struct vv_import_options *options;
    struct vv_import_sink *sink;
    struct vv_import_report *report;
    struct vv_import_summary *summary;
    struct file *files;
    struct vv_import_tags *tags;
    struct vv_import_repeats *repeats;
    struct vv_import_batch *batch;
    struct vv_import_position *position;
    struct vv_import_reached resumed; /* rows up to here were stored before */
    struct vv_import_reached done, flushed, durable;
    int64_t saved_ms;
    uint64_t total_bytes, before_bytes; /* of the files; of those before this one */
    uint64_t rows_read;                 /* over all stages */
    bool once;                          /* a pipe: there is no second reading */
    bool whole;                         /* all of it was judged */

    enum stage stage;
    uint32_t at; /* the file */
    struct vv_import_rows *rows;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

void vv_import_catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool vv_import_interrupted(void)
{
    return interrupted != 0;
}

/* ---- storing ---- */

static void on_refused(void *arg, uint64_t line, const char *reason)
{
    struct run *run = arg;
    vv_import_report_bad(run->report, run->files[run->at].name, line, reason);
}

/* What was flushed an interval ago is on the disk by now, also a server's; that is what is kept. */
static vv_status keep_position(struct run *run, vv_error *err)
{
    int64_t now_ms = vv_monotonic_ms();
    if (!run->position || now_ms - run->saved_ms < SAVE_MS)
        return VARVE_OK;
    vv_status status = run->sink->kind->sync(run->sink, err);
    if (!status && run->durable.file + run->durable.line > 0)
        status = vv_import_position_save(run->position, &run->durable, err);
    run->durable = run->flushed;
    run->saved_ms = now_ms;
    return status;
}

static vv_status flush(struct run *run, vv_error *err)
{
    struct vv_import_flush flush = {.refused = on_refused, .arg = run};
    vv_status status = vv_import_batch_flush(run->batch, run->sink, &flush, err);
    run->summary->samples += flush.stored;
    if (status)
        return status;
    run->flushed = run->done;
    return keep_position(run, err);
}

static bool is_stored_already(const struct run *run, uint64_t line)
{
    return run->at < run->resumed.file ||
           (run->at == run->resumed.file && line <= run->resumed.line);
}

static vv_status count_repeat(struct run *run, const struct vv_import_cell *cell, vv_error *err)
{
    bool again = false;
    vv_status status = VARVE_OK;
    if (run->once)
        status =
            vv_import_repeats_once(run->repeats, cell->tag->number, cell->time_ms, &again, err);
    else
        again = vv_import_repeats_again(run->repeats, cell->tag->number, cell->time_ms);
    run->summary->replaced += again;
    return status;
}

/* The cell as a sample of its tag's type. */
static vv_status sample_of(struct run *run, const struct vv_import_cell *cell,
                           struct vv_sample *sample, vv_error *err)
{
    struct vv_import_tag *tag = cell->tag;
    *sample = (struct vv_sample){.name = tag->name,
                                 .name_len = tag->name_len,
                                 .register_type = cell->typed ? cell->register_type : tag->type,
                                 .quality = cell->quality,
                                 .time_ms = cell->time_ms,
                                 .value = cell->value};
    if (cell->typed || !cell->text) {
        if (!cell->typed)
            sample->value = vv_datum_null();
        return VARVE_OK;
    }
    if (tag->type == VV_TYPE_NONE) { /* of a pipe, behind what was judged */
        struct vv_import_judge judge = {0};
        vv_import_judge_cell(&judge, cell->text, cell->len, run->files[run->at].form.decimal, 0);
        sample->register_type = tag->type = vv_import_judge_type(&judge);
    }
    vv_status status =
        vv_import_cell_value(cell->text, cell->len, run->files[run->at].form.decimal, tag->type,
                             vv_import_rows_clock(run->rows), &sample->value, err);
    if (status)
        vv_error_prefix(err, "tag \"%s\"", tag->name);
    return status;
}

/* ---- rows of each stage ---- */

static vv_status judge_row(struct run *run, const struct vv_import_row *row, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < row->count && !status; i++) {
        const struct vv_import_cell *cell = &row->cells[i];
        if (!cell->typed && cell->text)
            vv_import_judge_cell(&cell->tag->judge, cell->text, cell->len,
                                 run->files[run->at].form.decimal, row->line);
        if (!run->once)
            status = vv_import_repeats_note(run->repeats, cell->tag->number, cell->time_ms, err);
    }
    return status;
}

static vv_status check_row(struct run *run, const struct vv_import_row *row, vv_error *err)
{
    const int64_t latest_ms = vv_now_ms() + VV_DAY_MS; /* as vv_history_write has it */
    struct vv_sample sample;
    for (size_t i = 0; i < row->count; i++) {
        vv_status status = sample_of(run, &row->cells[i], &sample, err);
        if (!status && (sample.time_ms < 0 || sample.time_ms > latest_ms))
            status = vv_fail(err, VARVE_BAD_TIME, "a time before 1970, or more than a day ahead");
        if (!status && run->options->dry_run)
            status = count_repeat(run, &row->cells[i], err);
        if (!status)
            continue;
        if (!vv_import_is_bad_row(status))
            return status;
        vv_import_report_bad(run->report, run->files[run->at].name, row->line, err->message);
    }
    return VARVE_OK;
}

static vv_status store_row(struct run *run, const struct vv_import_row *row, vv_error *err)
{
    vv_status status = vv_import_batch_fits(run->batch, row->count) ? VARVE_OK : flush(run, err);
    for (size_t i = 0; i < row->count && !status; i++) {
        struct vv_import_cell *cell = &row->cells[i];
        struct vv_sample sample;
        status = count_repeat(run, cell, err);
        if (status || is_stored_already(run, row->line))
            continue;
        status = sample_of(run, cell, &sample, err);
        if (!status)
            status = vv_import_batch_add(run->batch, row->line, cell->tag, &sample, err);
        if (vv_import_is_bad_row(status)) {
            vv_import_report_bad(run->report, run->files[run->at].name, row->line, err->message);
            status = VARVE_OK;
        }
    }
    run->done = (struct vv_import_reached){run->at, row->line};
    return status;
}

static void tell_progress(struct run *run)
{
    if (run->rows_read % PROGRESS_ROWS != 0)
        return;
    uint64_t taken = run->before_bytes + vv_import_input_taken(run->files[run->at].input);
    vv_import_report_progress(run->report, run->rows_read, taken, run->total_bytes);
}

/* ---- a reading of all files ---- */

static vv_status read_file(struct run *run, uint64_t *left, vv_error *err)
{
    struct file *file = &run->files[run->at];
    struct vv_import_row row;
    vv_status status = vv_import_rows_open(&file->form, file->input, run->tags, &run->rows, err);
    while (!status && *left > 0 && !interrupted) {
        status = vv_import_rows_next(run->rows, &row, err);
        if (vv_import_is_bad_row(status)) {
            if (run->stage != STAGE_JUDGE)
                vv_import_report_bad(run->report, file->name, row.line, err->message);
            status = VARVE_OK;
            continue;
        }
        if (status)
            break;
        --*left;
        run->rows_read++;
        run->summary->rows += run->stage != STAGE_JUDGE;
        status = run->stage == STAGE_JUDGE   ? judge_row(run, &row, err)
                 : run->stage == STAGE_CHECK ? check_row(run, &row, err)
                                             : store_row(run, &row, err);
        tell_progress(run);
    }
    vv_import_rows_close(run->rows);
    run->rows = NULL;
    if (status == VARVE_END)
        return VARVE_OK;
    run->whole = false;
    return status;
}

static vv_status read_all(struct run *run, enum stage stage, const char *phase, uint64_t limit,
                          vv_error *err)
{
    vv_status status = VARVE_OK;
    run->stage = stage;
    run->summary->rows = run->before_bytes = 0;
    run->whole = true;
    vv_import_report_phase(run->report, phase, run->rows_read);
    for (run->at = 0; run->at < run->options->file_count && !status && !interrupted; run->at++) {
        struct file *file = &run->files[run->at];
        status = vv_import_input_rewind(file->input, err);
        if (run->once && stage == STAGE_STORE)
            vv_import_input_stream(file->input);
        if (!status)
            status = read_file(run, &limit, err);
        if (!status && stage == STAGE_STORE)
            status = flush(run, err);
        run->before_bytes += vv_import_input_size(file->input);
    }
    vv_import_report_end(run->report);
    return status;
}

/* ---- before and after ---- */

static vv_status open_files(struct run *run, vv_error *err)
{
    const struct vv_import_options *options = run->options;
    vv_status status = VARVE_OK;
    run->files = vv_alloc_array(options->file_count, sizeof *run->files);
    if (!run->files)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the files");
    for (size_t i = 0; i < options->file_count && !status; i++) {
        struct file *file = &run->files[i];
        file->form = options->form;
        status = vv_import_input_open(options->files[i], &file->input, err);
        if (status)
            return status;
        file->name = vv_import_input_name(file->input);
        run->once |= !vv_import_input_again(file->input);
        run->total_bytes += vv_import_input_size(file->input);
        status = vv_import_form_guess(file->input, &file->form, err);
    }
    if (!status && run->once && options->file_count > 1)
        return vv_fail(err, VARVE_USAGE, "a pipe must be the only input");
    if (!status && run->once && options->strict)
        return vv_fail(err, VARVE_USAGE, "--strict reads twice, which a pipe does not allow");
    return status;
}

static void add_said(struct vv_buf *text, const char *name, const char *value)
{
    if (value)
        vv_buf_format(text, "%s %s\n", name, value);
}

/* All that makes the same command the same. */
static vv_status identify(struct run *run, struct vv_buf *text, vv_error *err)
{
    const struct vv_import_options *options = run->options;
    const struct vv_import_form *form = &options->form;
    vv_buf_format(text, "varve import, position 1\nto %s\n", run->sink->place);
    add_said(text, "history", options->history);
    add_said(text, "prefix", options->prefix);
    add_said(text, "columns", form->columns);
    add_said(text, "time column", form->time_column);
    add_said(text, "time format", form->time_format);
    add_said(text, "precision", form->precision);
    add_said(text, "zone", form->zone ? vv_zone_name(form->zone) : NULL);
    vv_buf_format(text, "layout %d, separator %d, decimal %d\n", (int)form->layout, form->separator,
                  form->decimal);
    for (size_t i = 0; i < form->empty_count; i++)
        add_said(text, "empty", form->empty[i]);
    for (size_t i = 0; i < options->type_count; i++)
        add_said(text, "type", options->types[i]);
    for (size_t i = 0; i < options->file_count; i++) {
        char identity[1024];
        vv_status status =
            vv_import_input_identity(run->files[i].input, identity, sizeof identity, err);
        if (status)
            return status;
        add_said(text, "file", identity);
    }
    return text->failed ? vv_fail(err, VARVE_NO_MEMORY, "not enough memory to keep the position")
                        : VARVE_OK;
}

/* Without a place for it the import runs all the same. */
static void open_position(struct run *run)
{
    struct vv_buf identity = {0};
    vv_error err;
    if (run->once || run->sink->directory[0] == '\0')
        return;
    vv_status status = identify(run, &identity, &err);
    if (!status)
        status = vv_import_position_open(run->sink->directory, (const char *)identity.data,
                                         &run->position, &run->resumed, &err);
    vv_buf_deinit(&identity);
    if (status) {
        vv_import_report_note(run->report, "after an interruption it will begin anew: %s",
                              err.message);
        return;
    }
    if (run->resumed.line > 0 || run->resumed.file > 0) {
        run->summary->resumed_file =
            run->options
                ->files[run->resumed.file < run->options->file_count ? run->resumed.file : 0];
        run->summary->resumed_line = run->resumed.line;
        vv_import_report_note(run->report, "going on behind line %" PRIu64 " of %s",
                              run->resumed.line, run->summary->resumed_file);
    }
    run->done = run->flushed = run->durable = run->resumed;
    run->saved_ms = vv_monotonic_ms();
}

static vv_status store_all(struct run *run, vv_error *err)
{
    open_position(run);
    vv_status status = read_all(run, STAGE_STORE, "importing", UINT64_MAX, err);
    if (!status && interrupted && run->position) {
        run->durable = run->flushed;
        run->saved_ms = 0;
        status = keep_position(run, err);
    } else if (!status && run->position) {
        vv_import_position_remove(run->position);
    }
    return status;
}

/* What a dry run is for. */
static void tell_forms(const struct run *run)
{
    const struct vv_import_options *options = run->options;
    for (size_t i = 0; i < options->file_count; i++) {
        const struct vv_import_form *form = &run->files[i].form;
        bool csv = form->layout == VV_IMPORT_WIDE || form->layout == VV_IMPORT_NARROW;
        if (csv && form->separator == '\t')
            vv_import_report_note(run->report, "%s: layout %s, separated by tabs",
                                  run->files[i].name, vv_import_layout_name(form->layout));
        else if (csv)
            vv_import_report_note(run->report, "%s: layout %s, separated by %c", run->files[i].name,
                                  vv_import_layout_name(form->layout), form->separator);
        else
            vv_import_report_note(run->report, "%s: layout %s", run->files[i].name,
                                  vv_import_layout_name(form->layout));
    }
    for (uint32_t i = 0; options->tag && i < vv_import_tags_count(run->tags); i++) {
        const struct vv_import_tag *tag = vv_import_tags_at(run->tags, i);
        options->tag(options->tag_arg, tag->name, tag->type);
    }
}

static vv_status run_all(struct run *run, vv_error *err)
{
    const struct vv_import_options *options = run->options;
    vv_status status = open_files(run, err);
    if (!status)
        status = read_all(run, STAGE_JUDGE, "reading", run->once ? VV_IMPORT_PIPE_ROWS : UINT64_MAX,
                          err);
    if (!status)
        status = vv_import_types_settle(options, run->tags, run->sink, run->report, err);
    if (!status && options->dry_run)
        tell_forms(run);
    if (!status && (options->strict || options->dry_run))
        status = read_all(run, STAGE_CHECK, "checking", UINT64_MAX, err);
    run->summary->refused = options->strict && run->report->bad_rows > 0;
    if (!status && !options->dry_run && !run->summary->refused && !interrupted)
        status = store_all(run, err);
    return status;
}

vv_status vv_import_run(const struct vv_import_options *options, struct vv_import_sink *sink,
                        struct vv_import_report *report, struct vv_import_summary *summary,
                        vv_error *err)
{
    struct run run = {.options = options, .sink = sink, .report = report, .summary = summary};
    const int64_t began_ms = vv_monotonic_ms();
    *summary = (struct vv_import_summary){0};
    run.tags = vv_import_tags_new(options->prefix);
    run.repeats = vv_import_repeats_new();
    run.batch = vv_import_batch_new();
    vv_status status = run.tags && run.repeats && run.batch
                           ? run_all(&run, err)
                           : vv_fail(err, VARVE_NO_MEMORY, "not enough memory to import");
    vv_import_report_end(report);
    summary->tags = run.tags ? vv_import_tags_count(run.tags) : 0;
    summary->replaced_at_least = run.repeats && vv_import_repeats_partial(run.repeats);
    summary->bad_rows = report->bad_rows;
    summary->elapsed_ms = vv_monotonic_ms() - began_ms;
    summary->interrupted = interrupted != 0;
    for (size_t i = 0; run.files && i < options->file_count; i++)
        vv_import_input_close(run.files[i].input);
    vv_import_position_close(run.position);
    vv_import_batch_free(run.batch);
    vv_import_repeats_free(run.repeats);
    vv_import_tags_free(run.tags);
    vv_free(run.files);
    return status;
}
