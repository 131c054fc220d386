#include "catalog/glob.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

/* A run of text that is still to be read. */
struct span {
    const char *at;
    const char *end;
};

/* What is left of a path or pattern, by elements. */
struct elements {
    struct span rest;
    bool more; /* an element is to come, be it an empty one */
};

enum token_kind {
    TOKEN_BAD,
    TOKEN_CHAR,
    TOKEN_ANY,  /* ? */
    TOKEN_STAR, /* * */
    TOKEN_SET   /* [...] */
};

struct token {
    enum token_kind kind;
    uint32_t code;   /* of TOKEN_CHAR */
    struct span set; /* of TOKEN_SET: what stands in the brackets, the negation left out */
    bool negated;
};

/* The next code point. A byte that begins none stands for itself, above all code points, so that
 * damaged text matches nothing but itself and stars. */
static uint32_t take_code(struct span *span)
{
    static const uint8_t first_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    size_t len = vv_utf8_char(span->at, (size_t)(span->end - span->at));
    uint32_t code;

    if (len == 0)
        return 0x110000U + (uint8_t)*span->at++;
    code = (uint8_t)span->at[0] & first_mask[len];
    for (size_t i = 1; i < len; i++)
        code = code << 6 | ((uint8_t)span->at[i] & 0x3F);
    span->at += len;
    return code;
}

/* The same with `\c` read as c. False for a backslash at the end. */
static bool take_escaped(struct span *span, uint32_t *code)
{
    if (*span->at == '\\') {
        span->at++;
        if (span->at == span->end)
            return false;
    }
    *code = take_code(span);
    return true;
}

/* One member of a set, a character or a range. False when it is none. */
static bool take_range(struct span *set, uint32_t *first, uint32_t *last)
{
    if (!take_escaped(set, first))
        return false;
    *last = *first;
    if (set->end - set->at >= 2 && *set->at == '-') {
        set->at++;
        if (!take_escaped(set, last))
            return false;
    }
    return *first <= *last;
}

/* Reads behind a "[" to behind its "]". */
static struct token take_set(struct span *pattern)
{
    struct token token = {.kind = TOKEN_SET};
    const char *start;

    if (pattern->at < pattern->end && (*pattern->at == '!' || *pattern->at == '^')) {
        token.negated = true;
        pattern->at++;
    }
    start = pattern->at;
    while (pattern->at < pattern->end && (*pattern->at != ']' || pattern->at == start)) {
        if (*pattern->at == '\\' && pattern->at + 1 < pattern->end)
            pattern->at++;
        pattern->at++;
    }
    if (pattern->at == pattern->end)
        return (struct token){.kind = TOKEN_BAD};
    token.set = (struct span){start, pattern->at};
    pattern->at++;
    return token;
}

/* `pattern` is not empty. */
static struct token take_token(struct span *pattern)
{
    struct token token = {.kind = TOKEN_CHAR};

    switch (*pattern->at) {
    case '*':
        pattern->at++;
        token.kind = TOKEN_STAR;
        return token;
    case '?':
        pattern->at++;
        token.kind = TOKEN_ANY;
        return token;
    case '[':
        pattern->at++;
        return take_set(pattern);
    default:
        if (!take_escaped(pattern, &token.code))
            token.kind = TOKEN_BAD;
        return token;
    }
}

static bool set_has(struct span set, uint32_t code)
{
    uint32_t first, last;

    while (set.at < set.end) {
        if (!take_range(&set, &first, &last))
            return false;
        if (first <= code && code <= last)
            return true;
    }
    return false;
}

static bool token_matches(const struct token *token, uint32_t code)
{
    switch (token->kind) {
    case TOKEN_ANY:
        return true;
    case TOKEN_CHAR:
        return token->code == code;
    case TOKEN_SET:
        return set_has(token->set, code) != token->negated;
    default:
        return false;
    }
}

/* One element. On a mismatch the last star takes one character more: stars before it need not be
 * tried again, so the time is bounded by the product of the lengths. */
static bool element_matches(struct span pattern, struct span name)
{
    struct span star_pattern = {NULL, NULL}, star_name = {NULL, NULL};

    for (;;) {
        if (pattern.at == pattern.end && name.at == name.end)
            return true;
        if (pattern.at < pattern.end) {
            struct span rest = pattern, name_rest = name;
            struct token token = take_token(&rest);
            uint32_t code;

            if (token.kind == TOKEN_STAR) {
                star_pattern = pattern = rest;
                star_name = name;
                continue;
            }
            if (name.at < name.end && take_escaped(&name_rest, &code) &&
                token_matches(&token, code)) {
                pattern = rest;
                name = name_rest;
                continue;
            }
        }
        if (star_pattern.at == NULL || star_name.at == star_name.end)
            return false;
        if (*star_name.at == '\\' && star_name.at + 1 < star_name.end)
            star_name.at++;
        (void)take_code(&star_name);
        pattern = star_pattern;
        name = star_name;
    }
}

static bool take_element(struct elements *elements, struct span *element)
{
    const char *at = elements->rest.at;

    if (!elements->more)
        return false;
    while (at < elements->rest.end && *at != '/') {
        if (*at == '\\' && at + 1 < elements->rest.end)
            at++;
        at++;
    }
    *element = (struct span){elements->rest.at, at};
    elements->more = at < elements->rest.end;
    elements->rest.at = elements->more ? at + 1 : at;
    return true;
}

static bool is_double_star(struct span element)
{
    return element.end - element.at == 2 && memcmp(element.at, "**", 2) == 0;
}

bool vv_glob_match(const char *pattern, size_t pattern_bytes, const char *path, size_t path_bytes)
{
    struct elements p = {{pattern, pattern + pattern_bytes}, true};
    struct elements n = {{path, path + path_bytes}, true};
    struct elements star_p = {{NULL, NULL}, false}, star_n = {{NULL, NULL}, false};
    bool have_star = false;

    if (pattern_bytes == 1 && pattern[0] == '*')
        return true;
    for (;;) {
        struct elements p_rest = p, n_rest = n;
        struct span p_element, n_element;

        if (!p.more && !n.more)
            return true;
        if (take_element(&p_rest, &p_element)) {
            if (is_double_star(p_element)) {
                have_star = true;
                star_p = p = p_rest;
                star_n = n;
                continue;
            }
            if (take_element(&n_rest, &n_element) && element_matches(p_element, n_element)) {
                p = p_rest;
                n = n_rest;
                continue;
            }
        }
        if (!have_star || !take_element(&star_n, &n_element))
            return false;
        p = star_p;
        n = star_n;
    }
}

bool vv_glob_is_pattern(const char *text, size_t len_bytes)
{
    for (size_t i = 0; i < len_bytes; i++) {
        if (text[i] == '\\')
            i++;
        else if (text[i] == '*' || text[i] == '?' || text[i] == '[')
            return true;
    }
    return false;
}

static bool token_is_good(const struct token *token)
{
    struct span set = token->set;
    uint32_t first, last;

    if (token->kind == TOKEN_SET) {
        while (set.at < set.end) {
            if (!take_range(&set, &first, &last))
                return false;
        }
    }
    return token->kind != TOKEN_BAD;
}

vv_status vv_glob_check(const char *pattern, size_t len_bytes, vv_error *err)
{
    struct elements elements = {{pattern, pattern + len_bytes}, true};
    struct span element;
    int shown = (int)vv_utf8_cut(pattern, len_bytes, 200);

    if (!vv_utf8_valid(pattern, len_bytes))
        return vv_fail(err, VARVE_SYNTAX, "a pattern of %zu bytes is not valid UTF-8", len_bytes);
    while (take_element(&elements, &element)) {
        while (element.at < element.end) {
            size_t at = (size_t)(element.at - pattern);
            struct token token = take_token(&element);
            if (!token_is_good(&token)) {
                return vv_fail(err, VARVE_SYNTAX, "pattern \"%.*s\": %s at byte %zu", shown,
                               pattern,
                               pattern[at] == '[' ? "a [ that is not closed, or a range backwards,"
                                                  : "a backslash with nothing behind it",
                               at);
            }
        }
    }
    return VARVE_OK;
}
