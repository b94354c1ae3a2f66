/* SPDX-License-Identifier: MIT */
#include "qemu/argv.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"

static struct definition
parsed(const char *text)
{
	struct definition d;
	struct problems problems;
	struct error e = {0};
	const struct definition_text from = {.text = text, .len = strlen(text), .path = "vm.yml"};
	int r = definition_parse(&from, &d, &problems, &e);

	problems_done(&problems);
	if (r < 0)
		fail_msg("%s", e.why);
	return d;
}

static void
argv_build_gives_the_binary_and_the_options_in_order(void **state)
{
	static const char *const want[] = {"/opt/q", "-name", "my vm", "-nographic", "-m", "2G",
		"-append", "", "-m", "3G", NULL};
	struct definition d =
		parsed("launcher: { binary: /opt/q }\n"
		       "qemu:\n"
		       "- name: my vm\n- nographic\n- m: 2G\n- append: ''\n- m: 3G\n");
	auto_argv struct argv argv = {0};
	struct error e;

	(void)state;
	assert_int_equal(argv_build(&d, &argv, &e), 0);
	assert_int_equal(argv.count, COUNT(want) - 1);
	for (size_t i = 0; i + 1 < COUNT(want); i++)
		assert_string_equal(argv.list[i], want[i]);
	assert_null(argv.list[argv.count]);
	definition_done(&d);
}

static void
argv_build_gives_words_and_two_dashes_as_they_are(void **state)
{
	static const char *const want[] = {
		"q", "disk.img", "--smp", "2", "", "--daemonize", "-x,y", NULL};
	struct definition d = parsed("launcher: { binary: q }\n"
				     "qemu:\n- --: disk.img\n- --smp: 2\n- --: ''\n"
				     "- --daemonize\n- --: [ -x, y ]\n");
	auto_argv struct argv argv = {0};
	struct error e;

	(void)state;
	assert_int_equal(argv_build(&d, &argv, &e), 0);
	assert_int_equal(argv.count, COUNT(want) - 1);
	for (size_t i = 0; i + 1 < COUNT(want); i++)
		assert_string_equal(argv.list[i], want[i]);
	assert_string_equal(argv_value(&d, "smp"), "2");
	assert_true(argv_has_flag(&d, "daemonize"));
	argv_drop(&argv, "-daemonize");
	assert_int_equal(argv.count, COUNT(want) - 2);
	definition_done(&d);
}

static void
argv_add_ends_the_list_with_null_at_any_length(void **state)
{
	auto_argv struct argv argv = {0};
	struct error e;

	(void)state;
	for (size_t i = 1; i <= 100; i++) {
		assert_int_equal(argv_add(&argv, "x", &e), 0);
		assert_int_equal(argv.count, i);
		assert_null(argv.list[i]);
	}
}

static void
argv_shell_quotes_what_a_shell_would_change(void **state)
{
	struct definition d = parsed("launcher: { binary: q }\n"
				     "qemu: [ name: it's mine, smp: [ 2, cores: 2 ], S ]\n");
	auto_argv struct argv argv = {0};
	auto_buf struct buf line = {0};
	struct error e;

	(void)state;
	assert_int_equal(argv_build(&d, &argv, &e), 0);
	argv_shell(&argv, &line);
	assert_string_equal(line.text, "q -name 'it'\\''s mine' -smp 2,cores=2 -S");
	definition_done(&d);
}

static void
argv_tells_which_options_are_given(void **state)
{
	struct definition d = parsed("launcher: { binary: q }\n"
				     "qemu:\n- S\n- m: 1G\n- daemonize:\n- m: 2G\n");

	(void)state;
	assert_true(argv_has_flag(&d, "S"));
	assert_true(argv_has_flag(&d, "daemonize"));
	assert_false(argv_has_flag(&d, "s"));
	assert_string_equal(argv_value(&d, "m"), "2G");
	assert_null(argv_value(&d, "S"));
	assert_null(argv_value(&d, "smp"));
	definition_done(&d);
}

static void
argv_knows_when_tcg_has_one_thread(void **state)
{
	static const struct {
		const char *options;
		bool want;
	} row[] = {
		{"[]", false},
		{"[ accel: tcg ]", false},
		{"[ accel: [ tcg, thread: single ] ]", true},
		{"[ accel: 'tcg,tb-size=64,thread=single' ]", true},
		{"[ accel: [ tcg, thread: multi ] ]", false},
		{"[ accel: 'tcg,xthread=single' ]", false},
		{"[ accel: 'tcg,thread=singles' ]", false},
		{"[ accel: kvm, accel ]", false},
		{"[ icount: 'shift=auto' ]", true},
		{"[ device: 'x,thread=single' ]", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_free char *text =
			text_printf("launcher: { binary: q }\nqemu: %s\n", row[i].options);
		struct definition d = parsed(text);

		if (argv_single_thread(&d) != row[i].want)
			fail_msg("%s: want %d", row[i].options, row[i].want);
		definition_done(&d);
	}
}

static void
argv_drop_takes_out_every_one(void **state)
{
	struct definition d = parsed("launcher: { binary: -x }\n"
				     "qemu: [ x, y, x, { name: z } ]\n");
	auto_argv struct argv argv = {0};
	auto_buf struct buf line = {0};
	struct error e;

	(void)state;
	assert_int_equal(argv_build(&d, &argv, &e), 0);
	argv_drop(&argv, "-x");
	argv_shell(&argv, &line);
	assert_string_equal(line.text, "-x -y -name z"); /* the program's name stays */
	assert_null(argv.list[argv.count]);
	definition_done(&d);
}

static void
argv_uses_stdio_sees_who_takes_the_terminal(void **state)
{
	static const struct {
		const char *options;
		bool want;
	} row[] = {
		{"[ nodefaults ]", false},
		{"[ nographic ]", true},
		{"[ curses ]", true},
		{"[ display: curses ]", true},
		{"[ serial: mon:stdio ]", true},
		{"[ chardev: [ stdio, id: c ] ]", true},
		{"[ monitor: unix:/run/m.sock ]", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char *text = text_printf("launcher: { binary: q }\nqemu: %s\n", row[i].options);
		struct definition d = parsed(text);

		if (argv_uses_stdio(&d) != row[i].want)
			fail_msg("%s: want %d", row[i].options, row[i].want);
		definition_done(&d);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(argv_build_gives_the_binary_and_the_options_in_order),
		cmocka_unit_test(argv_drop_takes_out_every_one),
		cmocka_unit_test(argv_uses_stdio_sees_who_takes_the_terminal),
		cmocka_unit_test(argv_build_gives_words_and_two_dashes_as_they_are),
		cmocka_unit_test(argv_add_ends_the_list_with_null_at_any_length),
		cmocka_unit_test(argv_shell_quotes_what_a_shell_would_change),
		cmocka_unit_test(argv_tells_which_options_are_given),
		cmocka_unit_test(argv_knows_when_tcg_has_one_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
