/* SPDX-License-Identifier: MIT */
#include "command/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "command/commands.h"
#include "command/words.h"

static const struct command *const commands[] = {&command_run, &command_plan, &command_release,
	&command_adopt, &command_attach, &command_import, &command_grant, &command_revoke};

static int
run(const struct command *c, const char *const *words, struct error *e)
{
	char texts[4][32];
	char *argv[5] = {NULL};
	int argc = 0;

	for (; words[argc] != NULL; argc++) {
		(void)snprintf(texts[argc], sizeof(texts[argc]), "%s", words[argc]);
		argv[argc] = texts[argc];
	}
	return c->run(argc, argv, e);
}

static void
commands_refuse_a_wrong_command_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(commands); i++) {
		const char *const wrong[][4] = {
			{commands[i]->name, NULL},
			{commands[i]->name, "--no-such-option", NULL},
			{commands[i]->name, "a", "b", NULL},
		};

		for (size_t j = 0; j < COUNT(wrong); j++) {
			struct error e = {.kind = ERROR_HOST};

			if (run(commands[i], wrong[j], &e) >= 0)
				fail_msg("%s: wrong line %zu is taken", commands[i]->name, j);
			assert_int_equal(e.kind, ERROR_USAGE);
			assert_non_null(strstr(e.hint, commands[i]->synopsis));
		}
	}
}

/* With a value, where it takes one: it may be a wrong one. */
static bool
option_is_known(const struct command *c, const struct word_option *option, size_t name)
{
	const char *const with[] = {c->name, option->names[name], "2", "--help", NULL};
	const char *const without[] = {c->name, option->names[name], "--help", NULL};
	struct error e;

	return run(c, option->argument != WORD_NONE ? with : without, &e) >= 0 ||
	       strstr(e.why, "there is no option") == NULL;
}

static void
commands_know_the_options_of_their_help(void **state)
{
	int out = dup(STDOUT_FILENO), nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	const char *unknown = NULL, *hidden = NULL;
	size_t count;
	const struct command *const *all = commands_all(&count);

	(void)state;
	(void)fflush(stdout);
	assert_true(dup2(nowhere, STDOUT_FILENO) >= 0);
	for (size_t i = 0; i < count; i++) {
		struct word_option option;
		const char *help = all[i]->help;

		/* completion finds no others than these */
		if (strstr(help, "\n   -") != NULL || strstr(help, "\n      -") != NULL)
			hidden = all[i]->name;
		while (words_option_next(&help, &option)) {
			for (size_t k = 0; k < option.name_count; k++) {
				if (!str_eq(option.names[k], "--") &&
					!option_is_known(all[i], &option, k))
					unknown = all[i]->name;
			}
		}
	}
	(void)fflush(stdout);
	assert_true(dup2(out, STDOUT_FILENO) >= 0);
	assert_int_equal(close(out), 0);
	assert_int_equal(close(nowhere), 0);
	assert_null(unknown);
	assert_null(hidden);
}

static void
release_refuses_what_is_no_name(void **state)
{
	static const char *const bad[] = {"../x", ".shared", "a/b", "-x", ""};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		const char *const words[] = {"release", bad[i], NULL};
		struct error e;

		if (run(&command_release, words, &e) >= 0)
			fail_msg("\"%s\" is taken", bad[i]);
		assert_int_equal(e.kind, ERROR_USAGE);
	}
}

static void
adopt_refuses_what_is_no_name(void **state)
{
	const char *const words[] = {"adopt", "../x", NULL};
	struct error e;

	(void)state;
	assert_true(run(&command_adopt, words, &e) < 0);
	assert_int_equal(e.kind, ERROR_USAGE);
}

static void
grant_refuses_what_is_no_cpu_list(void **state)
{
	static const char *const bad[] = {"x", "3-1", "", "8192", "-1", "1,,2"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		const char *const words[] = {"grant", "--", "nobody", bad[i], NULL};
		struct error e;

		if (run(&command_grant, words, &e) >= 0)
			fail_msg("\"%s\" is taken", bad[i]);
		assert_int_equal(e.kind, ERROR_USAGE);
	}
}

static void
grant_takes_its_options_with_their_words(void **state)
{
	static const char *const wrong[][4] = {
		{"grant", "--list", "a", NULL},
		{"grant", "--json", "a", "2"},
		{"grant", "--start", NULL},
		{"grant", "--stop", NULL},
		{"grant", "--list", "a", "2"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		const char *words[5] = {NULL};
		struct error e;

		memcpy(words, wrong[i], sizeof(wrong[i]));
		if (run(&command_grant, words, &e) >= 0)
			fail_msg("line %zu is taken", i);
		assert_int_equal(e.kind, ERROR_USAGE);
	}
}

static void
topology_refuses_a_wrong_command_line(void **state)
{
	static const char *const wrong[][4] = {
		{"topology", "--no-such-option", NULL},
		{"topology", "a", NULL},
		{"topology", "--json", "a", NULL},
		{"topology", "--svg", NULL},
		{"topology", "--svg", "", NULL},
		{"topology", "--json", "--svg=x", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct error e = {.kind = ERROR_HOST};

		if (run(&command_topology, wrong[i], &e) >= 0)
			fail_msg("line %zu is taken", i);
		assert_int_equal(e.kind, ERROR_USAGE);
		assert_non_null(strstr(e.hint, command_topology.synopsis));
	}
}

static void
plan_of_a_missing_definition_says_where_it_looked(void **state)
{
	static const char *const words[] = {"plan", "nosuch", NULL};
	struct error e;

	(void)state;
	assert_int_equal(setenv("QPIN_CONFIG_DIR", "/nonexistent", 1), 0);
	assert_int_equal(run(&command_plan, words, &e), -ENOENT);
	assert_int_equal(error_exit_status(e.kind), 2);
}

static void
status_refuses_a_wrong_command_line(void **state)
{
	static const char *const wrong[][4] = {
		{"status", "--no-such-option", NULL},
		{"status", "-x", NULL},
		{"status", "../x", NULL},
		{"status", "-o", NULL},
		{"status", "-o", "cpus", NULL},
		{"status", "--output=", NULL},
		{"status", "--watch=0", "a", NULL},
		{"status", "--watch=x", NULL},
		{"status", "--prometheus", "--json", NULL},
		{"status", "--prometheus", "--watch", NULL},
		{"status", "--prometheus", "--openmetrics", NULL},
		{"status", "--json", "--openmetrics", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct error e;

		if (run(&command_status, wrong[i], &e) >= 0)
			fail_msg("line %zu is taken", i);
		assert_int_equal(e.kind, ERROR_USAGE);
		assert_true(e.hint[0] != '\0');
	}
}

static void
list_refuses_words(void **state)
{
	static const char *const wrong[][4] = {
		{"list", "a", NULL}, {"list", "--jsn", NULL}, {"list", "--json", "a", NULL}};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct error e;

		if (run(&command_list, wrong[i], &e) >= 0)
			fail_msg("line %zu is taken", i);
		assert_int_equal(e.kind, ERROR_USAGE);
		assert_non_null(strstr(e.hint, command_list.synopsis));
	}
}

static void
check_refuses_a_wrong_command_line(void **state)
{
	static const char *const wrong[][4] = {
		{"check", "--no-such-option", NULL},
		{"check", "a", "b", NULL},
		{"check", "--json", "a", "b"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		const char *const words[] = {
			wrong[i][0], wrong[i][1], wrong[i][2], wrong[i][3], NULL};
		struct error e = {.kind = ERROR_HOST};

		if (run(&command_check, words, &e) >= 0)
			fail_msg("line %zu is taken", i);
		assert_int_equal(e.kind, ERROR_USAGE);
		assert_non_null(strstr(e.hint, command_check.synopsis));
	}
}

static void
verify_refuses_a_wrong_command_line(void **state)
{
	static const char *const wrong[][5] = {
		{"verify", NULL},
		{"verify", "--no-such-option", "a", NULL},
		{"verify", "a", "b", NULL},
		{"verify", "--cpus", "0", "a", NULL},
		{"verify", "--cpus", "", NULL},
		{"verify", "--cpus", "a-b", NULL},
		{"verify", "--cpus", "8191", NULL},
		{"verify", "--cpus", NULL},
		{"verify", "--for", "0", "a", NULL},
		{"verify", "--for", "1ms", "a", NULL},
		{"verify", "--for", "25h", "a", NULL},
		{"verify", "--for", "10x", "a", NULL},
		{"verify", "--for", "-1s", "a", NULL},
		{"verify", "--for", "99999999999999999999", "a", NULL},
		{"verify", "../x", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct error e = {0};

		if (run(&command_verify, wrong[i], &e) >= 0)
			fail_msg("row %zu is accepted", i);
		assert_int_equal(error_exit_status(e.kind), 2);
	}
}

static void
check_of_a_missing_definition_looks_at_nothing(void **state)
{
	static const char *const words[] = {"check", "nosuch", NULL};
	struct error e;

	(void)state;
	assert_int_equal(setenv("QPIN_CONFIG_DIR", "/nonexistent", 1), 0);
	assert_int_equal(run(&command_check, words, &e), -ENOENT);
	assert_int_equal(error_exit_status(e.kind), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_refuse_a_wrong_command_line),
		cmocka_unit_test(commands_know_the_options_of_their_help),
		cmocka_unit_test(release_refuses_what_is_no_name),
		cmocka_unit_test(adopt_refuses_what_is_no_name),
		cmocka_unit_test(grant_refuses_what_is_no_cpu_list),
		cmocka_unit_test(grant_takes_its_options_with_their_words),
		cmocka_unit_test(topology_refuses_a_wrong_command_line),
		cmocka_unit_test(plan_of_a_missing_definition_says_where_it_looked),
		cmocka_unit_test(status_refuses_a_wrong_command_line),
		cmocka_unit_test(list_refuses_words),
		cmocka_unit_test(check_refuses_a_wrong_command_line),
		cmocka_unit_test(verify_refuses_a_wrong_command_line),
		cmocka_unit_test(check_of_a_missing_definition_looks_at_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
