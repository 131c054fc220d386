/* yaml.c: libyaml's events into a tree. See yaml.h; typed values are in yaml_value.c. */
#include "base/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

#include "base/buf.h"

#include "base/banned.h"

struct reading {
    yaml_parser_t parser;
    const char *file;
    struct vv_arena *arena;
};

static vv_status no_memory(const struct reading *in, vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "%s: not enough memory to read it", in->file);
}

/* "FILE line N: ..." for a place that is no node yet. */
static vv_status refuse(const struct reading *in, size_t line, vv_error *err, const char *what)
{
    return vv_fail(err, VARVE_SYNTAX, "%s line %zu: %s", in->file, line + 1, what);
}

/* The next event, whose memory is the caller's (yaml_event_delete). */
static vv_status next_event(struct reading *in, yaml_event_t *event, vv_error *err)
{
    const yaml_parser_t *p = &in->parser;

    if (yaml_parser_parse(&in->parser, event))
        return VARVE_OK;
    memset(event, 0, sizeof *event);
    if (p->error == YAML_MEMORY_ERROR)
        return no_memory(in, err);
    if (p->error == YAML_READER_ERROR)
        return vv_fail(err, VARVE_SYNTAX, "%s: %s at byte %zu", in->file, p->problem,
                       p->problem_offset);
    return vv_fail(err, VARVE_SYNTAX, "%s line %zu: %s%s%s", in->file, p->problem_mark.line + 1,
                   p->problem != NULL ? p->problem : "cannot be read",
                   p->context != NULL ? " " : "", p->context != NULL ? p->context : "");
}

static vv_status build(struct reading *in, yaml_event_t *event, int depth,
                       struct vv_yaml_node **node, vv_error *err);

static vv_status take_key(struct reading *in, const yaml_event_t *event,
                          const struct vv_yaml_node *mapping, const char **key, vv_error *err)
{
    size_t line = event->start_mark.line;
    const char *text = (const char *)event->data.scalar.value;

    if (event->type != YAML_SCALAR_EVENT)
        return refuse(in, line, err, "a key has to be plain text");
    if (strlen(text) != event->data.scalar.length)
        return refuse(in, line, err, "a key has a NUL in it");
    if (vv_yaml_get(mapping, text) != NULL)
        return vv_fail(err, VARVE_SYNTAX, "%s line %zu: key \"%s\" is there already, at line %u",
                       in->file, line + 1, text, vv_yaml_get(mapping, text)->key_line);
    *key = vv_arena_text(in->arena, text, event->data.scalar.length);
    return *key != NULL ? VARVE_OK : no_memory(in, err);
}

/* The entries of a mapping or sequence, up to its end event. */
static vv_status build_entries(struct reading *in, int depth, struct vv_yaml_node *node,
                               vv_error *err)
{
    yaml_event_type_t end =
        node->kind == VV_YAML_MAPPING ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    struct vv_yaml_node **last = &node->first;

    for (;;) {
        yaml_event_t event;
        const char *key = NULL;
        uint32_t key_line = 0;
        vv_status st = next_event(in, &event, err);

        if (st != VARVE_OK)
            return st;
        if (event.type == end) {
            yaml_event_delete(&event);
            return VARVE_OK;
        }
        if (node->kind == VV_YAML_MAPPING) {
            st = take_key(in, &event, node, &key, err);
            key_line = (uint32_t)event.start_mark.line + 1;
            yaml_event_delete(&event);
            if (st == VARVE_OK)
                st = next_event(in, &event, err);
            if (st != VARVE_OK)
                return st;
        }
        st = build(in, &event, depth + 1, last, err);
        yaml_event_delete(&event);
        if (st != VARVE_OK)
            return st;
        (*last)->key = key;
        (*last)->key_line = key_line;
        last = &(*last)->next;
    }
}

static vv_status build(struct reading *in, yaml_event_t *event, int depth,
                       struct vv_yaml_node **node, vv_error *err)
{
    size_t line = event->start_mark.line;
    const yaml_char_t *anchor = NULL;
    struct vv_yaml_node *n = vv_arena_zero(in->arena, sizeof *n);

    *node = NULL;
    if (n == NULL)
        return no_memory(in, err);
    n->file = in->file;
    n->line = (uint32_t)line + 1;
    n->column = (uint32_t)event->start_mark.column + 1;
    n->text = "";
    if (depth > VV_YAML_DEPTH_MAX)
        return vv_fail(err, VARVE_SYNTAX, "%s line %u: nested deeper than %d levels", in->file,
                       n->line, VV_YAML_DEPTH_MAX);
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        n->kind = VV_YAML_SCALAR;
        n->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        n->len_bytes = event->data.scalar.length;
        n->text = vv_arena_text(in->arena, (const char *)event->data.scalar.value, n->len_bytes);
        anchor = event->data.scalar.anchor;
        if (n->text == NULL)
            return no_memory(in, err);
        if (strlen(n->text) != n->len_bytes)
            return refuse(in, line, err, "text with a NUL in it");
        break;
    case YAML_MAPPING_START_EVENT:
        n->kind = VV_YAML_MAPPING;
        anchor = event->data.mapping_start.anchor;
        break;
    case YAML_SEQUENCE_START_EVENT:
        n->kind = VV_YAML_SEQUENCE;
        anchor = event->data.sequence_start.anchor;
        break;
    case YAML_ALIAS_EVENT:
        return refuse(in, line, err, "aliases (*name) are not allowed here");
    default:
        return refuse(in, line, err, "a value is missing");
    }
    if (anchor != NULL)
        return refuse(in, line, err, "anchors (&name) are not allowed here");
    *node = n;
    return n->kind == VV_YAML_SCALAR ? VARVE_OK : build_entries(in, depth, n, err);
}

/* The stream: at most one document. */
static vv_status build_document(struct reading *in, struct vv_yaml_node **root, vv_error *err)
{
    for (;;) {
        yaml_event_t event;
        yaml_event_type_t type;
        vv_status st = next_event(in, &event, err);

        if (st != VARVE_OK)
            return st;
        type = event.type;
        if (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_END_EVENT)
            st = VARVE_OK;
        else if (type == YAML_DOCUMENT_START_EVENT && *root != NULL)
            st = refuse(in, event.start_mark.line, err, "a second document begins here");
        else if (type != YAML_DOCUMENT_START_EVENT && type != YAML_STREAM_END_EVENT)
            st = build(in, &event, 1, root, err);
        yaml_event_delete(&event);
        if (st != VARVE_OK || type == YAML_STREAM_END_EVENT)
            return st;
    }
}

vv_status vv_yaml_parse(const char *text, size_t len_bytes, const char *file,
                        struct vv_arena *arena, struct vv_yaml_node **root, vv_error *err)
{
    struct reading in = {.file = file, .arena = arena};
    vv_status st;

    *root = NULL;
    if (len_bytes > VV_YAML_BYTES_MAX)
        return vv_fail(err, VARVE_LIMIT, "%s: %zu bytes are more than the %d allowed", file,
                       len_bytes, VV_YAML_BYTES_MAX);
    if (!yaml_parser_initialize(&in.parser))
        return no_memory(&in, err);
    yaml_parser_set_encoding(&in.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&in.parser, (const unsigned char *)text, len_bytes);
    st = build_document(&in, root, err);
    yaml_parser_delete(&in.parser);
    if (st != VARVE_OK) {
        *root = NULL;
        return st;
    }
    if (*root == NULL || vv_yaml_is_null(*root)) {
        struct vv_yaml_node *empty = vv_arena_zero(arena, sizeof *empty);

        if (empty == NULL)
            return no_memory(&in, err);
        empty->kind = VV_YAML_MAPPING;
        empty->file = file;
        empty->line = 1;
        empty->text = "";
        *root = empty;
    }
    return VARVE_OK;
}

static vv_status read_all(int fd, const char *path, struct vv_buf *text, vv_error *err)
{
    for (;;) {
        ssize_t n;

        if (!vv_buf_reserve(text, 65536))
            return vv_fail(err, VARVE_NO_MEMORY, "%s: not enough memory to read it", path);
        n = read(fd, text->data + text->len, 65536);
        if (n == 0)
            return VARVE_OK;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return vv_fail_errno(err, errno, "%s: cannot be read", path);
        text->len += (size_t)n;
        if (text->len > VV_YAML_BYTES_MAX)
            return vv_fail(err, VARVE_LIMIT, "%s: more than the %d bytes allowed", path,
                           VV_YAML_BYTES_MAX);
    }
}

vv_status vv_yaml_read(const char *path, struct vv_arena *arena, struct vv_yaml_node **root,
                       vv_error *err)
{
    struct vv_buf text = {0};
    char *name = vv_arena_text(arena, path, strlen(path));
    int fd = -1;
    vv_status st;

    *root = NULL;
    if (name == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: not enough memory to read it", path);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return vv_fail_errno(err, errno, "%s: cannot be opened", path);
    st = read_all(fd, path, &text, err);
    if (st == VARVE_OK)
        st = vv_yaml_parse((const char *)text.data, text.len, name, arena, root, err);
    close(fd);
    vv_buf_deinit(&text);
    return st;
}
