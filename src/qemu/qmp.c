/* SPDX-License-Identifier: MIT */
/* Commands and answers, matched by id; what else comes is queued. */
#include "qemu/qmp.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "qemu/parser.h"

enum {
	END_MS = 1000,       /* from QEMU's closing of the socket to its end */
	STRANGE_LOGGED = 16, /* of a flood, the first ones tell enough */
};

static void
message_free(struct qmp_message *message)
{
	if (message == NULL)
		return;
	message_done(message);
	free(message);
}

/* The oldest one, out of the queue. */
static struct qmp_message *
queue_take(struct qmp *q)
{
	struct qmp_message *oldest = q->queue[q->queue_first];

	q->queue_bytes -= message_items_bytes(oldest);
	q->queue_first = (q->queue_first + 1) % QMP_QUEUE_MAX;
	q->queue_count--;
	return oldest;
}

/* A copy of @message, which is emptied; without memory it is lost. */
static void
queue_put(struct qmp *q, struct qmp_message *message)
{
	struct qmp_message *kept = malloc(sizeof(*kept));
	size_t bytes = message_items_bytes(message);

	if (kept == NULL) {
		message_done(message);
		q->dropped++;
		return;
	}
	while (q->queue_count > 0 &&
		(q->queue_count == QMP_QUEUE_MAX || q->queue_bytes + bytes > QMP_QUEUE_MAX_BYTES)) {
		message_free(queue_take(q));
		q->dropped++;
	}
	*kept = *message;
	*message = (struct qmp_message){0};
	q->queue[(q->queue_first + q->queue_count) % QMP_QUEUE_MAX] = kept;
	q->queue_count++;
	q->queue_bytes += bytes;
}

void
qmp_close(struct qmp *q)
{
	while (q->queue_count > 0)
		message_free(queue_take(q));
	wire_close(&q->wire);
	q->broken = true;
}

/* What @r of the connection means for a person; -ECHILD instead of -EPIPE when QEMU ends now. */
static int
talk_fail(struct qmp *q, int r, const char *doing, struct error *e)
{
	bool gone = q->broken && r == -ENOTCONN;

	if (r == -EPIPE && wire_wait_end(&q->wire, wire_deadline(END_MS)) == 0)
		r = -ECHILD;
	if (gone)
		r = -EPIPE;
	q->broken = q->broken || (r != -EAGAIN && r != -ENOMEM);
	(void)error_sys(e, -r, NULL, "%s", doing);
	if (gone)
		return error_why(e, "the connection to QEMU is gone");
	switch (r) {
	case -ECHILD:
		return error_why(e, "QEMU has ended");
	case -EPIPE:
		return error_why(e, "QEMU closed its monitor");
	case -EAGAIN:
		return error_why(e, "QEMU doesn't read what its monitor is told");
	case -ETIMEDOUT:
		return error_why(e, "QEMU stopped reading in the middle of a command");
	case -EMSGSIZE:
		return error_why(e, "QEMU's message is longer than %d bytes", QMP_REPLY_MAX_BYTES);
	default:
		return r;
	}
}

static int
malformed(struct qmp *q, const char *doing, const char *why, struct error *e)
{
	q->broken = true;
	(void)error_sys(e, EPROTO, NULL, "%s", doing);
	return error_why(e, "what QEMU says isn't QMP: %s", why);
}

/* The next message that was read already, or 0. */
static int
message_take(struct qmp *q, const char *doing, struct qmp_message *ret, struct error *e)
{
	struct error why;
	const char *line;
	size_t len;
	int r = wire_line(&q->wire, &line, &len);

	if (r == 0)
		return 0;
	if (r < 0)
		return talk_fail(q, r, doing, e);
	r = parser_read(line, len, ret, &why);
	if (r == -ENOMEM)
		return talk_fail(q, r, doing, e);
	return r < 0 ? malformed(q, doing, why.why, e) : 1;
}

/* Read more, waiting for it. 0; -ETIMEDOUT without a word; or told in @e. */
static int
more_wait(struct qmp *q, const char *doing, int64_t deadline_ms, struct error *e)
{
	int waited = 0;

	for (;;) {
		int r = wire_fill(&q->wire);

		if (r > 0)
			return 0;
		if (r != -EAGAIN)
			return talk_fail(q, r == 0 ? -EPIPE : r, doing, e);
		if (waited < 0) /* it has ended, and its last words are read */
			return talk_fail(q, waited, doing, e);
		waited = wire_wait(&q->wire, POLLIN, deadline_ms);
		if (waited == -ETIMEDOUT)
			return waited;
	}
}

/* The next message, waiting for it: 0, or as more_wait() */
static int
message_wait(struct qmp *q, const char *doing, int64_t deadline_ms, struct qmp_message *ret,
	struct error *e)
{
	int r;

	while ((r = message_take(q, doing, ret, e)) == 0) {
		r = more_wait(q, doing, deadline_ms, e);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : 0;
}

/* Keep what is ours to hand over later; @message is emptied. 0, or -EPROTO: it's out of place */
static int
message_keep(struct qmp *q, const char *doing, struct qmp_message *message, struct error *e)
{
	if (message->kind == QMP_GREETING) {
		message_done(message);
		return malformed(q, doing, "it greets once more", e);
	}
	if (message->kind == QMP_EVENT || (message->id > 0 && message->id <= q->last_id)) {
		queue_put(q, message);
		return 0;
	}
	if (q->strange++ < STRANGE_LOGGED)
		log_debug("QEMU answers %" PRIu64 ", which nobody asked", message->id);
	message_done(message);
	return 0;
}

static int
command_write(struct qmp *q, const char *name, int64_t deadline_ms, struct error *e)
{
	char doing[sizeof(e->what)], text[QMP_COMMAND_BYTES];
	int r = -ENOTCONN;

	message_format(name, q->last_id + 1, text);
	if (!q->broken)
		r = wire_write(&q->wire, text, strlen(text), deadline_ms);
	(void)snprintf(doing, sizeof(doing), "run QMP command '%s'", name);
	if (r < 0)
		return talk_fail(q, r, doing, e);
	q->last_id++;
	return 0;
}

/* An error without an id is about a command that QEMU couldn't read: the one that it has. */
static bool
message_answers(const struct qmp_message *message, uint64_t id)
{
	return message->id == id || (message->kind == QMP_ERROR && message->id == 0);
}

/* Wait for the answer to command @id, keeping what else comes. */
static int
answer_wait(struct qmp *q, uint64_t id, const char *doing, int64_t deadline_ms,
	struct qmp_message *ret, struct error *e)
{
	for (;;) {
		int r = message_wait(q, doing, deadline_ms, ret, e);

		if (r < 0)
			return r;
		if (ret->kind >= QMP_RETURN && message_answers(ret, id))
			return 0;
		r = message_keep(q, doing, ret, e);
		if (r < 0)
			return r;
		if (wire_expired(deadline_ms)) /* a flood isn't an answer */
			return -ETIMEDOUT;
	}
}

static int
timed_out(const char *doing, int timeout_ms, struct error *e)
{
	(void)error_sys(e, ETIMEDOUT, NULL, "%s", doing);
	return error_why(e, "QEMU didn't answer within %d ms", timeout_ms);
}

int
qmp_command(
	struct qmp *q, const char *name, int timeout_ms, struct qmp_message *ret, struct error *e)
{
	int64_t deadline_ms = wire_deadline(timeout_ms);
	auto_message struct qmp_message answer = {0};
	char doing[sizeof(e->what)];
	int r = command_write(q, name, deadline_ms, e);

	(void)snprintf(doing, sizeof(doing), "run QMP command '%s'", name);
	if (r == 0)
		r = answer_wait(q, q->last_id, doing, deadline_ms, &answer, e);
	else if (r == -EAGAIN)
		r = -ETIMEDOUT;
	if (r == -ETIMEDOUT && !q->broken)
		return timed_out(doing, timeout_ms, e);
	if (r < 0)
		return r;
	if (answer.kind == QMP_ERROR) {
		(void)error_sys(e, EREMOTEIO, NULL, "%s", doing);
		return error_why(e, "%s", answer.name);
	}
	if (ret != NULL) {
		*ret = answer;
		answer = (struct qmp_message){0};
	}
	return 0;
}

int64_t
qmp_send(struct qmp *q, const char *name, int timeout_ms, struct error *e)
{
	int r = command_write(q, name, wire_deadline(timeout_ms), e);

	return r < 0 ? r : (int64_t)q->last_id;
}

int
qmp_open_take(int fd, int pidfd, int timeout_ms, struct qmp *ret, struct error *e)
{
	static const char doing[] = "get QEMU's QMP greeting";
	auto_message struct qmp_message greeting = {0};
	int r;

	*ret = (struct qmp){.wire = {.fd = fd, .pidfd = pidfd, .line_max = QMP_REPLY_MAX_BYTES}};
	r = message_wait(ret, doing, wire_deadline(timeout_ms), &greeting, e);
	if (r == -ETIMEDOUT)
		return timed_out(doing, timeout_ms, e);
	if (r < 0)
		return r;
	if (greeting.kind != QMP_GREETING)
		return malformed(ret, doing, "it doesn't begin with a greeting", e);
	ret->version = greeting.version;
	return qmp_command(ret, "qmp_capabilities", timeout_ms, NULL, e);
}

/* Hand over what is queued; how many that were. */
static int
queue_dispatch(struct qmp *q, qmp_handler *handle, void *context)
{
	int count = 0;

	for (; q->queue_count > 0; count++) {
		struct qmp_message *message = queue_take(q);

		handle(context, message);
		message_free(message);
	}
	return count;
}

/* Keep the messages that were read already: 1 when there was one, 0 */
static int
message_step(struct qmp *q, const char *doing, struct error *e)
{
	struct qmp_message next = {0};
	int r = message_take(q, doing, &next, e);

	if (r <= 0)
		return r;
	r = message_keep(q, doing, &next, e);
	return r < 0 ? r : 1;
}

/* The end of the connection needs no wait here: the event loop sees QEMU's end by itself. */
static int
dispatch_end(struct qmp *q, int r, const char *doing, struct error *e)
{
	if (r < 0)
		return talk_fail(q, r, doing, e);
	q->broken = true;
	(void)error_sys(e, EPIPE, NULL, "%s", doing);
	return error_why(e, "QEMU closed its monitor");
}

int
qmp_dispatch(struct qmp *q, qmp_handler *handle, void *context, struct error *e)
{
	static const char doing[] = "read QEMU's events";
	int count = queue_dispatch(q, handle, context);
	size_t bytes = 0;

	while (!q->broken) {
		int r = message_step(q, doing, e);

		count += queue_dispatch(q, handle, context);
		if (r < 0)
			return r;
		if (r > 0)
			continue;
		if (bytes >= QMP_REPLY_MAX_BYTES)
			return count;
		r = wire_fill(&q->wire);
		if (r == -EAGAIN)
			return count;
		if (r <= 0)
			return dispatch_end(q, r, doing, e);
		bytes += (size_t)r;
	}
	return count > 0 ? count : dispatch_end(q, 0, doing, e);
}
