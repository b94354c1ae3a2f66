/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "check.h"

static int pipe_fds[2], saved_stderr;

static int
stderr_into_a_pipe(void **state)
{
	(void)state;
	saved_stderr = dup(STDERR_FILENO);
	return pipe2(pipe_fds, O_CLOEXEC) < 0 || dup2(pipe_fds[1], STDERR_FILENO) < 0 ? -1 : 0;
}

static int
stderr_back(void **state)
{
	(void)state;
	return dup2(saved_stderr, STDERR_FILENO) < 0 ? -1 : 0;
}

static void
log_lines_have_no_control_bytes_of_others(void **state)
{
	char text[256];
	ssize_t len;

	(void)state;
	setenv("JOURNAL_STREAM", "1:2", 1); /* of a service above us, whose stderr is another */
	log_init(LOG_LEVEL_WARNING);
	log_info("not told");
	log_warning("name '%s'", "a\033[2J\nb");
	len = read(pipe_fds[0], text, sizeof(text) - 1);
	assert_true(len > 0);
	text[len] = '\0';
	assert_string_equal(text, "qpin: name 'a?[2J?b'\n");
}

static void
log_failure_puts_the_hint_on_its_own_line(void **state)
{
	struct error e;
	char text[256], stream[64];
	struct stat st;
	ssize_t len;

	(void)state;
	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	(void)snprintf(
		stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_init(LOG_LEVEL_WARNING);
	error_sys(&e, EBUSY, "/x", "remove it");
	error_hint(&e, "stop VM a first");
	log_failure(LOG_LEVEL_ERROR, &e);
	len = read(pipe_fds[0], text, sizeof(text) - 1);
	assert_true(len > 0);
	text[len] = '\0';
	assert_string_equal(text, "<3>qpin: cannot remove it: /x: Device or resource busy\n"
				  "<3>hint: stop VM a first\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			log_lines_have_no_control_bytes_of_others, stderr_into_a_pipe, stderr_back),
		cmocka_unit_test_setup_teardown(
			log_failure_puts_the_hint_on_its_own_line, stderr_into_a_pipe, stderr_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
