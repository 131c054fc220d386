/* fuzz_plant.c: any text as a plant file gives rows or an error with the file's name. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collect/plant_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_plant_file file;
    vv_error err = {0};
    vv_status status = vv_plant_file_parse((const char *)data, size, "fuzz.yaml", &file, &err);

    if (status != VARVE_OK && strncmp(err.message, "fuzz.yaml", strlen("fuzz.yaml")) != 0)
        abort();
    for (size_t i = 0; status == VARVE_OK && i < file.points.count; i++) {
        const struct vv_plant_item *point = &file.points.items[i];

        if (point->device == NULL || vv_plant_item_find(&file.points, point->name) != point ||
            vv_plant_item_find(&file.branches, point->parent) == NULL)
            abort();
    }
    vv_plant_file_deinit(&file);
    return 0;
}
