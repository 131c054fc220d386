#include "collect/drivers.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"

#include "base/banned.h"

#define NAME_BYTES 64

struct loaded {
    struct loaded *next;
    char name[NAME_BYTES];
    const struct varve_driver *driver;
};

struct vv_drivers {
    struct vv_arena arena;
    const char *dir;
    struct vv_driver_alias *aliases;
    size_t alias_count;
    struct loaded *loaded;
};

struct vv_drivers *vv_drivers_new(const char *dir, const struct vv_driver_alias *aliases,
                                  size_t count)
{
    struct vv_drivers *d = vv_alloc_zero(sizeof *d);
    bool good;

    if (d == NULL)
        return NULL;
    vv_arena_init(&d->arena, 0, NULL);
    d->dir = vv_arena_text(&d->arena, dir, strlen(dir));
    d->aliases = vv_arena_alloc(&d->arena, (count + 1) * sizeof *d->aliases);
    good = d->dir != NULL && d->aliases != NULL;
    for (size_t i = 0; i < count && good; i++) {
        struct vv_driver_alias *a = &d->aliases[d->alias_count++];

        a->name = vv_arena_text(&d->arena, aliases[i].name, strlen(aliases[i].name));
        a->driver = vv_arena_text(&d->arena, aliases[i].driver, strlen(aliases[i].driver));
        good = a->name != NULL && a->driver != NULL;
    }
    if (good)
        return d;
    vv_drivers_free(d);
    return NULL;
}

void vv_drivers_free(struct vv_drivers *drivers)
{
    if (drivers == NULL)
        return;
    vv_arena_deinit(&drivers->arena);
    vv_free(drivers);
}

/* `ZMB.DLL` → `zmb`, through the aliases. */
static vv_status file_name(const struct vv_drivers *drivers, const char *name, char *to,
                           vv_error *err)
{
    size_t len = strlen(name);

    if (len > 4 && strcasecmp(name + len - 4, ".dll") == 0)
        len -= 4;
    for (size_t i = 0; i < drivers->alias_count; i++)
        if (strlen(drivers->aliases[i].name) == len &&
            strncasecmp(drivers->aliases[i].name, name, len) == 0) {
            name = drivers->aliases[i].driver;
            len = strlen(name);
            break;
        }
    if (len == 0 || len >= NAME_BYTES)
        return vv_fail(err, VARVE_BAD_NAME, "driver \"%.80s\": a name of 1 to %d bytes", name,
                       NAME_BYTES - 1);
    for (size_t i = 0; i < len; i++) {
        if (!isalnum((unsigned char)name[i]) && name[i] != '_' && name[i] != '-')
            return vv_fail(err, VARVE_BAD_NAME,
                           "driver \"%.80s\": only letters, digits, _ and - in its name", name);
        to[i] = (char)tolower((unsigned char)name[i]);
    }
    to[len] = '\0';
    return VARVE_OK;
}

static vv_status check(const struct varve_driver *d, const char *path, vv_error *err)
{
    bool whole;

    if (d == NULL)
        return vv_fail(err, VARVE_UNSUPPORTED, "%s is no driver: it does not export %s", path,
                       VARVE_DRIVER_SYMBOL);
    if (d->interface != VARVE_DRIVER_INTERFACE)
        return vv_fail(err, VARVE_UNSUPPORTED, "%s has driver interface %u, this is %u", path,
                       d->interface, VARVE_DRIVER_INTERFACE);
    whole = VARVE_HAS(d, line_keys) && VARVE_HAS(d, line_new) && VARVE_HAS(d, line_free) &&
            VARVE_HAS(d, device_new) && VARVE_HAS(d, device_free) && VARVE_HAS(d, plan_new) &&
            VARVE_HAS(d, plan_free) && VARVE_HAS(d, connect) && VARVE_HAS(d, disconnect) &&
            VARVE_HAS(d, stop) && (VARVE_HAS(d, poll) || VARVE_HAS(d, run));
    if (!whole)
        return vv_fail(err, VARVE_UNSUPPORTED, "%s lacks a function that drivers must have", path);
    return VARVE_OK;
}

static vv_status load(struct vv_drivers *drivers, const char *name,
                      const struct varve_driver **driver, vv_error *err)
{
    struct loaded *l = vv_arena_alloc(&drivers->arena, sizeof *l);
    char *path = vv_arena_format(&drivers->arena, "%s/%s.so", drivers->dir, name);
    void *object;
    vv_status st;

    if (l == NULL || path == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "driver \"%s\": not enough memory", name);
    if (access(path, F_OK) != 0)
        return vv_fail(err, VARVE_NOT_FOUND, "there is no driver \"%s\" (%s)", name, path);
    object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (object == NULL)
        return vv_fail(err, VARVE_UNSUPPORTED, "driver \"%s\" cannot be loaded: %s", name,
                       dlerror());
    *driver = dlsym(object, VARVE_DRIVER_SYMBOL);
    st = check(*driver, path, err);
    if (st != VARVE_OK) {
        *driver = NULL;
        dlclose(object); /* none of its code has run */
        return st;
    }
    snprintf(l->name, sizeof l->name, "%s", name);
    l->driver = *driver;
    l->next = drivers->loaded;
    drivers->loaded = l;
    return VARVE_OK;
}

vv_status vv_drivers_get(struct vv_drivers *drivers, const char *name,
                         const struct varve_driver **driver, vv_error *err)
{
    char file[NAME_BYTES];
    vv_status st = file_name(drivers, name, file, err);

    *driver = NULL;
    if (st != VARVE_OK)
        return st;
    for (const struct loaded *l = drivers->loaded; l != NULL; l = l->next)
        if (strcmp(l->name, file) == 0) {
            *driver = l->driver;
            return VARVE_OK;
        }
    return load(drivers, file, driver, err);
}
