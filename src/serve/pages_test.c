#include "serve/pages.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"

#include "base/banned.h"

static char folder[64];

static void write_file(const char *name, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static int make(void **state)
{
    char path[128], text[4000];

    (void)state;
    snprintf(folder, sizeof folder, "/tmp/varve-pages-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/assets", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    write_file("assets/main-12.js", text);
    write_file("assets/icon.svg", "<svg/>");
    write_file(".hidden", "no");
    snprintf(path, sizeof path, "%s/assets/link.js", folder);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    return 0;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

static int clear(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void found_and_not(void **state)
{
    static const char *const absent[] = {"/pointsmen",
                                         "/trends",
                                         "/assets",
                                         "/assets/",
                                         "/assets/none.js",
                                         "/assets/link.js",
                                         "/.hidden",
                                         "/assets/../index.html",
                                         "",
                                         "//index.html"};
    static const char *const index[] = {
        "/",       "/index.html", "/points",  "/points/A/b", "/trend",         "/trend/", "/views",
        "/system", "/histories",  "/devices", "/journal",    "/tables/TB_Dim", "/sql"};
    struct vv_pages *pages;
    vv_error err = {0};

    (void)state;
    assert_int_equal(vv_pages_load(folder, &pages, &err), VARVE_NOT_FOUND);
    assert_non_null(strstr(err.message, "index.html"));
    write_file("index.html", "<!doctype html>");
    assert_ok(vv_pages_load(folder, &pages, &err), &err);

    const struct vv_site_file *page = vv_pages_find(pages, "/index.html");
    assert_non_null(page);
    assert_string_equal(page->type, "text/html; charset=utf-8");
    assert_false(page->immutable);
    assert_int_equal(page->gzip.len, 0); /* it would be longer */
    for (size_t i = 0; i < sizeof index / sizeof index[0]; i++)
        assert_ptr_equal(vv_pages_find(pages, index[i]), page);
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        assert_null(vv_pages_find(pages, absent[i]));

    const struct vv_site_file *script = vv_pages_find(pages, "/assets/main-12.js");
    assert_non_null(script);
    assert_string_equal(script->type, "text/javascript; charset=utf-8");
    assert_true(script->immutable);
    assert_int_equal(script->plain.len, 3999);
    assert_in_range(script->gzip.len, 10, 200);
    assert_string_not_equal(script->etag, page->etag);
    vv_pages_free(pages);
    assert_null(vv_pages_find(NULL, "/"));
}

static void no_folder(void **state)
{
    struct vv_pages *pages;

    (void)state;
    assert_int_equal(vv_pages_load("/no/such/folder", &pages, NULL), VARVE_NOT_FOUND);
    assert_null(pages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(found_and_not, make, clear),
        cmocka_unit_test(no_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
