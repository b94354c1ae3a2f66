/* SPDX-License-Identifier: MIT */
#include "qemu/opts.h"

#include <string.h>

#include "base/cleanup.h"
#include "check.h"

static void
opts_find_reads_as_qemu_does(void **state)
{
	static const struct {
		const char *text, *implied, *key, *want; /* NULL: there is none */
	} row[] = {
		{"vm", "guest", "guest", "vm"},
		{"guest=vm,debug-threads=on", "guest", "guest", "vm"},
		{"vm,debug-threads=on", "guest", "debug-threads", "on"},
		{"debug-threads=on,guest=vm", "guest", "guest", "vm"},
		{"a,guest=b", "guest", "guest", "b"}, /* the last counts */
		{"a,,b,,,x=1", "guest", "guest", "a,b,"},
		{"guest=a,,,x=1", "guest", "x", "1"},
		{"a=b=c", "guest", "a", "b=c"},
		{"a", NULL, "a", "on"},
		{"x,a", "guest", "a", "on"},
		{"a=", NULL, "a", ""},
		{",a=1", "guest", "a", "1"},
		{",a=1", "guest", "guest", ""},
		{"aa=1,a=2", NULL, "a", "2"},
		{"a=2,aa=1", NULL, "aa", "1"},
		{"a=1234567", NULL, "a", "1234567"},
		{"a=12345678", NULL, "a", NULL}, /* is longer than there is room for */
		{"a=1,a=12345678", NULL, "a", NULL},
		{"b=,,,,,,a=1", NULL, "a", NULL},
		{"", "guest", "guest", NULL},
		{",", NULL, "a", NULL},
		{"b,c=a", NULL, "a", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char got[8] = "none";
		bool found = opts_find(row[i].text, row[i].implied, row[i].key, got, sizeof(got));

		if (found != (row[i].want != NULL) || (found && strcmp(got, row[i].want) != 0))
			fail_msg("%s of \"%s\": %d \"%s\"", row[i].key, row[i].text, found, got);
	}
}

static void
switches_are_on_by_qemus_words(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} row[] = {
		{"unix,server", true},
		{"unix,server,nowait", true},
		{"unix,server=on", true},
		{"unix,server=yes,wait=off", true},
		{"unix,server=y", true},
		{"unix,server=true", true},
		{"unix,server=off", false},
		{"unix,server=on,server=off", false},
		{"unix,server=1", false},
		{"unix,noserver", false},
		{"unix,server=onnnnnnnnnnnnnnnnnnnnn", false},
		{"server", false}, /* that is the path */
		{"unix", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		if (opts_is_on(row[i].text, "path", "server") != row[i].want)
			fail_msg("\"%s\" is taken as %d", row[i].text, !row[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opts_find_reads_as_qemu_does),
		cmocka_unit_test(switches_are_on_by_qemus_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
