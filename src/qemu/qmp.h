/* SPDX-License-Identifier: MIT */
/* Talking to QEMU's monitor (QMP) over a socket: strict, bounded, never without a deadline. */
#ifndef QPIN_QEMU_QMP_H
#define QPIN_QEMU_QMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qemu/message.h"
#include "qemu/parser.h"
#include "qemu/wire.h"

struct error;

#define QMP_BEGIN "qmp_capabilities" /* the first command */

/* QEMU is not trusted: what it may cost us. */
enum {
	QMP_REPLY_MAX_BYTES = PARSER_TEXT_MAX_BYTES, /* one message: 4,096 vCPUs take 0.8 MiB */
	QMP_QUEUE_MAX = 256,                         /* messages kept until qmp_dispatch() */
	QMP_QUEUE_MAX_BYTES = 2 * 1024 * 1024,       /* of their items */
};

/* Opened by qmp_open_take(), closed by qmp_close(). What it hears is read by parser_read(). */
struct qmp {
	struct wire wire;
	bool broken; /* closed, or no longer to be understood: nothing works but qmp_close(); or
			not greeted yet */
	int asking;  /* what became of asking ahead: 0 or -errno */
	struct qmp_version version; /* QEMU's */
	uint64_t last_id;           /* of our commands */
	uint64_t answered_id;       /* of the last one that it has answered */

	const char *const *ahead; /* borrowed; NULL, or commands asked ahead, up to a NULL */
	uint64_t ahead_id;        /* of the first of them */

	struct parsed *heard; /* owned; what was read at once */
	unsigned heard_count, heard_at;

	struct qmp_message *queue[QMP_QUEUE_MAX]; /* each is owned */
	size_t queue_first, queue_count, queue_bytes;
	uint64_t dropped; /* messages for which the queue had no room (the oldest go first) */
	uint64_t strange; /* answers to what we didn't ask: ignored */
};

/*
 * qmp_ask_take - ask what QEMU takes up as soon as it speaks; qmp_greet() comes next
 * qmp_greet - the greeting, and out of negotiation mode
 * qmp_open_take - both
 * @fd:         a connected stream socket, whose other end may not be served yet; taken
 * @pidfd:      QEMU's, so that its end is noticed at once; borrowed until qmp_close(); or -1
 * @asked:      QMP_BEGIN or more: that, and the commands that will come next, up to a NULL; less
 * than PARSER_LINES_MAX; borrowed likewise
 * @timeout_ms: for greeting and answer each
 *
 * Commands that are asked ahead are answered one after the other, and all answers read at once;
 * qmp_command() of each, in their order, only waits for that.
 *
 * Returns 0, or as qmp_command(); the caller calls qmp_close() in any case.
 */
void qmp_ask_take(int fd, int pidfd, const char *const *asked, struct qmp *ret);
int qmp_greet(struct qmp *q, int timeout_ms, struct error *e);
int qmp_open_take(int fd, int pidfd, const char *const *asked, int timeout_ms, struct qmp *ret,
	struct error *e);

/* qmp_close - also twice, and for one that is QMP_CLOSED */
void qmp_close(struct qmp *q);

/*
 * qmp_command - send a command, and wait for its answer
 * @ret: what it returned, for message_done(); NULL: not wanted
 *
 * Other messages that come meanwhile are kept for qmp_dispatch(). Returns 0, or
 * -ECHILD    QEMU has ended (its pidfd says so),
 * -EPIPE     QEMU closed the connection,
 * -ETIMEDOUT no answer in time (one that comes late goes to qmp_dispatch()),
 * -EREMOTEIO QEMU refused: its own words are in @e's why,
 * -EMSGSIZE, -EPROTO it doesn't speak QMP: too long, or malformed; the connection is of no use
 * then. So it is when qpin's parser has died of it.
 */
int qmp_command(
	struct qmp *q, const char *name, int timeout_ms, struct qmp_message *ret, struct error *e);

/*
 * qmp_send - send a command; its answer goes to qmp_dispatch()
 * @timeout_ms: for QEMU to take it; 0: now or never
 *
 * Returns its id (positive), or as qmp_command(); after -EAGAIN nothing was sent.
 */
int64_t qmp_send(struct qmp *q, const char *name, int timeout_ms, struct error *e);

/* qmp_is_owed - whether QEMU has a command of ours that it hasn't answered */
bool qmp_is_owed(const struct qmp *q);

/*
 * qmp_heard - whether event @name has come, and wasn't handed over yet: 1 or 0, or as qmp_command()
 * @drained: there is nothing to read, as poll(2) told
 */
int qmp_heard(struct qmp *q, const char *name, bool drained, struct error *e);

/* Called with a message that lives as long as the call. It may call qmp_send(). */
typedef void qmp_handler(void *context, const struct qmp_message *message);

/*
 * qmp_dispatch - hand over what was kept, and what can be read without waiting
 *
 * Called when the descriptor is readable, and once after the last qmp_command() (what was kept
 * doesn't make it readable). Reads no more than QMP_REPLY_MAX_BYTES at a time. Returns the number
 * of messages handed over; or, after these, -EPIPE at the end of the connection, or another as
 * qmp_command().
 */
int qmp_dispatch(struct qmp *q, qmp_handler *handle, void *context, struct error *e);

#define QMP_CLOSED                                                                                 \
	{                                                                                          \
		.wire = {.fd = -1, .pidfd = -1}, .broken = true                                    \
	}

#define auto_qmp __attribute__((cleanup(qmp_close)))

#endif
