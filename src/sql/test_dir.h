/* test_dir.h: a directory of its own for each test of this folder, removed with what is in it. */
#ifndef VV_SQL_TEST_DIR_H
#define VV_SQL_TEST_DIR_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct test_dir {
    char path[32];
    char url[64];  /* sqlite:{path}/ledger.db */
    char file[48]; /* {path}/ledger.db */
};

static inline int test_dir_make(struct test_dir *dir)
{
    snprintf(dir->path, sizeof dir->path, "/tmp/varve-sql-XXXXXX");
    if (mkdtemp(dir->path) == NULL)
        return -1;
    snprintf(dir->file, sizeof dir->file, "%s/ledger.db", dir->path);
    snprintf(dir->url, sizeof dir->url, "sqlite:%s", dir->file);
    return 0;
}

static inline void test_dir_remove(const struct test_dir *dir)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
    char path[128];

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s%s", dir->file, ends[i]);
        (void)unlink(path);
    }
    (void)rmdir(dir->path);
}

#endif
