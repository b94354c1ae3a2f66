/* SPDX-License-Identifier: MIT */
/* What callshim.c and calls.c share. */
#ifndef QPIN_TESTS_CALLS_H
#define QPIN_TESTS_CALLS_H

/* The environment variable with the path of the socket that calls.c listens on. */
#define CALLS_SOCKET "QPIN_CALLS"

/* The descriptor of the connection to it, while a listener is sent: one that no program has by
 * itself. */
enum { CALLS_FD = 777 };

#endif
