#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "catalog/glob.h"

#include "base/banned.h"

static bool match(const char *pattern, const char *path)
{
    assert_int_equal(vv_glob_check(pattern, strlen(pattern), NULL), VARVE_OK);
    return vv_glob_match(pattern, strlen(pattern), path, strlen(path));
}

static void test_inside_an_element(void **state)
{
    (void)state;
    assert_true(match("Boiler */Steam/*", "Boiler 1/Steam/Pressure"));
    assert_false(match("Boiler */Steam/*", "Boiler 1/Steam/Main/Pressure"));
    assert_false(match("Boiler */Steam/*", "Boiler 1/Steam"));
    assert_true(match("Boiler */Steam/*", "Boiler /Steam/"));
    assert_true(match("P?mp", "Pump"));
    assert_true(match("温?", "温度"));
    assert_false(match("P?mp", "Pmp"));
    assert_false(match("P?mp", "P/mp"));
    assert_true(match("a*b*c", "aXbYbZc"));
    assert_false(match("a*b*c", "aXbYbZ"));
    assert_true(match("***", "abc"));
    assert_true(match("", ""));
    assert_false(match("", "a"));
    assert_false(match("pump", "Pump"));
}

static void test_sets(void **state)
{
    (void)state;
    assert_true(match("Pump [1-3]", "Pump 2"));
    assert_false(match("Pump [1-3]", "Pump 4"));
    assert_true(match("Pump [!1-3]", "Pump 4"));
    assert_true(match("Pump [^1-3]", "Pump x"));
    assert_false(match("Pump [!1-3]", "Pump 3"));
    assert_true(match("[]x]", "]"));
    assert_true(match("[a-]", "-"));
    assert_true(match("[α-ω]", "λ"));
    assert_true(match("[\\]]", "]"));
    assert_false(match("[!x]", ""));
    assert_false(match("a[!x]b", "a/b"));
}

static void test_across_elements(void **state)
{
    (void)state;
    assert_true(match("*", "a/b/c"));
    assert_true(match("*", ""));
    assert_false(match("*/*", "a/b/c"));
    assert_true(match("A/**", "A"));
    assert_true(match("A/**", "A/b/c"));
    assert_false(match("A/**", "AB/c"));
    assert_true(match("**/Pressure", "Boiler 1/Steam/Pressure"));
    assert_true(match("**/Pressure", "Pressure"));
    assert_true(match("A/**/x/**/z", "A/b/x/y/x/z"));
    assert_false(match("A/**/x/**/z", "A/b/y/z"));
    assert_true(match("**", "a/b"));
}

static void test_escapes(void **state)
{
    (void)state;
    assert_true(match("a\\*b", "a\\*b"));
    assert_false(match("a\\*b", "aXb"));
    assert_true(match("a?b", "a\\/b"));
    assert_true(match("a*", "a\\/b"));
    assert_true(match("a\\/b", "a\\/b"));
    assert_false(match("a\\/b", "a/b"));
    assert_true(match("\\[1]", "\\[1]"));
    assert_true(vv_glob_is_pattern("a*", 2));
    assert_true(vv_glob_is_pattern("a[1]", 4));
    assert_false(vv_glob_is_pattern("a\\*\\?\\[", 7));
    assert_false(vv_glob_is_pattern("a\\", 2));
}

static void test_refused(void **state)
{
    static const char *const bad[] = {"[", "a[bc", "[]", "[z-a]", "a\\", "[a/b]", "x/[!]", "\xFF"};
    vv_error err;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(vv_glob_check(bad[i], strlen(bad[i]), &err), VARVE_SYNTAX);
        (void)vv_glob_match(bad[i], strlen(bad[i]), "abc", 3);
    }
}

/* Thirty stars over a thousand letters would take for ever if each star were tried again. */
static void test_time_is_bounded(void **state)
{
    char pattern[62], path[1000];

    (void)state;
    for (int i = 0; i < 30; i++)
        memcpy(pattern + (size_t)i * 2, "a*", 2);
    pattern[60] = 'b';
    memset(path, 'a', sizeof path);
    assert_false(vv_glob_match(pattern, 61, path, sizeof path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inside_an_element), cmocka_unit_test(test_sets),
        cmocka_unit_test(test_across_elements),   cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_refused),           cmocka_unit_test(test_time_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
