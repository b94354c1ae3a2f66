/* SPDX-License-Identifier: MIT */
/* The reading half of qemu/qmp.h, and for that alone: from bytes of QEMU's to messages. */
#ifndef QPIN_QEMU_HEAR_H
#define QPIN_QEMU_HEAR_H

#include <stdint.h>

#include "qemu/qmp.h"

/*
 * hear_next - the next message that was read already, for message_done()
 * @doing: for messages of errors
 * @least: lines that are worth the parser's turn; fewer are kept back, unless there is no room
 *
 * Returns 1; 0 when there is none; or as qmp_command().
 */
int hear_next(
	struct qmp *q, const char *doing, unsigned least, struct qmp_message *ret, struct error *e);

/*
 * hear_wait - the same, waiting for it
 * @deadline_ms: by wire_deadline(); when it is past, or nothing more can come, fewer will do
 *
 * Returns 0; -ETIMEDOUT without a word; or as qmp_command(), with the connection broken.
 */
int hear_wait(struct qmp *q, const char *doing, int64_t deadline_ms, unsigned least,
	struct qmp_message *ret, struct error *e);

/* hear_fail - tell what @r of the wire means for a person, and return that; -ECHILD instead of
 * -EPIPE when QEMU ends now */
int hear_fail(struct qmp *q, int r, const char *doing, struct error *e);

/* hear_malformed - tell, and return -EPROTO: from then on the connection is of no use */
int hear_malformed(struct qmp *q, const char *doing, const char *why, struct error *e);

/* hear_done - forget what was read and not asked for yet */
void hear_done(struct qmp *q);

#endif
