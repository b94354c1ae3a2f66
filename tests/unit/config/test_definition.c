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
	const struct definition_text from = {
		.text = text, .len = strlen(text), .path = "/x/vm.yml"};
	struct definition d;
	struct problems problems;
	struct error e;

	(void)state;
	assert_int_equal(definition_parse(&from, &d, &problems, &e), -EINVAL);
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
		const struct definition_text from = {
			.text = LAUNCHER(""), .len = strlen(LAUNCHER("")), .path = row[i].path};
		struct definition d;
		struct problems problems;
		struct error e = {0};
		int r = definition_parse(&from, &d, &problems, &e);

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

static int
parse_as_launcher(
	const char *text, struct definition *d, struct problems *problems, struct error *e)
{
	const struct definition_text from = {
		.text = text, .len = strlen(text), .path = "vm.yml", .dialect = DIALECT_LAUNCHER};

	return definition_parse(&from, d, problems, e);
}

static void
definition_parse_lets_pass_what_qemu_launcher_does(void **state)
{
	static const struct {
		const char *text, *why; /* NULL: nothing is told */
		unsigned line;
		bool scheduled;
	} row[] = {
		{LAUNCHER("  priority: 1\n"), "'priority' has no effect without 'scheduler'", 3,
			false},
		{LAUNCHER("  scheduler: rr\n"), "'scheduler' has no effect without 'priority'", 3,
			false},
		{LAUNCHER("  scheduler: batch\n"), "'scheduler' has no effect without 'priority'",
			3, false},
		{LAUNCHER("  scheduler: fifo\n  priority: 1\n"), NULL, 0, true},
		{LAUNCHER("  scheduler: batch\n  priority: 0\n"), NULL, 0, true},
		{LAUNCHER("  scheduler: deadline\n  sched_runtime_us: 5\n"
			  "  sched_deadline_us: 9\n"),
			NULL, 0, true},
		{LAUNCHER("  cpu_pinning: { 0: 1 }\n"), "unknown key 'cpu_pinning'", 3, false},
		{LAUNCHER("") "notes: [ mine ]\n", "unknown section 'notes'", 4, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct definition d;
		struct problems problems;
		struct error e = {0};
		int r = parse_as_launcher(row[i].text, &d, &problems, &e);

		if (r != 0 || problems.count != (row[i].why != NULL))
			fail_msg("--\n%s--\n%d, %zu problems: %s", row[i].text, r, problems.count,
				e.why);
		if (row[i].why != NULL && (problems.list[0].line != row[i].line ||
						  strstr(problems.list[0].why, row[i].why) == NULL))
			fail_msg("--\n%s--\n%u: %s", row[i].text, problems.list[0].line,
				problems.list[0].why);
		assert_int_equal(d.vcpu_scheduling.set, row[i].scheduled);
		assert_true(d.share_cpus);
		definition_done(&d);
		problems_done(&problems);
	}
}

static void
definition_parse_refuses_the_rest_also_as_qemu_launcher(void **state)
{
	static const struct {
		const char *text, *why;
	} row[] = {
		{LAUNCHER("  priority: 1\n  debug: 3\n"), "'debug' wants true or false"},
		{LAUNCHER("  scheduler: fifo\n  priority: 100\n"), "from 1 to 99"},
		{LAUNCHER("  scheduler: fifoo\n"), "not 'fifoo'"},
		{LAUNCHER("  scheduler: deadline\n  priority: 0\n"), "needs 'sched_runtime_us'"},
		{"launcher: { notes: 1 }\nqemu: []\n", "launcher has no 'binary'"},
		{"launcher: { binary: q }\n", "no section 'qemu'"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct definition d;
		struct problems problems;
		struct error e = {0};

		if (parse_as_launcher(row[i].text, &d, &problems, &e) != -EINVAL ||
			strstr(e.why, row[i].why) == NULL)
			fail_msg("--\n%s--\n%s", row[i].text, e.why);
		for (size_t j = 0; j < problems.count; j++)
			assert_null(strstr(problems.list[j].why, "no effect"));
		definition_done(&d);
		problems_done(&problems);
	}
}

static void
definition_parse_takes_share_cpus_at_its_word(void **state)
{
	struct definition d;
	struct problems problems;
	struct error e;

	(void)state;
	assert_int_equal(
		parse_as_launcher(LAUNCHER("  share_cpus: false\n"), &d, &problems, &e), 0);
	assert_false(d.share_cpus);
	definition_done(&d);
	problems_done(&problems);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(definition_parse_refuses_what_is_no_definition),
		cmocka_unit_test(definition_parse_tells_all_errors_in_order),
		cmocka_unit_test(definition_parse_takes_the_name_from_the_file),
		cmocka_unit_test(definition_parse_lets_pass_what_qemu_launcher_does),
		cmocka_unit_test(definition_parse_refuses_the_rest_also_as_qemu_launcher),
		cmocka_unit_test(definition_parse_takes_share_cpus_at_its_word),
		cmocka_unit_test(definition_done_takes_an_empty_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
