#include "scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool scratch_new(char folder[SCRATCH_MAX])
{
    const char *base = getenv("TMPDIR");
    snprintf(folder, SCRATCH_MAX, "%s/varve-XXXXXX", base && *base ? base : "/tmp");
    if (mkdtemp(folder))
        return true;
    perror(folder);
    return false;
}

void scratch_free(const char *folder)
{
    DIR *open = opendir(folder);
    struct dirent *entry;
    char path[1024];
    while (open && (entry = readdir(open))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (unlink(path))
            scratch_free(path);
    }
    if (open)
        closedir(open);
    rmdir(folder);
}
