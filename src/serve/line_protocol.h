/* line_protocol.h: InfluxDB's line protocol into samples.
 *
 *     measurement,key=value,key=value field=1.5,other=2i,text="x" 1730764800000000000
 *
 * A field's tag is the measurement, the line's tag values in order of their keys, and the field,
 * joined by "/" (each escaped as an element of a path, catalog/names.h); a field named `value` is
 * left out of it. An integer field `quality` is the quality of the line's other fields. Types:
 * 1i and 1u Integer, 1 and 1.0 Double, t/T/true/True/TRUE… Boolean, "x" String. A line without a
 * time is of now. Empty lines and those that begin with # are passed over.
 *
 * It follows the reference of InfluxDB v2; beyond it, lines may end in CR LF. A tag key that
 * stands twice in a line is refused.
 *
 * Threads: a parser belongs to one thread; no state beyond it. Ownership: texts of the samples live
 * in the arena; the input must live while the parser is used.
 */
#ifndef VV_SERVE_LINE_PROTOCOL_H
#define VV_SERVE_LINE_PROTOCOL_H

#include "base/arena.h"
#include "base/error.h"
#include "history/datum.h"

#define VV_LINE_TAGS_MAX   64
#define VV_LINE_FIELDS_MAX 4096

struct vv_line_parser {
    const char *at, *end; /* the input, from here on */
    struct vv_arena *arena;
    int64_t unit_ns; /* of the times in it; 1: nanoseconds */
    int64_t now_ms;  /* the time of lines that have none */
    uint32_t number; /* of the line that was read last, counted from 1 */
};

struct vv_line {
    uint32_t number; /* counted from 1, of its first line where a text goes over several */
    struct vv_sample *samples;
    size_t count;
};

/* "ns", "us", "ms", "s" (also "n", "u", "m" and "h", as InfluxDB v1 has them) into nanoseconds;
 * null is "ns". BAD_VALUE names those that there are. */
vv_status vv_line_precision(const char *text, int64_t *unit_ns, vv_error *err);

/* The next line that holds fields; END behind the last. SYNTAX, BAD_VALUE or BAD_TIME say what is
 * wrong with the line, whose number is in line->number; the parser then stands behind it, and the
 * next call goes on. NO_MEMORY when the arena is full. */
vv_status vv_line_next(struct vv_line_parser *parser, struct vv_line *line, vv_error *err);

#endif
