/* fuzz_backup_list.c: backup.json. What is read is written and read again the same. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "history/backup_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_backup_list list, again;
    struct vv_buf text = {0}, second = {0};
    vv_error err = {0};

    vv_backup_list_init(&list);
    vv_backup_list_init(&again);
    vv_status status = vv_backup_list_parse(&list, data, size, &err);
    assert(status == VARVE_OK || err.message[0]);
    if (!status) {
        for (size_t i = 0; i < vv_backup_file_count(&list); i++) {
            const char *path = vv_backup_file_at(&list, i)->path;
            assert(vv_backup_path_is_good(path, strlen(path)) && path[0] != '/');
        }
        vv_backup_list_write(&list, &text);
        status = vv_backup_list_parse(&again, text.data, text.len, &err);
        assert(status == VARVE_OK);
        vv_backup_list_write(&again, &second);
        assert(text.len == second.len && memcmp(text.data, second.data, text.len) == 0);
    }
    vv_backup_list_deinit(&list);
    vv_backup_list_deinit(&again);
    vv_buf_deinit(&text);
    vv_buf_deinit(&second);
    return 0;
}
