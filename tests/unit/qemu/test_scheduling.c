/* SPDX-License-Identifier: MIT */
#include "qemu/scheduling.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"

enum {
	DEADLINE = 6, /* SCHED_DEADLINE */
	NICE = 5,
};

static void
scheduling_has_one_text_for_each(void **state)
{
	static const struct {
		struct scheduling s;
		const char *text;
	} row[] = {
		{{.set = false}, ""},
		{{.set = true, .policy = SCHED_OTHER}, "other"},
		{{.set = true, .policy = SCHED_BATCH}, "batch"},
		{{.set = true, .policy = SCHED_IDLE}, "idle"},
		{{.set = true, .policy = SCHED_FIFO, .priority = 50}, "fifo 50"},
		{{.set = true, .policy = SCHED_RR, .priority = 1}, "rr 1"},
		{{.set = true,
			 .policy = DEADLINE,
			 .runtime_ns = 5000000,
			 .deadline_ns = 10000000,
			 .period_ns = 20000000},
			"deadline 5000000 10000000 20000000"},
		{{.set = true, .policy = DEADLINE, .runtime_ns = 5000000, .deadline_ns = 10000000},
			"deadline 5000000 10000000 10000000"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scheduling parsed;
		char text[SCHEDULING_TEXT_BYTES];

		assert_string_equal(scheduling_format(&row[i].s, text), row[i].text);
		assert_int_equal(scheduling_parse(text, &parsed), 0);
		if (!scheduling_same(&parsed, &row[i].s))
			fail_msg("\"%s\" is parsed to another", text);
		for (size_t k = 0; k < COUNT(row); k++)
			assert_int_equal(scheduling_same(&row[k].s, &parsed), k == i);
	}
}

static void
scheduling_parse_refuses_what_it_did_not_write(void **state)
{
	static const char *const row[] = {"fifo", "fifo 0", "fifo 100", "fifo 1 2", "other 0",
		"fifo  1", "fifo 1 ", " fifo 1", "unknown", "FIFO 1", "deadline", "deadline 1 2",
		"deadline 3 2 4", "deadline 1 3 2", "deadline 0 1 1", "deadline 1 2 3 4",
		"deadline 99999999999999999999 1 1",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scheduling s = {.policy = 77};

		if (scheduling_parse(row[i], &s) != -EINVAL || s.policy != 77)
			fail_msg("\"%s\" is taken", row[i]);
	}
	assert_string_equal(scheduling_name(77), "unknown");
}

/* A child that waits to be ended. */
static pid_t
child_start(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* also when the test fails */
		for (;;)
			(void)pause();
	}
	return pid;
}

static void
child_end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
scheduling_is_set_and_read_back_and_keeps_nice(void **state)
{
	static const struct scheduling row[] = {
		{.set = true, .policy = SCHED_BATCH}, {.set = true, .policy = SCHED_OTHER},
		{.set = true, .policy = SCHED_IDLE},  /* from which only root gets back */
		{.set = false, .policy = SCHED_IDLE}, /* nothing to do */
	};
	pid_t pid = child_start();
	struct error e;

	(void)state;
	assert_int_equal(setpriority(PRIO_PROCESS, (id_t)pid, NICE), 0);
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scheduling now;

		if (scheduling_set(pid, &row[i], &e) < 0)
			fail_msg("row %zu: %s: %s", i, e.what, strerror(e.errnum));
		assert_int_equal(scheduling_read(pid, &now, &e), 0);
		assert_int_equal(now.policy, row[i].policy);
		assert_int_equal(getpriority(PRIO_PROCESS, (id_t)pid), NICE);
	}
	child_end(pid);
	assert_int_equal(scheduling_set(pid, &row[0], &e), -ESRCH);
	assert_int_equal(scheduling_set(pid, &row[3], &e), 0);
}

static void
scheduling_of_real_time_is_had_or_refused_with_a_hint(void **state)
{
	static const struct scheduling row[] = {
		{.set = true, .policy = SCHED_FIFO, .priority = 3},
		{.set = true, .policy = SCHED_RR, .priority = 99},
		{.set = true,
			.policy = DEADLINE,
			.runtime_ns = 1000000,
			.deadline_ns = 50000000,
			.period_ns = 100000000},
	};
	static const struct scheduling normal = {.set = true, .policy = SCHED_OTHER};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		pid_t pid = child_start();
		struct scheduling now;
		struct error e;

		if (scheduling_set(pid, &row[i], &e) < 0) {
			assert_true(e.hint[0] != '\0');
			assert_true(e.errnum == EPERM || e.errnum == EBUSY);
		} else {
			assert_int_equal(scheduling_read(pid, &now, &e), 0);
			assert_true(scheduling_same(&now, &row[i]));
			assert_int_equal(scheduling_set(pid, &normal, &e), 0);
		}
		child_end(pid);
	}
}

static void
scheduling_that_the_kernel_refuses_is_told(void **state)
{
	static const struct scheduling backwards = {.set = true,
		.policy = DEADLINE,
		.runtime_ns = 2000000,
		.deadline_ns = 1000000,
		.period_ns = 1000000};
	pid_t pid = child_start();
	struct error e;

	(void)state;
	assert_int_equal(scheduling_set(pid, &backwards, &e), -EINVAL);
	assert_non_null(strstr(e.what, "as \"deadline 2000000 1000000 1000000\""));
	assert_non_null(strstr(e.hint, "at most the deadline"));
	child_end(pid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scheduling_has_one_text_for_each),
		cmocka_unit_test(scheduling_parse_refuses_what_it_did_not_write),
		cmocka_unit_test(scheduling_is_set_and_read_back_and_keeps_nice),
		cmocka_unit_test(scheduling_of_real_time_is_had_or_refused_with_a_hint),
		cmocka_unit_test(scheduling_that_the_kernel_refuses_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
