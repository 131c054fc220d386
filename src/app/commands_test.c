/* The command line of the real program, in directories of its own, with a real server. Arguments:
 * the program, the demonstration plant's file. */
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/test.h"

#define PATIENCE_MS 30000

static const char *program, *plant;
static char dir[40], data[64], config[64];

/* ---- running the program ---- */

struct result {
    int code;        /* exit code; -1 for a signal */
    char out[65536]; /* standard output */
    char err[65536];
};
static struct result last;

struct process {
    pid_t pid;
    int out, err;
};

static struct process start(const char *const *args)
{
    int out[2], err[2];
    struct process process;
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(pipe2(err, O_CLOEXEC), 0);
    process.pid = fork();
    assert_true(process.pid >= 0);
    if (process.pid == 0) {
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        execv(program, (char *const *)args);
        _exit(127);
    }
    close(out[1]);
    close(err[1]);
    process.out = out[0];
    process.err = err[0];
    return process;
}

/* Reads both to their ends, whichever has something to say. */
static void drain(struct process *process)
{
    struct pollfd ends[] = {{process->out, POLLIN, 0}, {process->err, POLLIN, 0}};
    char *texts[] = {last.out, last.err};
    size_t used[] = {0, 0};
    for (int open = 2; open > 0;) {
        assert_true(poll(ends, 2, PATIENCE_MS) > 0);
        for (int i = 0; i < 2; i++) {
            if (!ends[i].revents)
                continue;
            ssize_t n = read(ends[i].fd, texts[i] + used[i], sizeof last.out - 1 - used[i]);
            used[i] += n > 0 ? (size_t)n : 0;
            if (n <= 0) {
                close(ends[i].fd);
                ends[i].fd = -1;
                open--;
            }
        }
    }
    last.out[used[0]] = last.err[used[1]] = 0;
}

static int finish(struct process *process)
{
    int status;
    drain(process);
    assert_int_equal(waitpid(process->pid, &status, 0), process->pid);
    last.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return last.code;
}

#define RUN(...) run((const char *[]){"varve", __VA_ARGS__, NULL})

static int run(const char *const *args)
{
    struct process process = start(args);
    return finish(&process);
}

/* ---- checks ---- */

static void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, text);
}

static void assert_code(int code)
{
    if (last.code != code)
        fail_msg("ended with %d instead of %d; it said: %s%s", last.code, code, last.out, last.err);
}

static void assert_refused(int code, const char *says)
{
    assert_code(code);
    assert_contains(last.err, says);
}

/* ---- a directory for each test ---- */

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    char text[400];
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/varve-app-XXXXXX");
    assert_non_null(mkdtemp(dir));
    snprintf(data, sizeof data, "%s/data", dir);
    snprintf(config, sizeof config, "%s/varve.yaml", dir);
    snprintf(text, sizeof text,
             "node: test\ndata: ./data\nplant: plant.yaml\nhttp: {listen: \"127.0.0.1:0\"}\n"
             "histories: [{name: main}, {name: second, partition: month}]\n");
    write_file(config, text);
    snprintf(text, sizeof text, "cp '%s' '%s/plant.yaml'", plant, dir);
    return system(text);
}

static int tear_down(void **state)
{
    char command[80];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    return system(command);
}

/* ---- a server ---- */

static struct process serve(char *url, size_t url_size)
{
    char line[256] = "";
    size_t used = 0;
    struct process process = start((const char *[]){"varve", "serve", "--config", config, NULL});
    while (used == 0 || line[used - 1] != '\n') {
        struct pollfd out = {process.out, POLLIN, 0};
        assert_int_equal(poll(&out, 1, PATIENCE_MS), 1);
        assert_int_equal(read(process.out, line + used, 1), 1);
        assert_true(++used < sizeof line);
    }
    line[used - 1] = 0;
    /* Others read this line: "varve VERSION: http://HOST:PORT/". */
    const char *from = strstr(line, ": http://127.0.0.1:");
    assert_int_equal(strncmp(line, "varve ", 6), 0);
    assert_non_null(from);
    unsigned port;
    char rest[8];
    assert_int_equal(sscanf(from, ": http://127.0.0.1:%u%7s", &port, rest), 2);
    assert_string_equal(rest, "/");
    snprintf(url, url_size, "%s", from + 2);
    return process;
}

static void end(struct process *process)
{
    assert_int_equal(kill(process->pid, SIGTERM), 0);
    finish(process);
    assert_code(0);
}

/* ---- tests ---- */

static void usage(void **state)
{
    static const char *const commands[] = {"serve", "apply", "info", "check"};
    (void)state;
    assert_int_equal(RUN("--help"), 0);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const char *command = commands[i];
        assert_int_equal(RUN("--help"), 0);
        assert_contains(last.out, command);
        assert_int_equal(RUN(command, "--help"), 0);
        assert_contains(last.out, command);
        assert_contains(last.out, "--data DIR");
        assert_string_equal(last.err, "");
        RUN(command);
        assert_refused(2, "is needed");
        RUN(command, "--no-such-option");
        assert_refused(2, "no-such-option");
        RUN(command, "-d", data, "-c", config, "x");
        assert_refused(2, "is needed");
    }
    assert_int_equal(RUN("--version"), 0);
    RUN("srve");
    assert_refused(2, "no command \"srve\"");
    RUN("info", "-d", data, "--format", "xml");
    assert_refused(2, "--format is table, csv or json");
    RUN("apply", "-d", data);
    assert_refused(2, "one plant file is needed");
    const char *none[] = {"varve", NULL};
    assert_int_equal(run(none), 2);
}

static void check_configuration(void **state)
{
    (void)state;
    RUN("serve", "-c", config, "--check");
    assert_code(0);
    assert_contains(last.out, "is good");
    assert_int_equal(access(data, F_OK), -1);
    write_file(config, "node: a\nhistries: []\n");
    RUN("serve", "-c", config, "--check");
    assert_refused(1, "varve.yaml line 2: unknown key \"histries\"; did you mean \"histories\"?");
    write_file(config, "http: {listen: \"0.0.0.0:80\"}\n");
    RUN("serve", "-c", config, "--check");
    assert_refused(1, "0.0.0.0:80 is not a loopback address");
    write_file(config, "plant: nowhere.yaml\n");
    RUN("serve", "-c", config, "--check");
    assert_refused(1, "nowhere.yaml");
    RUN("serve", "--document");
    assert_code(0);
    assert_contains(last.out, "| `http.listen` | `127.0.0.1:8080` |");
}

static void a_directory(void **state)
{
    char path[100];
    (void)state;
    RUN("info", "-d", data);
    assert_refused(1, "is no data directory");
    RUN("check", "-d", data);
    assert_refused(1, "is no data directory");
    assert_int_equal(access(data, F_OK), -1);
    RUN("apply", plant, "-d", data, "--dry-run");
    assert_code(0);
    assert_contains(last.out, "+ point Power/Supply/Active power\n");
    assert_contains(last.out, "would be: ");
    RUN("apply", plant, "-d", data);
    assert_code(0);
    RUN("apply", plant, "-d", data);
    assert_code(0);
    assert_string_equal(last.out, "0 added, 0 changed, 0 removed\n");
    snprintf(path, sizeof path, "%s/wrong.yaml", dir);
    write_file(path, "devices:\n  - {name: A, type: B}\n");
    RUN("apply", path, "-d", data);
    assert_refused(1, "wrong.yaml line 2: there is no type \"B\"");
    assert_contains(last.err, "nothing was changed");
    RUN("check", "-d", data);
    assert_code(0);
    assert_string_equal(last.out, "main: clean\nledger: clean\n");
    RUN("info", "-d", data, "--format", "csv");
    assert_code(0);
    assert_string_equal(last.out,
                        "history,series,rows,rows_in_memory,parts,part_bytes,sequence,damaged\n"
                        "main,0,0,0,0,0,0,0\n");
    RUN("info", "-d", data, "--format", "json");
    assert_code(0);
    assert_string_equal(last.out, "[{\"history\":\"main\",\"series\":0,\"rows\":0,"
                                  "\"rows_in_memory\":0,\"parts\":0,\"part_bytes\":0,"
                                  "\"sequence\":0,\"damaged\":0}]\n");
}

static void beside_a_server(void **state)
{
    char url[80], pid[40];
    (void)state;
    struct process server = serve(url, sizeof url);
    snprintf(pid, sizeof pid, "process %ld ", (long)server.pid);
    RUN("serve", "-c", config);
    assert_refused(1, pid);
    assert_contains(last.err, "stop that server first");
    RUN("apply", plant, "-c", config);
    assert_refused(1, pid);
    assert_contains(last.err, "give -s with its address");
    RUN("info", "-c", config);
    assert_code(0);
    assert_contains(last.out, "history second\n");
    /* The directory alone knows its node and histories. */
    RUN("info", "-d", data, "-f", "csv");
    assert_code(0);
    assert_contains(last.out, "\nmain,");
    assert_contains(last.out, "\nsecond,");
    RUN("check", "-d", data);
    assert_code(0);
    assert_contains(last.out, "second: clean\n");
    RUN("info", "-s", url);
    assert_code(0);
    assert_contains(last.out, "history second: ok");
    assert_contains(last.out, "device Main meter on Field gateway: ");
    RUN("info", "-s", url, "--format", "csv");
    assert_code(0);
    assert_contains(last.out, "history,status,series,rows,bytes,damaged\nmain,ok,");
    RUN("info", "-s", url, "--format", "json");
    assert_code(0);
    assert_int_equal(last.out[0], '{');
    assert_int_equal(kill(server.pid, SIGHUP), 0);
    end(&server);
    RUN("info", "-s", url);
    assert_refused(1, "Failed to connect");
    RUN("info", "-s", "gopher://x");
    assert_refused(1, "\"gopher://x\" is no URL");
}

/* Asked to stop before it is up: it ends well, whenever that was. */
static void stopped_while_starting(void **state)
{
    (void)state;
    for (int wait_ms = 0; wait_ms < 200; wait_ms += 20) {
        const struct timespec wait = {.tv_nsec = wait_ms * 1000000L};
        struct process process = start((const char *[]){"varve", "serve", "-c", config, NULL});
        nanosleep(&wait, NULL);
        kill(process.pid, SIGTERM);
        finish(&process);
        /* Before main blocks it the signal does what it always does. */
        if (last.code != 0)
            assert_int_equal(last.code, -1);
        if (wait_ms >= 180)
            RUN("check", "-c", config);
    }
    assert_code(0);
}

/* 1,000 rows by line protocol. */
static void write_rows(const char *url)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct vv_buf rows = {0}, request = {0};
    char answer[256] = "";
    unsigned port;
    assert_int_equal(sscanf(url, "http://127.0.0.1:%u/", &port), 1);
    to.sin_port = htons((uint16_t)port);
    for (int i = 0; i < 1000; i++)
        vv_buf_format(&rows, "boiler temperature=%d.25 %d\n", i * 7919 % 1000, 1700000000 + i);
    vv_buf_format(&request,
                  "POST /write?precision=s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                  "Content-Length: %zu\r\n\r\n",
                  rows.len);
    vv_buf_add(&request, rows.data, rows.len);
    assert_false(request.failed);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(send(fd, request.data, request.len, MSG_NOSIGNAL), (ssize_t)request.len);
    assert_true(recv(fd, answer, sizeof answer - 1, MSG_WAITALL) > 0);
    assert_contains(answer, " 204 ");
    close(fd);
    vv_buf_deinit(&rows);
    vv_buf_deinit(&request);
}

/* One byte in the middle of the only part. */
static void damaged_part(void **state)
{
    char url[80], path[400] = "", name[300] = "";
    struct stat about;
    (void)state;
    write_file(config, "node: test\ndata: ./data\nhttp: {listen: \"127.0.0.1:0\"}\n"
                       "histories: [{name: main}, {name: second}]\n");
    struct process server = serve(url, sizeof url);
    write_rows(url);
    end(&server);
    RUN("check", "-c", config);
    assert_code(0);
    RUN("info", "-c", config, "-f", "csv");
    assert_contains(last.out, "\nmain,1,1000,0,1,");

    snprintf(path, sizeof path, "%s/history/main/parts", data);
    DIR *parts = opendir(path);
    assert_non_null(parts);
    for (struct dirent *entry; (entry = readdir(parts)) != NULL;)
        if (entry->d_name[0] != '.')
            snprintf(name, sizeof name, "%s", entry->d_name);
    closedir(parts);
    snprintf(path, sizeof path, "%s/history/main/parts/%s", data, name);
    int fd = open(path, O_RDWR);
    assert_int_equal(fstat(fd, &about), 0);
    uint8_t byte;
    assert_int_equal(pread(fd, &byte, 1, about.st_size / 3), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(fd, &byte, 1, about.st_size / 3), 1);
    close(fd);

    RUN("check", "-d", data);
    assert_code(1);
    assert_contains(last.out, "main: DAMAGE: ");
    assert_contains(last.out, name);
    assert_contains(last.out, "main: damaged\n");
    assert_contains(last.out, "second: clean\n");
    assert_contains(last.out, "ledger: clean\n");
    RUN("info", "-d", data); /* the rest is still served */
    assert_code(0);
}

static void damaged_ledger(void **state)
{
    char path[100], text[80];
    FILE *file;
    struct stat about;
    (void)state;
    RUN("apply", plant, "-d", data);
    assert_code(0);
    snprintf(path, sizeof path, "%s/varve.db", data);
    assert_int_equal(stat(path, &about), 0);
    file = fopen(path, "r+");
    assert_non_null(file);
    for (long at = 4096; at < about.st_size; at += 4096) {
        assert_int_equal(fseek(file, at + 8, SEEK_SET), 0);
        memset(text, 0x5a, sizeof text);
        assert_int_equal(fwrite(text, 1, sizeof text, file), sizeof text);
    }
    fclose(file);
    RUN("check", "-d", data);
    assert_code(1);
    assert_contains(last.out, "main: clean\n");
    if (!strstr(last.out, "ledger: DAMAGE")) /* it could not even be opened */
        assert_contains(last.err, "varve.db");
}

static void tables(void **state)
{
    (void)state;
    RUN("tables", "TB_Dim", "ScadaTagHistory_1_day_20241105");
    assert_code(0);
    assert_contains(last.out, "-- TB_Dim (electro, ledger): Units of measure.\n");
    assert_contains(last.out, "CREATE TABLE \"TB_Dim\" (\n");
    assert_contains(last.out, "CREATE TABLE \"ScadaTagHistory_1_day_20241105\" (\n");
    assert_null(strstr(last.out, "TB_Objects"));
    RUN("tables", "--dialect", "mysql", "TB_Dim");
    assert_code(0);
    assert_contains(last.out, "CREATE TABLE `TB_Dim` (\n");
    RUN("tables", "--format", "json", "TB_Dim");
    assert_code(0);
    assert_contains(last.out, "[{\"name\":\"TB_Dim\",\"family\":\"electro\"");
    RUN("tables", "TB_Shedule");
    assert_refused(1, "did you mean \"TB_Sheduler\"?");
    assert_string_equal(last.out, "");
    RUN("tables", "ScadaTagHistory_1_day_20241131");
    assert_refused(1, "is named like ScadaTagHistory_1_day_20241105");
    RUN("tables", "--dialect", "postgresql");
    assert_refused(2, "did you mean \"postgres\"?");
    RUN("tables", "--dialect", "mysql", "--format", "json");
    assert_refused(2, "JSON is the same for all databases");
}

static void sql_over_a_directory_and_a_server(void **state)
{
    static const char text[] = "SELECT m.Tag, h.Timestamp, h.DoubleVal, NULL AS n"
                               " FROM ScadaTagHistory h JOIN ScadaTagMapping m ON m.Id = h.TagId"
                               " WHERE h.TagId IN (SELECT Id FROM ScadaTagMapping"
                               " WHERE Tag = 'boiler/temperature') ORDER BY h.Timestamp LIMIT 3";
    static const char *const forms[] = {"table", "csv", "json"};
    char url[80], direct[4096];
    (void)state;
    struct process server = serve(url, sizeof url);
    write_rows(url);
    for (int i = 0; i < 3; i++) {
        RUN("sql", text, "-d", data, "--format", forms[i]);
        assert_code(0);
        /* But for the time that it took. */
        snprintf(direct, sizeof direct, "%.*s", (int)(strcspn(last.out, "}") + 400), last.out);
        char *elapsed = strstr(direct, "\"elapsed_ms\"");
        if (elapsed)
            *elapsed = 0;
        RUN("sql", text, "-s", url, "--format", forms[i]);
        assert_code(0);
        assert_int_equal(strncmp(last.out, direct, strlen(direct)), 0);
    }
    RUN("sql", text, "-d", data);
    assert_string_equal(last.out, "Tag                     Timestamp  DoubleVal  n\n"
                                  "------------------  -------------  ---------  ----\n"
                                  "boiler/temperature  1700000000000       0.25  NULL\n"
                                  "boiler/temperature  1700000001000     919.25  NULL\n"
                                  "boiler/temperature  1700000002000     838.25  NULL\n"
                                  "(3 rows)\n");
    RUN("sql", "SELECT 'a' || char(27, 10) || '\xE9\x94\x85' AS t, x'0102' AS b", "-s", url, "-f",
        "table");
    assert_contains(last.out, "a\\x1B\\n\xE9\x94\x85  AQI=\n");
    RUN("sql", "SELECT Id FROM ScadaTagMapping", "-d", data, "--limit", "1");
    assert_contains(last.out, "(1 row; more are left out: --limit)");
    for (int i = 0; i < 2; i++) {
        const char *where = i ? "-s" : "-d", *what = i ? url : data;
        RUN("sql", "SELECT Tag, FROM ScadaTagMapping", where, what);
        assert_refused(1, "syntax error (line 1, column 13)");
        RUN("sql", "DELETE FROM ScadaTagMapping", where, what);
        assert_refused(1, "queries only read: DELETE FROM ScadaTagMapping is not allowed");
    }
    RUN("sql", "DELETE FROM TB_Dim", "-d", data, "--write");
    assert_refused(1, "stop that server first");
    end(&server);
    RUN("sql", "SELECT 1");
    assert_refused(2, "one of -d DIR, -c FILE and -s URL");
    RUN("sql", "-d", data);
    assert_refused(2, "one statement is needed");
    RUN("sql", "SELECT 1", "-d", data, "--limit", "x");
    assert_refused(2, "--limit is a number");
    RUN("sql", "SELECT 1", "-s", url, "--write");
    assert_refused(2, "whose server is stopped");
}

static void sql_that_writes(void **state)
{
    (void)state;
    RUN("apply", plant, "-d", data);
    assert_code(0);
    RUN("sql",
        "INSERT INTO TB_Dim (DimId, Name) VALUES (901, 'x');"
        " UPDATE TB_Dim SET Name = 'y' WHERE DimId = 901; SELECT 1;",
        "-d", data, "--write");
    assert_code(0);
    assert_string_equal(last.out, "3 statements, 2 rows changed\n");
    RUN("sql", "SELECT Name FROM TB_Dim WHERE DimId = 901", "-d", data, "-f", "csv");
    assert_string_equal(last.out, "Name\r\ny\r\n");
    RUN("sql", "SELECT Event FROM TB_Log WHERE Origin = 'varve sql'", "-d", data);
    assert_contains(last.out, "SQL, rows changed: 2: INSERT INTO TB_Dim");
    /* Nothing of a text that fails is kept. */
    RUN("sql",
        "DELETE FROM TB_Dim WHERE DimId = 901; INSERT INTO TB_Objects (ObjId, DimId, Name)"
        " VALUES (77777, 12345, 'x')",
        "-d", data, "--write");
    assert_code(1);
    RUN("sql", "DELETE FROM TB_Dim WHERE DimId = 901; nonsense", "-d", data, "--write");
    assert_refused(1, "statement 2");
    static const char *const refused[][2] = {
        {"DELETE FROM TB_Log", "DELETE FROM TB_Log"},
        {"UPDATE vv_schema SET Version = 9", "UPDATE vv_schema"},
        {"UPDATE TB_User SET Passw = 'x'", "column Passw"},
        {"INSERT INTO TB_User (UserId, Name) VALUES (1, 'x')", "INSERT INTO TB_User"},
        {"DROP TABLE TB_Dim", "is not allowed"},
        {"CREATE TABLE x (a)", "is not allowed"},
        {"PRAGMA journal_mode = DELETE", "PRAGMA journal_mode"},
        {"ATTACH '/tmp/x' AS x", "ATTACH is not allowed"},
        {"COMMIT", "a transaction of one's own"}};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        RUN("sql", refused[i][0], "-d", data, "--write");
        assert_refused(1, refused[i][1]);
    }
    RUN("sql", "SELECT count(*) FROM TB_Dim WHERE DimId = 901", "-d", data, "-f", "csv");
    assert_contains(last.out, "\n1\r\n");
}

#define DAY "--from", "2024-11-05", "--to", "2024-11-06"

/* The copy's rows equal its source's, of a directory and of a server. */
static void copying(void **state)
{
    static char rows[sizeof last.out];
    char csv[64], url[64];
    (void)state;
    snprintf(csv, sizeof csv, "%s/rows.csv", dir);
    write_file(csv, "time,A/x,A/y\n2024-11-05T08:00:00Z,1.5,on\n2024-11-05T08:00:01Z,2.5,off\n");
    RUN("import", csv, "-c", config, "--history", "main");
    assert_code(0);
    RUN("query", "A/*", "--history", "main", DAY, "-f", "csv", "-c", config);
    assert_code(0);
    snprintf(rows, sizeof rows, "%s", last.out);
    assert_contains(rows, "2.5");
    RUN("copy", "A/*", DAY, "--into", "second", "-c", config, "-n");
    assert_code(0);
    assert_string_equal(last.out, "A/x: 2 rows would be copied\nA/y: 2 rows would be copied\n"
                                  "2 tags, 4 rows\n");
    RUN("query", "A/*", "--history", "second", DAY, "-f", "csv", "-c", config);
    assert_null(strstr(last.out, "A/x"));
    RUN("copy", "A/*", DAY, "--into", "second", "-c", config);
    assert_code(0);
    RUN("query", "A/*", "--history", "second", DAY, "-f", "csv", "-c", config);
    assert_string_equal(last.out, rows);
    RUN("copy", "A/x", DAY, "--as", "A/y", "--history", "main", "-c", config);
    assert_refused(1, "2 rows refused");
    RUN("copy", "A/x", DAY, "--into", "main", "--history", "main", "-c", config);
    assert_refused(1, "itself");
    RUN("copy", "A/x", DAY, "-c", config);
    assert_refused(2, "one of --into, --prefix and --as");
    struct process server = serve(url, sizeof url);
    RUN("copy", "A/x", DAY, "--as", "B", "--into", "second", "-c", config);
    assert_refused(1, "-s URL");
    RUN("copy", "A/x", DAY, "--as", "B", "--into", "second", "-s", url);
    assert_code(0);
    assert_string_equal(last.out, "A/x: 2 rows copied\n");
    RUN("query", "B", DAY, "-f", "csv", "-s", url);
    assert_contains(last.out, ",2.5,192");
    RUN("copy", "A/x", DAY, "--as", "A/y", "-s", url);
    assert_refused(1, "2 rows refused");
    end(&server);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(usage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(check_configuration, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_directory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(beside_a_server, set_up, tear_down),
        cmocka_unit_test_setup_teardown(copying, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stopped_while_starting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_ledger, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sql_over_a_directory_and_a_server, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sql_that_writes, set_up, tear_down),
    };
    if (argc != 3) {
        fprintf(stderr, "usage: %s VARVE PLANT.yaml\n", argv[0]);
        return 2;
    }
    program = argv[1];
    plant = argv[2];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
