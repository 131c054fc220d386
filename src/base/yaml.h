/* yaml.h: reading YAML that people write (configuration, plant files), with good errors.
 *
 * libyaml's events become a tree in an arena, each node with its line and column. What a file of
 * settings has no use for is refused, by line: anchors and aliases, more than one document, keys
 * that are not plain text, a key twice in one mapping, nesting deeper than 64.
 *
 * A reader says what it knows by vv_yaml_known, which refuses any other key at its own line and
 * suggests the nearest known one, and takes values by the typed functions below. Every error
 * begins with "FILE line N: ".
 *
 * A library of its own (vv_yaml), because it alone needs libyaml. Threads: a tree belongs to one
 * thread at a time and lives as long as its arena.
 */
#ifndef VV_BASE_YAML_H
#define VV_BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

#define VV_YAML_DEPTH_MAX 64
#define VV_YAML_BYTES_MAX 16777216 /* of a file */

enum vv_yaml_kind {
    VV_YAML_SCALAR,
    VV_YAML_MAPPING,
    VV_YAML_SEQUENCE
};

struct vv_yaml_node {
    enum vv_yaml_kind kind;
    const char *file; /* for errors; borrowed from the caller of the parser */
    uint32_t line;    /* from 1 */
    uint32_t column;
    const char *text; /* scalar: NUL-terminated UTF-8, also valid for a null */
    size_t len_bytes;
    bool quoted;                /* scalar: '…', "…", | or >: never a number, Boolean or null */
    const char *key;            /* of a mapping's entry; null elsewhere */
    uint32_t key_line;          /* where its key stands; 0 elsewhere */
    struct vv_yaml_node *first; /* mapping, sequence: the entries, in order */
    struct vv_yaml_node *next;  /* the next entry beside this one */
};

/* The tree of `text`, whose name for errors is `file` (borrowed for the tree's life). An empty
 * document is an empty mapping. SYNTAX, LIMIT, NO_MEMORY. */
vv_status vv_yaml_parse(const char *text, size_t len_bytes, const char *file,
                        struct vv_arena *arena, struct vv_yaml_node **root, vv_error *err);
/* The same of a file on disk: NOT_FOUND, IO, LIMIT. */
vv_status vv_yaml_read(const char *path, struct vv_arena *arena, struct vv_yaml_node **root,
                       vv_error *err);

/* Writes "FILE line N: ..." and returns `status`. */
vv_status vv_yaml_fail(const struct vv_yaml_node *node, vv_status status, vv_error *err,
                       const char *format, ...) VARVE_PRINTF(4, 5);

/* Refuses a node that is no mapping, or a mapping with a key that is not in `known` (ended by
 * null). */
vv_status vv_yaml_known(const struct vv_yaml_node *mapping, const char *const *known,
                        vv_error *err);
/* The value of a key, or null. */
const struct vv_yaml_node *vv_yaml_get(const struct vv_yaml_node *mapping, const char *key);
/* True for a plain `null`, `~` or nothing. */
bool vv_yaml_is_null(const struct vv_yaml_node *node);

/* Typed values; SYNTAX names key, text and what was expected. The text lives as long as the tree.
 * Integers: decimal or 0x…; Booleans: true, false, on, off, yes, no. */
vv_status vv_yaml_text(const struct vv_yaml_node *node, const char **text, vv_error *err);
vv_status vv_yaml_int(const struct vv_yaml_node *node, int64_t least, int64_t most, int64_t *v,
                      vv_error *err);
vv_status vv_yaml_double(const struct vv_yaml_node *node, double *v, vv_error *err);
vv_status vv_yaml_bool(const struct vv_yaml_node *node, bool *v, vv_error *err);
/* "90s", "15m", "2h" (base/time.h); `least`…`most` in ms. */
vv_status vv_yaml_duration_ms(const struct vv_yaml_node *node, int64_t least, int64_t most,
                              int64_t *v, vv_error *err);
/* One of `words` (ended by null): its number. */
vv_status vv_yaml_choice(const struct vv_yaml_node *node, const char *const *words, int *v,
                         vv_error *err);

#endif
