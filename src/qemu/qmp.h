/* SPDX-License-Identifier: MIT */
/* Talking to QEMU's monitor (QMP) over a socket: strict, bounded, never without a deadline. */
#ifndef QPIN_QEMU_QMP_H
#define QPIN_QEMU_QMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "qemu/message.h"
#include "qemu/wire.h"

struct error;

/* QEMU is not trusted: what it may cost us. */
enum {
	QMP_REPLY_MAX_BYTES = 1024 * 1024, /* one message: 4,096 vCPUs take 0.8 MiB */
	QMP_QUEUE_MAX = 256,               /* messages kept until qmp_dispatch() */
	QMP_QUEUE_MAX_BYTES = 1024 * 1024, /* of those, as text */
};

struct qmp_queued {
	cJSON *json; /* owned */
	size_t bytes;
};

/* Opened by qmp_open_take(), closed by qmp_close(). */
struct qmp {
	struct wire wire;
	bool broken; /* closed, or no longer to be understood: nothing works but qmp_close() */
	struct qmp_greeting version; /* QEMU's */
	uint64_t last_id;            /* of our commands */

	struct qmp_queued queue[QMP_QUEUE_MAX];
	size_t queue_first, queue_count, queue_bytes;
	uint64_t dropped; /* messages for which the queue had no room (the oldest go first) */
	uint64_t strange; /* answers to what we didn't ask: ignored */
};

/*
 * qmp_open_take - the greeting, and out of negotiation mode
 * @fd:         a connected stream socket; taken, also on failure
 * @pidfd:      QEMU's, so that its end is noticed at once; borrowed until qmp_close(); or -1
 * @timeout_ms: for greeting and answer each
 *
 * Returns 0, or as qmp_command(); the caller calls qmp_close() in any case.
 */
int qmp_open_take(int fd, int pidfd, int timeout_ms, struct qmp *ret, struct error *e);

/* qmp_close - also twice, and for one that is QMP_CLOSED */
void qmp_close(struct qmp *q);

/*
 * qmp_command_take - send a command and wait for its answer
 * @arguments: an object, freed in any case; NULL for none
 * @ret:       what it returned, the caller frees it with cJSON_Delete(); NULL: not wanted
 *
 * Other messages that come meanwhile are kept for qmp_dispatch(). Returns 0, or
 * -ECHILD    QEMU has ended (its pidfd says so),
 * -EPIPE     QEMU closed the connection,
 * -ETIMEDOUT no answer in time (one that comes late goes to qmp_dispatch()),
 * -EREMOTEIO QEMU refused: its own words are in @e's why,
 * -EMSGSIZE, -EPROTO it doesn't speak QMP: too long, or malformed; the connection is of no use
 * then.
 */
int qmp_command_take(struct qmp *q, const char *name, cJSON *arguments, int timeout_ms, cJSON **ret,
	struct error *e);

/*
 * qmp_send - send a command without arguments; its answer goes to qmp_dispatch()
 * @timeout_ms: for QEMU to take it; 0: now or never
 *
 * Returns its id (positive), or as qmp_command_take(); after -EAGAIN nothing was sent.
 */
int64_t qmp_send(struct qmp *q, const char *name, int timeout_ms, struct error *e);

/* Called with a message that lives as long as the call. It may call qmp_send(). */
typedef void qmp_handler(void *context, const struct qmp_message *message);

/*
 * qmp_dispatch - hand over what was kept, and what can be read without waiting
 *
 * Called when the descriptor is readable, and once after the last qmp_command_take() (what was kept
 * doesn't make it readable). Reads no more than QMP_REPLY_MAX_BYTES at a time. Returns the number
 * of messages handed over; or, after these, -EPIPE at the end of the connection, or another as
 * qmp_command_take().
 */
int qmp_dispatch(struct qmp *q, qmp_handler *handle, void *context, struct error *e);

#define QMP_CLOSED                                                                                 \
	{                                                                                          \
		.wire = {.fd = -1, .pidfd = -1}, .broken = true                                    \
	}

#define auto_qmp __attribute__((cleanup(qmp_close)))

#endif
