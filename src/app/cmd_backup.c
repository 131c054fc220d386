/* varve backup and varve restore. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/backup_server.h"
#include "app/command.h"
#include "app/progress.h"
#include "app/site.h"
#include "base/io.h"
#include "base/time.h"
#include "history/backup.h"
#include "sql/journal.h"

#include "base/banned.h"

static bool watch(void *arg, const struct vv_backup_progress *progress)
{
    vv_progress_show(arg, progress->step, progress->bytes_done, progress->bytes, VV_PROGRESS_BYTES);
    return !vv_progress_stopped();
}

static void print_list(const char *what, const char *dir, const struct vv_backup_list *list)
{
    char bytes[16], time[40];
    vv_progress_bytes(vv_backup_list_bytes(list), bytes);
    vv_time_format_ms(list->time_ms, time);
    printf("%s %s: node %s, %s, %zu files, %s\n", what, dir, list->node, time,
           vv_backup_file_count(list), bytes);
    for (size_t i = 0; i < vv_backup_history_count(list); i++) {
        const struct vv_backup_history *h = vv_backup_history_at(list, i);
        if (strcmp(h->store, "native") == 0)
            printf("history %s: %" PRIu64 " rows, up to batch %" PRIu64 "\n", h->name, h->rows,
                   h->sequence);
        else
            printf("history %s: not in it, since %s keeps it: use that database's own means\n",
                   h->name, h->store);
    }
}

/* ---- backup ---- */

/* So that the administrator's journal tells of copies that leave the house. */
static vv_status note_backup(struct vv_ledger *ledger, const char *dir, vv_error *err)
{
    char event[300];
    struct vv_ledger_tx *tx = NULL;
    snprintf(event, sizeof event, "backup into %s", dir);
    const struct vv_journal_entry entry = {
        .category = VV_JOURNAL_FILES, .event = event, .origin = "varve backup"};
    vv_status status = vv_ledger_begin_write(ledger, &tx, err);
    if (!status)
        status = vv_journal_write(tx, &entry, err);
    if (!status)
        status = vv_ledger_commit(&tx, err);
    vv_ledger_rollback(&tx);
    return status;
}

static bool no_more(void *arg, const char *name)
{
    (void)arg;
    (void)name;
    return false;
}

/* Opening for writing would make a directory that is missing. */
static vv_status check_data(struct vv_site *site, vv_error *err)
{
    const char *data = vv_config_path(&site->config, site->config.data);
    const struct vv_io *io = vv_io_posix();
    if (!data)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to open the site");
    return io->list(io->context, data, no_more, NULL, err);
}

static vv_status back_up(struct vv_site *site, const char *dir, bool copy, vv_error *err)
{
    struct vv_progress progress;
    struct vv_backup_result result = {0};
    vv_status status = check_data(site, err);
    if (!status)
        status = vv_site_list(site, err);
    if (!status)
        status = vv_site_open(site, false, true, err);
    if (!status)
        status = note_backup(site->ledger, dir, err);
    if (status)
        return status;
    vv_progress_begin(&progress, "varve backup");
    const struct vv_backup_options options = {.set = site->set,
                                              .ledger = site->ledger,
                                              .version = VV_VERSION,
                                              .dir = dir,
                                              .copy = copy,
                                              .watcher = {watch, &progress}};
    status = vv_backup_make(&options, &result, err);
    vv_progress_end(&progress);
    if (!status) {
        print_list("backup", dir, &result.list);
        printf("%" PRIu64 " files linked, %" PRIu64 " copied; verified\n", result.linked,
               result.copied);
    }
    vv_backup_result_deinit(&result);
    return status;
}

int vv_command_backup(const struct vv_command *command, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"data", required_argument, NULL, 'd'},
        {"server", required_argument, NULL, 's'}, {"copy", no_argument, NULL, 'C'},
        {"help", no_argument, NULL, 'h'},         {0}};
    const char *config = NULL, *data = NULL, *server = NULL;
    bool copy = false;
    for (int option; (option = getopt_long(argc, argv, "c:d:s:h", options, NULL)) != -1;) {
        if (option == 'c')
            config = optarg;
        else if (option == 'd')
            data = optarg;
        else if (option == 's')
            server = optarg;
        else if (option == 'C')
            copy = true;
        else
            return option == 'h' ? vv_help(command) : VV_EXIT_USAGE;
    }
    if (!!config + !!data + !!server != 1)
        return vv_usage(command, "one of -d DIR, -c FILE and -s URL is needed");
    if (optind + 1 != argc)
        return vv_usage(command, "the new directory for the backup is needed");
    struct vv_site site;
    vv_error err = {0};
    if (server)
        return vv_backup_server(server, argv[optind], copy, &err) ? vv_failed(command, &err)
                                                                  : VV_EXIT_GOOD;
    vv_status status = vv_site_configure(&site, config, data, &err);
    if (!status)
        status = back_up(&site, argv[optind], copy, &err);
    vv_error closing = {0};
    vv_status closed = vv_site_close(&site, &closing);
    if (status)
        return vv_failed_locked(command, &err, "back up through it, with -s URL");
    return closed ? vv_failed(command, &closing) : VV_EXIT_GOOD;
}

/* ---- restore ---- */

int vv_command_restore(const struct vv_command *command, int argc, char **argv)
{
    static const struct option options[] = {{"data", required_argument, NULL, 'd'},
                                            {"verify", no_argument, NULL, 'v'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    const char *data = NULL;
    bool only_verify = false;
    for (int option; (option = getopt_long(argc, argv, "d:h", options, NULL)) != -1;) {
        if (option == 'd')
            data = optarg;
        else if (option == 'v')
            only_verify = true;
        else
            return option == 'h' ? vv_help(command) : VV_EXIT_USAGE;
    }
    if (!data != only_verify)
        return vv_usage(command, "one of -d DIR and --verify is needed");
    if (optind + 1 != argc)
        return vv_usage(command, "the backup's directory is needed");
    struct vv_progress progress;
    struct vv_backup_list list;
    vv_error err = {0};
    const char *dir = argv[optind];
    const struct vv_backup_watcher watcher = {watch, &progress};
    vv_backup_list_init(&list);
    vv_progress_begin(&progress, "varve restore");
    vv_status status = only_verify ? vv_backup_read(dir, &list, &err)
                                   : vv_backup_restore(dir, data, &watcher, &list, &err);
    if (!status && only_verify)
        status = vv_backup_verify(dir, &list, &watcher, &err);
    vv_progress_end(&progress);
    if (!status)
        print_list(only_verify ? "verified" : "restored", dir, &list);
    vv_backup_list_deinit(&list);
    return status ? vv_failed(command, &err) : VV_EXIT_GOOD;
}
