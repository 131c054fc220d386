// posix_openpt and its kin are of the X/Open part of POSIX.
#define _XOPEN_SOURCE 700

// cmocka asks for these four before itself.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test_serial.h"

#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// Unit, function 3, two bytes of data, and a sum that is right for unit 9 alone.
static void answer_wrongly(struct test_serial *device, bool other_unit)
{
    static const uint8_t of_unit_9[] = {9, 3, 2, 0x12, 0x34, 0x54, 0xF2};
    uint8_t reply[sizeof of_unit_9];
    memcpy(reply, of_unit_9, sizeof reply);
    if (!other_unit)
        reply[0] = (uint8_t)device->unit;
    assert_int_equal(sizeof reply, write(device->master, reply, sizeof reply));
}

static void serve_one(struct test_serial *device)
{
    uint8_t query[MODBUS_RTU_MAX_ADU_LENGTH];
    int len = modbus_receive(device->modbus, query);
    int behaviour = device->behaviour;
    if (len <= 0)
        return; // for another unit
    atomic_fetch_add(&device->requests, 1);
    if (behaviour == TEST_SERIAL_BAD_SUM || behaviour == TEST_SERIAL_OTHER)
        answer_wrongly(device, behaviour == TEST_SERIAL_OTHER);
    else if (behaviour == TEST_SERIAL_GOOD)
        modbus_reply(device->modbus, query, len, device->map);
}

static void *run(void *arg)
{
    struct test_serial *device = arg;
    for (;;) {
        struct pollfd polled[] = {{.fd = device->wake[0], .events = POLLIN},
                                  {.fd = device->master, .events = POLLIN}};
        if (poll(polled, 2, -1) < 0)
            continue;
        if (polled[0].revents != 0)
            return NULL;
        if (polled[1].revents & POLLIN)
            serve_one(device);
    }
}

void test_serial_plug(struct test_serial *device)
{
    struct termios raw;
    device->master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(device->master >= 0);
    assert_int_equal(0, grantpt(device->master));
    assert_int_equal(0, unlockpt(device->master));
    device->slave = open(ptsname(device->master), O_RDWR | O_NOCTTY);
    assert_true(device->slave >= 0);
    assert_int_equal(0, tcgetattr(device->slave, &raw));
    raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO | ISIG);
    assert_int_equal(0, tcsetattr(device->slave, TCSANOW, &raw));
    assert_int_equal(0, symlink(ptsname(device->master), device->path));
    device->modbus = modbus_new_rtu(device->path, 19200, 'E', 8, 1);
    assert_non_null(device->modbus);
    modbus_set_socket(device->modbus, device->master);
    modbus_set_slave(device->modbus, device->unit);
    modbus_set_indication_timeout(device->modbus, 1, 0);
    assert_int_equal(0, pipe(device->wake));
    assert_int_equal(0, pthread_create(&device->thread, NULL, run, device));
}

void test_serial_pull(struct test_serial *device)
{
    close(device->wake[1]);
    pthread_join(device->thread, NULL);
    close(device->wake[0]);
    close(device->slave);
    close(device->master);
    modbus_free(device->modbus);
    unlink(device->path);
}

void test_serial_start(struct test_serial *device, int unit)
{
    *device = (struct test_serial){.unit = unit};
    device->map = modbus_mapping_new(100, 100, 100, 100);
    assert_non_null(device->map);
    (void)snprintf(device->folder, sizeof device->folder, "/tmp/varve-serial-XXXXXX");
    assert_non_null(mkdtemp(device->folder));
    (void)snprintf(device->path, sizeof device->path, "%s/tty", device->folder);
    test_serial_plug(device);
}

void test_serial_stop(struct test_serial *device)
{
    test_serial_pull(device);
    rmdir(device->folder);
    modbus_mapping_free(device->map);
}
