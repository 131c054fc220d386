#include "history/flags.h"

#include <string.h>

#include "history/datum.h"

#include "base/banned.h"

static bool has_any(const char *flag, size_t len_bytes, const char *letters)
{
    for (size_t i = 0; i < len_bytes; i++)
        if (flag[i] != '\0' && strchr(letters, flag[i]) != NULL)
            return true;
    return false;
}

int32_t vv_flag_quality(const char *flag, size_t len_bytes)
{
    if (has_any(flag, len_bytes, "X"))
        return VV_QUALITY_BAD;
    return has_any(flag, len_bytes, "UEPV") ? VV_QUALITY_UNCERTAIN : VV_QUALITY_GOOD;
}

int32_t vv_flag_quality_class(int32_t quality)
{
    switch (quality & 0xC0) {
    case 0xC0:
        return VV_QUALITY_GOOD;
    case 0x40:
        return VV_QUALITY_UNCERTAIN;
    default:
        return VV_QUALITY_BAD;
    }
}

const char *vv_flag_of_quality(int32_t quality)
{
    switch (vv_flag_quality_class(quality)) {
    case VV_QUALITY_GOOD:
        return "";
    case VV_QUALITY_UNCERTAIN:
        return "U";
    default:
        return "X";
    }
}

bool vv_flag_valid(const char *flag, size_t len_bytes)
{
    for (size_t i = 0; i < len_bytes; i++)
        if (flag[i] == '\0' || strchr(VV_FLAG_LETTERS, flag[i]) == NULL)
            return false;
    return true;
}
