/* sqlfunctions.h: instr, replace, trim and printf (format) for the statements of users, in time
 * that follows from the size of what they are given.
 *
 * A function is one step of a statement, which nothing interrupts. SQLite's own take the product
 * of both texts' lengths, and printf counts up to any precision: a short statement would hold a
 * thread for an hour.
 *
 * Threads: as the connection.
 */
#ifndef VV_HISTORY_SQLFUNCTIONS_H
#define VV_HISTORY_SQLFUNCTIONS_H

struct sqlite3;

/* In place of SQLite's on this connection. SQLite's code. */
int vv_sqlfunctions_register(struct sqlite3 *db);

#endif
