/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"

/* KiB that this process has of @what, such as "Pss_File:". */
static long
has(const char *what)
{
	char text[4096];
	auto_fd int fd = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
	ssize_t len = read(fd, text, sizeof(text) - 1);
	const char *at;

	assert_true(len > 0);
	text[len] = '\0';
	at = strstr(text, what);
	assert_non_null(at);
	return strtol(at + strlen(what), NULL, 10);
}

/* Use much of the stack, once. */
static __attribute__((noinline)) int
deep(void)
{
	volatile char much[200 * 1024];

	for (size_t i = 0; i < sizeof(much); i += 1024)
		much[i] = (char)i;
	return much[1024];
}

static void
rest_gives_back_what_is_in_files_and_keeps_the_rest(void **state)
{
	static char data[] = "data";
	char on_stack[] = "stack";
	auto_free char *on_heap = strdup("heap");
	long files, own;

	(void)state;
	(void)deep();
	files = has("Pss_File:");
	own = has("Pss_Anon:");
	memory_rest();
	assert_true(has("Pss_File:") < files * 3 / 4);
	assert_true(has("Pss_Anon:") < own - 100); /* the stack's */
	data[0] = 'D';
	assert_string_equal(data, "Data");
	assert_string_equal(on_stack, "stack");
	assert_string_equal(on_heap, "heap");
	memory_rest(); /* as often as one likes */
	assert_string_equal(on_heap, "heap");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rest_gives_back_what_is_in_files_and_keeps_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
