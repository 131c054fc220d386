#include "collect/plant_yaml.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/json.h"

#include "base/banned.h"

/* Characters that need an escape in double quotes, and would be line breaks or nothing outside. */
static bool is_odd(const unsigned char *at)
{
    return at[0] < 0x20 || at[0] == 0x7F || (at[0] == 0xC2 && at[1] < 0xA0) ||
           (at[0] == 0xE2 && at[1] == 0x80 && (at[2] == 0xA8 || at[2] == 0xA9)) ||
           (at[0] == 0xEF && at[1] == 0xBB && at[2] == 0xBF);
}

static bool is_word_of_yaml(const char *text)
{
    static const char *const words[] = {"null", "true", "false", "yes", "no",
                                        "on",   "off",  "y",     "n"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(words[i], text) == 0)
            return true;
    return false;
}

/* A letter first, and then nothing that means something to YAML. */
static bool is_plain(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    const size_t len = strlen(text);
    if (len == 0 || text[len - 1] == ' ' || is_word_of_yaml(text))
        return false;
    if (!((at[0] >= 'A' && at[0] <= 'Z') || (at[0] >= 'a' && at[0] <= 'z') || at[0] >= 0x80))
        return false;
    for (; *at; at++)
        if (is_odd(at) || strchr(":#,[]{}&*!|>'\"%@`?\\", *at))
            return false;
    return true;
}

/* The code point of what is_odd says, and its bytes. */
static size_t decode_odd(const unsigned char *at, unsigned *code)
{
    if (at[0] < 0x80) {
        *code = at[0];
        return 1;
    }
    if (at[0] == 0xC2) {
        *code = at[1];
        return 2;
    }
    *code = (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
    return 3;
}

void vv_yaml_write(struct vv_buf *out, const char *text)
{
    if (is_plain(text)) {
        vv_buf_text(out, text);
        return;
    }
    vv_buf_char(out, '"');
    for (const unsigned char *at = (const unsigned char *)text; *at;) {
        unsigned code;
        if (is_odd(at)) {
            at += decode_odd(at, &code);
            vv_buf_format(out, "\\u%04X", code);
            continue;
        }
        if (*at == '"' || *at == '\\')
            vv_buf_char(out, '\\');
        vv_buf_char(out, (char)*at++);
    }
    vv_buf_char(out, '"');
}

void vv_yaml_list(struct vv_buf *out, const char *key, size_t count)
{
    vv_buf_format(out, "%s%s:%s\n", out->len > 0 ? "\n" : "", key, count > 0 ? "" : " []");
}

void vv_yaml_flow_begin(struct vv_yaml_flow *flow, struct vv_buf *out, const char *indent)
{
    *flow = (struct vv_yaml_flow){.out = out};
    vv_buf_format(out, "%s{", indent);
}

static void add_key(struct vv_yaml_flow *flow, const char *key)
{
    vv_buf_format(flow->out, "%s%s: ", flow->any ? ", " : "", key);
    flow->any = true;
}

void vv_yaml_flow_text(struct vv_yaml_flow *flow, const char *key, const char *text)
{
    if (!text)
        return;
    add_key(flow, key);
    vv_yaml_write(flow->out, text);
}

void vv_yaml_flow_word(struct vv_yaml_flow *flow, const char *key, const char *word)
{
    add_key(flow, key);
    vv_buf_text(flow->out, word);
}

void vv_yaml_flow_int(struct vv_yaml_flow *flow, const char *key, int64_t v)
{
    add_key(flow, key);
    vv_buf_format(flow->out, "%" PRId64, v);
}

void vv_yaml_flow_number(struct vv_yaml_flow *flow, const char *key, double v, const char *unit)
{
    char number[32];
    add_key(flow, key);
    vv_buf_add(flow->out, number, vv_double_format(v, number));
    vv_buf_text(flow->out, unit);
}

void vv_yaml_flow_double(struct vv_yaml_flow *flow, const char *key, double v, double usual)
{
    if (v < usual || v > usual)
        vv_yaml_flow_number(flow, key, v, "");
}

void vv_yaml_flow_end(struct vv_yaml_flow *flow)
{
    vv_buf_text(flow->out, "}\n");
}
