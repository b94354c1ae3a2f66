/* SPDX-License-Identifier: MIT */
#include "report/topology_text.h"

#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "check.h"
#include "report/scene.h"

static char *
draw(struct scene *s, bool colour)
{
	struct text text;
	struct error e;

	text_open(&text);
	assert_int_equal(report_topology(text.out, scene_map(s), 80, colour, &e), 0);
	return text_close(&text);
}

static void
text_has_no_escape_sequences_without_colour(void **state)
{
	struct scene *s = scene_small();
	char *text = draw(s, false);

	(void)state;
	for (const char *at = text; *at != '\0'; at++)
		assert_true(*at == '\n' || (*at >= ' ' && *at <= '~'));
	free(text);
	scene_free(s);
}

static void
text_is_the_same_with_colour_taken_off(void **state)
{
	struct scene *s = scene_small();
	char *plain = draw(s, false), *coloured = draw(s, true), *to = coloured;

	(void)state;
	assert_non_null(strstr(coloured, "\033[2m7-\033[0m")); /* offline */
	assert_non_null(strstr(coloured, "\033[1;35m2B\033[0m"));
	for (const char *from = coloured; (*to = *from) != '\0'; from++) {
		if (*from == '\033')
			from = strchr(from, 'm');
		else
			to++;
	}
	assert_string_equal(coloured, plain);
	free(plain);
	free(coloured);
	scene_free(s);
}

static void
text_tells_that_it_cannot_be_written(void **state)
{
	struct scene *s = scene_small();
	FILE *full = fopen("/dev/full", "w");
	struct error e;

	(void)state;
	assert_non_null(full);
	assert_int_equal(report_topology(full, scene_map(s), 80, false, &e), -ENOSPC);
	(void)fclose(full);
	scene_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_has_no_escape_sequences_without_colour),
		cmocka_unit_test(text_is_the_same_with_colour_taken_off),
		cmocka_unit_test(text_tells_that_it_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
