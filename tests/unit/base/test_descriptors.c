/* SPDX-License-Identifier: MIT */
#include "base/descriptors.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"

static bool
is_null(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

static ino_t
inode(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

/* In a child whose standard descriptors, but those in the mask @closed, are a pipe: 0 if all is
 * well. */
static int
begin_without(unsigned closed)
{
	int ends[2];

	if (pipe(ends) < 0) /* NOLINT(android-cloexec-pipe): as a caller leaks it */
		return 1;
	for (int fd = 0; fd <= 2; fd++)
		(void)dup2(ends[1], fd);
	for (int fd = 0; fd <= 2; fd++) {
		if (closed & 1U << fd)
			(void)close(fd);
	}
	if (ends[0] <= 2 || descriptors_begin() < 0)
		return 2;
	for (int fd = 0; fd <= 2; fd++) {
		if (inode(fd) == 0 || is_null(fd) != ((closed & 1U << fd) != 0))
			return 3 + fd;
	}
	return fcntl(ends[0], F_GETFD) < 0 && fcntl(ends[1], F_GETFD) < 0 ? 0 : 6;
}

static void
descriptors_begin_fills_what_is_closed_and_closes_what_is_leaked(void **state)
{
	static const unsigned masks[] = {0, 1, 2, 4, 3, 5, 6, 7};

	(void)state;
	for (size_t i = 0; i < COUNT(masks); i++) {
		pid_t child = fork();
		int status;

		if (child == 0)
			_exit(begin_without(masks[i]));
		assert_int_equal(waitpid(child, &status, 0), child);
		if (status != 0)
			fail_msg("without %u: status %#x", masks[i], status);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptors_begin_fills_what_is_closed_and_closes_what_is_leaked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
