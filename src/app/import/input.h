/* input.h: the bytes of a file to import: plain or gzip, a file or a pipe, read more than once.
 *
 * A file is read again from its beginning. Of a pipe the beginning is kept while it is looked at,
 * so that it can be given once more.
 *
 * Threads: an input belongs to one thread.
 */
#ifndef VV_APP_IMPORT_INPUT_H
#define VV_APP_IMPORT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Most bytes of a pipe that are kept. */
#define VV_IMPORT_KEPT_BYTES (64 * 1024 * 1024)

struct vv_import_input;

/* "-" is standard input. NOT_FOUND, IO. */
vv_status vv_import_input_open(const char *path, struct vv_import_input **input, vv_error *err);
void vv_import_input_close(struct vv_import_input *input);

/* The next bytes, unpacked; *got 0 is the end. `arg` is the input (base/csv.h's vv_csv_source).
 * CORRUPT for a damaged or cut gzip file. */
vv_status vv_import_input_read(void *arg, void *to, size_t room, size_t *got, vv_error *err);
/* To the beginning. Of a pipe only as long as no more than VV_IMPORT_KEPT_BYTES were read: USAGE.
 */
vv_status vv_import_input_rewind(struct vv_import_input *input, vv_error *err);
/* What is read of a pipe from here on is not kept: rewinding is over. */
void vv_import_input_stream(struct vv_import_input *input);

const char *vv_import_input_name(const struct vv_import_input *input);
/* False for a pipe. */
bool vv_import_input_again(const struct vv_import_input *input);
/* Bytes of the file (packed, if it is), and how many of them were taken so far; 0 for a pipe's
 * size. */
uint64_t vv_import_input_size(const struct vv_import_input *input);
uint64_t vv_import_input_taken(const struct vv_import_input *input);
/* Bytes of a pipe that are kept. */
size_t vv_import_input_kept(const struct vv_import_input *input);

/* What tells this file from others: path, size, time of the last change, checksum of its first
 * bytes; a line of text into `to`. UNSUPPORTED for a pipe. */
vv_status vv_import_input_identity(const struct vv_import_input *input, char *to, size_t room,
                                   vv_error *err);

#endif
