/* SPDX-License-Identifier: MIT */
#include "host/connector.h"

#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"

enum {
	EVENT_AT = NLMSG_HDRLEN + sizeof(struct cn_msg),
	OURS = 4711,
	ANOTHER = 4712,
};

static const uint32_t fork_event = 1, exec_event = 2, exit_event = 0x80000000;

/* A message as the kernel makes it: the thread, and the process that it is of. */
struct row {
	const char *text;
	uint32_t what;
	uint32_t tid, pid;
	bool want;
};

static size_t
message_make(const struct row *row, char *ret)
{
	struct proc_event event = {0};

	memcpy((char *)&event + offsetof(struct proc_event, what), &row->what, sizeof(row->what));
	if (row->what == exit_event) {
		event.event_data.exit.process_pid = (int)row->tid;
		event.event_data.exit.process_tgid = (int)row->pid;
	} else {
		event.event_data.fork.parent_pid = event.event_data.fork.parent_tgid = OURS;
		event.event_data.fork.child_pid = (int)row->tid;
		event.event_data.fork.child_tgid = (int)row->pid;
	}
	memset(ret, 0, EVENT_AT);
	memcpy(ret + EVENT_AT, &event, sizeof(event));
	return EVENT_AT + sizeof(event);
}

/* Filters are the same for all sockets: this one any test may send to. */
static void
nothing_comes_through_but_ones_own_threads(void **state)
{
	static const struct row row[] = {
		{"a thread of ours", fork_event, 5000, OURS, true},
		{"a child of ours", fork_event, 5000, 5000, false},
		{"ourselves", fork_event, OURS, OURS, false},
		{"another's thread", fork_event, 5000, ANOTHER, false},
		{"the end of one of ours", exit_event, 5000, OURS, true},
		{"our end", exit_event, OURS, OURS, false},
		{"the end of another's", exit_event, 5000, ANOTHER, false},
		{"another event", exec_event, 5000, OURS, false},
		{"an answer", 0, 5000, OURS, false},
	};
	char message[EVENT_AT + sizeof(struct proc_event)], got[sizeof(message)];
	int ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), 0);
	assert_int_equal(connector_narrow(ends[0], OURS), 0);
	for (size_t i = 0; i < COUNT(row); i++) {
		size_t len = message_make(&row[i], message);
		bool through;

		(void)send(ends[1], message, len, MSG_DONTWAIT);
		through = recv(ends[0], got, sizeof(got), MSG_DONTWAIT) == (ssize_t)len;
		if (through != row[i].want)
			fail_msg("%s: want %d, got %d", row[i].text, row[i].want, through);
	}
	(void)send(ends[1], message, EVENT_AT, MSG_DONTWAIT); /* cut off */
	assert_int_equal(recv(ends[0], got, sizeof(got), MSG_DONTWAIT), -1);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void
only_what_the_kernel_tells_counts(void **state)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK};
	socklen_t len = sizeof(address);
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_USERSOCK);
	char left;

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	assert_int_equal(sendto(fd, "x", 1, 0, (const struct sockaddr *)&address, len), 1);
	assert_false(connector_take(fd));
	assert_int_equal(recv(fd, &left, 1, MSG_DONTWAIT), -1); /* it is gone */
	assert_int_equal(errno, EAGAIN);
	(void)close(fd);
}

static void
who_has_no_socket_is_told(void **state)
{
	(void)state;
	assert_int_equal(connector_narrow(-1, OURS), -EBADF);
	assert_false(connector_take(-1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_comes_through_but_ones_own_threads),
		cmocka_unit_test(only_what_the_kernel_tells_counts),
		cmocka_unit_test(who_has_no_socket_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
