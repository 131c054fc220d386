/* history_xlsx_none.c: a build without libxlsxwriter: the form is known, and refused. */
#include "serve/history_private.h"

#include "base/banned.h"

const struct vv_history_format vv_history_xlsx = {.name = "xlsx"};
