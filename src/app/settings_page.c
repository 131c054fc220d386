/* settings_page.c: docs/configuration.md. */
#include "app/settings.h"
#include "base/buf.h"

#include "base/banned.h"

static void add_row(struct vv_buf *page, const struct vv_setting *setting)
{
    vv_buf_format(page, "| `%s%s%s` | ", setting->section ? setting->section : "",
                  setting->section ? "." : "", setting->key);
    if (setting->standard)
        vv_buf_format(page, "`%s`", setting->standard);
    vv_buf_format(page, " | %s", setting->doc);
    if (setting->kind == VV_SETTING_CHOICE) {
        vv_buf_text(page, " One of");
        for (size_t i = 0; setting->words[i]; i++)
            vv_buf_format(page, "%s `%s`", i ? "," : "", setting->words[i]);
        vv_buf_char(page, '.');
    }
    if (setting->later)
        vv_buf_format(page, " *Checked, not acted on yet (%s).*", setting->later);
    vv_buf_text(page, " |\n");
}

void vv_settings_page(struct vv_buf *page)
{
    vv_buf_text(page,
                "# Configuration: `varve.yaml`\n\n"
                "Made from the table in `src/app/settings.c` by `varve serve --document`; "
                "`./test` compares.\n\n"
                "An unknown key is an error that names its line and the nearest known key. "
                "Relative paths are from the folder of the file. Durations: `250ms s m h d w y`; "
                "sizes: `KiB MiB GiB`. `${NAME}` in a text is the environment's value of NAME, so "
                "that no secret needs to stand in the file. `varve serve -c varve.yaml --check` "
                "tests the file and its plant file and does nothing else.\n\n"
                "| setting | by itself | what it does |\n|---|---|---|\n");
    for (size_t i = 0; i < vv_setting_count; i++)
        add_row(page, &vv_settings[i]);
    vv_buf_text(page, "| `drivers` |  | A mapping from names in `TB_Connections.DLL` to drivers: "
                      "`{zmb: iec62056}`. |\n"
                      "\n## Each entry of `histories`\n\n"
                      "Without the list there is one: `{name: main}`.\n\n"
                      "| setting | by itself | what it does |\n|---|---|---|\n");
    for (size_t i = 0; i < vv_history_setting_count; i++)
        add_row(page, &vv_history_settings[i]);
    vv_buf_text(page, "| `windows` |  | Pre-processing windows in whole minutes: `[1, 10]`. "
                      "*Checked, not acted on yet (pre-processing).* |\n");
}
