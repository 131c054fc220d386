// test_serial.h: a real Modbus RTU device on a pseudo-terminal, on libmodbus, in a thread of its
// own. Its path is a link, so that the device can be pulled out and put in again.
#ifndef VV_MB_TEST_SERIAL_H
#define VV_MB_TEST_SERIAL_H

#include <modbus.h>
#include <pthread.h>
#include <stdatomic.h>

enum test_serial_behaviour {
    TEST_SERIAL_GOOD,
    TEST_SERIAL_SILENT,
    TEST_SERIAL_BAD_SUM, // an answer whose checksum is wrong
    TEST_SERIAL_OTHER,   // an answer of another unit
};

struct test_serial {
    char folder[64];
    char path[80];         // what the driver opens
    modbus_mapping_t *map; // 100 registers of each kind; written between polls only
    _Atomic int behaviour;
    _Atomic int requests;

    pthread_t thread;
    modbus_t *modbus;
    int unit;
    int master, slave; // the slave is held open, so that the master does not hang up
    int wake[2];
};

// Fails the test if it cannot. `unit` is the only one that answers.
void test_serial_start(struct test_serial *device, int unit);
void test_serial_stop(struct test_serial *device);
// Pulls the cable out and puts it in again, at the same path.
void test_serial_pull(struct test_serial *device);
void test_serial_plug(struct test_serial *device);

#endif
