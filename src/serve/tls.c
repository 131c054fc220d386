#include "serve/tls.h"

#include <string.h>
#include <sys/stat.h>

#include "base/io.h"

#include "base/banned.h"

#define FILE_BYTES_MAX (1 << 20)

static vv_status load(const char *setting, const char *path, const char *mark, struct vv_buf *to,
                      vv_error *err)
{
    vv_status status = vv_io_read_all(vv_io_posix(), path, FILE_BYTES_MAX, to, err);

    if (!status) {
        vv_buf_char(to, '\0');
        if (to->failed)
            status = vv_fail(err, VARVE_NO_MEMORY, "no memory for %s", path);
        else if (!strstr((const char *)to->data, mark))
            status = vv_fail(err, VARVE_BAD_VALUE, "%s is no PEM file with a \"%s\"", path, mark);
    }
    if (status)
        vv_error_prefix(err, "http.%s", setting);
    return status;
}

vv_status vv_tls_load(const char *certificate_path, const char *key_path, struct vv_tls *tls,
                      vv_error *err)
{
    struct stat about;

    *tls = (struct vv_tls){0};
    if (!certificate_path || !key_path)
        return vv_fail(err, VARVE_BAD_VALUE, "http.%s is set and http.%s is not: TLS needs both",
                       certificate_path ? "certificate" : "key",
                       certificate_path ? "key" : "certificate");
    if (stat(key_path, &about) == 0 && (about.st_mode & S_IROTH))
        return vv_fail(err, VARVE_DENIED,
                       "http.key: everyone on this machine may read %s: chmod o-r it", key_path);
    vv_status status =
        load("certificate", certificate_path, "BEGIN CERTIFICATE", &tls->certificate, err);
    return status ? status : load("key", key_path, "PRIVATE KEY-----", &tls->key, err);
}

void vv_tls_deinit(struct vv_tls *tls)
{
    if (tls->key.data)
        explicit_bzero(tls->key.data, tls->key.len);
    vv_buf_deinit(&tls->certificate);
    vv_buf_deinit(&tls->key);
}
