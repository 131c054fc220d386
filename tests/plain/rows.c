#include "rows.h"

#include <stdlib.h>
#include <string.h>

static void *room(struct made_rows *made, size_t bytes)
{
    void *memory = calloc(1, bytes + 1);
    if (!memory)
        abort();
    made->memory[made->memory_count++] = memory;
    return memory;
}

static void make_column(struct made_rows *made, const struct plain_stratum *stratum,
                        const struct plain_row *rows, uint32_t count, uint32_t column)
{
    struct varve_vector *vector = &made->columns[column];
    enum varve_type type = stratum->columns[column].type;
    struct varve_text *data = room(made, count * sizeof *data); /* the widest type */
    uint64_t *valid = room(made, (count + 63) / 64 * sizeof *valid);
    size_t text_bytes = 0;
    bool any = false, all = true;
    struct value value;
    for (uint32_t i = 0; i < count; i++) {
        value_of(stratum, column, rows[i].time, rows[i].seed, &value);
        text_bytes += value.len_bytes;
    }
    char *texts = room(made, text_bytes);
    for (uint32_t i = 0; i < count; i++) {
        value_of(stratum, column, rows[i].time, rows[i].seed, &value);
        any |= value.valid;
        all &= value.valid;
        valid[i / 64] |= (uint64_t)value.valid << i % 64;
        if (type == VARVE_INT64) {
            ((int64_t *)(void *)data)[i] = value.i;
        } else if (type == VARVE_DOUBLE) {
            ((double *)(void *)data)[i] = value.d;
        } else if (type == VARVE_BOOL) {
            ((uint8_t *)(void *)data)[i] = (uint8_t)value.i;
        } else {
            memcpy(texts, value.text, value.len_bytes);
            data[i] = (struct varve_text){texts, value.len_bytes};
            texts += value.len_bytes;
        }
    }
    *vector = (struct varve_vector){type, any ? data : NULL, all ? NULL : valid};
}

void made_rows_new(struct made_rows *made, const struct plain_stratum *stratum, uint32_t series_id,
                   const struct plain_row *rows, uint32_t count, uint32_t columns)
{
    bool subs = false;
    *made = (struct made_rows){.memory = calloc(3 + 3 * (size_t)columns, sizeof(void *))};
    if (!made->memory)
        abort();
    made->times = room(made, count * sizeof *made->times);
    made->subs = room(made, count * sizeof *made->subs);
    made->columns = room(made, columns * sizeof *made->columns);
    for (uint32_t i = 0; i < count; i++) {
        made->times[i] = rows[i].time;
        made->subs[i] = rows[i].sub;
        subs |= rows[i].sub != 0;
    }
    for (uint32_t c = 0; c < columns; c++)
        make_column(made, stratum, rows, count, c);
    made->rows = (struct varve_rows){.series = series_id,
                                     .count = count,
                                     .times = made->times,
                                     .subs = subs ? made->subs : NULL,
                                     .columns = made->columns,
                                     .column_count = columns};
}

void made_rows_free(struct made_rows *made)
{
    for (size_t i = 0; i < made->memory_count; i++)
        free(made->memory[i]);
    free(made->memory);
}
