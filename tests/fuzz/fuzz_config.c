/* fuzz_config.c: any text as varve.yaml gives a whole configuration or an error with the file's
 * name. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_whole(const struct vv_config *config)
{
    if (config->history_count == 0 || config->node == NULL || config->data == NULL ||
        config->http_listen == NULL || config->ledger == NULL || config->timezone == NULL)
        abort();
    for (size_t i = 0; i < config->history_count; i++) {
        const struct vv_config_history *history = &config->histories[i];

        if (history->name == NULL || strchr(history->name, '/') != NULL ||
            history->memory_bytes <= 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_config config;
    vv_error err = {0};
    vv_status status = vv_config_parse((const char *)data, size, "etc/fuzz.yaml", &config, &err);

    if (status == VARVE_OK)
        check_whole(&config);
    else if (strncmp(err.message, "etc/fuzz.yaml", strlen("etc/fuzz.yaml")) != 0)
        abort();
    vv_config_deinit(&config);
    return 0;
}
