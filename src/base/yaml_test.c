/* yaml_test.c: what yaml.h promises, above all about errors. */
#include <string.h>

#include "base/buf.h"
#include "base/nearest.h"
#include "base/test.h"
#include "base/yaml.h"

static struct vv_arena arena;
static vv_error err;

static vv_status parse(const char *text, struct vv_yaml_node **root)
{
    vv_error_clear(&err);
    return vv_yaml_parse(text, strlen(text), "a.yaml", &arena, root, &err);
}

static void refused(const char *text, const char *message)
{
    struct vv_yaml_node *root;

    assert_int_equal(parse(text, &root), VARVE_SYNTAX);
    assert_null(root);
    if (strstr(err.message, message) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", message, err.message);
}

static void test_tree(void **state)
{
    struct vv_yaml_node *root;
    const struct vv_yaml_node *n;

    (void)state;
    assert_int_equal(parse("node: plant-1\nlist:\n  - {a: 1, b: \"2\"}\n  - x\n", &root), VARVE_OK);
    assert_int_equal(root->kind, VV_YAML_MAPPING);
    n = vv_yaml_get(root, "node");
    assert_non_null(n);
    assert_string_equal(n->text, "plant-1");
    assert_int_equal(n->line, 1);
    n = vv_yaml_get(root, "list");
    assert_int_equal(n->kind, VV_YAML_SEQUENCE);
    assert_int_equal(n->key_line, 2);
    assert_int_equal(n->first->line, 3);
    assert_true(vv_yaml_get(n->first, "b")->quoted);
    assert_string_equal(n->first->next->text, "x");
    assert_null(n->first->next->next);
    assert_null(vv_yaml_get(root, "nothing"));
}

static void test_empty(void **state)
{
    static const char *const texts[] = {"", "# only a comment\n", "---\n", "~\n"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vv_yaml_node *root;

        assert_int_equal(parse(texts[i], &root), VARVE_OK);
        assert_int_equal(root->kind, VV_YAML_MAPPING);
        assert_null(root->first);
    }
}

static void test_refused(void **state)
{
    (void)state;
    refused("a: 1\nb: 2\na: 3\n", "a.yaml line 3: key \"a\" is there already, at line 1");
    refused("a: &x 1\n", "line 1: anchors");
    refused("a: &x 1\nb: *x\n", "anchors");
    refused("a: 1\n---\nb: 2\n", "line 2: a second document");
    refused("a: [1, 2\n", "a.yaml line");
    refused("? [1]\n: 2\n", "a key has to be plain text");
    refused("a: \"x\\0y\"\n", "a NUL");
    refused("a: \xff\n", "a.yaml");
}

static void test_depth(void **state)
{
    struct vv_buf text = {0};
    struct vv_yaml_node *root;

    (void)state;
    for (int i = 0; i < VV_YAML_DEPTH_MAX; i++)
        vv_buf_char(&text, '[');
    for (int i = 0; i < VV_YAML_DEPTH_MAX; i++)
        vv_buf_char(&text, ']');
    assert_int_equal(parse((const char *)text.data, &root), VARVE_OK);
    vv_buf_reset(&text);
    for (int i = 0; i < 100000; i++)
        vv_buf_char(&text, '[');
    refused((const char *)text.data, "nested deeper than 64");
    vv_buf_deinit(&text);
}

static void test_known(void **state)
{
    static const char *const known[] = {"period", "address", "name", NULL};
    struct vv_yaml_node *root;

    (void)state;
    assert_int_equal(parse("name: x\n\nperoid: 5\n", &root), VARVE_OK);
    assert_int_equal(vv_yaml_known(root, known, &err), VARVE_SYNTAX);
    assert_string_equal(err.message,
                        "a.yaml line 3: unknown key \"peroid\"; did you mean \"period\"?");
    assert_int_equal(parse("name: x\nzzz:\n  a: 1\n", &root), VARVE_OK);
    assert_int_equal(vv_yaml_known(root, known, &err), VARVE_SYNTAX);
    assert_string_equal(err.message, "a.yaml line 2: unknown key \"zzz\"");
    assert_int_equal(parse("name: x\naddress: 4\n", &root), VARVE_OK);
    assert_int_equal(vv_yaml_known(root, known, &err), VARVE_OK);
    assert_int_equal(parse("- 1\n", &root), VARVE_OK);
    assert_int_equal(vv_yaml_known(root, known, &err), VARVE_SYNTAX);
}

static void test_typed(void **state)
{
    static const char *const colours[] = {"red", "green", NULL};
    struct vv_yaml_node *root;
    const char *text;
    int64_t i;
    double d;
    bool b;
    int c;

    (void)state;
    assert_int_equal(
        parse("i: 42\nh: 0xFF\nd: 2.5\nb: on\nt: 90s\nc: green\nq: \"42\"\nn: ~\nf: 0.5s\n", &root),
        VARVE_OK);
    assert_int_equal(vv_yaml_int(vv_yaml_get(root, "i"), 0, 100, &i, &err), VARVE_OK);
    assert_int_equal(i, 42);
    assert_int_equal(vv_yaml_int(vv_yaml_get(root, "h"), 0, 300, &i, &err), VARVE_OK);
    assert_int_equal(i, 255);
    assert_int_equal(vv_yaml_int(vv_yaml_get(root, "i"), 0, 41, &i, &err), VARVE_SYNTAX);
    assert_string_equal(
        err.message, "a.yaml line 1: i: a whole number from 0 to 41 is expected, this is \"42\"");
    assert_int_equal(vv_yaml_int(vv_yaml_get(root, "q"), 0, 100, &i, &err), VARVE_SYNTAX);
    assert_int_equal(vv_yaml_double(vv_yaml_get(root, "d"), &d, &err), VARVE_OK);
    assert_true(d == 2.5);
    assert_int_equal(vv_yaml_double(vv_yaml_get(root, "b"), &d, &err), VARVE_SYNTAX);
    assert_int_equal(vv_yaml_bool(vv_yaml_get(root, "b"), &b, &err), VARVE_OK);
    assert_true(b);
    assert_int_equal(vv_yaml_bool(vv_yaml_get(root, "i"), &b, &err), VARVE_SYNTAX);
    assert_int_equal(vv_yaml_duration_ms(vv_yaml_get(root, "t"), 1, 100000, &i, &err), VARVE_OK);
    assert_int_equal(i, 90000);
    assert_int_equal(vv_yaml_duration_ms(vv_yaml_get(root, "t"), 1, 1000, &i, &err),
                     VARVE_BAD_VALUE);
    assert_int_equal(vv_yaml_duration_ms(vv_yaml_get(root, "f"), 1, 1000, &i, &err), VARVE_OK);
    assert_int_equal(i, 500);
    assert_int_equal(vv_yaml_duration_ms(vv_yaml_get(root, "d"), 1, 1000, &i, &err), VARVE_SYNTAX);
    assert_int_equal(vv_yaml_choice(vv_yaml_get(root, "c"), colours, &c, &err), VARVE_OK);
    assert_int_equal(c, 1);
    assert_int_equal(vv_yaml_choice(vv_yaml_get(root, "d"), colours, &c, &err), VARVE_SYNTAX);
    assert_string_equal(err.message,
                        "a.yaml line 3: d: one of red, green is expected, this is \"2.5\"");
    assert_int_equal(vv_yaml_text(vv_yaml_get(root, "q"), &text, &err), VARVE_OK);
    assert_string_equal(text, "42");
    assert_int_equal(vv_yaml_text(vv_yaml_get(root, "n"), &text, &err), VARVE_SYNTAX);
    assert_int_equal(vv_yaml_text(root, &text, &err), VARVE_SYNTAX);
}

static void test_missing_file(void **state)
{
    struct vv_yaml_node *root;

    (void)state;
    assert_int_equal(vv_yaml_read("/nonexistent/plant.yaml", &arena, &root, &err), VARVE_NOT_FOUND);
    assert_non_null(strstr(err.message, "/nonexistent/plant.yaml"));
}

static void test_nearest(void **state)
{
    static const char *const words[] = {"listen", "ledger", "histories", "http", NULL};

    (void)state;
    assert_string_equal(vv_nearest("lisetn", words), "listen");
    assert_string_equal(vv_nearest("historys", words), "histories");
    assert_string_equal(vv_nearest("HTTP", words), "http");
    assert_null(vv_nearest("port", words));
    assert_null(vv_nearest("", words));
}

static int setup(void **state)
{
    (void)state;
    vv_arena_init(&arena, 0, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    vv_arena_deinit(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tree, setup, teardown),
        cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_depth, setup, teardown),
        cmocka_unit_test_setup_teardown(test_known, setup, teardown),
        cmocka_unit_test_setup_teardown(test_typed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_missing_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nearest, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
