/* rows_test.c: files of every layout as rows, guessed and said; what is wrong named by its line. */
#include "app/import/rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "app/import/input.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/test.h"

#include "base/banned.h"

static char path[] = "/tmp/varve-rows-XXXXXX";

static void put(const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void show_cell(struct vv_buf *out, const struct vv_import_cell *cell)
{
    vv_buf_format(out, " %s@%" PRId64 "=", cell->tag->name, cell->time_ms / 1000 - 1730764800);
    if (!cell->typed && !cell->text)
        vv_buf_text(out, "null");
    else if (!cell->typed)
        vv_buf_format(out, "%.*s", (int)cell->len, cell->text);
    else if (cell->value.type == VV_TYPE_STRING)
        vv_buf_format(out, "[%.*s]", (int)cell->value.text_len, cell->value.as.text);
    else if (cell->value.type == VV_TYPE_INTEGER)
        vv_buf_format(out, "i%" PRId64, cell->value.as.integer);
    else if (cell->value.type == VV_TYPE_DOUBLE)
        vv_buf_format(out, "d%g", cell->value.as.number);
    else
        vv_buf_text(out, cell->value.type == VV_TYPE_NONE ? "null" : "?");
    if (cell->quality != VV_QUALITY_GOOD)
        vv_buf_format(out, "!%d", cell->quality);
}

/* "LAYOUT|LINE TAG@SECONDS=TEXT …|LINE! status|…", or the error of opening. */
static char *shown(const struct vv_import_form *said, const char *prefix)
{
    struct vv_import_form form = *said;
    struct vv_import_tags *tags = vv_import_tags_new(prefix);
    struct vv_import_input *input;
    struct vv_import_rows *rows;
    struct vv_import_row row;
    struct vv_buf out = {0};
    vv_error err;
    assert_ok(vv_import_input_open(path, &input, &err), &err);
    assert_ok(vv_import_form_guess(input, &form, &err), &err);
    vv_buf_text(&out, vv_import_layout_name(form.layout));
    vv_status status = vv_import_rows_open(&form, input, tags, &rows, &err);
    if (status)
        vv_buf_format(&out, "!%s", err.message + strlen(path));
    while (!status && (status = vv_import_rows_next(rows, &row, &err)) != VARVE_END) {
        vv_buf_format(&out, "|%" PRIu64, row.line);
        if (status)
            vv_buf_format(&out, "! %s", varve_status_name(status));
        char line[32];
        snprintf(line, sizeof line, "line %" PRIu64, row.line);
        if (status)
            assert_memory_equal(err.message, line, strlen(line));
        for (size_t i = 0; i < row.count && !status; i++)
            show_cell(&out, &row.cells[i]);
        status = VARVE_OK;
    }
    vv_import_rows_close(rows);
    vv_import_input_close(input);
    vv_import_tags_free(tags);
    return (char *)vv_buf_take(&out, NULL);
}

static void check(const char *text, const struct vv_import_form *form, const char *prefix,
                  const char *wanted)
{
    put(text);
    char *got = shown(form, prefix);
    assert_string_equal(got, wanted);
    vv_free(got);
}

static void test_csv(void **state)
{
    const struct vv_import_form guess = {0};
    (void)state;
    check("time,A,B\n2024-11-05,1,2\n2024-11-05T00:00:01Z,,3\n", &guess, NULL,
          "wide|2 A@0=1 B@0=2|3 B@1=3");
    check("sep=;\r\nDatum;Uhrzeit;A\r\n2024-11-05;00:00:05;1,5\r\n", &guess, "P",
          "wide|3 P/A@5=1,5");
    check("A;timestamp;value;\n1;2024-11-05;2;\n", &guess, "P/", "wide|2 P/A@0=1 P@0=2");
    check("timestamp,Pressure [bar],a\\*b\n2024-11-05,1,2\n", &guess, NULL,
          "wide|2 Pressure \\[bar]@0=1 a\\*b@0=2");
    check("tag,time,value,quality\nA/b,2024-11-05,1.5,192\nA/b,2024-11-05,,0\nA/b,2024-11-05,,\n"
          "c,2024-11-05,x,bad\nc,2024-11-05,x,worse\n,2024-11-05,1,\n",
          &guess, NULL, "narrow|2 A/b@0=1.5|3 A/b@0=null!0|4|5 c@0=x!0|6! bad_value|7! bad_name");
    check("time,A\n2024-11-05,1,2\nno,1\n\"x\"y,1\n2024-11-05,4\n# lost in p: a\n", &guess, NULL,
          "wide|2! syntax|3! syntax|4! syntax|5 A@0=4");
    check("time,A,A\n2024-11-05,1,2\n", &guess, NULL, "wide!: line 1: column \"A\" is there twice");
    check("", &guess, NULL, "wide!: the file is empty");
    check("time\n1\n", &guess, NULL,
          "wide!: line 1: the header names no column beside the time; is the separator ','?");
}

static void test_said(void **state)
{
    (void)state;
    check("16/12/2006;17:24:00;4.216;?\n", /* no header */
          &(struct vv_import_form){.separator = ';',
                                   .columns = "Date, Time, A, B",
                                   .time_format = "%d/%m/%Y %H:%M:%S",
                                   .empty = {"?"},
                                   .empty_count = 1},
          NULL, "wide|1 A@-564474960=4.216");
    check("when,x,Wind+Solar\n2024-11-05,1,2\n", &(struct vv_import_form){.time_column = "when"},
          NULL, "wide|2 x@0=1 Wind+Solar@0=2");
    check("x,d,t\n1,2024-11-05,00:00:09\n", &(struct vv_import_form){.time_column = "2+3"}, NULL,
          "wide|2 x@9=1");
    check("x,d,t\n1,2024-11-05,00:00:09\n", &(struct vv_import_form){.time_column = "d+y"}, NULL,
          "wide!: line 1: there is no column \"d+y\"");
    check("a,b\n", &(struct vv_import_form){.layout = VV_IMPORT_NARROW}, NULL,
          "narrow!: line 1: the narrow layout has the columns tag, time, value and perhaps "
          "quality");
}

static void test_text(void **state)
{
    const struct vv_import_form guess = {0};
    (void)state;
    check("m,host=a v=1i,x=\"a\nb\" 1730764800000000000\n\nbad\nm v=2 1730764801000000000", &guess,
          NULL, "line|1 m/a/v@0=i1 m/a/x@0=[a\nb]|4! syntax|5 m/v@1=d2");
    check("m v=2 1730764801\n",
          &(struct vv_import_form){.layout = VV_IMPORT_LINE, .precision = "s"}, "P",
          "line|1 P/m/v@1=d2");
    check("{\"tag\":\"a\",\"time\":1730764800000,\"value\":1}\n\n{\"tag\":1}\n[]\n"
          "{\"tag\":\"b\",\"time\":\"2024-11-05T00:00:01Z\",\"value\":null,\"type\":\"string\"}",
          &guess, NULL, "jsonl|1 a@0=i1|3! bad_name|4! syntax|5 b@1=null!0");
}

/* More than a chunk, and line ends that fall on every place of one. */
static void test_long_text(void **state)
{
    struct vv_buf text = {0};
    (void)state;
    for (int i = 0; i < 40000; i++)
        vv_buf_format(&text, "m,k=%d x=\"two\nlines\",v=%di 1730764800000000000\n", i % 7, i);
    put((const char *)text.data);
    vv_buf_deinit(&text);
    struct vv_import_form form = {.layout = VV_IMPORT_LINE};
    struct vv_import_tags *tags = vv_import_tags_new(NULL);
    struct vv_import_input *input;
    struct vv_import_rows *rows;
    struct vv_import_row row;
    vv_error err;
    int64_t count = 0;
    assert_ok(vv_import_input_open(path, &input, &err), &err);
    assert_ok(vv_import_rows_open(&form, input, tags, &rows, &err), &err);
    for (vv_status status; (status = vv_import_rows_next(rows, &row, &err)) != VARVE_END;) {
        assert_ok(status, &err);
        assert_int_equal(row.line, 2 * count + 1);
        assert_int_equal(row.count, 2);
        assert_int_equal(row.cells[1].value.as.integer, count++);
    }
    assert_int_equal(count, 40000);
    assert_int_equal(vv_import_tags_count(tags), 14);
    vv_import_rows_close(rows);
    vv_import_input_close(input);
    vv_import_tags_free(tags);
}

static void test_gzip(void **state)
{
    static const char text[] = "time,A\n2024-11-05,1\n";
    struct vv_import_input *input;
    vv_error err;
    char bytes[64];
    size_t got;
    (void)state;
    gzFile gz = gzopen(path, "wb");
    assert_int_equal(gzwrite(gz, text, sizeof text - 1), sizeof text - 1);
    assert_int_equal(gzclose(gz), Z_OK);
    char *rows = shown(&(struct vv_import_form){0}, NULL);
    assert_string_equal(rows, "wide|2 A@0=1");
    vv_free(rows);
    assert_int_equal(truncate(path, 30), 0);
    assert_ok(vv_import_input_open(path, &input, &err), &err);
    vv_status status;
    do
        status = vv_import_input_read(input, bytes, sizeof bytes, &got, &err);
    while (!status && got > 0);
    assert_int_equal(status, VARVE_CORRUPT);
    vv_import_input_close(input);
}

static int make_path(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 || close(fd);
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv),       cmocka_unit_test(test_said), cmocka_unit_test(test_text),
        cmocka_unit_test(test_long_text), cmocka_unit_test(test_gzip),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
