/* SPDX-License-Identifier: MIT */
#include "config/manual.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "config/keys.h"

static char *
manual_text(void)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(manual_write(out), 0);
	(void)fclose(out);
	return text;
}

static void
manual_write_has_every_key(void **state)
{
	size_t count;
	const struct key *keys = keys_of_launcher(&count);
	auto_free char *text = manual_text();

	(void)state;
	for (size_t i = 0; i < count; i++) {
		auto_free char *heading = text_printf(".TP\n.BR %s \" (", keys[i].name);

		if (strstr(text, heading) == NULL)
			fail_msg("no paragraph for %s", keys[i].name);
	}
	assert_non_null(strstr(text, ".BR binary \" (text, mandatory)\"\n"));
	assert_non_null(strstr(text, " (0 to 86400 seconds, default 60)\"\n"));
	assert_non_null(strstr(text, " (auto, exclude, migrate, leave)\"\n"));
}

static void
manual_write_keeps_lines_short_and_roff_whole(void **state)
{
	enum { LINE_BYTES = 90 };
	auto_free char *text = manual_text();

	(void)state;
	for (char *line = text, *end; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		*end = '\0';
		if (strlen(line) > LINE_BYTES || *line == '\0' || *line == '\'' || *line == ' ')
			fail_msg("\"%s\"", line);
		if (*line == '.')
			assert_true(str_eq(line, ".TP") || str_eq(line, ".RS") ||
				    str_eq(line, ".RE") || str_starts(line, ".BR "));
	}
}

static void
manual_write_tells_when_it_couldnt(void **state)
{
	FILE *full = fopen("/dev/full", "we");

	(void)state;
	assert_non_null(full);
	assert_int_equal(manual_write(full), -EIO);
	(void)fclose(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manual_write_has_every_key),
		cmocka_unit_test(manual_write_keeps_lines_short_and_roff_whole),
		cmocka_unit_test(manual_write_tells_when_it_couldnt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
