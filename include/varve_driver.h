// varve_driver.h: what a driver and the server that loads it know of each other.
//
// A driver speaks one protocol. It is a shared object NAME.so that exports one symbol,
// `varve_driver`, a constant `struct varve_driver`; it includes nothing of Varve but this file
// and imports no symbol of the host, so that a test can load it with a false host.
//
// Four things live in a driver, each opaque to the host and each inside the one before:
//
//   line     one connection: a socket, a serial port          TB_Connections, IniStr
//   device   one address on that line                          TB_Devices, ConnStr
//   plan     the points of a device that are read together, worked out once into requests
//   point    one row of the device type's memory map           vv_param_map
//
// Lines that share settings are shared: devices whose settings agree in every key named in
// `line_keys` belong on one line. A device polled at two periods has two plans.
//
// Life of a line, all of it on the line's own thread ("L") unless a function says otherwise:
//
//   line_new → device_new… → plan_new… → connect → poll poll poll … → disconnect
//            ↑                              └──────── again, after a delay that grows ┘
//   stop (any thread) → L returns from what it does → plan_free… → device_free… → line_free
//
// Threads: calls for one line never overlap, apart from `stop`. Calls for different lines run at
// the same time, so a driver keeps no writable global state. A driver may use threads of its own,
// but calls the host only from L or from inside `run`, and none survives `line_free`, except one
// that waits for a name server and touches nothing but its own memory. For its sake the host
// never unloads a driver.
//
// Memory: who allocates frees. The host keeps what it passes in alive for the call only; a driver
// copies what it needs. Strings are UTF-8 and end in a zero byte unless a length stands beside.
// What the driver passes to a host function is the driver's again as soon as that returns.
//
// Growing: both tables begin with their size and grow only at their end, as do the structs handed
// over by address; arrays carry their stride. A caller asks VARVE_HAS before it uses a member
// that was not in interface 1. A change that cannot be made in this way is a new interface number.
#ifndef VARVE_DRIVER_H
#define VARVE_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VARVE_DRIVER_INTERFACE 1
#define VARVE_DRIVER_SYMBOL    "varve_driver"

// Within this time of `stop` every call that runs on the line has returned, whatever the device
// does. `stop` itself returns at once.
#define VARVE_DRIVER_STOP_MS 2000

// Whether the other side's table reaches as far as `member` and has it set (functions, pointers).
#define VARVE_HAS(table, member)                                                                   \
    ((table)->size >= offsetof(__typeof__(*(table)), member) + sizeof((table)->member) &&          \
     (table)->member != NULL)

// How a session with a device ended: the numbers of TB_Strings, part 7. The negative ones are
// never stored. 7 is the host's own: no such driver.
enum varve_session {
    VARVE_SESSION_GOOD = 0,
    VARVE_SESSION_LINE = 1,         // the line is down; the host disconnects and connects again
    VARVE_SESSION_SILENCE = 2,      // no answer in time; the line stays
    VARVE_SESSION_CHECKSUM = 3,     // an answer damaged on its way
    VARVE_SESSION_REFUSED = 4,      // the device said no (an exception, a wrong password)
    VARVE_SESSION_WRONG_DEVICE = 5, // another device answered, or its serial number differs
    VARVE_SESSION_BAD_REPLY = 6,    // an answer that does not fit the question
    VARVE_SESSION_NO_DRIVER = 7,
    VARVE_SESSION_STOPPED = -1, // `stop` was called; nothing is wrong
    VARVE_SESSION_SETTING = -2, // a setting, address or value is wrong: trying again is no help
    VARVE_SESSION_MEMORY = -3,  // no memory
};

// OPC quality bytes that drivers give; the two top bits say good, uncertain or bad.
enum varve_quality {
    VARVE_QUALITY_BAD = 0x00,           // the value cannot be used (a NaN)
    VARVE_QUALITY_SETTING = 0x04,       // the point's settings are wrong
    VARVE_QUALITY_NOT_CONNECTED = 0x08, // the line is down
    VARVE_QUALITY_DEVICE = 0x0C,        // the device refuses this point
    VARVE_QUALITY_COMM = 0x18,          // no answer, or a damaged one
    VARVE_QUALITY_UNCERTAIN = 0x40,
    VARVE_QUALITY_GOOD = 0xC0,
};

// What stands in the device. Numbers are kept: they may be stored.
enum varve_data_type {
    VARVE_DATA_BIT = 0,
    VARVE_DATA_U16 = 1,
    VARVE_DATA_I16 = 2,
    VARVE_DATA_U32 = 3,
    VARVE_DATA_I32 = 4,
    VARVE_DATA_U64 = 5,
    VARVE_DATA_I64 = 6,
    VARVE_DATA_F32 = 7,
    VARVE_DATA_F64 = 8,
    VARVE_DATA_TEXT = 9, // its length belongs to the address text
};

// The order of a value's bytes, named by the order in which the bytes of 0xAABBCCDD arrive. For 64
// bits the same name means the same two questions: are the 16-bit words turned round (the lowest
// first), are the bytes within each word turned round.
enum varve_word_order {
    VARVE_ORDER_ABCD = 0, // big-endian, the default
    VARVE_ORDER_CDAB = 1, // words turned round
    VARVE_ORDER_BADC = 2, // bytes turned round within each word
    VARVE_ORDER_DCBA = 3, // both: little-endian
};

enum varve_value_kind {
    VARVE_VALUE_NONE = 0, // bad quality without a value
    VARVE_VALUE_BOOL = 1,
    VARVE_VALUE_INTEGER = 2,
    VARVE_VALUE_UNSIGNED = 3, // only from u64
    VARVE_VALUE_DOUBLE = 4,   // always finite
    VARVE_VALUE_TEXT = 5,     // valid UTF-8, `text_len` bytes, no zero byte in it
};

enum varve_log_level {
    VARVE_LOG_ERROR = 0,
    VARVE_LOG_WARNING = 1,
    VARVE_LOG_INFO = 2,
    VARVE_LOG_DEBUG = 3,
};

// Filled by the driver, allocated by the caller; may be null wherever it is asked for.
struct varve_driver_error {
    int native;     // errno, a protocol's exception code, or 0
    char text[256]; // one sentence without a full stop: what, where, and what to do about it
};

// One KEY=value of IniStr or ConnStr, unquoted. Keys are upper case.
struct varve_setting {
    const char *key;
    const char *value;
};

struct varve_settings {
    const struct varve_setting *list; // no key twice
    size_t count;
};

// A point as the memory map has it. Its number in the array given to plan_new is its name from
// then on (`varve_sample.point`).
struct varve_point {
    uint32_t mem_index;  // MemInd, for messages
    uint8_t data_type;   // enum varve_data_type
    uint8_t word_order;  // enum varve_word_order
    bool writable;       // else `write` refuses it
    const char *address; // the driver's own text, see its manual page
    double scale;        // value = raw * scale + offset; 0 and 1 mean no scaling
    double offset;
};

// With scale 1 (or 0) and offset 0 a bit is a BOOL, integers up to i64 are INTEGER, u64 is
// UNSIGNED, floats are DOUBLE; with any other scale or offset numbers are DOUBLE. Bits and text
// are never scaled.
struct varve_value {
    uint8_t kind; // enum varve_value_kind
    union {
        bool boolean;
        int64_t integer;
        uint64_t unsigned_integer;
        double number;
        const char *text; // borrowed, for the call
    } as;
    uint32_t text_len; // bytes of `text`
};

struct varve_sample {
    uint32_t point;  // index into the plan's points
    uint8_t quality; // OPC
    int16_t session; // enum varve_session: why the quality is not good, else 0
    int64_t time_ms; // UTC since 1970: a poll's `scheduled_ms`, or the device's own time stamp
    struct varve_value value;
};

struct varve_batch {
    size_t size;        // of this struct
    size_t sample_size; // stride of `samples`
    const struct varve_sample *samples;
    size_t count;
};

// What the host offers; constant, and outlives every line. The host's functions may be called from
// L during a call to the driver, and from nowhere else.
struct varve_driver_host {
    size_t size;

    // Takes samples over (copies them). `plan_ctx` is what plan_new was given. May hold the caller
    // back for up to a second when the server is busy. Returns 0, or 1 when they were not taken:
    // a driver that can ask for them again then does not move its position on. Null plan_ctx never.
    int (*deliver)(void *plan_ctx, const struct varve_batch *batch);

    // One line of log. `line_ctx` is what line_new was given. Never blocks on I/O; repeated lines
    // are thinned out by the host.
    void (*log)(void *line_ctx, enum varve_log_level level, const char *text);

    // Whether the line is to stop: true from before `stop` is called. A driver that waits in slices
    // may ask this in place of keeping a flag. From any thread, never blocks.
    bool (*stopping)(void *line_ctx);

    // The host's UTC clock in ms; from any thread, never blocks.
    int64_t (*now_ms)(void);
};

struct varve_line;
struct varve_device;
struct varve_plan;

// The exported descriptor. Functions that answer a `varve_session` as int fill `error` on every
// answer below or above 0 (except STOPPED) and clear their out-parameter on failure.
struct varve_driver {
    size_t size;        // sizeof(struct varve_driver) as the driver was compiled
    uint32_t interface; // VARVE_DRIVER_INTERFACE
    const char *name;   // as TB_Connections.DLL names it, lower case: "modbus"
    const char *version;
    const char *title; // for people: "Modbus TCP"

    // JSON Schema (draft 2020-12) of an object with the settings as properties: of the line, of the
    // device. Every property has title, description and, where there is one, default.
    const char *line_schema;
    const char *device_schema;
    // The keys of line_schema, ended by null. The host puts IniStr and ConnStr together (ConnStr
    // wins) and gives these keys to line_new, all others to device_new.
    const char *const *line_keys;

    // Checks a point without a line, for `varve apply` and forms: 0 or VARVE_SESSION_SETTING.
    // From any thread; no I/O.
    int (*point_check)(const struct varve_point *point, struct varve_driver_error *error);

    // Makes a line; no I/O. Unknown keys and wrong values: SETTING, naming the key. `host` outlives
    // the line.
    int (*line_new)(const struct varve_driver_host *host, void *line_ctx,
                    const struct varve_settings *settings, struct varve_line **line,
                    struct varve_driver_error *error);
    // After `disconnect`, and after all devices of the line are freed. Null is allowed.
    void (*line_free)(struct varve_line *line);

    // Makes a device on a line; no I/O.
    int (*device_new)(struct varve_line *line, const struct varve_settings *settings,
                      struct varve_device **device, struct varve_driver_error *error);
    void (*device_free)(struct varve_device *device); // after its plans; null is allowed

    // Works out how to read `count` points (1 or more) together; no I/O. A point whose address is
    // wrong does not fail the plan: it is logged once, and every poll gives it quality SETTING.
    int (*plan_new)(struct varve_device *device, void *plan_ctx, const struct varve_point *points,
                    size_t count, struct varve_plan **plan, struct varve_driver_error *error);
    void (*plan_free)(struct varve_plan *plan); // null is allowed

    // Opens the line; blocks no longer than the line's own connect timeout. On failure everything
    // is closed again. Never retries by itself: when to try again, and that the delay grows, is the
    // host's business, and so is marking the points of an unconnected line.
    int (*connect)(struct varve_line *line, struct varve_driver_error *error);
    void (*disconnect)(struct varve_line *line); // also on a line that is not connected

    // Reads a plan on a connected line. Unless it answers STOPPED (then: as many as were read) it
    // delivers exactly one sample for each point, in one or more batches, before it returns: a
    // value, or bad quality with the reason in `session`. Answers the gravest thing that concerned
    // the device as a whole: a point that the device refuses makes that point bad, and the answer
    // GOOD as long as another one was read. LINE means that the line is closed: connect before the
    // next poll.
    int (*poll)(struct varve_plan *plan, int64_t scheduled_ms, struct varve_driver_error *error);

    // Asks the line to end whatever call is running on it; that call returns (STOPPED, or what it
    // had got) within VARVE_DRIVER_STOP_MS, and so does any later call except the `_free`s, at
    // once. From any thread, also several times; never blocks; not after line_free has begun.
    void (*stop)(struct varve_line *line);

    // ---- Null where the protocol has no such thing. ----

    // Writes one value to point number `point` of the plan, scaled back (raw = (value - offset) /
    // scale, rounded to the nearest for integers); answers GOOD once the device has confirmed it.
    // SETTING: the point is not writable, or the value does not fit its type; nothing was sent
    // then.
    int (*write)(struct varve_plan *plan, uint32_t point, const struct varve_value *value,
                 struct varve_driver_error *error);

    // Asks the device's own archive for [from_ms; to_ms[ of all points of the plan, delivers what
    // it holds, oldest first for each point, and sets `done_ms` to where a later call should go on
    // (`to_ms` when complete). What was delivered and taken up to `done_ms` need not be asked for
    // again.
    int (*history)(struct varve_plan *plan, int64_t from_ms, int64_t to_ms, int64_t *done_ms,
                   struct varve_driver_error *error);

    // For protocols where the device speaks unasked (MQTT): after `connect` the host calls `run` in
    // place of `poll`; it delivers to the line's plans whenever something comes, and returns at
    // `stop` (STOPPED) or when the line is lost (LINE). A driver with `run` may leave `poll` null.
    int (*run)(struct varve_line *line, struct varve_driver_error *error);
};

#ifdef __cplusplus
}
#endif
#endif
