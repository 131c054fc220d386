/* varve: one program, one table of commands. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/command.h"

#include "base/banned.h"

static const struct vv_command commands[] = {
    {"serve", "collect, keep and serve: the historian itself",
     "varve serve -c varve.yaml [--check]\n"
     "varve serve -d DIR\n"
     "\n"
     "Runs in the foreground until SIGTERM or Ctrl-C; SIGHUP reads the plant of the ledger\n"
     "again and starts anew only the lines that changed.\n"
     "\n"
     "  -c, --config FILE   the configuration (docs/configuration.md)\n"
     "  -d, --data DIR      without a configuration: a data directory, made when missing\n"
     "      --check         only test the configuration; exit 0 when it is good\n"
     "      --document      print docs/configuration.md\n"
     "\n"
     "  varve serve -c /etc/varve/varve.yaml\n",
     vv_command_serve},
    {"apply", "make the plant equal to a plant file",
     "varve apply PLANT.yaml (-c varve.yaml | -d DIR | -s URL) [--dry-run]\n"
     "\n"
     "Writes connections, devices, memory maps and points of the file (docs/plant-file.md) into\n"
     "the ledger, and shows what is added (+), changed (~) and removed (-): all of it or, after\n"
     "an error, nothing. While a server runs on the directory, -s gives it the file: what changed\n"
     "is collected by at once.\n"
     "\n"
     "  -c, --config FILE   the configuration\n"
     "  -d, --data DIR      a data directory, made when missing\n"
     "  -s, --server URL    a running server\n"
     "  -n, --dry-run       only show what would change\n"
     "\n"
     "  varve apply plant.yaml -d /var/lib/varve --dry-run\n",
     vv_command_apply},
    {"import", "rows of CSV, line protocol or JSON files into a history",
     "varve import FILE... (-d DIR | -c varve.yaml | -s URL) [OPTIONS]\n"
     "\n"
     "FILE may be gzip; - is standard input. The layout is guessed from the first lines: wide (a\n"
     "time and a column for each tag), narrow (tag, time, value, perhaps quality), line (InfluxDB\n"
     "line protocol), jsonl (an object in each line). Types are judged over the whole file; a tag\n"
     "that is there keeps its own. After an interruption the same command goes on where it\n"
     "stopped. Bad rows are named and left out, and the exit code is 1 (docs/import-export.md).\n"
     "\n"
     "  -c, --config FILE        the configuration\n"
     "  -d, --data DIR           a data directory, made when missing\n"
     "  -s, --server URL         a running server\n"
     "  -l, --layout LAYOUT      wide, narrow, line or jsonl\n"
     "  -t, --time-column C[+C]  column of the time, by name or number; two: date and time of day\n"
     "      --time-format F      like %d.%m.%Y %H:%M\n"
     "      --tz ZONE            of times without offset (the configuration's, else UTC)\n"
     "      --columns C,C,...    names of the columns of a file without a header\n"
     "  -S, --separator S        of CSV: one character or tab\n"
     "  -D, --decimal D          the decimal sign: . or ,\n"
     "      --empty TEXT         a further word for no value, such as ? or NA; may be repeated\n"
     "  -p, --prefix P           before every tag's name\n"
     "  -T, --type [GLOB=]TYPE   integer, double, boolean, string or datetime; may be repeated\n"
     "      --precision P        of line protocol: ns (the standard), us, ms or s\n"
     "      --history H          where to (the first one)\n"
     "      --table NAME         rows of a documented table by its column names, not samples\n"
     "      --strict             a single bad row, and nothing is stored\n"
     "      --skip-bad           bad rows do not make the exit code 1\n"
     "  -n, --dry-run            read and check only; needs no -d, -c or -s\n"
     "  -f, --format FORM        of the summary: table (a line of text) or json\n"
     "\n"
     "  varve import temperature.csv -d /var/lib/varve --prefix 'Machine/Temperature'\n"
     "  varve import power.txt.gz -s http://127.0.0.1:8080 -t Date+Time \\\n"
     "      --time-format '%d/%m/%Y %H:%M:%S' --tz Europe/Paris --empty '?'\n",
     vv_command_import},
    {"query", "samples or buckets of tags",
     "varve query TAG... (-d DIR | -c varve.yaml | -s URL) [OPTIONS]\n"
     "\n"
     "The history of tags; a TAG may be a pattern. The answer is the same of a directory and of\n"
     "the server that runs on it; csv and json are those of /api/v1/history (docs/http.md).\n"
     "\n"
     "  -c, --config FILE   the configuration\n"
     "  -d, --data DIR      a data directory; a server may run on it\n"
     "  -s, --server URL    a running server\n"
     "      --from T        RFC 3339, 2024-11-05, now, now-2h, or an epoch (the last hour)\n"
     "      --to T          up to there, itself left out (now)\n"
     "      --every E       buckets of 10s, 5m, 1h, 1d…; range: one over all of it\n"
     "      --agg A,A,…     functions of the buckets (min,max,avg)\n"
     "      --points N      about so many rows, buckets where there are more samples\n"
     "      --tz ZONE       of the times and of days: UTC, Europe/Kyiv (the plant's)\n"
     "      --history H     the history database (any)\n"
     "      --bad B         include (the standard) or skip what is not good\n"
     "      --bounds        also the samples next to the range\n"
     "  -f, --format FORM   table (the standard), csv or json\n"
     "\n"
     "  varve query 'Boiler */Steam/*' -d /var/lib/varve --from now-1d --every 1h --agg avg,max\n",
     vv_command_query},
    {"export", "samples or buckets of tags into a file",
     "varve export TAG... --from T (-d DIR | -c varve.yaml | -s URL) [-o FILE] [OPTIONS]\n"
     "\n"
     "As query, for files: memory does not grow with the range, and FILE is there whole or not at\n"
     "all. csv and jsonl of samples are read back by varve import.\n"
     "\n"
     "  -c, --config FILE   the configuration\n"
     "  -d, --data DIR      a data directory; a server may run on it\n"
     "  -s, --server URL    a running server\n"
     "      --from T        RFC 3339, 2024-11-05, now, now-2h, or an epoch (the last hour)\n"
     "      --to T          up to there, itself left out (now)\n"
     "      --every E       buckets of 10s, 5m, 1h, 1d…; range: one over all of it\n"
     "      --agg A,A,…     functions of the buckets (min,max,avg)\n"
     "      --points N      about so many rows, buckets where there are more samples\n"
     "      --tz ZONE       of the times and of days: UTC, Europe/Kyiv (the plant's)\n"
     "      --history H     the history database (any)\n"
     "      --bad B         include (the standard) or skip what is not good\n"
     "      --bounds        also the samples next to the range\n"
     "  -f, --format FORM   csv (the standard), jsonl, json or xlsx\n"
     "  -o, --output FILE   (standard output)\n"
     "\n"
     "  varve export '**' -s http://127.0.0.1:8080 --from 2024-01-01 --to 2025-01-01 -o 2024.csv\n",
     vv_command_export},
    {"sql", "SQL over the ledger and the histories",
     "varve sql \"SELECT …\" (-d DIR | -c varve.yaml | -s URL) [--format table|csv|json]\n"
     "varve sql \"UPDATE …\" (-d DIR | -c varve.yaml) --write\n"
     "\n"
     "One statement over the documented tables of ledger and histories (docs/sql.md). Reads only,\n"
     "also beside a running server; - in the statement's place reads it from standard input.\n"
     "\n"
     "  -c, --config FILE   the configuration\n"
     "  -d, --data DIR      a data directory\n"
     "  -s, --server URL    a running server, within its limits of time and memory\n"
     "  -f, --format FORM   table (the standard), csv or json\n"
     "  -n, --limit N       at most so many rows (0, the standard: all; of a server 1,000,000)\n"
     "  -w, --write         changes ledger tables, the server stopped: INSERT, UPDATE, DELETE, "
     "all\n"
     "                      statements in one transaction; past the checks of /api/v1/tables\n"
     "\n"
     "  varve sql \"SELECT Id, Tag FROM ScadaTagMapping\" -d /var/lib/varve\n",
     vv_command_sql},
    {"info", "what a data directory holds",
     "varve info (-d DIR | -c varve.yaml | -s URL) [--format table|csv|json]\n"
     "\n"
     "For each history: series, rows, parts and their bytes, rows not in parts yet, the last\n"
     "batch, damaged pieces. Reads only, also beside a running server. Of a server (-s) what its\n"
     "/health says: histories, and the state of each device.\n"
     "\n"
     "  -c, --config FILE   the configuration\n"
     "  -d, --data DIR      a data directory\n"
     "  -s, --server URL    a running server\n"
     "  -f, --format FORM   table (the standard), csv or json\n"
     "\n"
     "  varve info -d /var/lib/varve\n"
     "  varve info -s http://127.0.0.1:8080 --format json\n",
     vv_command_info},
    {"check", "read every byte and check it",
     "varve check (-d DIR | -c varve.yaml)\n"
     "\n"
     "Checks checksums, order, statistics against rows, and the manifest against the files of\n"
     "every history, and the ledger. Names each damage by file, series and time range. Exit 1\n"
     "when anything is damaged. Reads only, also beside a running server.\n"
     "\n"
     "  -c, --config FILE   the configuration\n"
     "  -d, --data DIR      a data directory: every history in it\n"
     "\n"
     "  varve check -d /var/lib/varve\n",
     vv_command_check},
    {"delete", "rows of a range of time deleted",
     "varve delete TAG... --from T --to T --reason TEXT (-d DIR | -c varve.yaml | -s URL)\n"
     "\n"
     "Deletes the rows of the tags (names or patterns, up to 1,000) with from <= time < to, and\n"
     "tells how many there were. The journal (TB_Log) gets an entry for each tag: the range, the\n"
     "reason, how many rows, the first hundred of them. Rows written later stay.\n"
     "\n"
     "      --from T         start, inclusive; --to T: end, exclusive: 2024-11-05, now-2h, epoch\n"
     "      --reason TEXT    why, for the journal\n"
     "  -n, --dry-run        only count the rows\n"
     "      --history NAME   the history database\n"
     "\n"
     "  varve delete 'Boiler 1/*' --from 2024-11-05 --to 2024-11-06 --reason 'test run' -d data\n",
     vv_command_delete},
    {"correct", "rows of a range of time corrected",
     "varve correct TAG --from T --to T [--value V] [--quality Q] --reason TEXT\n"
     "              (-d DIR | -c varve.yaml | -s URL)\n"
     "\n"
     "Gives the rows of the tag that are there in the range another value, or another quality,\n"
     "or both. The journal (TB_Log) gets an entry for each row: what it was, what it is, the\n"
     "reason. At most 100,000 rows at once.\n"
     "\n"
     "      --value V        the new value, as text of the tag's type\n"
     "      --quality Q      the new quality: 192 good, 64 uncertain, 0 bad\n"
     "      --reason TEXT    why, for the journal\n"
     "  -n, --dry-run        only count the rows\n"
     "      --history NAME   the history database\n"
     "\n"
     "  varve correct 'Boiler 1/Flow' --from 2024-11-05T08:00Z --to 2024-11-05T09:00Z \\\n"
     "        --quality 64 --reason 'probe was fouled' -s http://127.0.0.1:8080\n",
     vv_command_correct},
    {"copy", "a range of tags into another history",
     "varve copy TAG... --from T --to T [--into HISTORY] [--prefix P | --as NAME]\n"
     "           (-d DIR | -c varve.yaml | -s URL) [--dry-run]\n"
     "\n"
     "Copies the rows (time, value, quality) of the tags (names or patterns, up to 1,000) with\n"
     "from <= time < to into another history, or to other names in the same one. Rows of the same\n"
     "times there are replaced. What the target does not take is left out and told, and the exit\n"
     "code is 1. The journal (TB_Log) has an entry. A server copies at most 10,000,000 rows at\n"
     "once.\n"
     "\n"
     "      --from T         start, inclusive; --to T: end, exclusive: 2024-11-05, now-2h, epoch\n"
     "      --into HISTORY   where to (each tag's own history)\n"
     "  -p, --prefix P       before the names of the copies\n"
     "      --as NAME        the name of the copy, of one tag\n"
     "      --history NAME   where from\n"
     "  -n, --dry-run        only count the rows\n"
     "\n"
     "  varve copy 'Boiler 1/*' --from 2024-11-05 --to 2024-11-06 --into archive -d data\n"
     "  varve copy 'Boiler 1/Flow' --from 2024-11-05 --to 2024-11-06 --as 'Trial 7/Flow' -d data\n",
     vv_command_copy},
    {"backup", "put everything in safety, while it runs",
     "varve backup NEWDIR (-d DIR | -c varve.yaml) [--copy]\n"
     "varve backup NAME -s URL [--copy]\n"
     "\n"
     "Makes the directory NEWDIR: every history, then the ledger, and backup.json, which names\n"
     "each file with its checksum. It is a data directory itself: every reading command works on\n"
     "it. Parts are linked where that is possible and cost room only once the store has merged\n"
     "them, so that one backup a night is as good as incremental; elsewhere they are copied. All\n"
     "of it is read back before NEWDIR gets its name: until then it is NEWDIR.partial. While a\n"
     "server runs on the directory, that one makes the backup (docs/backup.md).\n"
     "\n"
     "  -c, --config FILE   the configuration\n"
     "  -d, --data DIR      a data directory\n"
     "  -s, --server URL    a running server, which makes it below its backup.dir\n"
     "      --copy          copy also what could be linked: linked files share the disk's fate\n"
     "\n"
     "  varve backup /backup/2024-11-05 -d /var/lib/varve\n",
     vv_command_backup},
    {"restore", "bring a backup back into an empty directory",
     "varve restore BACKUP -d DIR\n"
     "varve restore BACKUP --verify\n"
     "\n"
     "Verifies the backup, copies it, verifies the copy; only then DIR is a data directory. DIR\n"
     "must be missing or empty. Run it as the user that the server runs as.\n"
     "\n"
     "  -d, --data DIR   the new data directory\n"
     "      --verify     only read the backup and check it\n"
     "\n"
     "  varve restore /backup/2024-11-05 -d /var/lib/varve\n",
     vv_command_restore},
    {"tables", "the documented tables as SQL",
     "varve tables [--dialect sqlite|postgres|mysql|sqlserver] [TABLE...]\n"
     "varve tables --format json [TABLE...]\n"
     "\n"
     "Prints the statements that make the tables (docs/tables.md), what each is for as comments\n"
     "above it, in an order in which a database can execute them: all tables, or those named. A\n"
     "partition's name is taken too. JSON is the description itself, for programs.\n"
     "\n"
     "  -D, --dialect NAME  sqlite (the standard), postgres, mysql (and MariaDB) or sqlserver\n"
     "  -f, --format FORM   sql (the standard) or json\n"
     "\n"
     "  varve tables --dialect postgres | psql plant\n"
     "  varve tables ScadaTagHistory_1_day_20241105\n",
     vv_command_tables},
};
static const size_t command_count = sizeof commands / sizeof commands[0];

static int general_help(void)
{
    printf("varve %s: a plant data historian\n\n", VV_VERSION);
    for (size_t i = 0; i < command_count; i++)
        printf("  varve %-7s  %s\n", commands[i].name, commands[i].summary);
    printf("\nvarve COMMAND --help tells more. Exit codes: 0 good, 1 failed, 2 wrong usage.\n");
    return VV_EXIT_GOOD;
}

int vv_usage(const struct vv_command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "varve %s: ", command->name);
    vfprintf(stderr, format, args);
    fprintf(stderr, "\nvarve %s --help tells how it is used.\n", command->name);
    va_end(args);
    return VV_EXIT_USAGE;
}

int vv_failed(const struct vv_command *command, const vv_error *err)
{
    fprintf(stderr, "varve %s: %s\n", command->name,
            err->message[0] ? err->message : varve_status_text(err->status));
    return VV_EXIT_FAILED;
}

int vv_failed_locked(const struct vv_command *command, const vv_error *err, const char *remedy)
{
    if (err->status != VARVE_LOCKED)
        return vv_failed(command, err);
    fprintf(stderr, "varve %s: %s: %s\n", command->name, err->message, remedy);
    return VV_EXIT_FAILED;
}

int vv_help(const struct vv_command *command)
{
    printf("%s", command->help);
    return VV_EXIT_GOOD;
}

bool vv_output_parse(const char *text, enum vv_output *output)
{
    static const char *const words[] = {"table", "csv", "json"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, words[i]) == 0) {
            *output = (enum vv_output)i;
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        general_help();
        return argc < 2 ? VV_EXIT_USAGE : VV_EXIT_GOOD;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("varve %s\n", VV_VERSION);
        return VV_EXIT_GOOD;
    }
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(&commands[i], argc - 1, argv + 1);
    fprintf(stderr, "varve: there is no command \"%s\"; varve --help lists them\n", argv[1]);
    return VV_EXIT_USAGE;
}
