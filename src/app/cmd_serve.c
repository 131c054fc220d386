#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/command.h"
#include "app/settings.h"
#include "app/site.h"
#include "base/buf.h"
#include "base/logger.h"
#include "base/zone.h"
#include "collect/gate.h"
#include "collect/host.h"
#include "collect/live.h"
#include "collect/plant.h"
#include "serve/hosts.h"
#include "serve/server.h"
#include "serve/tls.h"

#include "base/banned.h"

/* Everything that runs, in the order in which it is started; stopped the other way round. */
struct running {
    struct vv_site site;
    struct vv_zone *zone;
    struct vv_live *live;
    struct vv_gate gate;
    struct vv_host *host;
    struct vv_server *server;
};

/* ---- folders that belong to the program ---- */

static bool is_dir(const char *path)
{
    struct stat about;
    return path && stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* `path` seen from the folder of this program; null when there is no such folder. */
static const char *beside_program(struct vv_config *config, const char *path)
{
    char exe[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (len <= 0)
        return NULL;
    exe[len] = 0;
    *strrchr(exe, '/') = 0;
    const char *dir = vv_arena_format(&config->arena, "%s/%s", exe, path);
    return is_dir(dir) ? dir : NULL;
}

/* As configured; else as it was built, or as it is installed. */
static const char *drivers_dir(struct vv_config *config)
{
    if (config->drivers_dir)
        return vv_config_path(config, config->drivers_dir);
    const char *built = beside_program(config, "../../drivers");
    return built ? built : VV_DRIVERS_DIR;
}

/* The same; null when the pages are nowhere. Build folders are build/ and build/NAME/. */
static const char *web_dir(struct vv_config *config)
{
    static const char *const built[] = {"../../../web/dist", "../../../../web/dist"};
    if (config->web_dir)
        return vv_config_path(config, config->web_dir);
    for (size_t i = 0; i < sizeof built / sizeof built[0]; i++) {
        const char *dir = beside_program(config, built[i]);
        if (dir)
            return dir;
    }
    return is_dir(VV_WEB_DIR) ? VV_WEB_DIR : NULL;
}

/* ---- starting and stopping ---- */

/* Changes that come in a row are read once, this long after the last of them, or at most so often
 * later. */
#define SETTLE_MS     100
#define SETTLE_ROUNDS 20

/* On a worker: the plant is read again by the main thread, as after a SIGHUP from outside. However
 * many changes there are, one signal is pending. */
static void plant_changed(void *arg)
{
    (void)arg;
    (void)kill(getpid(), SIGHUP);
}

static void settle(void)
{
    const struct timespec wait = {.tv_nsec = SETTLE_MS * 1000000L};
    sigset_t changes;
    int rounds = 0;

    sigemptyset(&changes);
    sigaddset(&changes, SIGHUP);
    while (rounds++ < SETTLE_ROUNDS && sigtimedwait(&changes, NULL, &wait) == SIGHUP)
        ;
}

/* The plant file is for the first start; afterwards the ledger is the truth. */
static vv_status load_first_plant(struct running *run, vv_error *err)
{
    bool empty;
    struct vv_plant_counts counts;
    const char *path = vv_config_path(&run->site.config, run->site.config.plant);
    if (!path)
        return VARVE_OK;
    vv_status status = vv_plant_is_empty(run->site.ledger, &empty, err);
    if (!status && empty) {
        status = vv_plant_apply(run->site.ledger, path, false, NULL, NULL, &counts, err);
        if (!status)
            vv_log(VV_LOG_INFO, "serve", "%s: %zu things into the empty ledger", path,
                   counts.added);
    }
    return status;
}

static vv_status start_collection(struct running *run, vv_error *err)
{
    struct vv_config *config = &run->site.config;
    struct vv_driver_alias aliases[VV_CONFIG_ALIASES_MAX];
    for (size_t i = 0; i < config->alias_count; i++)
        aliases[i] = (struct vv_driver_alias){config->aliases[i].name, config->aliases[i].driver};
    struct vv_host_options options = {.ledger = run->site.ledger,
                                      .set = run->site.set,
                                      .gate = &run->gate,
                                      .driver_dir = drivers_dir(config),
                                      .aliases = aliases,
                                      .alias_count = config->alias_count};
    return vv_host_start(&options, &run->host, err);
}

static vv_status start_server(struct running *run, vv_error *err)
{
    struct vv_config *config = &run->site.config;
    const char *web = web_dir(config);
    if (!web)
        vv_log(VV_LOG_WARN, "serve", "the pages are not built: only the API is served");
    struct vv_server_options options = {.listen = config->http_listen,
                                        .certificate =
                                            vv_config_path(config, config->http_certificate),
                                        .key = vv_config_path(config, config->http_key),
                                        .web_dir = web,
                                        .backup_dir = vv_config_path(config, config->backup_dir),
                                        .node = config->node,
                                        .plant = config->node,
                                        .version = VV_VERSION,
                                        .set = run->site.set,
                                        .live = run->live,
                                        .gate = &run->gate,
                                        .host = run->host,
                                        .ledger = run->site.ledger,
                                        .zone = run->zone,
                                        .plant_changed = plant_changed,
                                        .connections = (uint32_t)config->http_connections,
                                        .streams = (uint32_t)config->http_streams,
                                        .workers = (uint32_t)config->http_workers,
                                        .body_bytes = (uint64_t)config->http_body_bytes};
    return vv_server_start(&options, &run->server, err);
}

static vv_status start_live(struct running *run, vv_error *err)
{
    vv_status status = vv_live_new(run->site.set, &run->live, err);
    run->gate.set = run->site.set;
    run->gate.live = run->live;
    return status;
}

static vv_status open_site(struct running *run, vv_error *err)
{
    return vv_site_open(&run->site, false, true, err);
}

/* A signal that came while the program starts waits until somebody asks. */
static bool asked_to_stop(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
}

/* CANCELLED when a signal came in between. */
static vv_status start(struct running *run, vv_error *err)
{
    static vv_status (*const steps[])(struct running * run, vv_error * err) = {
        open_site, load_first_plant, start_live, start_collection, start_server};
    struct vv_config *config = &run->site.config;
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < config->later_count; i++)
        vv_log(VV_LOG_WARN, "serve", "%s", config->later[i]);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && !status; i++)
        status = asked_to_stop() ? VARVE_CANCELLED : steps[i](run, err);
    return status;
}

static vv_status stop(struct running *run, vv_error *err)
{
    vv_server_stop(run->server);
    vv_host_stop(run->host);
    vv_live_free(run->live);
    vv_status status = vv_site_close(&run->site, err);
    vv_zone_free(run->zone);
    return status;
}

static void announce(const struct running *run)
{
    const char *listen = run->site.config.http_listen;
    const char *colon = strrchr(listen, ':');
    printf("varve %s: http%s://%.*s:%u/\n", VV_VERSION,
           run->site.config.http_certificate ? "s" : "", colon ? (int)(colon - listen) : 0, listen,
           vv_server_port(run->server));
    fflush(stdout);
}

/* Until a signal says to stop. All signals are blocked since before the first thread. */
static void wait_for_end(struct running *run, const sigset_t *signals)
{
    for (int which = 0; sigwait(signals, &which) == 0 && which == SIGHUP;) {
        vv_error err = {0};
        settle();
        vv_log(VV_LOG_INFO, "serve", "the plant is read again");
        if (vv_host_reload(run->host, &err))
            vv_log_error("serve", &err, "the plant goes on as it was");
    }
    vv_log(VV_LOG_INFO, "serve", "stopping");
}

static int serve(const struct vv_command *command, struct running *run)
{
    vv_error err = {0}, ending = {0};
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);

    vv_status status = start(run, &err);
    if (!status) {
        announce(run);
        wait_for_end(run, &signals);
    }
    vv_status ended = stop(run, &ending);
    if (status == VARVE_CANCELLED && asked_to_stop()) {
        vv_log(VV_LOG_INFO, "serve", "stopped while it was starting");
        status = VARVE_OK;
    }
    if (status)
        return vv_failed_locked(command, &err,
                                "stop that server first, or serve another directory");
    return ended ? vv_failed(command, &ending) : VV_EXIT_GOOD;
}

static vv_status check_tls(struct vv_config *config, vv_error *err)
{
    struct vv_tls tls;
    if (!config->http_certificate && !config->http_key)
        return VARVE_OK;
    vv_status status = vv_tls_load(vv_config_path(config, config->http_certificate),
                                   vv_config_path(config, config->http_key), &tls, err);
    vv_tls_deinit(&tls);
    return status;
}

/* What can be known of a configuration without opening anything. */
static vv_status check(struct running *run, vv_error *err)
{
    struct vv_config *config = &run->site.config;
    char host[128];
    uint16_t port;
    vv_status status = vv_listen_parse(config->http_listen, host, sizeof host, &port, err);
    if (!status && !vv_host_is_loopback(host))
        status = vv_fail(err, VARVE_DENIED,
                         "http.listen %s is not a loopback address: without users only 127.0.0.1, "
                         "[::1] and localhost are served",
                         config->http_listen);
    if (!status)
        status = check_tls(config, err);
    if (status)
        vv_error_prefix(err, "%s", config->file);
    return status || !config->plant ? status
                                    : vv_plant_check(vv_config_path(config, config->plant), err);
}

static void print_checked(const struct vv_config *config, const char *what)
{
    for (size_t i = 0; i < config->later_count; i++)
        printf("note: %s\n", config->later[i]);
    printf("%s is good\n", what);
}

/* docs/configuration.md. */
static int print_page(void)
{
    struct vv_buf page = {0};
    vv_settings_page(&page);
    int code = page.failed || fwrite(page.data, 1, page.len, stdout) != page.len ? VV_EXIT_FAILED
                                                                                 : VV_EXIT_GOOD;
    vv_buf_deinit(&page);
    return code;
}

int vv_command_serve(const struct vv_command *command, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"data", required_argument, NULL, 'd'},
        {"check", no_argument, NULL, 'k'},        {"document", no_argument, NULL, 'D'},
        {"help", no_argument, NULL, 'h'},         {0}};
    const char *config = NULL, *data = NULL;
    bool only_check = false;
    for (int option; (option = getopt_long(argc, argv, "c:d:h", options, NULL)) != -1;) {
        if (option == 'c')
            config = optarg;
        else if (option == 'd')
            data = optarg;
        else if (option == 'k')
            only_check = true;
        else if (option == 'D')
            return print_page();
        else
            return option == 'h' ? vv_help(command) : VV_EXIT_USAGE;
    }
    if (!config == !data || optind < argc)
        return vv_usage(command, "one of -c FILE and -d DIR is needed");

    struct running run = {0};
    vv_error err = {0};
    vv_status status = vv_site_configure(&run.site, config, data, &err);
    if (!status)
        vv_log_set_level((enum vv_log_level)run.site.config.log_level);
    if (!status)
        status = vv_zone_new(run.site.config.timezone, &run.zone, &err);
    if (!status && only_check)
        status = check(&run, &err);
    if (status || only_check) {
        int code = status ? vv_failed(command, &err) : VV_EXIT_GOOD;
        if (!status)
            print_checked(&run.site.config, config ? config : data);
        stop(&run, NULL);
        return code;
    }
    return serve(command, &run);
}
