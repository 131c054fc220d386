/* replay.c: runs a fuzz target over a folder of inputs, each whole and cut off at up to 64 places,
 * so that every `./test` repeats what fuzzing once found. Each input stands in memory of exactly
 * its size, where the address sanitizer sees a read beyond its end.
 *
 * Usage: replay FOLDER. Ends with 1 when the folder holds nothing. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run_exact(const uint8_t *bytes, size_t len_bytes)
{
    uint8_t *exact = malloc(len_bytes ? len_bytes : 1);

    if (exact == NULL)
        abort();
    if (len_bytes > 0)
        memcpy(exact, bytes, len_bytes);
    (void)LLVMFuzzerTestOneInput(exact, len_bytes);
    free(exact);
}

static void run_file(const char *path)
{
    static uint8_t bytes[1u << 20];
    FILE *file = fopen(path, "rb");
    size_t len_bytes;
    size_t step;

    if (file == NULL) {
        perror(path);
        exit(1);
    }
    len_bytes = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    run_exact(bytes, len_bytes);
    step = len_bytes / 64 + 1;
    for (size_t cut_bytes = 0; cut_bytes < len_bytes; cut_bytes += step)
        run_exact(bytes, cut_bytes);
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    unsigned runs = 0;

    if (folder == NULL) {
        fprintf(stderr, "usage: replay FOLDER\n");
        return 1;
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[4096];

        if (entry->d_name[0] == '.')
            continue;
        if (snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name) >= (int)sizeof path)
            return 1;
        run_file(path);
        runs++;
    }
    closedir(folder);
    printf("%u inputs\n", runs);
    return runs > 0 ? 0 : 1;
}
