/* SPDX-License-Identifier: MIT */
/* From bytes of QEMU's to messages: several lines at once go to the parser. */
#include "qemu/hear.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "base/error.h"
#include "qemu/parser.h"

enum {
	END_MS = 1000, /* from QEMU's closing of the socket to its end */
};

_Static_assert((int)WIRE_LINES_MAX <= (int)PARSER_LINES_MAX,
	"the parser takes all lines that come at once");

void
hear_done(struct qmp *q)
{
	while (q->heard_at < q->heard_count)
		message_done(&q->heard[q->heard_at++].message);
	free(q->heard);
	q->heard = NULL;
	q->heard_count = q->heard_at = 0;
}

int
hear_fail(struct qmp *q, int r, const char *doing, struct error *e)
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

int
hear_malformed(struct qmp *q, const char *doing, const char *why, struct error *e)
{
	q->broken = true;
	(void)error_sys(e, EPROTO, NULL, "%s", doing);
	return error_why(e, "what QEMU says isn't QMP: %s", why);
}

/* Have the lines read that are there, if they are as many as @least: 1, 0 or -errno */
static int
lines_hear(struct qmp *q, const char *doing, unsigned least, struct error *e)
{
	struct error why;
	char *text;
	size_t len;
	int lines = wire_lines(&q->wire, least, &text, &len), r;

	if (lines <= 0)
		return lines < 0 ? hear_fail(q, lines, doing, e) : 0;
	hear_done(q);
	q->heard = calloc((size_t)lines, sizeof(*q->heard));
	if (q->heard == NULL)
		return hear_fail(q, -ENOMEM, doing, e);
	r = parser_read(text, len, (unsigned)lines, q->heard, &why);
	if (r < 0)
		return hear_malformed(q, doing, why.why, e);
	q->heard_count = (unsigned)lines;
	return 1;
}

int
hear_next(
	struct qmp *q, const char *doing, unsigned least, struct qmp_message *ret, struct error *e)
{
	int r = q->heard_at < q->heard_count ? 1 : lines_hear(q, doing, least, e);
	struct parsed *next;

	if (r <= 0)
		return r;
	next = &q->heard[q->heard_at++];
	if (next->result == -ENOMEM)
		return hear_fail(q, -ENOMEM, doing, e);
	if (next->result < 0)
		return hear_malformed(q, doing, next->why, e);
	*ret = next->message;
	if (ret->kind >= QMP_RETURN && ret->id > q->answered_id && ret->id <= q->last_id)
		q->answered_id = ret->id;
	return 1;
}

/* Read more; when the socket is @drained, it's waited for first. How much, or what became of the
 * connection */
static int
more_wait(struct qmp *q, int64_t deadline_ms, bool drained)
{
	int waited = 0;

	for (;; drained = false) {
		int r = drained ? -EAGAIN : wire_fill(&q->wire);

		if (r == 0)
			return -EPIPE;
		if (r != -EAGAIN)
			return r;
		if (waited < 0) /* it has ended, and its last words are read */
			return waited;
		waited = wire_wait(&q->wire, POLLIN, deadline_ms);
		if (waited == -ETIMEDOUT)
			return waited;
	}
}

int
hear_wait(struct qmp *q, const char *doing, int64_t deadline_ms, unsigned least,
	struct qmp_message *ret, struct error *e)
{
	bool drained = false;
	int waited = 0, r;

	while ((r = hear_next(q, doing, waited < 0 ? 1 : least, ret, e)) == 0) {
		if (waited == -ETIMEDOUT)
			return waited;
		if (waited < 0)
			return hear_fail(q, waited, doing, e);
		waited = more_wait(q, deadline_ms, drained);
		drained = true;
	}
	return r < 0 ? r : 0;
}
