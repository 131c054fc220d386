#include "serve/hosts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/banned.h"

/* Parts "host:port" and "[host]:port"; `port` is null where there is none. False when it is
 * neither.
 */
static bool split(const char *text, char *host, size_t host_size, const char **port)
{
    const char *end, *after;

    *port = NULL;
    if (text[0] == '[') {
        text++;
        end = strchr(text, ']');
        after = end ? end + 1 : NULL;
    } else {
        end = text + strcspn(text, ":");
        after = end;
    }
    if (!end || end == text || (size_t)(end - text) >= host_size)
        return false;
    memcpy(host, text, (size_t)(end - text));
    host[end - text] = '\0';
    if (*after == '\0')
        return true;
    if (*after != ':' || strspn(after + 1, "0123456789") != strlen(after + 1) || !after[1] ||
        strlen(after + 1) > 5)
        return false;
    *port = after + 1;
    return true;
}

vv_status vv_listen_parse(const char *listen, char *host, size_t host_size, uint16_t *port,
                          vv_error *err)
{
    const char *digits;

    if (!split(listen, host, host_size, &digits) || !digits ||
        strtoul(digits, NULL, 10) > UINT16_MAX)
        return vv_fail(err, VARVE_BAD_VALUE,
                       "http.listen \"%.100s\" is not an address and a port: 127.0.0.1:8080, "
                       "[::1]:8080",
                       listen);
    *port = (uint16_t)strtoul(digits, NULL, 10);
    return VARVE_OK;
}

bool vv_host_is_loopback(const char *host)
{
    struct in_addr four;
    struct in6_addr six;

    if (strcasecmp(host, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

bool vv_host_allowed(const char *header, const char *listen_host)
{
    char host[256];
    const char *port;

    if (!split(header, host, sizeof host, &port))
        return false;
    return vv_host_is_loopback(host) || strcasecmp(host, listen_host) == 0;
}

bool vv_origin_matches(const char *origin, const char *host_header)
{
    const char *authority = strstr(origin, "://");

    return authority && host_header && strcasecmp(authority + 3, host_header) == 0;
}
