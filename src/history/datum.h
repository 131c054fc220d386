/* datum.h: what a tag can hold, and one sample of it.
 *
 * The five types are those of ScadaTagMapping.Type, with its numbers; the quality is OPC's by
 * default and is judged by its two top bits.
 *
 * Threads: plain data. Texts are borrowed from whoever made the value.
 */
#ifndef VV_HISTORY_DATUM_H
#define VV_HISTORY_DATUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vv_json;

/* Numbers are kept in the ledger: they never change. */
enum vv_tag_type {
    VV_TYPE_NONE = 0, /* no value, or no type known */
    VV_TYPE_INTEGER = 1,
    VV_TYPE_STRING = 2,
    VV_TYPE_DOUBLE = 3,
    VV_TYPE_BOOLEAN = 4,
    VV_TYPE_DATETIME = 5 /* ms since 1970 UTC, in `as.integer` */
};
#define VV_TYPE_COUNT 6

/* "Integer", "String", "Double", "Boolean", "DateTime"; "none" for NONE. */
const char *vv_type_name(enum vv_tag_type type);
/* The same in any case of letters; NONE when it is none of them. */
enum vv_tag_type vv_type_of_name(const char *name, size_t len_bytes);

struct vv_datum {
    enum vv_tag_type type; /* NONE: null */
    uint32_t text_len;     /* bytes of as.text, STRING only */
    union {
        int64_t integer; /* INTEGER, DATETIME */
        double number;   /* DOUBLE */
        bool boolean;    /* BOOLEAN */
        const char *text;
    } as;
};

static inline struct vv_datum vv_datum_null(void)
{
    return (struct vv_datum){VV_TYPE_NONE, 0, {0}};
}

static inline struct vv_datum vv_datum_integer(int64_t integer)
{
    return (struct vv_datum){VV_TYPE_INTEGER, 0, {.integer = integer}};
}

static inline struct vv_datum vv_datum_double(double number)
{
    return (struct vv_datum){VV_TYPE_DOUBLE, 0, {.number = number}};
}

static inline struct vv_datum vv_datum_boolean(bool boolean)
{
    return (struct vv_datum){VV_TYPE_BOOLEAN, 0, {.boolean = boolean}};
}

static inline struct vv_datum vv_datum_string(const char *text, size_t len_bytes)
{
    return (struct vv_datum){VV_TYPE_STRING, (uint32_t)len_bytes, {.text = text}};
}

static inline struct vv_datum vv_datum_datetime(int64_t time_ms)
{
    return (struct vv_datum){VV_TYPE_DATETIME, 0, {.integer = time_ms}};
}

/* As JSON; DateTime as epoch milliseconds. */
void vv_datum_json(struct vv_json *json, const struct vv_datum *value);

#define VV_QUALITY_GOOD      192
#define VV_QUALITY_UNCERTAIN 64
#define VV_QUALITY_BAD       0
#define VV_QUALITY_MAX       65535 /* OPC: 8 standard bits and 8 of the vendor's */

static inline bool vv_quality_good(int32_t quality)
{
    return (quality & 0xC0) == 0xC0;
}

struct vv_tag; /* tags.h */

/* One sample on its way in. The tag is given as such, or by its name. */
struct vv_sample {
    const struct vv_tag *tag; /* null: `name` */
    const char *name;
    size_t name_len;                /* bytes */
    enum vv_tag_type register_type; /* a tag that is new gets it; NONE: the value's own type */
    int32_t quality;
    int64_t time_ms;
    struct vv_datum value;
};

#endif
