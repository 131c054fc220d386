#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "sql/ledger.h"
#include "sql/test_dir.h"

#include "base/banned.h"

static struct test_dir dir;
static struct vv_ledger *ledger;
static struct vv_arena arena;

static int setup(void **state)
{
    struct vv_ledger_options options = {.url = dir.url};
    vv_error err;

    (void)state;
    vv_arena_init(&arena, 0, NULL);
    if (test_dir_make(&dir) != 0)
        return -1;
    if (vv_ledger_open(&options, &ledger, &err) != VARVE_OK) {
        print_error("%s\n", err.message);
        return -1;
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    vv_ledger_close(ledger);
    vv_arena_deinit(&arena);
    test_dir_remove(&dir);
    return 0;
}

static struct vv_ledger_tx *begin_write(void)
{
    struct vv_ledger_tx *tx;
    assert_int_equal(vv_ledger_begin_write(ledger, &tx, NULL), VARVE_OK);
    return tx;
}

static struct vv_ledger_tx *begin_read(void)
{
    struct vv_ledger_tx *tx;
    assert_int_equal(vv_ledger_begin_read(ledger, &tx, NULL), VARVE_OK);
    return tx;
}

static struct vv_row new_row(const char *table)
{
    struct vv_row row;
    assert_int_equal(vv_row_init(&row, vv_catalog_find(table), &arena, NULL), VARVE_OK);
    return row;
}

static vv_status add_dim(struct vv_ledger_tx *tx, const char *name, int64_t *id)
{
    struct vv_row row = new_row("TB_Dim");
    vv_status status;

    assert_int_equal(vv_row_set_text(&row, "Name", name, NULL), VARVE_OK);
    status = vv_ledger_insert(tx, &row, NULL);
    if (id != NULL)
        *id = vv_row_get_int(&row, "DimId", -1);
    return status;
}

static int64_t count_of(struct vv_ledger_tx *tx, const char *table)
{
    struct vv_query all = {.table = vv_catalog_find(table)};
    int64_t count;
    assert_int_equal(vv_ledger_count(tx, &all, &count, NULL), VARVE_OK);
    return count;
}

static void test_rows_there_and_back(void **state)
{
    struct vv_ledger_tx *tx = begin_write();
    struct vv_row row = new_row("TB_Objects");
    struct vv_row back = new_row("TB_Objects");
    int64_t dim;

    (void)state;
    assert_int_equal(add_dim(tx, "bar", &dim), VARVE_OK);
    assert_int_equal(dim, 1);
    assert_int_equal(vv_row_set_text(&row, "Name", "Пар", NULL), VARVE_OK);
    assert_int_equal(vv_row_set_int(&row, "Type", 1, NULL), VARVE_OK);
    assert_int_equal(vv_row_set_int(&row, "DimId", dim, NULL), VARVE_OK);
    assert_int_equal(vv_row_set_double(&row, "Max1", 1e-300, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_insert(tx, &row, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_commit(&tx, NULL), VARVE_OK);
    assert_null(tx);

    tx = begin_read();
    assert_int_equal(vv_row_set_int(&back, "ObjId", vv_row_get_int(&row, "ObjId", -1), NULL),
                     VARVE_OK);
    assert_int_equal(vv_ledger_get(tx, &back, NULL), VARVE_OK);
    assert_string_equal(vv_row_get_text(&back, "Name"), "Пар");
    assert_true(vv_row_get_double(&back, "Max1", 0) == 1e-300);
    assert_int_equal(vv_row_get_int(&back, "Parent", -1), 0);
    assert_true(vv_row_is_null(&back, "Koeff"));
    vv_ledger_rollback(&tx);
}

static void test_errors_of_rows(void **state)
{
    struct vv_ledger_tx *tx = begin_write();
    struct vv_row row = new_row("TB_Objects");
    vv_error err;

    (void)state;
    assert_int_equal(add_dim(tx, "bar", NULL), VARVE_OK);
    assert_int_equal(add_dim(tx, "bar", NULL), VARVE_EXISTS);

    (void)vv_row_set_text(&row, "Name", "P", NULL);
    (void)vv_row_set_int(&row, "Type", 1, NULL);
    (void)vv_row_set_int(&row, "DimId", 77, NULL);
    row.number = 5;
    assert_int_equal(vv_ledger_insert(tx, &row, &err), VARVE_CONFLICT);
    assert_string_equal(err.message,
                        "TB_Objects, row 5, column \"DimId\": TB_Dim has no row with DimId 77");
    (void)vv_row_set_int(&row, "DimId", 0, NULL);
    (void)vv_row_set_int(&row, "Type", 12, NULL);
    assert_int_equal(vv_ledger_insert(tx, &row, &err), VARVE_BAD_VALUE);
    (void)vv_row_set_int(&row, "Type", 1, NULL);

    /* What a statement refused has not ended the transaction. */
    assert_int_equal(vv_ledger_insert(tx, &row, &err), VARVE_OK);
    assert_int_equal(vv_ledger_commit(&tx, NULL), VARVE_OK);
    tx = begin_read();
    assert_int_equal(count_of(tx, "TB_Dim"), 1);
    assert_int_equal(count_of(tx, "TB_Objects"), 1);
    vv_ledger_rollback(&tx);
}

static void test_update_upsert_delete(void **state)
{
    struct vv_ledger_tx *tx = begin_write();
    struct vv_row row = new_row("vv_follower");
    vv_error err;

    (void)state;
    (void)vv_row_set_text(&row, "Name", "windows", NULL);
    (void)vv_row_set_int(&row, "Sequence", 7, NULL);
    assert_int_equal(vv_ledger_update(tx, &row, &err), VARVE_NOT_FOUND);
    assert_int_equal(vv_ledger_upsert(tx, &row, &err), VARVE_BAD_VALUE); /* UpdatedAt is missing */
    (void)vv_row_set_int(&row, "UpdatedAt", 1730764800000, NULL);
    assert_int_equal(vv_ledger_upsert(tx, &row, NULL), VARVE_OK);

    vv_row_clear(&row);
    (void)vv_row_set_text(&row, "Name", "windows", NULL);
    (void)vv_row_set_int(&row, "Sequence", 8, NULL);
    assert_int_equal(vv_ledger_upsert(tx, &row, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_get(tx, &row, NULL), VARVE_OK);
    assert_int_equal(vv_row_get_int(&row, "Sequence", 0), 8);
    assert_int_equal(vv_row_get_int(&row, "UpdatedAt", 0), 1730764800000);

    vv_row_clear(&row);
    (void)vv_row_set_text(&row, "Name", "windows", NULL);
    assert_int_equal(vv_ledger_update(tx, &row, NULL), VARVE_OK); /* nothing to set, but there */
    assert_int_equal(vv_ledger_delete(tx, &row, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_delete(tx, &row, NULL), VARVE_NOT_FOUND);
    assert_int_equal(vv_ledger_get(tx, &row, NULL), VARVE_NOT_FOUND);
    assert_int_equal(vv_ledger_commit(&tx, NULL), VARVE_OK);
}

static void test_delete_of_what_is_used(void **state)
{
    struct vv_ledger_tx *tx = begin_write();
    struct vv_row point = new_row("TB_Objects");
    struct vv_row dim = new_row("TB_Dim");
    int64_t id;
    vv_error err;

    (void)state;
    assert_int_equal(add_dim(tx, "bar", &id), VARVE_OK);
    (void)vv_row_set_text(&point, "Name", "P", NULL);
    (void)vv_row_set_int(&point, "Type", 1, NULL);
    (void)vv_row_set_int(&point, "DimId", id, NULL);
    assert_int_equal(vv_ledger_insert(tx, &point, NULL), VARVE_OK);
    (void)vv_row_set_int(&dim, "DimId", id, NULL);
    assert_int_equal(vv_ledger_delete(tx, &dim, &err), VARVE_CONFLICT);
    assert_string_equal(err.message,
                        "TB_Dim, column \"DimId\": TB_Objects.DimId still refers to it, in the row "
                        "with ObjId 1");
    assert_int_equal(vv_ledger_delete(tx, &point, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_delete(tx, &dim, NULL), VARVE_OK);
    vv_ledger_rollback(&tx);
}

/* Keys of text are held against each other as numbers are. */
static void test_references_of_text(void **state)
{
    struct vv_ledger_tx *tx = begin_write();
    struct vv_row study = new_row("study");
    struct vv_row series = new_row("series");
    vv_error err;

    (void)state;
    (void)vv_row_set_text(&study, "StudyInstanceUID", "1.2.3", NULL);
    (void)vv_row_set_int(&study, "ReceivedAt", 1, NULL);
    (void)vv_row_set_int(&study, "ChangedAt", 1, NULL);
    (void)vv_row_set_text(&series, "SeriesInstanceUID", "1.2.3.4", NULL);
    (void)vv_row_set_text(&series, "StudyInstanceUID", "1.2.3", NULL);
    assert_int_equal(vv_ledger_insert(tx, &series, &err), VARVE_CONFLICT);
    assert_string_equal(err.message, "series, column \"StudyInstanceUID\": study has no row with "
                                     "StudyInstanceUID \"1.2.3\"");
    assert_int_equal(vv_ledger_insert(tx, &study, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_insert(tx, &series, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_delete(tx, &study, &err), VARVE_CONFLICT);
    assert_string_equal(err.message,
                        "study, column \"StudyInstanceUID\": series.StudyInstanceUID still refers "
                        "to it, in the row with SeriesInstanceUID \"1.2.3.4\"");
    vv_ledger_rollback(&tx);
}

/* Pages of two rows over a key of three columns: every row once, in order. */
static void test_pages_by_key(void **state)
{
    const struct vv_value start[] = {vv_value_int(0), vv_value_int(0), vv_value_int(0)};
    struct vv_value after[3];
    struct vv_query query = {.table = vv_catalog_find("TB_Depend"),
                             .limit = 2,
                             .after = memcpy(after, start, sizeof start)};
    struct vv_ledger_tx *tx = begin_write();
    struct vv_row row = new_row("TB_Depend");
    const struct vv_row *found;
    int64_t seen = 0;

    (void)state;
    for (int64_t i = 26; i >= 0; i--) {
        (void)vv_row_set_int(&row, "ObjId", 1 + i / 9, NULL);
        (void)vv_row_set_int(&row, "VarNumb", 1 + i / 3 % 3, NULL);
        (void)vv_row_set_int(&row, "DT", i % 3, NULL);
        (void)vv_row_set_int(&row, "BaseId", i + 1, NULL);
        assert_int_equal(vv_ledger_insert(tx, &row, NULL), VARVE_OK);
    }
    for (int64_t page = -1; page != seen;) {
        struct vv_ledger_cursor *cursor;
        page = seen;
        assert_int_equal(vv_ledger_select(tx, &query, &cursor, NULL), VARVE_OK);
        while (vv_ledger_next(cursor, &found, NULL) == VARVE_OK) {
            assert_int_equal(vv_row_get_int(found, "BaseId", -1), ++seen);
            for (int i = 0; i < 3; i++)
                after[i] = *vv_row_get(found, query.table->key[i]);
        }
        vv_ledger_cursor_close(cursor);
    }
    assert_int_equal(seen, 27);
    vv_ledger_rollback(&tx);
}

static void test_rings_are_refused(void **state)
{
    static const int64_t parents[] = {0, 1, 2};
    struct vv_ledger_tx *tx = begin_write();
    struct vv_row row = new_row("TB_Objects");
    vv_error err;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        vv_row_clear(&row);
        (void)vv_row_set_text(&row, "Name", "branch", NULL);
        (void)vv_row_set_int(&row, "Type", 0, NULL);
        (void)vv_row_set_int(&row, "Parent", parents[i], NULL);
        assert_int_equal(vv_ledger_insert(tx, &row, NULL), VARVE_OK);
    }
    vv_row_clear(&row);
    (void)vv_row_set_int(&row, "ObjId", 1, NULL);
    (void)vv_row_set_int(&row, "Parent", 3, NULL);
    assert_int_equal(vv_ledger_update(tx, &row, &err), VARVE_CONFLICT);
    assert_non_null(strstr(err.message, "ring"));
    (void)vv_row_set_int(&row, "Parent", 1, NULL);
    assert_int_equal(vv_ledger_update(tx, &row, NULL), VARVE_CONFLICT);
    (void)vv_row_set_int(&row, "ObjId", 3, NULL);
    assert_int_equal(vv_ledger_update(tx, &row, &err), VARVE_EXISTS); /* a brother has its name */
    (void)vv_row_set_text(&row, "Name", "other", NULL);
    assert_int_equal(vv_ledger_update(tx, &row, NULL), VARVE_OK);
    vv_ledger_rollback(&tx);
}

/* A deleted number never comes back: another tag would inherit the history. */
static void test_numbers_are_not_used_again(void **state)
{
    struct vv_ledger_tx *tx = begin_write();
    struct vv_row row = new_row("TB_Dim");
    int64_t id;

    (void)state;
    assert_int_equal(add_dim(tx, "a", &id), VARVE_OK);
    (void)vv_row_set_int(&row, "DimId", id, NULL);
    assert_int_equal(vv_ledger_delete(tx, &row, NULL), VARVE_OK);
    assert_int_equal(add_dim(tx, "b", &id), VARVE_OK);
    assert_int_equal(id, 2);
    vv_ledger_rollback(&tx);
}

static void test_select(void **state)
{
    static const char *const names[] = {"c", "a", "e", "b", "d"};
    struct vv_ledger_tx *tx = begin_write();
    struct vv_filter filters[] = {{"Name", VV_FILTER_GT, vv_value_text("a")},
                                  {"DimId", VV_FILTER_NE, vv_value_int(3)}};
    struct vv_query query = {.table = vv_catalog_find("TB_Dim"),
                             .filters = filters,
                             .filter_count = 2,
                             .order = {{"Name", .descending = true}},
                             .limit = 2,
                             .offset = 1};
    struct vv_ledger_cursor *cursor;
    const struct vv_row *row;
    int64_t count;
    vv_error err;

    (void)state;
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(add_dim(tx, names[i], NULL), VARVE_OK);
    assert_int_equal(vv_ledger_select(tx, &query, &cursor, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_next(cursor, &row, NULL), VARVE_OK);
    assert_string_equal(vv_row_get_text(row, "Name"), "c");
    assert_int_equal(vv_row_get_int(row, "DimId", 0), 1);
    assert_int_equal(vv_ledger_next(cursor, &row, NULL), VARVE_OK);
    assert_string_equal(vv_row_get_text(row, "Name"), "b");
    assert_int_equal(vv_ledger_next(cursor, &row, NULL), VARVE_END);
    vv_ledger_cursor_close(cursor);
    assert_int_equal(vv_ledger_count(tx, &query, &count, NULL), VARVE_OK);
    assert_int_equal(count, 3);

    filters[0].column = "Name\" OR 1=1 --";
    assert_int_equal(vv_ledger_select(tx, &query, &cursor, &err), VARVE_BAD_NAME);
    assert_null(cursor);
    vv_ledger_rollback(&tx);
}

static void test_nothing_stays_of_a_rollback(void **state)
{
    struct vv_ledger_tx *tx = begin_write();

    (void)state;
    assert_int_equal(add_dim(tx, "a", NULL), VARVE_OK);
    vv_ledger_rollback(&tx);
    tx = begin_read();
    assert_int_equal(count_of(tx, "TB_Dim"), 0);
    vv_ledger_rollback(&tx);
}

/* A reader neither waits for a writer nor sees what it has not committed, nor what came later. */
static void test_readers_see_one_state(void **state)
{
    struct vv_ledger_tx *writing = begin_write();
    struct vv_ledger_tx *before, *after;

    (void)state;
    assert_int_equal(add_dim(writing, "a", NULL), VARVE_OK);
    before = begin_read();
    assert_int_equal(count_of(before, "TB_Dim"), 0);
    assert_int_equal(vv_ledger_commit(&writing, NULL), VARVE_OK);
    after = begin_read();
    assert_int_equal(count_of(before, "TB_Dim"), 0);
    assert_int_equal(count_of(after, "TB_Dim"), 1);
    vv_ledger_rollback(&before);
    vv_ledger_rollback(&after);
}

/* Physical points share no address; computed ones have none, however many there are. */
static void test_addresses_are_unique_where_there_are_any(void **state)
{
    struct vv_ledger_tx *tx = begin_write();
    struct vv_row device = new_row("TB_Devices");
    static const struct {
        const char *name;
        int64_t device, address;
        vv_status status;
    } points[] = {{"a", 1, 1, VARVE_OK}, {"b", 1, 2, VARVE_OK}, {"c", 1, 2, VARVE_EXISTS},
                  {"d", 0, 0, VARVE_OK}, {"e", 0, 0, VARVE_OK}, {"a", 0, 0, VARVE_EXISTS}};

    (void)state;
    (void)vv_row_set_text(&device, "Name", "PLC", NULL);
    assert_int_equal(vv_ledger_insert(tx, &device, NULL), VARVE_OK);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        struct vv_row row = new_row("TB_Objects");
        (void)vv_row_set_text(&row, "Name", points[i].name, NULL);
        (void)vv_row_set_int(&row, "Type", 1, NULL);
        (void)vv_row_set_int(&row, "DevId", points[i].device, NULL);
        (void)vv_row_set_int(&row, "MemInd", points[i].address, NULL);
        assert_int_equal(vv_ledger_insert(tx, &row, NULL), points[i].status);
    }
    vv_ledger_rollback(&tx);
}

#define OWN_PART 100 /* of TB_Strings; the lower ones have phrases of their own */

static int64_t count_texts(struct vv_ledger_tx *tx)
{
    const struct vv_filter own = {"Part", VV_FILTER_EQ, vv_value_int(OWN_PART)};
    struct vv_query query = {
        .table = vv_catalog_find("TB_Strings"), .filters = &own, .filter_count = 1};
    int64_t count;

    assert_int_equal(vv_ledger_count(tx, &query, &count, NULL), VARVE_OK);
    return count;
}

static vv_status add_text(struct vv_ledger_tx *tx, int64_t id, const void *data, size_t len_bytes,
                          vv_error *err)
{
    struct vv_row row = new_row("TB_Strings");

    assert_int_equal(vv_row_set_int(&row, "Part", OWN_PART, NULL), VARVE_OK);
    assert_int_equal(vv_row_set_int(&row, "TextId", id, NULL), VARVE_OK);
    if (data != NULL)
        assert_int_equal(vv_row_set_blob(&row, "BinData", data, len_bytes, NULL), VARVE_OK);
    return vv_ledger_insert(tx, &row, err);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Files that may not grow stand for a full disk: the row that does not fit ends the transaction,
 * nothing of it is kept, and with room again all goes on. */
static void test_no_room(void **state)
{
    size_t len_bytes = 48 << 20; /* more than the database's cache holds back */
    void *data = vv_alloc_zero(len_bytes);
    struct vv_ledger_tx *tx = begin_write();
    vv_error err;

    (void)state;
    assert_non_null(data);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(add_text(tx, 1, NULL, 0, NULL), VARVE_OK);
    limit_files(4 << 20);
    assert_int_not_equal(add_text(tx, 2, data, len_bytes, &err), VARVE_OK);
    limit_files(RLIM_INFINITY);
    assert_int_equal(add_text(tx, 3, NULL, 0, &err), VARVE_CONFLICT);
    assert_int_equal(vv_ledger_commit(&tx, &err), VARVE_CONFLICT);
    assert_null(tx);

    tx = begin_write();
    assert_int_equal(count_texts(tx), 0);
    assert_int_equal(add_text(tx, 4, NULL, 0, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_commit(&tx, NULL), VARVE_OK);
    vv_free(data);
}

/* A commit that finds no room keeps nothing either. */
static void test_no_room_to_commit(void **state)
{
    struct vv_ledger_tx *tx;

    (void)state;
    assert_int_equal(vv_ledger_checkpoint(ledger, NULL), VARVE_OK);
    tx = begin_write();
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(add_text(tx, 1, NULL, 0, NULL), VARVE_OK);
    limit_files(16);
    assert_int_not_equal(vv_ledger_commit(&tx, NULL), VARVE_OK);
    limit_files(RLIM_INFINITY);
    tx = begin_write();
    assert_int_equal(count_texts(tx), 0);
    assert_int_equal(add_text(tx, 2, NULL, 0, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_commit(&tx, NULL), VARVE_OK);
}

/* One write and one read; what it answers when an allocation fails. */
static vv_status write_and_read(int64_t id)
{
    struct vv_query query = {.table = vv_catalog_find("TB_Dim")};
    struct vv_ledger_cursor *cursor = NULL;
    struct vv_arena own;
    struct vv_ledger_tx *tx = NULL;
    struct vv_row row;
    const struct vv_row *found;
    char name[32];
    vv_status status;

    snprintf(name, sizeof name, "unit %lld", (long long)id);
    vv_arena_init(&own, 0, NULL);
    status = vv_row_init(&row, query.table, &own, NULL);
    if (status == VARVE_OK)
        status = vv_row_set_text(&row, "Name", name, NULL);
    if (status == VARVE_OK)
        status = vv_ledger_begin_write(ledger, &tx, NULL);
    if (status == VARVE_OK)
        status = vv_ledger_insert(tx, &row, NULL);
    if (status == VARVE_OK)
        status = vv_ledger_commit(&tx, NULL);
    vv_ledger_rollback(&tx);
    if (status == VARVE_OK)
        status = vv_ledger_begin_read(ledger, &tx, NULL);
    if (status == VARVE_OK)
        status = vv_ledger_select(tx, &query, &cursor, NULL);
    while (status == VARVE_OK)
        status = vv_ledger_next(cursor, &found, NULL);
    vv_ledger_cursor_close(cursor);
    vv_ledger_rollback(&tx);
    vv_arena_deinit(&own);
    return status == VARVE_END ? VARVE_OK : status;
}

static void test_no_memory(void **state)
{
    vv_status status = VARVE_NO_MEMORY;

    (void)state;
    for (uint64_t nth = 1; status != VARVE_OK; nth++) {
        vv_alloc_fail_at(nth, false);
        status = write_and_read((int64_t)nth);
        vv_alloc_fail_at(0, false);
        assert_true(status == VARVE_OK || status == VARVE_NO_MEMORY);
        assert_int_equal(write_and_read((int64_t)nth + 1000), VARVE_OK);
        assert_true(nth < 100);
    }
}

static void test_reading_ledger(void **state)
{
    struct vv_ledger_options options = {.url = dir.url, .read_only = true};
    struct vv_ledger *reading;
    struct vv_ledger_tx *tx = begin_write();

    (void)state;
    assert_int_equal(add_dim(tx, "a", NULL), VARVE_OK);
    assert_int_equal(vv_ledger_commit(&tx, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_open(&options, &reading, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_begin_write(reading, &tx, NULL), VARVE_READ_ONLY);
    assert_int_equal(vv_ledger_begin_read(reading, &tx, NULL), VARVE_OK);
    assert_int_equal(count_of(tx, "TB_Dim"), 1);
    vv_ledger_rollback(&tx);
    vv_ledger_close(reading);
}

static void test_second_writer_is_refused(void **state)
{
    struct vv_ledger_options options = {.url = dir.url};
    struct vv_ledger *second;
    char pid[32];
    vv_error err;

    (void)state;
    snprintf(pid, sizeof pid, "process %ld", (long)getpid());
    assert_int_equal(vv_ledger_open(&options, &second, &err), VARVE_LOCKED);
    assert_null(second);
    assert_non_null(strstr(err.message, pid));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows_there_and_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors_of_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_update_upsert_delete, setup, teardown),
        cmocka_unit_test_setup_teardown(test_delete_of_what_is_used, setup, teardown),
        cmocka_unit_test_setup_teardown(test_references_of_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pages_by_key, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rings_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_numbers_are_not_used_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_select, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_stays_of_a_rollback, setup, teardown),
        cmocka_unit_test_setup_teardown(test_readers_see_one_state, setup, teardown),
        cmocka_unit_test_setup_teardown(test_addresses_are_unique_where_there_are_any, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_no_room, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_room_to_commit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reading_ledger, setup, teardown),
        cmocka_unit_test_setup_teardown(test_second_writer_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
