/* plant_yaml.h: the YAML that a plant file is written in.
 *
 * Texts stand plain where nobody could take them for anything else, else in double quotes. One
 * entry of a list is one line: `- {name: Main meter, number: 2}`.
 *
 * Threads: no state. Missing memory shows in the buffer.
 */
#ifndef VV_COLLECT_PLANT_YAML_H
#define VV_COLLECT_PLANT_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vv_buf;

/* One scalar. */
void vv_yaml_write(struct vv_buf *out, const char *text);
/* "KEY:", or "KEY: []" for a list without entries. */
void vv_yaml_list(struct vv_buf *out, const char *key, size_t count);

/* One line with a mapping in braces. */
struct vv_yaml_flow {
    struct vv_buf *out;
    bool any;
};

void vv_yaml_flow_begin(struct vv_yaml_flow *flow, struct vv_buf *out, const char *indent);
/* Null is left out. */
void vv_yaml_flow_text(struct vv_yaml_flow *flow, const char *key, const char *text);
/* A word that is no text of anybody's: yes, 15m. */
void vv_yaml_flow_word(struct vv_yaml_flow *flow, const char *key, const char *word);
void vv_yaml_flow_int(struct vv_yaml_flow *flow, const char *key, int64_t v);
/* Left out when it is `usual`. */
void vv_yaml_flow_double(struct vv_yaml_flow *flow, const char *key, double v, double usual);
/* A number with a unit behind it: 0.5%. */
void vv_yaml_flow_number(struct vv_yaml_flow *flow, const char *key, double v, const char *unit);
void vv_yaml_flow_end(struct vv_yaml_flow *flow);

#endif
