/* manifest_private.h: the manifest's bytes, shared by manifest.c, manifest_file.c (records) and
 * manifest_pack.c (state and edits). Nobody else includes it. Layout: docs/internals/format.md. */
#ifndef VV_NATIVE_MANIFEST_PRIVATE_H
#define VV_NATIVE_MANIFEST_PRIVATE_H

#include "base/buf.h"
#include "base/bytes.h"
#include "native/manifest.h"

#define VV_MANIFEST_VERSION  1
#define VV_MANIFEST_FEATURES 0u /* the bits that this program knows */
#define VV_MANIFEST_HEADER   64 /* stands twice at the beginning of a file */
#define VV_MANIFEST_RECORD   16 /* CRC, length, kind, ordinal: before each record's payload */
#define VV_MANIFEST_MAX      (1u << 30)

struct vv_manifest_header {
    uint8_t store_id[16];
    uint64_t epoch;
    uint64_t number;
    uint32_t seed; /* the checksums of the file's records go on from this */
};

/* ---- manifest_pack.c ---- */

/* The state as the payload of a snapshot, an edit as that of an edit. */
void vv_manifest_pack_state(const struct vv_manifest_state *state, struct vv_buf *out);
void vv_manifest_pack_edit(const struct vv_manifest_edit *edit, struct vv_buf *out);
/* Applies a payload. On an error the state may be half changed: to be thrown away. */
vv_status vv_manifest_apply(struct vv_manifest_state *state, const uint8_t *payload,
                            size_t len_bytes, vv_error *err);

/* ---- manifest_file.c ---- */

/* Appends both copies of the header, and sets its seed. */
void vv_manifest_header_pack(struct vv_manifest_header *header, struct vv_buf *out);
/* Appends both copies of a record. Ordinal 0 is the snapshot, edits count from 1. */
void vv_manifest_record(const struct vv_manifest_header *header, uint32_t ordinal,
                        const struct vv_buf *payload, struct vv_buf *out);

/* What no single item shows: a part stands in the state once, and is not removed. For states that
 * were read. */
vv_status vv_manifest_state_check(const struct vv_manifest_state *state, vv_error *err);

struct vv_manifest_parsed {
    struct vv_manifest_header header;
    struct vv_manifest_state state;
    uint32_t ordinal;    /* of the next edit */
    size_t end_bytes;    /* behind the last record that counts */
    size_t torn_bytes;   /* behind that */
    uint64_t bad_copies; /* records and headers of which one copy is damaged */
};
/* Reads a whole file. CORRUPT when its snapshot, or an edit with others behind it, is damaged in
 * both copies; UNSUPPORTED for what this program does not know. */
vv_status vv_manifest_parse(const uint8_t *data, size_t len_bytes,
                            struct vv_manifest_parsed *parsed, vv_error *err);

#endif
