// cmocka asks for these four before itself.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test_device.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_refused(const struct test_device *device, const uint8_t *query)
{
    int first = query[8] << 8 | query[9];
    int count = query[7] == 5 || query[7] == 6 || query[7] == 22 ? 1 : query[10] << 8 | query[11];
    return first < device->illegal_to && first + count > device->illegal_from;
}

// Answers one request; false: close the connection.
static bool answer(struct test_device *device, int client, uint8_t *query, int len)
{
    static const uint8_t half[] = {0, 0, 0, 0, 0, 7, 1, 3, 4, 0x12};
    static const uint8_t wrong[] = {0, 0, 0, 0, 0, 5, 1, 3, 2, 0x12, 0x34};
    uint8_t reply[sizeof wrong];
    int behaviour = device->behaviour;
    atomic_fetch_add(&device->requests, 1);
    device->last_unit = query[6];
    if (behaviour == TEST_SILENT || (device->unit >= 0 && device->unit != query[6]))
        return true;
    if (behaviour == TEST_BUSY)
        return modbus_reply_exception(device->modbus, query, 6) >= 0;
    if (behaviour == TEST_NO_FUNCTION)
        return modbus_reply_exception(device->modbus, query, 1) >= 0;
    if (behaviour == TEST_CUT && query[7] == 3) {
        memcpy(reply, half, sizeof half);
        memcpy(reply, query, 2);
        (void)send(client, reply, sizeof half, MSG_NOSIGNAL);
        return false;
    }
    if (behaviour == TEST_GARBAGE && query[7] == 3) {
        memcpy(reply, wrong, sizeof wrong);
        reply[0] = (uint8_t)(query[0] ^ 0x55);
        return send(client, reply, sizeof wrong, MSG_NOSIGNAL) > 0;
    }
    if (is_refused(device, query))
        return modbus_reply_exception(device->modbus, query, 2) >= 0;
    return modbus_reply(device->modbus, query, len, device->map) >= 0;
}

static bool serve_one(struct test_device *device, int client)
{
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH] = {0};
    modbus_set_socket(device->modbus, client);
    int len = modbus_receive(device->modbus, query);
    if (len <= 0)
        return len == 0;
    if (device->behaviour == TEST_LATE) {
        bool good = true;
        if (device->held_len == 0) {
            memcpy(device->held, query, sizeof device->held);
            device->held_len = len;
            atomic_fetch_add(&device->requests, 1);
            return true;
        }
        good = answer(device, client, device->held, device->held_len) &&
               answer(device, client, query, len);
        device->held_len = 0;
        device->behaviour = TEST_GOOD;
        return good;
    }
    return answer(device, client, query, len);
}

static void *run(void *arg)
{
    struct test_device *device = arg;
    int client = -1;
    for (;;) {
        struct pollfd polled[] = {{.fd = device->wake[0], .events = POLLIN},
                                  {.fd = device->listener, .events = POLLIN},
                                  {.fd = client, .events = POLLIN}};
        if (poll(polled, 3, -1) < 0)
            continue;
        if (polled[0].revents != 0)
            break;
        if (polled[2].revents != 0 && !serve_one(device, client)) {
            close(client);
            client = -1;
        } else if (polled[1].revents != 0) {
            if (client >= 0)
                close(client);
            client = accept(device->listener, NULL, NULL);
        }
    }
    if (client >= 0)
        close(client);
    return NULL;
}

void test_device_start(struct test_device *device)
{
    *device = (struct test_device){.unit = -1};
    device->map =
        modbus_mapping_new(TEST_REGISTERS, TEST_REGISTERS, TEST_REGISTERS, TEST_REGISTERS);
    device->modbus = modbus_new_tcp("127.0.0.1", 0);
    assert_non_null(device->map);
    assert_non_null(device->modbus);
    modbus_set_indication_timeout(device->modbus, 1, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    device->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(0, bind(device->listener, (struct sockaddr *)&address, len));
    assert_int_equal(0, listen(device->listener, 8));
    assert_int_equal(0, getsockname(device->listener, (struct sockaddr *)&address, &len));
    device->port = ntohs(address.sin_port);
    assert_int_equal(0, pipe(device->wake));
    assert_int_equal(0, pthread_create(&device->thread, NULL, run, device));
}

void test_device_stop(struct test_device *device)
{
    close(device->wake[1]);
    pthread_join(device->thread, NULL);
    close(device->wake[0]);
    close(device->listener);
    modbus_free(device->modbus);
    modbus_mapping_free(device->map);
}
