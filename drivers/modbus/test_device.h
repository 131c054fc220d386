// test_device.h: a real Modbus TCP device for the driver's tests, on libmodbus, in a thread of its
// own, that can be told to misbehave. All registers from 0 to 999 exist unless made illegal.
#ifndef VV_MB_TEST_DEVICE_H
#define VV_MB_TEST_DEVICE_H

#include <modbus.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

enum test_behaviour {
    TEST_GOOD,
    TEST_SILENT,      // takes requests, never answers
    TEST_CUT,         // answers holding registers with half a reply, then closes the connection
    TEST_LATE,        // answers each request only when the next one has come
    TEST_BUSY,        // every answer is exception 6
    TEST_NO_FUNCTION, // every answer is exception 1
    TEST_GARBAGE,     // answers holding registers with a reply to something else
};

enum {
    TEST_REGISTERS = 1000
};

struct test_device {
    uint16_t port;
    modbus_mapping_t *map; // written by the test between polls only
    _Atomic int behaviour;
    _Atomic int illegal_from; // registers [from; to[ of any kind are refused with exception 2
    _Atomic int illegal_to;
    _Atomic int unit;     // answers this unit only; -1: all
    _Atomic int requests; // seen so far
    _Atomic int last_unit;

    pthread_t thread;
    modbus_t *modbus;
    int listener;
    int wake[2];
    uint8_t held[MODBUS_TCP_MAX_ADU_LENGTH]; // the request that TEST_LATE has not answered
    int held_len;
};

// Starts on a port that the system chose. Fails the test if it cannot.
void test_device_start(struct test_device *device);
void test_device_stop(struct test_device *device);

#endif
