/* tables_test.c: rows of the ledger over HTTP, on a running server. */
#include "serve/server.h"

#include <stdatomic.h>

#include "catalog/catalog.h"
#include "collect/live.h"
#include "serve/routes.h"
#include "serve/table_access.h"
#include "serve/test_server.h"

#include "base/banned.h"

#define TABLES "/api/v1/tables/"

static struct test_server t;
static atomic_int told;

static void plant_changed(void *arg)
{
    (void)arg;
    atomic_fetch_add(&told, 1);
}

static int start(void **state)
{
    (void)state;
    atomic_store(&told, 0);
    test_server_start(&t, (struct vv_server_options){.body_bytes = 8 << 20,
                                                     .buffer_bytes = 64 << 20,
                                                     .plant_changed = plant_changed});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    test_server_stop(&t);
    return 0;
}

static void ask(const char *method, const char *target, const char *headers, const char *body,
                int status, struct test_answer *answer)
{
    test_request(&t, method, target, headers, body ? body : "", body ? strlen(body) : 0, answer);
    if (answer->status != status)
        fail_msg("%s %s: %d, not %d: %s", method, target, answer->status, status,
                 test_body(answer));
}

static void expect(const char *method, const char *target, const char *headers, const char *body,
                   int status, const char *text)
{
    struct test_answer answer;

    ask(method, target, headers, body, status, &answer);
    if (strcmp(test_body(&answer), text) != 0)
        fail_msg("%s %s: \"%s\", not \"%s\"", method, target, test_body(&answer), text);
    test_answer_deinit(&answer);
}

static void expect_part(const char *method, const char *target, const char *headers,
                        const char *body, int status, const char *part)
{
    struct test_answer answer;

    ask(method, target, headers, body, status, &answer);
    if (!strstr(test_body(&answer), part))
        fail_msg("%s %s: \"%s\" has no \"%s\"", method, target, test_body(&answer), part);
    test_answer_deinit(&answer);
}

static void units(void)
{
    expect("POST", TABLES "TB_Dim", NULL,
           "[{\"Name\":\"bar\"},{\"Name\":\"kW\"},{\"Name\":\"V\"},{\"DimId\":9,\"Name\":\"A\"}]",
           201,
           "{\"table\":\"TB_Dim\",\"created\":4,\"changed\":0,\"same\":0,"
           "\"keys\":[\"1\",\"2\",\"3\",\"9\"]}");
}

static void rows_are_created_changed_deleted(void **state)
{
    struct test_answer answer;

    (void)state;
    units();
    assert_int_equal(atomic_load(&told), 1);
    ask("POST", TABLES "TB_Dim", NULL, "{\"Name\":\"Hz\"}", 201, &answer);
    assert_true(test_head_has(&answer, "Location: /api/v1/tables/TB_Dim/10\r\n"));
    test_answer_deinit(&answer);
    expect("PATCH", TABLES "TB_Dim/10", NULL, "{\"DimId\":10,\"Name\":\"mHz\"}", 200,
           "{\"DimId\":10,\"Name\":\"mHz\"}");
    expect("GET", TABLES "TB_Dim/10", NULL, NULL, 200, "{\"DimId\":10,\"Name\":\"mHz\"}");
    expect("DELETE", TABLES "TB_Dim/10", NULL, NULL, 204, "");
    assert_int_equal(atomic_load(&told), 4);
    expect_part("GET", TABLES "TB_Dim/10", NULL, NULL, 404, "not_found");
    expect_part("DELETE", TABLES "TB_Dim/10", NULL, NULL, 404, "not_found");
    expect_part("PATCH", TABLES "TB_Dim/10", NULL, "{\"Name\":\"x\"}", 404, "not_found");
    /* Changes that change nothing, and refused ones, are told nobody. */
    expect("PATCH", TABLES "TB_Dim/1", NULL, "{\"Name\":\"bar\"}", 200,
           "{\"DimId\":1,\"Name\":\"bar\"}");
    expect_part("GET", TABLES "TB_Log?count=1&limit=1", NULL, NULL, 200, "\"count\":7,");
}

static void changes_stand_in_the_journal(void **state)
{
    (void)state;
    expect_part("POST", TABLES "TB_Modems", NULL, "{\"Name\":\"m\",\"IniStr\":\"A=1\"}", 201, "");
    expect_part("PATCH", TABLES "TB_Modems/1", NULL, "{\"IniStr\":\"A=2\\nB\"}", 200, "");
    expect_part("DELETE", TABLES "TB_Modems/1", NULL, NULL, 204, "");
    expect_part(
        "GET", TABLES "TB_Log/1", NULL, NULL, 200,
        "\"Event\":\"TB_Modems 1 created\",\"Prior\":0,\"RefId\":805306369,\"Origin\":"
        "\"HTTP 127.0.0.1\",\"Before\":null,\"After\":\"{\\\"ModId\\\":1,\\\"Name\\\":"
        "\\\"m\\\",\\\"Kind\\\":\\\"tcp\\\",\\\"Address\\\":null,\\\"IniStr\\\":\\\"A=1\\\","
        "\\\"IsActive\\\":1}\"");
    expect_part("GET", TABLES "TB_Log/2", NULL, NULL, 200,
                "\"Event\":\"TB_Modems 1 changed\",\"Prior\":0,\"RefId\":805306369,\"Origin\":"
                "\"HTTP 127.0.0.1\",\"Before\":\"{\\\"IniStr\\\":\\\"A=1\\\"}\",\"After\":"
                "\"{\\\"IniStr\\\":\\\"A=2\\\\nB\\\"}\"");
    expect_part("GET", TABLES "TB_Log/3", NULL, NULL, 200, "\"Event\":\"TB_Modems 1 deleted\"");
    expect_part("DELETE", TABLES "TB_Log/1", NULL, NULL, 403, "the journal is never changed");
    expect_part("PATCH", TABLES "TB_Log/1", NULL, "{\"Event\":\"\"}", 403, "denied");
}

static void pages_of_rows(void **state)
{
    (void)state;
    units();
    expect("GET", TABLES "TB_Dim?limit=2", NULL, NULL, 200,
           "{\"table\":\"TB_Dim\",\"rows\":[{\"DimId\":1,\"Name\":\"bar\"},{\"DimId\":2,\"Name\":"
           "\"kW\"}],\"next\":\"2\"}");
    expect("GET", TABLES "TB_Dim?limit=2&after=2", NULL, NULL, 200,
           "{\"table\":\"TB_Dim\",\"rows\":[{\"DimId\":3,\"Name\":\"V\"},{\"DimId\":9,\"Name\":"
           "\"A\"}],\"next\":null}");
    expect("GET", TABLES "TB_Dim?order=-Name&limit=2&count=1", NULL, NULL, 200,
           "{\"table\":\"TB_Dim\",\"count\":4,\"rows\":[{\"DimId\":2,\"Name\":\"kW\"},{\"DimId\":1,"
           "\"Name\":\"bar\"}],\"next_offset\":2}");
    expect("GET", TABLES "TB_Dim?order=-Name&limit=2&offset=2&format=csv", NULL, NULL, 200,
           "DimId,Name\r\n3,V\r\n9,A\r\n");
    expect("GET", TABLES "TB_Dim?DimId.gt=1&DimId.le=3&Name.ne=V&format=csv", NULL, NULL, 200,
           "DimId,Name\r\n2,kW\r\n");
    expect("GET", TABLES "TB_Dim?Name=no&etags=1", NULL, NULL, 200,
           "{\"table\":\"TB_Dim\",\"rows\":[],\"next\":null,\"etags\":[]}");
    expect_part("POST", TABLES "dcop_conf_bt", NULL,
                "{\"tool_id\":\"t\",\"column_name\":\"n01\",\"valid_from\":\"2024-11-05\","
                "\"name\":\"x\",\"offset\":-4.5}",
                201, "\"keys\":[\"t,n01,2024-11-05T00:00:00.000Z\"]");
    expect_part("GET", TABLES "dcop_conf_bt?offset.eq=-4.5&valid_from.le=now", NULL, NULL, 200,
                "\"offset\":-4.5");
    expect_part("GET", TABLES "TB_Dim?order=Name&after=1", NULL, NULL, 400, "without order");
    expect_part("GET", TABLES "TB_Dim?limit=100001", NULL, NULL, 400, "1 to 100000");
    expect_part("GET", TABLES "TB_Dim?order=Nam", NULL, NULL, 400, "did you mean \\\"Name\\\"?");
    expect_part("GET", TABLES "TB_Dim?Name.like=x", NULL, NULL, 400, ".null, not");
    expect_part("GET", TABLES "TB_Dim?DimId=x", NULL, NULL, 400, "no whole number");
}

static void add_word(struct vv_buf *to, unsigned i)
{
    vv_buf_format(to, "\"%.*s %u\"", (int)(1 + i % 20), "abcdefghijklmnopqrst", i);
}

/* Answers of many pieces: every row once, whatever the order. */
static void long_lists_are_whole(void **state)
{
    enum {
        ROWS = 9000
    };
    struct vv_buf body = {0};
    struct test_answer answer;

    (void)state;
    vv_buf_text(&body, "[");
    for (unsigned i = 0; i < ROWS; i++) {
        vv_buf_text(&body, i > 0 ? ",{\"Name\":" : "{\"Name\":");
        add_word(&body, i);
        vv_buf_text(&body, "}");
    }
    vv_buf_text(&body, "]");
    expect_part("POST", TABLES "TB_Dim", NULL, (const char *)body.data, 201, "\"created\":9000");
    vv_buf_deinit(&body);
    static const char *const targets[] = {TABLES "TB_Dim?limit=100000&format=csv",
                                          TABLES "TB_Dim?limit=100000&format=csv&order=-Name"};
    for (size_t i = 0; i < 2; i++) {
        uint8_t seen[ROWS + 1] = {0};
        ask("GET", targets[i], NULL, NULL, 200, &answer);
        assert_int_equal(test_count(&answer.body, '\n'), ROWS + 1);
        const char *at = strchr(test_body(&answer), '\n');
        for (unsigned row = 0; row < ROWS; row++) {
            unsigned long id = strtoul(at + 1, NULL, 10);
            assert_in_range(id, 1, ROWS);
            assert_int_equal(seen[id]++, 0);
            at = strchr(at + 1, '\n');
        }
        test_answer_deinit(&answer);
    }
    ask("GET", TABLES "TB_Dim?limit=8999&etags=1", NULL, NULL, 200, &answer);
    assert_non_null(strstr(test_body(&answer), "],\"next\":\"8999\",\"etags\":["));
    test_answer_deinit(&answer);
}

static void keys_of_several_parts_and_of_text(void **state)
{
    (void)state;
    expect_part("POST", TABLES "TB_Strings", NULL, "{\"Part\":2,\"TextId\":900,\"Name\":\"a\"}",
                201, "\"keys\":[\"2,900\"]");
    expect("GET", TABLES "TB_Strings/2,900", NULL, NULL, 200,
           "{\"Part\":2,\"TextId\":900,\"Name\":\"a\",\"BinData\":null,\"Comment\":null}");
    expect_part("GET", TABLES "TB_Strings/2", NULL, NULL, 400, "a key of 2 parts");
    expect_part("GET", TABLES "TB_Strings/2,900,1", NULL, NULL, 400, "a key of 2 parts");
    expect_part("PATCH", TABLES "TB_Strings/2,900", NULL, "{\"TextId\":901}", 400,
                "a row's key stays as it is");
    expect_part("POST", TABLES "vv_day_type", NULL,
                "{\"CalendarId\":1,\"Date\":\"a,/ +%\",\"Kind\":\"holiday\"}", 201,
                "\"keys\":[\"1,a%2C%2F%20%2B%25\"]");
    expect_part("GET", TABLES "vv_day_type/1,a%2C%2F%20%2B%25", NULL, NULL, 200, "holiday");
    expect_part("GET", TABLES "vv_day_type/1,a%2C%2F%20+%25", NULL, NULL, 200, "holiday");
    expect_part("GET", TABLES "vv_day_type/1,a%2", NULL, NULL, 400, "two digits");
    expect_part("POST", TABLES "study", NULL,
                "{\"StudyInstanceUID\":\"schema\",\"ReceivedAt\":1,\"ChangedAt\":1}", 201,
                "\"keys\":[\"%73chema\"]");
    expect_part("GET", TABLES "study/%73chema", NULL, NULL, 200, "\"Status\":\"new\"");
    expect_part("GET", TABLES "study/schema", NULL, NULL, 200, "\"columns\":[");
    expect_part("DELETE", TABLES "study/schema", NULL, NULL, 405, "takes GET");
}

static void references_are_held(void **state)
{
    (void)state;
    expect_part("POST", TABLES "TB_Objects", NULL, "{\"Type\":1,\"Name\":\"p\",\"DimId\":77}", 409,
                "TB_Objects, row 1, column \\\"DimId\\\": TB_Dim has no row with DimId 77");
    units();
    expect_part("POST", TABLES "TB_Objects", NULL, "{\"Type\":1,\"Name\":\"p\",\"DimId\":2}", 201,
                "\"keys\":[\"1\"]");
    expect_part("DELETE", TABLES "TB_Dim/2", NULL, NULL, 409,
                "TB_Objects.DimId still refers to it, in the row with ObjId 1");
    expect_part("POST", TABLES "TB_Objects", NULL,
                "[{\"ObjId\":5,\"Type\":0,\"Name\":\"a\",\"Parent\":6},"
                "{\"ObjId\":6,\"Type\":0,\"Name\":\"b\"}]",
                201, "\"keys\":[\"5\",\"6\"]");
    expect_part("POST", TABLES "vv_point_option", NULL, "{\"ObjId\":1,\"Decimals\":2}", 201, "");
    expect_part("DELETE", TABLES "TB_Objects/1", NULL, NULL, 409, "vv_point_option.ObjId");
    expect_part("DELETE", TABLES "TB_Objects/6?parts=1", NULL, NULL, 409, "TB_Objects.Parent");
    expect_part("DELETE", TABLES "TB_Objects/1?parts=1", NULL, NULL, 204, "");
    expect_part("GET", TABLES "vv_point_option/1", NULL, NULL, 404, "");
    expect_part("GET", TABLES "TB_Log?Event=vv_point_option%201%20deleted&count=1", NULL, NULL, 200,
                "\"count\":1,");
    expect_part("PATCH", TABLES "TB_Objects/6", NULL, "{\"Parent\":5}", 409, "ring");
    expect_part("POST", TABLES "TB_Objects", NULL,
                "[{\"ObjId\":7,\"Type\":0,\"Name\":\"a\",\"Parent\":8},"
                "{\"ObjId\":8,\"Type\":0,\"Name\":\"b\",\"Parent\":7}]",
                409, "ring");
    expect_part("GET", TABLES "TB_Objects/7", NULL, NULL, 404, "");
}

/* "*", the mark that was read, and one that is old. */
static void nobody_overwrites_anothers_change(void **state)
{
    struct test_answer answer;
    char header[64], mark[24];

    (void)state;
    units();
    ask("GET", TABLES "TB_Dim/1", NULL, NULL, 200, &answer);
    const char *etag = strcasestr((const char *)answer.head.data, "ETag: ");
    assert_non_null(etag);
    memcpy(mark, etag + 6, 18);
    mark[18] = '\0';
    test_answer_deinit(&answer);
    snprintf(header, sizeof header, "If-Match: %s\r\n", mark);
    ask("PATCH", TABLES "TB_Dim/1", header, "{\"Name\":\"mbar\"}", 200, &answer);
    assert_false(test_head_has(&answer, mark));
    test_answer_deinit(&answer);
    expect_part("PATCH", TABLES "TB_Dim/1", header, "{\"Name\":\"Pa\"}", 412, "\"changed\"");
    expect_part("DELETE", TABLES "TB_Dim/1", header, NULL, 412, "\"changed\"");
    expect("GET", TABLES "TB_Dim/1", NULL, NULL, 200, "{\"DimId\":1,\"Name\":\"mbar\"}");
    expect_part("DELETE", TABLES "TB_Dim/1", "If-Match: *\r\n", NULL, 204, "");
}

#define CSV "Content-Type: text/csv\r\n"

static void csv_in(void **state)
{
    (void)state;
    expect("POST", TABLES "TB_Modems", CSV,
           "\xEF\xBB\xBFModId,Name,Kind,Address\r\n4,\"a "
           "\"\"b\"\",\r\nc\",tcp,'=1+1\r\n5,,modem,\"\"\r\n",
           201,
           "{\"table\":\"TB_Modems\",\"created\":2,\"changed\":0,\"same\":0,"
           "\"keys\":[\"4\",\"5\"]}");
    expect("GET", TABLES "TB_Modems", NULL, NULL, 200,
           "{\"table\":\"TB_Modems\",\"rows\":[{\"ModId\":4,\"Name\":\"a \\\"b\\\",\\r\\nc\","
           "\"Kind\":\"tcp\",\"Address\":\"=1+1\",\"IniStr\":null,\"IsActive\":1},{\"ModId\":5,"
           "\"Name\":null,\"Kind\":\"modem\",\"Address\":\"\",\"IniStr\":null,\"IsActive\":1}],"
           "\"next\":null}");
    expect("GET", TABLES "TB_Modems?format=csv", NULL, NULL, 200,
           "ModId,Name,Kind,Address,IniStr,IsActive\r\n4,\"a \"\"b\"\",\r\nc\",tcp,'=1+1,,1\r\n"
           "5,,modem,\"\",,1\r\n");
    /* One bad row: none is kept, and the error says which. */
    expect_part("POST", TABLES "TB_Modems", CSV, "Name,IsActive\nx,1\ny,2\n", 400,
                "TB_Modems, row 3, column \\\"IsActive\\\": 2 is none of 0, 1\",\"row\":3");
    expect_part("POST", TABLES "TB_Modems", CSV, "Name,IsActive\nx,1\ny,no\n", 400, "row 3");
    expect_part("POST", TABLES "TB_Modems", CSV, "Name,IsActive\nx\n", 400, "line 2: 1 cells");
    expect_part("POST", TABLES "TB_Modems", CSV, "Nane\nx\n", 400, "did you mean \\\"Name\\\"?");
    expect_part("POST", TABLES "TB_Modems", CSV, "Name,Name\nx,y\n", 400, "twice");
    expect_part("POST", TABLES "TB_Modems", CSV, "", 400, "names the columns");
    expect_part("GET", TABLES "TB_Modems?count=1&limit=1", NULL, NULL, 200, "\"count\":2,");
    expect("POST", TABLES "TB_Modems?mode=upsert&dry_run=1", CSV, "ModId,Name\n5,n\n6,m\n", 200,
           "{\"table\":\"TB_Modems\",\"created\":1,\"changed\":1,\"same\":0,"
           "\"keys\":[\"5\",\"6\"]}");
    expect("POST", TABLES "TB_Modems?mode=upsert", CSV,
           "ModId,Kind,Name\n5,modem,n\n4,tcp,\"a \"\"b\"\",\r\nc\"\n6,,m\n", 200,
           "{\"table\":\"TB_Modems\",\"created\":1,\"changed\":1,\"same\":1,"
           "\"keys\":[\"5\",\"4\",\"6\"]}");
    expect_part("POST", TABLES "TB_Modems", CSV, "ModId,Name\n4,n\n", 409, "exists");
}

static void secrets_stay(void **state)
{
    struct vv_ledger_tx *tx;
    struct vv_arena arena;
    struct vv_row row;

    (void)state;
    vv_arena_init(&arena, 0, NULL);
    assert_int_equal(vv_ledger_begin_write(t.store.ledger, &tx, NULL), VARVE_OK);
    assert_int_equal(vv_row_init(&row, vv_catalog_find("TB_User"), &arena, NULL), VARVE_OK);
    (void)vv_row_set_text(&row, "Name", "ann", NULL);
    (void)vv_row_set_text(&row, "Passw", "hidden", NULL);
    assert_int_equal(vv_ledger_insert(tx, &row, NULL), VARVE_OK);
    assert_int_equal(vv_row_init(&row, vv_catalog_find("vv_session"), &arena, NULL), VARVE_OK);
    (void)vv_row_set_text(&row, "SessionHash", "hidden", NULL);
    (void)vv_row_set_int(&row, "UserId", 1, NULL);
    (void)vv_row_set_int(&row, "CreatedAt", 1, NULL);
    (void)vv_row_set_int(&row, "LastAt", 1, NULL);
    assert_int_equal(vv_ledger_insert(tx, &row, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_commit(&tx, NULL), VARVE_OK);
    vv_arena_deinit(&arena);

    expect("GET", TABLES "TB_User", NULL, NULL, 200,
           "{\"table\":\"TB_User\",\"rows\":[{\"UserId\":1,\"Name\":\"ann\",\"ShName\":null,"
           "\"Rights\":0,\"Exist\":1,\"Groups\":null}],\"next\":null}");
    expect("GET", TABLES "TB_User?format=csv", NULL, NULL, 200,
           "UserId,Name,ShName,Rights,Exist,Groups\r\n1,ann,,0,1,\r\n");
    expect("GET", TABLES "vv_session?format=csv", NULL, NULL, 200,
           "UserId,CreatedAt,LastAt,Origin,EndedAt\r\n"
           "1,1970-01-01T00:00:00.001Z,1970-01-01T00:00:00.001Z,,\r\n");
    expect_part("GET", TABLES "vv_session", NULL, NULL, 200, "\"next_offset\":null");
    expect_part("GET", TABLES "TB_User?Passw.ge=h", NULL, NULL, 403, "secret");
    expect_part("GET", TABLES "TB_User?order=Passw", NULL, NULL, 403, "secret");
    expect_part("GET", TABLES "vv_session/hidden", NULL, NULL, 403, "secret");
    expect_part("GET", TABLES "vv_session?after=a", NULL, NULL, 403, "secret");
    expect_part("POST", TABLES "TB_User", NULL, "{\"Name\":\"bob\"}", 403, "administrator");
    expect_part("PATCH", TABLES "TB_User/1", NULL, "{\"Rights\":255}", 403, "administrator");
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    expect_part("GET", TABLES "TB_Dum", NULL, NULL, 404, "did you mean \\\"TB_Dim\\\"?");
    expect_part("GET", TABLES "Trend", NULL, NULL, 400, "stratum");
    expect_part("GET", TABLES "ScadaTagHistory_1_day_20241105", NULL, NULL, 400, "/api/v1/sql");
    expect_part("GET", TABLES "Trend/schema", NULL, NULL, 200, "\"kind\":\"stratum\"");
    expect_part("POST", TABLES "TB_Dim", NULL, "{\"Name\":", 400, "not JSON");
    expect_part("POST", TABLES "TB_Dim", NULL, "{\"Nam\":\"x\"}", 400, "no such column");
    expect_part("POST", TABLES "TB_Dim?upsert=1", NULL, "{\"Name\":\"x\"}", 400, "no parameter");
    expect_part("POST", TABLES "TB_Dim?mode=put", NULL, "{\"Name\":\"x\"}", 400, "mode is create");
    expect_part("PATCH", TABLES "TB_Dim/1", NULL, "[]", 400, "one object");
    expect_part("PUT", TABLES "TB_Dim/1", NULL, NULL, 405, "PATCH, DELETE");
    expect_part("POST", TABLES "TB_Dim", "Origin: http://evil.example\r\n", "{}", 403, "evil");
    expect_part("POST", TABLES "vv_schema", NULL, "{}", 403, "Varve itself");
}

static void all_tables_are_listed(void **state)
{
    struct test_answer answer;
    char target[128], part[96];

    (void)state;
    units();
    expect_part("GET", "/api/v1/tables", NULL, NULL, 200,
                "\"change_right\":\"configure\",\"rows\":4");
    ask("GET", "/api/v1/tables", NULL, NULL, 200, &answer);
    for (size_t i = 0; i < vv_catalog_count(); i++) {
        const struct vv_table *table = vv_catalog_table(i);
        snprintf(part, sizeof part, "{\"name\":\"%s\",", table->name);
        assert_non_null(strstr(test_body(&answer), part));
        snprintf(target, sizeof target, TABLES "%s/schema", table->name);
        expect_part("GET", target, NULL, NULL, 200, part);
    }
    test_answer_deinit(&answer);
    expect_part("GET", TABLES "TB_Objects/schema", NULL, NULL, 200,
                "{\"name\":\"Parent\",\"type\":\"int\",\"not_null\":true,\"default\":\"0\","
                "\"reference\":{\"table\":\"TB_Objects\",\"column\":\"ObjId\","
                "\"zero_for_none\":true},\"doc\":");
}

static void plant_as_a_file(void **state)
{
    static const char file[] = "connections:\n  - {name: gate, driver: modbus}\n";

    (void)state;
    expect("POST", "/api/v1/plant?dry_run=1", NULL, file, 200,
           "{\"changes\":[{\"sign\":\"+\",\"text\":\"connection gate\"}],\"added\":1,"
           "\"changed\":0,\"removed\":0,\"dry_run\":true}");
    expect("GET", "/api/v1/plant", NULL, NULL, 200,
           "connections: []\n\ntypes: []\n\ndevices: []\n\npoints: []\n");
    assert_int_equal(atomic_load(&told), 0);
    expect("POST", "/api/v1/plant?format=text", NULL, file, 200,
           "+ connection gate\n1 added, 0 changed, 0 removed\n");
    assert_int_equal(atomic_load(&told), 1);
    expect("POST", "/api/v1/plant?format=text", NULL, file, 200, "0 added, 0 changed, 0 removed\n");
    assert_int_equal(atomic_load(&told), 1);
    expect_part("GET", TABLES "TB_Log", NULL, NULL, 200,
                "\"Event\":\"plant file applied: 1 added, 0 changed, 0 removed\",\"Prior\":0,"
                "\"RefId\":null,\"Origin\":\"HTTP 127.0.0.1\"");
    expect_part("POST", "/api/v1/plant", NULL, "connections:\n  - {nam: x}\n", 400,
                "the plant file line 2: ");
    expect_part("POST", "/api/v1/plant?format=xml", NULL, file, 400, "json or text");
}

/* ---- renamed points ---- */

#define HISTORY "/api/v1/history?from=2024-11-04T00:00:00Z&to=2024-11-06T00:00:00Z&tag="
#define MAPPING TABLES "ScadaTagMapping?Tag="

static void points(void)
{
    expect_part("POST", TABLES "TB_Objects", NULL,
                "[{\"ObjId\":1,\"Type\":0,\"Name\":\"Hall\"},"
                "{\"ObjId\":2,\"Type\":0,\"Parent\":1,\"Name\":\"Line\"},"
                "{\"ObjId\":3,\"Type\":1,\"Parent\":1,\"Name\":\"Power\"},"
                "{\"ObjId\":4,\"Type\":1,\"Parent\":2,\"Name\":\"Speed\"}]",
                201, "");
    test_put(&t.store, "Hall/Power", TEST_NOW_MS, vv_datum_double(41));
    test_put(&t.store, "Hall/Line/Speed", TEST_NOW_MS, vv_datum_double(7));
    test_put(&t.store, "Hall/Old", TEST_NOW_MS, vv_datum_double(1));
}

static void a_renamed_point_keeps_its_tag(void **state)
{
    (void)state;
    points();
    expect_part("POST", "/api/v1/sql", NULL,
                "{\"sql\":\"SELECT TagName FROM ScadaTagHistory WHERE TagId = 1\"}", 200,
                "Hall/Power");
    expect_part("PATCH", TABLES "TB_Objects/3", NULL, "{\"Name\":\"Leistung ä\"}", 200, "");
    expect_part("GET", HISTORY "Hall/Leistung%20%C3%A4", NULL, NULL, 200, "41");
    expect_part("GET", HISTORY "Hall/Power", NULL, NULL, 404, "there is no tag");
    expect_part("GET", MAPPING "Hall/Leistung%20%C3%A4", NULL, NULL, 200,
                "\"Id\":1,\"Tag\":\"Hall/Leistung ä\",\"Type\":3,\"ProviderId\":1,"
                "\"NormalizedName\":\"hall/leistung_a\"");
    expect("GET", MAPPING "Hall/Power", NULL, NULL, 200,
           "{\"table\":\"ScadaTagMapping\",\"rows\":[],\"next\":null}");
    for (int i = 0; i < 4; i++) /* on whichever connection of the pool */
        expect_part("POST", "/api/v1/sql", NULL,
                    "{\"sql\":\"SELECT TagName FROM ScadaTagHistory WHERE TagId = 1\"}", 200,
                    "Hall/Leistung ä");
    expect_part("GET", TABLES "TB_Log?Event=TB_Objects%203%20changed", NULL, NULL, 200,
                "Leistung ä");
    /* And back, with a value under the name in between. */
    test_put(&t.store, "Hall/Leistung ä", TEST_NOW_MS + 1000, vv_datum_double(42));
    expect_part("PATCH", TABLES "TB_Objects/3", NULL, "{\"Name\":\"Power\"}", 200, "");
    expect_part("GET", HISTORY "Hall/Power", NULL, NULL, 200, "42");
}

/* Whoever found the tag before goes on writing it, and its value comes under the new name. */
static void live_values_go_on_under_the_new_name(void **state)
{
    struct vv_stored row = {.time_ms = TEST_NOW_MS, .quality = 192, .value = vv_datum_double(43.5)};
    struct vv_live_entry entry;
    struct vv_live_sub *sub;
    struct vv_arena arena;
    vv_error err;

    (void)state;
    points();
    vv_arena_init(&arena, 0, NULL);
    assert_ok(vv_tag_find(t.store.set, NULL, "Hall/Power", 10, &row.tag, &err), &err);
    assert_ok(vv_live_subscribe(t.live, "Hall/Wirk*", false, NULL, NULL, &sub, &err), &err);
    vv_live_update(t.live, &row, 1);
    assert_int_equal(vv_live_take(sub, &entry, 1, &arena), 0);
    expect_part("PATCH", TABLES "TB_Objects/3", NULL, "{\"Name\":\"Wirkleistung\"}", 200, "");
    expect_part("GET", "/api/v1/live", NULL, NULL, 200, "Hall/Wirkleistung");
    row.time_ms++;
    vv_live_update(t.live, &row, 1);
    assert_int_equal(vv_live_take(sub, &entry, 1, &arena), 1);
    assert_string_equal(entry.tag->name, "Hall/Wirkleistung");
    vv_live_unsubscribe(sub);
    vv_arena_deinit(&arena);
}

static void a_branch_takes_its_points_along(void **state)
{
    (void)state;
    points();
    /* All or nothing: the second row is refused, and so the first one is not renamed. */
    expect_part("POST", TABLES "TB_Objects?mode=upsert", NULL,
                "[{\"ObjId\":1,\"Name\":\"Building\"},{\"ObjId\":3,\"Parent\":99}]", 409, "");
    expect_part("GET", HISTORY "Hall/Power", NULL, NULL, 200, "41");
    expect_part("POST", TABLES "TB_Objects?mode=upsert&dry_run=1", NULL,
                "{\"ObjId\":1,\"Name\":\"Building\"}", 200, "\"changed\":1");
    expect_part("GET", HISTORY "Building/Power", NULL, NULL, 404, "there is no tag");
    expect_part("PATCH", TABLES "TB_Objects/1", NULL, "{\"Name\":\"Building 1/2\"}", 200, "");
    expect_part("GET", HISTORY "Building%201%5C%2F2/Power", NULL, NULL, 200, "41");
    expect_part("GET", HISTORY "Building%201%5C%2F2/Line/Speed", NULL, NULL, 200, "7");
    /* "Hall/Old" is no point and stays; a branch moved to the root: */
    expect_part("GET", HISTORY "Hall/Old", NULL, NULL, 200, "");
    expect_part("PATCH", TABLES "TB_Objects/2", NULL, "{\"Parent\":0}", 200, "");
    expect_part("GET", HISTORY "Line/Speed", NULL, NULL, 200, "7");
    expect_part("GET", "/api/v1/tags", NULL, NULL, 200, "2/Power");
}

static void a_name_with_a_history_is_refused(void **state)
{
    (void)state;
    points();
    expect_part("PATCH", TABLES "TB_Objects/3", NULL, "{\"Name\":\"Old\"}", 409,
                "point \\\"Hall/Power\\\" cannot become \\\"Hall/Old\\\"");
    expect_part("GET", TABLES "TB_Objects/3", NULL, NULL, 200, "\"Name\":\"Power\"");
    expect_part("GET", HISTORY "Hall/Power", NULL, NULL, 200, "41");
    expect_part("GET", MAPPING "Hall/Power", NULL, NULL, 200, "\"Id\":1,");
}

/* A dot parts a column from what is asked of it; every exception is about a table that there is. */
static void names_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < vv_catalog_count(); i++) {
        const struct vv_table *table = vv_catalog_table(i);
        for (size_t k = 0; k < table->column_count && table->kind == VV_TABLE_LEDGER; k++) {
            assert_null(strchr(table->columns[k].name, '.'));
        }
    }
    for (unsigned i = 0; vv_table_access_name(i); i++)
        assert_non_null(vv_catalog_find(vv_table_access_name(i)));
}

static void paths_are_matched(void **state)
{
    struct vv_route_match match;

    (void)state;
    vv_route_find("PATCH", "/api/v1/tables/a%2Fb/c,d", &match);
    assert_string_equal(match.route->method, "PATCH");
    assert_int_equal(match.pieces[0].len_bytes, 5);
    assert_memory_equal(match.pieces[1].text, "c,d", 3);
    assert_string_equal(match.allow, "GET, HEAD, PATCH, DELETE, OPTIONS");
    vv_route_find("GET", "/api/v1/tables/a/b/c", &match);
    assert_null(match.route);
    assert_string_equal(match.allow, "");
    vv_route_find("GET", "/api/v1/tables/a/", &match);
    assert_int_equal(match.pieces[1].len_bytes, 0);
    vv_route_find("GET", "/api/v1/table", &match);
    assert_null(match.route);
    vv_route_find("PUT", "/api/v1/tables/a/schema", &match);
    assert_null(match.route);
    assert_string_equal(match.allow, "GET, HEAD, OPTIONS");
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SERVER(rows_are_created_changed_deleted),
        WITH_SERVER(changes_stand_in_the_journal),
        WITH_SERVER(pages_of_rows),
        WITH_SERVER(long_lists_are_whole),
        WITH_SERVER(keys_of_several_parts_and_of_text),
        WITH_SERVER(references_are_held),
        WITH_SERVER(nobody_overwrites_anothers_change),
        WITH_SERVER(csv_in),
        WITH_SERVER(secrets_stay),
        WITH_SERVER(what_cannot_be_is_refused),
        WITH_SERVER(all_tables_are_listed),
        WITH_SERVER(plant_as_a_file),
        WITH_SERVER(a_renamed_point_keeps_its_tag),
        WITH_SERVER(live_values_go_on_under_the_new_name),
        WITH_SERVER(a_branch_takes_its_points_along),
        WITH_SERVER(a_name_with_a_history_is_refused),
        cmocka_unit_test(names_are_known),
        cmocka_unit_test(paths_are_matched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
