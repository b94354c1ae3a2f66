/* SPDX-License-Identifier: MIT */
#include "qemu/environment.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static char *const inherited[] = {
	(char[]){"HOME=/root"}, (char[]){"A=1"}, (char[]){"AB=2"}, (char[]){"broken"}, NULL};
static const struct env_entry entries[] = {
	{(char[]){"A"}, (char[]){"x=y"}},
	{(char[]){"NEW"}, (char[]){""}},
};
static const struct identity user = {
	.set_user = true, .name = (char[]){"vm"}, .home = (char[]){"/home/vm"}};

static void
environment_is_inherited_then_a_logins_then_the_definitions(void **state)
{
	static const struct {
		bool clear;
		const struct identity *identity;
		size_t entry_count;
		const char *want; /* joined with spaces */
	} row[] = {
		{false, NULL, 0, "HOME=/root A=1 AB=2"},
		{false, NULL, 2, "HOME=/root A=x=y AB=2 NEW="},
		{false, &user, 2, "HOME=/home/vm A=x=y AB=2 USER=vm LOGNAME=vm NEW="},
		{true, &user, 2, "A=x=y NEW="},
		{true, NULL, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		const struct environment_request request = {
			inherited, row[i].clear, row[i].identity, entries, row[i].entry_count};
		char joined[256] = "", **made = NULL;
		size_t len = 0;
		struct error e;

		assert_int_equal(environment_make(&request, &made, &e), 0);
		for (size_t v = 0; made[v] != NULL; v++) {
			len += (size_t)snprintf(joined + len, sizeof(joined) - len, "%s%s",
				v > 0 ? " " : "", made[v]);
		}
		environment_free(made);
		if (strcmp(joined, row[i].want) != 0)
			fail_msg("row %zu: want \"%s\", got \"%s\"", i, row[i].want, joined);
	}
	environment_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(environment_is_inherited_then_a_logins_then_the_definitions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
