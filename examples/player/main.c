// player: serves recorded files as Modbus TCP devices. `player --help` says how.
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "describe.h"
#include "server.h"

enum {
    MAX_SCHEDULE = 32,
    MAX_DESCRIPTION = 4 * 1024 * 1024
};

struct scheduled {
    double at_s;
    const char *command; // null once carried out
};

struct options {
    const char *file;
    const char *listen;
    double speed;
    bool any_port;
    bool control;
    struct scheduled schedule[MAX_SCHEDULE];
    size_t scheduled;
};

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
    (void)number;
    stopping = 1;
}

static double seconds_now(void)
{
    static struct timespec start;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (start.tv_sec == 0)
        start = now;
    return (double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9;
}

static void print_help(void)
{
    printf("player [OPTION]... DESCRIPTION: serves recorded files as Modbus TCP devices\n"
           "\n"
           "  --listen ADDRESS   address to listen on (127.0.0.1)\n"
           "  --any-port         ports that the system chooses, in place of the described ones\n"
           "  --speed F          play F times as fast as described (1)\n"
           "  --control          take commands from standard input, a line each; each is answered\n"
           "                     `ok` or `error: …`\n"
           "  --at S COMMAND     carry out a command S seconds after the start; may be repeated\n"
           "  --help             this\n"
           "\n"
           "It prints `device NAME port N unit N` for each device, then `ready`, and serves until\n"
           "SIGTERM or Ctrl-C. Exit: 0 stopped, 1 failed, 2 wrong usage.\n"
           "\n"
           "Commands:\n%s\n%s",
           player_command_help, player_file_help);
}

static bool read_seconds(const char *text, double least, double *out)
{
    char *end = NULL;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && *out >= least && *out <= 1e9;
}

// False: wrong usage, and it was said.
static bool read_options(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {
        {"listen", required_argument, NULL, 'l'},
        {"any-port", no_argument, NULL, 'p'},
        {"speed", required_argument, NULL, 's'},
        {"control", no_argument, NULL, 'c'},
        {"at", required_argument, NULL, 'a'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int letter;
    *options = (struct options){.listen = "127.0.0.1", .speed = 1};
    while ((letter = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (letter) {
        case 'l':
            options->listen = optarg;
            break;
        case 'p':
            options->any_port = true;
            break;
        case 's':
            if (!read_seconds(optarg, 1e-6, &options->speed)) {
                fprintf(stderr, "player: --speed %s: a number above 0 is wanted\n", optarg);
                return false;
            }
            break;
        case 'c':
            options->control = true;
            break;
        case 'a':
            if (options->scheduled == MAX_SCHEDULE || optind >= argc ||
                !read_seconds(optarg, 0, &options->schedule[options->scheduled].at_s)) {
                fprintf(stderr, "player: --at wants seconds and a command, at most %d times\n",
                        MAX_SCHEDULE);
                return false;
            }
            options->schedule[options->scheduled++].command = argv[optind++];
            break;
        case 'h':
            print_help();
            exit(0);
        default:
            return false;
        }
    }
    if (optind + 1 != argc) {
        fprintf(stderr, "player: one description file is wanted; --help says more\n");
        return false;
    }
    options->file = argv[optind];
    return true;
}

// Loads a recording named relative to the description's folder, `ctx`.
static bool load_beside(void *ctx, struct player_recording *recording, const char *path,
                        char separator, char *message, size_t message_size)
{
    char whole[4096];
    const char *folder = *path == '/' ? "" : ctx;
    if (snprintf(whole, sizeof whole, "%s%s", folder, path) >= (int)sizeof whole) {
        snprintf(message, message_size, "the path is too long");
        return false;
    }
    return player_recording_load(recording, whole, separator, message, message_size);
}

static bool load_site(struct player_site *site, const char *path)
{
    char message[512] = "";
    char folder[4096] = "";
    const char *slash = strrchr(path, '/');
    if (slash != NULL && (size_t)(slash - path) + 2 < sizeof folder)
        memcpy(folder, path, (size_t)(slash - path) + 1);
    char *text = malloc(MAX_DESCRIPTION);
    FILE *file = fopen(path, "rb");
    bool good = false;
    if (text == NULL || file == NULL) {
        fprintf(stderr, "player: %s: %s\n", path, strerror(errno));
    } else {
        size_t len = fread(text, 1, MAX_DESCRIPTION, file);
        good = player_site_parse(site, text, len, load_beside, folder, message, sizeof message);
        for (size_t i = 0; good && i < site->device_count; i++)
            if (!player_device_init(&site->devices[i])) {
                good = false;
                snprintf(message, sizeof message, "no memory");
            }
        if (!good)
            fprintf(stderr, "player: %s: %s\n", path, message);
    }
    if (file != NULL)
        fclose(file);
    free(text);
    return good;
}

static bool carry_out(struct player_site *site, const char *command)
{
    char message[256];
    bool good = player_command(site, command, message, sizeof message);
    if (good)
        printf("ok%s%s\n", *message == '\0' ? "" : " ", message);
    else
        printf("error: %s\n", message);
    return good;
}

// Reads what is there on standard input and carries out its whole lines. False: it has ended.
static bool take_commands(struct player_site *site)
{
    static char line[256];
    static size_t len;
    ssize_t got = read(STDIN_FILENO, line + len, sizeof line - 1 - len);
    if (got <= 0)
        return got < 0 && (errno == EAGAIN || errno == EINTR);
    len += (size_t)got;
    line[len] = '\0';
    char *newline;
    while ((newline = strchr(line, '\n')) != NULL) {
        *newline = '\0';
        carry_out(site, line);
        len -= (size_t)(newline + 1 - line);
        memmove(line, newline + 1, len + 1);
    }
    if (len == sizeof line - 1)
        len = 0; // no command is that long
    return true;
}

static void play(struct player_site *site, struct player_server *server, struct options *options)
{
    bool control = options->control;
    while (!stopping) {
        if (player_server_run(server, 100, control ? STDIN_FILENO : -1, seconds_now) != 0)
            control = take_commands(site);
        for (size_t i = 0; i < options->scheduled; i++) {
            struct scheduled *scheduled = &options->schedule[i];
            if (scheduled->command != NULL && seconds_now() >= scheduled->at_s) {
                carry_out(site, scheduled->command);
                scheduled->command = NULL;
            }
        }
    }
}

int main(int argc, char **argv)
{
    struct options options;
    struct player_site site = {0};
    char message[512];
    if (!read_options(argc, argv, &options))
        return 2;
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!load_site(&site, options.file)) {
        player_site_deinit(&site);
        return 1;
    }
    site.speed = options.speed;
    struct player_server *server =
        player_server_new(&site, options.listen, options.any_port, message, sizeof message);
    if (server == NULL) {
        fprintf(stderr, "player: %s\n", message);
        player_site_deinit(&site);
        return 1;
    }
    player_site_advance(&site, seconds_now());
    for (size_t i = 0; i < site.device_count; i++)
        printf("device %s port %u unit %u\n", site.devices[i].name, (unsigned)site.devices[i].port,
               (unsigned)site.devices[i].unit);
    printf("ready\n");
    play(&site, server, &options);
    player_server_free(server);
    player_site_deinit(&site);
    return 0;
}
