/* SPDX-License-Identifier: MIT */
#include "config/definition.h"

#include "base/cleanup.h"
#include "config/bad.h"

static void
definition_parse_refuses_what_is_no_definition(void **state)
{
	static const struct bad_row row[] = {
		{"just a text\n", .line = 1, .column = 1, .why = "a definition is a mapping"},
		{"- launcher\n", .line = 1, .column = 1, .why = "a definition is a mapping"},
		{"launcher: { binary: q }\n", .line = 1, .column = 1, .why = "no section 'qemu'",
			.hint = "QEMU's options"},
		{"qemu: []\n", .line = 1, .column = 1, .why = "no section 'launcher'",
			.hint = "binary"},
		{LAUNCHER("") "extra: 1\n", .line = 4, .column = 1,
			.why = "unknown section 'extra'", .hint = "launcher and qemu"},
		{LAUNCHER("") "launchr: {}\n", .line = 4, .column = 1,
			.why = "unknown section 'launchr'", .hint = "did you mean 'launcher'?"},
		{LAUNCHER("") "launcher: { binary: r }\n", .line = 4, .column = 1,
			.why = "key 'launcher' is given twice"},
	};

	(void)state;
	bad_rows_check(row, COUNT(row));
}

static void
definition_parse_tells_all_errors_in_order(void **state)
{
	static const char text[] = "qemu:\n"
				   "- -S\n"
				   "- m: []\n"
				   "laucher: {}\n"
				   "launcher:\n"
				   "  binry: q\n"
				   "  debug: 'yes'\n"
				   "  emulator_cpus: &c x\n"
				   "  iothread_pinning: { io0: *c, io1: *c }\n"
				   "  priority: 1\n"
				   "  user: 1\n"
				   "  user: 2\n";
	static const struct {
		unsigned line, column;
		const char *why;
	} want[] = {
		{2, 3, "dash"},
		{3, 6, "empty list"},
		{4, 1, "unknown section"},
		{5, 1, "launcher has no 'binary'"},
		{6, 3, "unknown key 'binry'"},
		{7, 10, "not the text 'yes'"},
		{8, 18, "'emulator_cpus' is not a list"},
		{8, 18, "'io0' is not a list"},
		{8, 18, "'io1' is not a list"},
		{10, 13, "only together with"},
		{12, 3, "given twice"},
	};
	struct definition d;
	struct problems problems;
	struct error e;

	(void)state;
	assert_int_equal(
		definition_parse(text, strlen(text), "/x/vm.yml", &d, &problems, &e), -EINVAL);
	for (size_t i = 0; i < problems.count && i < COUNT(want); i++) {
		const struct error *got = &problems.list[i];

		if (got->line != want[i].line || got->column != want[i].column ||
			strstr(got->why, want[i].why) == NULL)
			fail_msg("error %zu: want %u:%u \"%s\", got %u:%u \"%s\"", i, want[i].line,
				want[i].column, want[i].why, got->line, got->column, got->why);
	}
	assert_int_equal(problems.count, COUNT(want));
	assert_memory_equal(&e, &problems.list[0], sizeof(e));
	definition_done(&d);
	problems_done(&problems);
}

static void
definition_parse_takes_the_name_from_the_file(void **state)
{
	static const struct {
		const char *path, *name; /* NULL: refused */
	} row[] = {
		{"vm.yml", "vm"},
		{"/etc/qpin/my-vm_1.2@x:y.yml", "my-vm_1.2@x:y"},
		{"./vm", "vm"},
		{"vm.yaml", "vm.yaml"},
		{".yml", NULL},
		{"/etc/.hidden.yml", NULL},
		{"my vm.yml", NULL},
		{"-vm.yml", NULL},
		{"/etc/", NULL},
		{"\xc3\xa4.yml", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct definition d;
		struct problems problems;
		struct error e = {0};
		int r = definition_parse(
			LAUNCHER(""), strlen(LAUNCHER("")), row[i].path, &d, &problems, &e);

		if (r != (row[i].name != NULL ? 0 : -EINVAL))
			fail_msg("%s: got %d", row[i].path, r);
		if (row[i].name != NULL)
			assert_string_equal(d.name, row[i].name);
		else {
			assert_int_equal(e.line, 0);
			assert_non_null(strstr(e.why, "can't be a VM's name"));
			assert_non_null(strstr(e.hint, "64 letters"));
			assert_string_equal(e.where, row[i].path);
		}
		definition_done(&d);
		problems_done(&problems);
	}
}

static void
definition_done_takes_an_empty_one(void **state)
{
	struct definition d = {0};
	struct problems problems = {0};

	(void)state;
	definition_done(&d);
	problems_done(&problems);
	assert_null(d.name);
	assert_null(problems.list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(definition_parse_refuses_what_is_no_definition),
		cmocka_unit_test(definition_parse_tells_all_errors_in_order),
		cmocka_unit_test(definition_parse_takes_the_name_from_the_file),
		cmocka_unit_test(definition_done_takes_an_empty_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
