/* fuzz_partition.c: a name that is a partition's is written as it was read. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/partition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_partition_table table;
    char name[128];
    char back[VV_PARTITION_TABLE_BYTES];

    if (size >= sizeof name)
        return 0;
    if (size > 0)
        memcpy(name, data, size);
    name[size] = '\0';
    if (vv_partition_table_parse(name, &table)) {
        vv_partition_table_format(&table, back);
        if (strcmp(back, name) != 0 || table.partition.start_ms >= table.partition.end_ms)
            abort();
    }
    return 0;
}
