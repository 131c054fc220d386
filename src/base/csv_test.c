/* csv_test.c: every line end and quote, whatever pieces the text comes in; bad records named, and
 * the reading that goes on behind them; cells that read back as they were written. */
#include "base/csv.h"

#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/test.h"

#include "base/banned.h"

/* Text that comes in pieces of `step` bytes. */
struct stream {
    const char *text;
    size_t len, at, step;
};

static vv_status give(void *arg, void *to, size_t room, size_t *got, vv_error *err)
{
    struct stream *s = arg;
    (void)err;
    *got = s->len - s->at < s->step ? s->len - s->at : s->step;
    if (*got > room)
        *got = room;
    memcpy(to, s->text + s->at, *got);
    s->at += *got;
    return VARVE_OK;
}

/* All records as "line: [cell][cell]\n", bad ones as "line! STATUS\n". */
static char *shown(const char *text, size_t len, size_t step, char separator, size_t max)
{
    struct stream stream = {text, len, 0, step};
    struct vv_csv_options options = {.separator = separator, .record_bytes_max = max};
    struct vv_csv_reader *reader;
    struct vv_csv_record record;
    struct vv_buf out = {0};
    vv_error err;
    vv_status status;

    vv_buf_text(&out, "");
    assert_ok(vv_csv_reader_new(&options, give, &stream, &reader, &err), &err);
    while ((status = vv_csv_next(reader, &record, &err)) != VARVE_END) {
        if (status) {
            vv_buf_format(&out, "%" PRIu64 "! %s\n", record.line, varve_status_name(status));
            continue;
        }
        vv_buf_format(&out, "%" PRIu64 ": ", record.line);
        for (size_t i = 0; i < record.count; i++) {
            vv_buf_char(&out, '[');
            vv_buf_add(&out, record.cells[i].text, record.cells[i].len);
            vv_buf_char(&out, ']');
        }
        vv_buf_char(&out, '\n');
    }
    vv_csv_reader_free(reader);
    return (char *)vv_buf_take(&out, NULL);
}

static void check(const char *text, size_t len, char separator, size_t max, const char *wanted)
{
    static const size_t steps[] = {1, 2, 3, 7, 100000};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        char *got = shown(text, len, steps[i], separator, max);
        assert_string_equal(got, wanted);
        vv_free(got);
    }
}

static void test_records(void **state)
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        {"", ""},
        {"a", "1: [a]\n"},
        {"a,b\nc,d\n", "1: [a][b]\n2: [c][d]\n"},
        {"a,b\r\nc,d\r\n", "1: [a][b]\n2: [c][d]\n"},
        {"a,b\rc,d\r", "1: [a][b]\n2: [c][d]\n"},
        {"\xEF\xBB\xBFtime,x\n", "1: [time][x]\n"},
        {"\xEF\xBB", "1: [\xEF\xBB]\n"},
        {"a,,\n,b\n", "1: [a][][]\n2: [][b]\n"},
        {"\n\r\n\ra\n\n", "4: [a]\n"},
        {"\"\"\n", "1: []\n"},
        {"\"a,b\",c\n", "1: [a,b][c]\n"},
        {"\"say \"\"hi\"\" twice\"\"\",x\n", "1: [say \"hi\" twice\"][x]\n"},
        {"\"two\nlines\r\nand three\",x\nb\n", "1: [two\nlines\r\nand three][x]\n4: [b]\n"},
        {"5\" pipe,a \"b\"\n", "1: [5\" pipe][a \"b\"]\n"},
        {" \"a\",b\n", "1: [ \"a\"][b]\n"},
        {"\"a\"b,c\nd\n", "1! syntax\n2: [d]\n"},
        {"\"a\"\"\nb\"x,c\nd\"\ne\n", "1! syntax\n2: [b\"x][c]\n3: [d\"]\n4: [e]\n"},
        {"a\n\"b\nc\n", "1: [a]\n2! syntax\n3: [c]\n"},
        {"\"", "1! syntax\n"},
        {"\"\r", "1! syntax\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(rows[i].text, strlen(rows[i].text), 0, 0, rows[i].wanted);
    check("a;b\n\"c;\";1,5\n", 13, ';', 0, "1: [a][b]\n2: [c;][1,5]\n");
    check("a\tb\n", 4, '\t', 0, "1: [a][b]\n");
    check("a\0b\nc\n", 6, 0, 0, "1! syntax\n2: [c]\n");
}

static void test_limits(void **state)
{
    static char text[400000];
    char *got;
    (void)state;
    memset(text, 'x', sizeof text);
    text[200001] = '\n';
    text[200002] = 'a';
    text[200003] = '\n';
    got = shown(text, 200004, 4096, 0, 1000);
    assert_string_equal(got, "1! limit\n2: [a]\n");
    vv_free(got);
    memset(text, ',', VV_CSV_CELLS_MAX);
    memcpy(text + VV_CSV_CELLS_MAX, "\nb", 3);
    got = shown(text, VV_CSV_CELLS_MAX + 2, 4096, 0, 0);
    assert_string_equal(got, "1! limit\n2: [b]\n");
    vv_free(got);
}

/* Reading again from a record's end gives the same records. */
static void test_resume(void **state)
{
    static const char text[] = "\xEF\xBB\xBFtime,a\r\n1,\"x\n\"\"y\"\r\n\r\n2,b\r3,c\n";
    struct vv_csv_record record;
    struct vv_csv_reader *all, *rest;
    vv_error err;
    struct stream stream = {text, sizeof text - 1, 0, 5};
    (void)state;
    assert_ok(vv_csv_reader_new(NULL, give, &stream, &all, &err), &err);
    uint64_t wanted_lines[] = {1, 2, 5, 6};
    for (int i = 0; i < 4; i++) {
        assert_ok(vv_csv_next(all, &record, &err), &err);
        assert_int_equal(record.line, wanted_lines[i]);
        if (i == 3)
            break;
        struct stream again = {text, sizeof text - 1, record.end, 3};
        struct vv_csv_record next;
        assert_ok(vv_csv_reader_new(NULL, give, &again, &rest, &err), &err);
        vv_csv_resume(rest, record.end, vv_csv_line(all));
        assert_ok(vv_csv_next(rest, &next, &err), &err);
        assert_int_equal(next.line, wanted_lines[i + 1]);
        assert_int_equal(next.cells[0].text[0], '1' + i);
        vv_csv_reader_free(rest);
    }
    assert_int_equal(record.end, sizeof text - 1);
    vv_csv_reader_free(all);
}

static void test_written_cells(void **state)
{
    static const struct {
        const char *text, *cell;
    } rows[] = {
        {"", ""},
        {"plain", "plain"},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"=1+1", "'=1+1"},
        {"+1", "'+1"},
        {"-1", "'-1"},
        {"@SUM(A1)", "'@SUM(A1)"},
        {"\tx", "'\tx"},
        {"\rx", "\"'\rx\""},
        {"=A1,B1", "\"'=A1,B1\""},
        {"1=1", "1=1"},
        {"'=1+1", "''=1+1"},
        {"''-", "'''-"},
        {"'quoted'", "'quoted'"},
        {"'", "'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vv_buf out = {0};
        vv_buf_text(&out, "");
        vv_csv_word(&out, rows[i].text);
        assert_string_equal((const char *)out.data, rows[i].cell);

        /* What was written reads back. */
        struct stream stream = {(const char *)out.data, out.len, 0, 100};
        struct vv_csv_reader *reader;
        struct vv_csv_record record;
        vv_error err;
        assert_ok(vv_csv_reader_new(NULL, give, &stream, &reader, &err), &err);
        if (out.len > 0) {
            assert_ok(vv_csv_next(reader, &record, &err), &err);
            assert_int_equal(record.count, 1);
            const char *text = record.cells[0].text;
            size_t len = record.cells[0].len;
            vv_csv_plain(&text, &len);
            assert_int_equal(len, strlen(rows[i].text));
            assert_memory_equal(text, rows[i].text, len);
        }
        vv_csv_reader_free(reader);
        vv_buf_deinit(&out);
    }
}

static vv_status refuse(void *arg, void *to, size_t room, size_t *got, vv_error *err)
{
    (void)arg;
    (void)to;
    (void)room;
    *got = 0;
    return vv_fail(err, VARVE_IO, "the disk is gone");
}

static void test_refusals(void **state)
{
    static const char bad[] = "\"\n\r";
    struct vv_csv_reader *reader;
    struct vv_csv_record record;
    vv_error err;
    (void)state;
    for (size_t i = 0; bad[i]; i++) {
        struct vv_csv_options options = {.separator = bad[i]};
        assert_int_equal(vv_csv_reader_new(&options, refuse, NULL, &reader, &err), VARVE_BAD_VALUE);
        assert_null(reader);
    }
    assert_ok(vv_csv_reader_new(NULL, refuse, NULL, &reader, &err), &err);
    assert_int_equal(vv_csv_next(reader, &record, &err), VARVE_IO);
    assert_string_equal(err.message, "the disk is gone");
    vv_csv_reader_free(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records),  cmocka_unit_test(test_limits),
        cmocka_unit_test(test_resume),   cmocka_unit_test(test_written_cells),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
