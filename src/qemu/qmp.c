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
#include "base/text.h"
#include "qemu/hear.h"
#include "qemu/parser.h"

enum {
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
	hear_done(q);
	wire_close(&q->wire);
	q->broken = true;
}

/* Keep what is ours to hand over later; @message is emptied. 0, or -EPROTO: it's out of place */
static int
message_keep(struct qmp *q, const char *doing, struct qmp_message *message, struct error *e)
{
	if (message->kind == QMP_GREETING) {
		message_done(message);
		return hear_malformed(q, doing, "it greets once more", e);
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

/* All of @names at once; their ids are the next ones. */
static int
commands_write(struct qmp *q, const char *const *names, size_t count, int64_t deadline_ms)
{
	char text[PARSER_LINES_MAX * QMP_COMMAND_BYTES];
	size_t len = 0;
	int r;

	if (q->broken)
		return -ENOTCONN;
	for (size_t i = 0; i < count; i++) {
		message_format(names[i], q->last_id + 1 + i, text + len);
		len += strlen(text + len);
	}
	r = wire_write(&q->wire, text, len, deadline_ms);
	if (r == 0)
		q->last_id += count;
	return r;
}

static char *
command_doing(const char *name, char *doing, size_t size)
{
	(void)snprintf(doing, size, "run QMP command '%s'", name);
	return doing;
}

static int
command_write(struct qmp *q, const char *name, int64_t deadline_ms, struct error *e)
{
	char doing[sizeof(e->what)];
	int r = commands_write(q, &name, 1, deadline_ms);

	q->ahead = NULL; /* their answers are behind us when this one's is there */
	return r < 0 ? hear_fail(q, r, command_doing(name, doing, sizeof(doing)), e) : 0;
}

/* The id of @name, if it was asked ahead and is the next; else 0 */
static uint64_t
ahead_take(struct qmp *q, const char *name)
{
	if (q->broken || q->ahead == NULL || *q->ahead == NULL || !str_eq(*q->ahead, name))
		return 0;
	q->ahead++;
	return q->ahead_id++;
}

/* An error without an id is about a command that QEMU couldn't read: the one that it has. */
static bool
message_answers(const struct qmp_message *message, uint64_t id)
{
	return message->id == id || (message->kind == QMP_ERROR && message->id == 0);
}

/* Wait for the answer to command @id, and those to what was asked behind it; what else comes is
 * kept. */
static int
answer_wait(struct qmp *q, uint64_t id, const char *doing, int64_t deadline_ms,
	struct qmp_message *ret, struct error *e)
{
	for (;;) {
		unsigned least = (unsigned)(q->last_id - id + 1);
		int r = hear_wait(q, doing, deadline_ms, least, ret, e);

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

/* What became of command @name, which was asked as @id. */
static int
command_end(struct qmp *q, const char *name, uint64_t id, int timeout_ms, struct qmp_message *ret,
	struct error *e)
{
	auto_message struct qmp_message answer = {0};
	char doing[sizeof(e->what)];
	int r;

	(void)command_doing(name, doing, sizeof(doing));
	r = answer_wait(q, id, doing, wire_deadline(timeout_ms), &answer, e);
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

int
qmp_command(
	struct qmp *q, const char *name, int timeout_ms, struct qmp_message *ret, struct error *e)
{
	uint64_t id = ahead_take(q, name);
	char doing[sizeof(e->what)];
	int r = id == 0 ? command_write(q, name, wire_deadline(timeout_ms), e) : 0;

	if (r == -EAGAIN)
		return timed_out(command_doing(name, doing, sizeof(doing)), timeout_ms, e);
	if (r < 0)
		return r;
	return command_end(q, name, id == 0 ? q->last_id : id, timeout_ms, ret, e);
}

int64_t
qmp_send(struct qmp *q, const char *name, int timeout_ms, struct error *e)
{
	int r = command_write(q, name, wire_deadline(timeout_ms), e);

	return r < 0 ? r : (int64_t)q->last_id;
}

bool
qmp_is_owed(const struct qmp *q)
{
	return !q->broken && q->answered_id < q->last_id;
}

static size_t
names_count(const char *const *names)
{
	size_t count = 0;

	while (names[count] != NULL)
		count++;
	return count;
}

/* It has room for as much, or its other end is gone: there is nothing to wait for. */
void
qmp_ask_take(int fd, int pidfd, const char *const *asked, struct qmp *ret)
{
	*ret = (struct qmp){.wire = {.fd = fd, .pidfd = pidfd, .line_max = QMP_REPLY_MAX_BYTES},
		.ahead = asked,
		.ahead_id = 1};
	ret->asking = commands_write(ret, asked, names_count(asked), 0);
	ret->broken = true;
}

int
qmp_greet(struct qmp *q, int timeout_ms, struct error *e)
{
	static const char doing[] = "get QEMU's QMP greeting";
	auto_message struct qmp_message greeting = {0};
	char second[sizeof(e->what)];
	const char *first = *q->ahead;
	int r;

	q->broken = false;
	r = hear_wait(q, doing, wire_deadline(timeout_ms), (unsigned)q->last_id + 1, &greeting, e);
	if (r == -ETIMEDOUT)
		return timed_out(doing, timeout_ms, e);
	if (r < 0)
		return r;
	if (greeting.kind != QMP_GREETING)
		return hear_malformed(q, doing, "it doesn't begin with a greeting", e);
	if (q->asking < 0)
		return hear_fail(q, q->asking, command_doing(first, second, sizeof(second)), e);
	q->version = greeting.version;
	return qmp_command(q, first, timeout_ms, NULL, e);
}

int
qmp_open_take(int fd, int pidfd, const char *const *asked, int timeout_ms, struct qmp *ret,
	struct error *e)
{
	qmp_ask_take(fd, pidfd, asked, ret);
	return qmp_greet(ret, timeout_ms, e);
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

/* Keep the next message that was read already: 1 when there was one, 0 */
static int
message_step(struct qmp *q, const char *doing, struct error *e)
{
	struct qmp_message next = {0};
	int r = hear_next(q, doing, 1, &next, e);

	if (r <= 0)
		return r;
	r = message_keep(q, doing, &next, e);
	return r < 0 ? r : 1;
}

/* Keep what can be read without waiting; when the socket is @drained, that was read already. */
static int
rest_keep(struct qmp *q, const char *doing, bool drained, struct error *e)
{
	size_t bytes = 0;
	int r;

	do {
		while ((r = message_step(q, doing, e)) > 0)
			continue;
		if (r < 0 || drained)
			return r;
		r = wire_fill(&q->wire);
		bytes += r > 0 ? (size_t)r : 0;
	} while (r > 0 && bytes < QMP_REPLY_MAX_BYTES);
	if (r > 0 || r == -EAGAIN)
		return 0;
	return hear_fail(q, r == 0 ? -EPIPE : r, doing, e);
}

int
qmp_heard(struct qmp *q, const char *name, bool drained, struct error *e)
{
	int r = rest_keep(q, "read QEMU's events", drained, e);

	for (size_t i = 0; i < q->queue_count && r == 0; i++) {
		const struct qmp_message *kept = q->queue[(q->queue_first + i) % QMP_QUEUE_MAX];

		r = kept->kind == QMP_EVENT && str_eq(kept->name, name);
	}
	return r;
}

/* The end of the connection needs no wait here: the event loop sees QEMU's end by itself. */
static int
dispatch_end(struct qmp *q, int r, const char *doing, struct error *e)
{
	if (r < 0)
		return hear_fail(q, r, doing, e);
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
