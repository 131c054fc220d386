#include "app/import/types.h"

#include <inttypes.h>
#include <string.h>

#include "catalog/glob.h"

#include "base/banned.h"

/* A column whose texts are fewer than one in so many cells is rather one of numbers. */
#define NUMBERS_FOR_A_TEXT 10

/* "GLOB=TYPE" in two; a tag's name may have an = of its own. */
static const char *type_word(const char *said, size_t *glob_bytes)
{
    const char *equals = strrchr(said, '=');
    *glob_bytes = equals ? (size_t)(equals - said) : 0;
    return equals ? equals + 1 : said;
}

vv_status vv_import_types_check(const struct vv_import_options *options, vv_error *err)
{
    for (size_t i = 0; i < options->type_count; i++) {
        size_t glob;
        const char *word = type_word(options->types[i], &glob);
        if (vv_type_of_name(word, strlen(word)) == VV_TYPE_NONE)
            return vv_fail(err, VARVE_BAD_TYPE,
                           "--type: \"%s\" is none of integer, double, boolean, string, datetime",
                           word);
        vv_status status = vv_glob_check(options->types[i], glob, err);
        if (status)
            return status;
    }
    return VARVE_OK;
}

/* The last option that fits; NONE. */
static enum vv_tag_type said_type(const struct vv_import_options *options,
                                  const struct vv_import_tag *tag)
{
    for (size_t i = options->type_count; i > 0; i--) {
        size_t glob;
        const char *word = type_word(options->types[i - 1], &glob);
        if (glob == 0 || vv_glob_match(options->types[i - 1], glob, tag->name, tag->name_len))
            return vv_type_of_name(word, strlen(word));
    }
    return VV_TYPE_NONE;
}

static void tell_text(struct vv_import_report *report, const struct vv_import_tag *tag)
{
    const struct vv_import_judge *judge = &tag->judge;
    uint64_t numbers = judge->integers + judge->decimals;
    if (judge->texts > 0 && numbers >= NUMBERS_FOR_A_TEXT * judge->texts)
        vv_import_report_note(report,
                              "\"%s\" becomes String: \"%s\" in line %" PRIu64
                              " is no number (and %" PRIu64 " more); --type or --empty says "
                              "otherwise",
                              tag->name, judge->text, judge->text_line, judge->texts - 1);
}

static vv_status settle(const struct vv_import_options *options, struct vv_import_tag *tag,
                        struct vv_import_sink *sink, struct vv_import_report *report, vv_error *err)
{
    enum vv_tag_type known = VV_TYPE_NONE, said = said_type(options, tag);
    vv_status status =
        sink ? sink->kind->type_of(sink, tag->name, tag->name_len, &known, err) : VARVE_OK;
    if (status)
        return status;
    if (known != VV_TYPE_NONE && said != VV_TYPE_NONE && said != known)
        return vv_fail(err, VARVE_CONFLICT, "tag \"%s\" is %s in the history, --type says %s",
                       tag->name, vv_type_name(known), vv_type_name(said));
    tag->type = known != VV_TYPE_NONE  ? known
                : said != VV_TYPE_NONE ? said
                                       : vv_import_judge_type(&tag->judge);
    if (known == VV_TYPE_NONE && said == VV_TYPE_NONE && tag->type == VV_TYPE_STRING)
        tell_text(report, tag);
    return VARVE_OK;
}

vv_status vv_import_types_settle(const struct vv_import_options *options,
                                 struct vv_import_tags *tags, struct vv_import_sink *sink,
                                 struct vv_import_report *report, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (uint32_t i = 0; i < vv_import_tags_count(tags) && !status; i++)
        status = settle(options, vv_import_tags_at(tags, i), sink, report, err);
    return status;
}
