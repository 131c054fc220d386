#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/nearest.h"
#include "catalog/catalog.h"
#include "catalog/ddl.h"
#include "catalog/tables_ddl.h"

#include "base/banned.h"

/* Of the names of a list the one nearest to `word`, or null. `name` gives the i-th or null. */
static const char *nearest(const char *word, const char *(*name)(size_t index))
{
    size_t count = 0;

    while (name(count) != NULL)
        count++;
    const char **names = vv_alloc_array(count + 1, sizeof *names);
    if (names == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        names[i] = name(i);
    names[count] = NULL;
    const char *found = vv_nearest(word, names);
    vv_free(names);
    return found;
}

static const char *table_name(size_t index)
{
    return index < vv_catalog_count() ? vv_catalog_table(index)->name : NULL;
}

static const char *dialect_name(size_t index)
{
    const struct vv_dialect *dialect = vv_dialect_at(index);

    return dialect != NULL ? dialect->name : NULL;
}

/* A partition's name that is wrong in its date is nearest to nothing: its table is what is meant.
 */
static vv_status unknown_table(const char *name, vv_error *err)
{
    static const char *const partitioned[] = {"ScadaTagHistory", "ScadaTagPreProcessed"};
    const char *like = nearest(name, table_name);

    for (size_t i = 0; i < sizeof partitioned / sizeof partitioned[0]; i++) {
        size_t len = strlen(partitioned[i]);
        if (strncmp(name, partitioned[i], len) == 0 && name[len] == '_')
            return vv_fail(err, VARVE_NOT_FOUND,
                           "there is no table \"%s\"; a partition of %s is named %s", name,
                           partitioned[i],
                           i == 0 ? "like ScadaTagHistory_1_day_20241105"
                                  : "like ScadaTagPreProcessed_1_2_202411");
    }
    if (like != NULL)
        return vv_fail(err, VARVE_NOT_FOUND, "there is no table \"%s\"; did you mean \"%s\"?", name,
                       like);
    return vv_fail(err, VARVE_NOT_FOUND, "there is no table \"%s\"; varve tables lists them all",
                   name);
}

static int unknown_dialect(const struct vv_command *command, const char *name)
{
    const char *like = nearest(name, dialect_name);

    return vv_usage(command, "--dialect is sqlite, postgres, mysql or sqlserver, not \"%s\"%s%s%s",
                    name, like ? "; did you mean \"" : "", like ? like : "", like ? "\"?" : "");
}

static vv_status print(const struct vv_dialect *dialect, const char *const *names, size_t count,
                       vv_error *err)
{
    struct vv_buf text = {0};
    vv_status status = VARVE_OK;

    for (size_t i = 0; i < count && !status; i++)
        if (vv_catalog_find(names[i]) == NULL)
            status = unknown_table(names[i], err);
    if (!status && dialect != NULL)
        vv_tables_ddl(&text, dialect, names, count);
    else if (!status)
        vv_tables_json(&text, names, count);
    if (!status && text.failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for the tables");
    if (!status && fwrite(text.data, 1, text.len, stdout) != text.len)
        status = vv_fail(err, VARVE_IO, "the tables could not be written out");
    vv_buf_deinit(&text);
    return status;
}

int vv_command_tables(const struct vv_command *command, int argc, char **argv)
{
    static const struct option options[] = {{"dialect", required_argument, NULL, 'D'},
                                            {"format", required_argument, NULL, 'f'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    const struct vv_dialect *dialect = NULL;
    bool json = false;
    vv_error err = {0};

    for (int option; (option = getopt_long(argc, argv, "D:f:h", options, NULL)) != -1;) {
        if (option == 'D' && (dialect = vv_dialect_find(optarg)) == NULL)
            return unknown_dialect(command, optarg);
        if (option == 'f' && strcmp(optarg, "sql") != 0 && strcmp(optarg, "json") != 0)
            return vv_usage(command, "--format is sql or json, not \"%s\"", optarg);
        if (option == 'f')
            json = strcmp(optarg, "json") == 0;
        else if (option != 'D')
            return option == 'h' ? vv_help(command) : VV_EXIT_USAGE;
    }
    if (json && dialect != NULL)
        return vv_usage(command, "--dialect is about SQL; JSON is the same for all databases");
    if (!json && dialect == NULL)
        dialect = vv_dialect_at(0);
    vv_status status =
        print(dialect, (const char *const *)argv + optind, (size_t)(argc - optind), &err);
    return status ? vv_failed(command, &err) : VV_EXIT_GOOD;
}
