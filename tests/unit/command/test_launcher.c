/* SPDX-License-Identifier: MIT */
#include "command/launcher.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "command/command.h"

enum {
	WORDS_MAX = 8,
	LINE_BYTES = 128,
};

struct words {
	char text[LINE_BYTES];
	char *argv[WORDS_MAX + 1];
	int argc;
};

static void
words_make(const char *line, struct words *ret)
{
	char *rest = ret->text;

	*ret = (struct words){0};
	(void)snprintf(ret->text, sizeof(ret->text), "qemu-launcher%s%s",
		line[0] != '\0' ? " " : "", line);
	while (rest != NULL && ret->argc < WORDS_MAX)
		ret->argv[ret->argc++] = strsep(&rest, " ");
}

static void
options_are_those_of_qemu_launcher(void **state)
{
	static const struct {
		const char *line;
		bool help, verbose, debug;
		const char *name;
	} row[] = {
		{.line = "foo", .name = "foo"},
		{.line = "-v foo", .verbose = true, .name = "foo"},
		{.line = "foo -v", .verbose = true, .name = "foo"},
		{.line = "-d foo", .debug = true, .name = "foo"},
		{.line = "-v foo -v -d -d", .verbose = true, .debug = true, .name = "foo"},
		{.line = "foo.yml", .name = "foo.yml"},
		{.line = "-h", .help = true},
		{.line = "--help", .help = true},
		{.line = "-v -d -h foo", .help = true},
		{.line = "foo bar -x -h", .help = true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct launcher_options o;
		struct words words;
		struct error e;

		words_make(row[i].line, &words);
		if (launcher_options_parse(words.argc, words.argv, &o, &e) != 0)
			fail_msg("%s: %s: %s", row[i].line, e.what, e.why);
		if (o.help != row[i].help || o.verbose != row[i].verbose ||
			o.debug != row[i].debug || (o.name == NULL) != (row[i].name == NULL) ||
			(o.name != NULL && !str_eq(o.name, row[i].name)))
			fail_msg("%s: help %d, verbose %d, debug %d, name %s", row[i].line, o.help,
				o.verbose, o.debug, o.name != NULL ? o.name : "(none)");
	}
}

static void
options_that_are_none_are_refused(void **state)
{
	static const struct {
		const char *line, *why;
	} row[] = {
		{"", "it names no VM"},
		{"-v", "it names no VM"},
		{"foo bar", "it takes the name of one VM, and not \"bar\", too"},
		{"-x foo", "there is no option -x"},
		{"-vd foo", "there is no option -vd"},
		{"--verbose foo", "there is no option --verbose"},
		{"-- foo", "there is no option --"},
		{"-", "there is no option -"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct launcher_options o;
		struct words words;
		struct error e = {0};

		words_make(row[i].line, &words);
		if (launcher_options_parse(words.argc, words.argv, &o, &e) != -EINVAL ||
			e.kind != ERROR_USAGE || !str_eq(e.why, row[i].why))
			fail_msg("%s: %s: %s", row[i].line, e.what, e.why);
		assert_string_equal(e.hint, "qemu-launcher [-v] [-d] NAME; more: qemu-launcher -h");
	}
}

static void
launcher_refuses_a_bad_environment(void **state)
{
	static const struct {
		const char *mount, *prefix, *why;
	} row[] = {
		{"cpuset", "qemu", "\"cpuset\" is no absolute path"},
		{"/cpuset", "a/b", "\"a/b\" is no plain name"},
		{"/cpuset", "..", "\"..\" is no plain name"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct words words;
		struct error e = {0};

		words_make("foo", &words);
		assert_int_equal(setenv("QEMU_LAUNCHER_CPUSET_MOUNT_PATH", row[i].mount, 1), 0);
		assert_int_equal(setenv("QEMU_LAUNCHER_CPUSET_PREFIX", row[i].prefix, 1), 0);
		if (command_launcher.run(words.argc, words.argv, &e) != -EINVAL ||
			e.kind != ERROR_USAGE || !str_eq(e.why, row[i].why))
			fail_msg("%s, %s: %s: %s", row[i].mount, row[i].prefix, e.what, e.why);
	}
	(void)unsetenv("QEMU_LAUNCHER_CPUSET_MOUNT_PATH");
	(void)unsetenv("QEMU_LAUNCHER_CPUSET_PREFIX");
}

static void
launcher_of_a_missing_definition_says_where_it_looked(void **state)
{
	struct words words;
	struct error e = {0};

	(void)state;
	words_make("nosuch", &words);
	assert_int_equal(setenv("QEMU_LAUNCHER_CONFIG_DIR", "/nonexistent", 1), 0);
	assert_int_equal(command_launcher.run(words.argc, words.argv, &e), -ENOENT);
	assert_int_equal(error_exit_status(e.kind), EXIT_STATUS_USAGE);
	assert_string_equal(e.why, "there is no nosuch.yml in /nonexistent");
	(void)unsetenv("QEMU_LAUNCHER_CONFIG_DIR");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_those_of_qemu_launcher),
		cmocka_unit_test(options_that_are_none_are_refused),
		cmocka_unit_test(launcher_refuses_a_bad_environment),
		cmocka_unit_test(launcher_of_a_missing_definition_says_where_it_looked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
