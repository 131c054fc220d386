/* fuzz_csv.c: CSV read to its end in pieces of a length that the first byte says, the separator
 * being the second. Offsets and lines go up, every cell is within its record, and reading again
 * from a record's end gives the record behind it. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct stream {
    const uint8_t *data;
    size_t size, at, step;
};

static vv_status give(void *arg, void *to, size_t room, size_t *got, vv_error *err)
{
    struct stream *s = arg;
    (void)err;
    *got = s->size - s->at < s->step ? s->size - s->at : s->step;
    assert(*got <= room);
    memcpy(to, s->data + s->at, *got);
    s->at += *got;
    return VARVE_OK;
}

static struct vv_csv_reader *open_at(struct stream *stream, char separator, uint64_t offset,
                                     uint64_t line)
{
    const struct vv_csv_options options = {.separator = separator, .record_bytes_max = 256};
    struct vv_csv_reader *reader;
    if (vv_csv_reader_new(&options, give, stream, &reader, NULL))
        return NULL;
    stream->at = offset;
    vv_csv_resume(reader, offset, line);
    return reader;
}

static void check_cells(const struct vv_csv_record *record)
{
    size_t bytes = 0;
    assert(record->count > 0);
    for (size_t i = 0; i < record->count; i++) {
        bytes += record->cells[i].len + (i > 0);
        assert(record->cells[i].len == 0 || record->cells[i].text[0] != '\0');
    }
    assert(bytes <= record->end - record->offset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct stream stream = {data + 2, size - 2, 0, (size_t)data[0] + 1};
    struct vv_csv_reader *reader = open_at(&stream, (char)data[1], 0, 1);
    struct vv_csv_record record;
    uint64_t end = 0, line = 0;
    unsigned count = 0;
    vv_error err;
    vv_status status;
    if (!reader)
        return 0;
    while ((status = vv_csv_next(reader, &record, &err)) != VARVE_END) {
        assert(status == VARVE_OK || status == VARVE_SYNTAX || status == VARVE_LIMIT);
        assert(record.offset >= end && record.end > record.offset && record.line > line);
        end = record.end;
        line = record.line;
        if (status == VARVE_OK)
            check_cells(&record);
        if (count++ == 3) {
            struct stream again = {stream.data, stream.size, 0, 7};
            struct vv_csv_reader *rest = open_at(&again, (char)data[1], end, vv_csv_line(reader));
            struct vv_csv_record next;
            vv_status first = vv_csv_next(rest, &next, NULL);
            status = vv_csv_next(reader, &record, &err);
            assert(first == status && next.line == record.line && next.count == record.count);
            vv_csv_reader_free(rest);
            if (status == VARVE_END)
                break;
            end = record.end;
            line = record.line;
        }
    }
    assert(end <= stream.size);
    vv_csv_reader_free(reader);
    return 0;
}
