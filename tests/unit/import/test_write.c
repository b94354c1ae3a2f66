/* SPDX-License-Identifier: MIT */
#include "import/write.h"

#include <string.h>

#include "base/cleanup.h"
#include "check.h"

/* What it writes for what it was read from is that again. */
static void
import_write_writes_all_keys_of_an_import(void **state)
{
	static const char want[] = "launcher:\n"
				   "  binary: /opt/q\n"
				   "  env:\n"
				   "    A: b c\n"
				   "    B: ''\n"
				   "  scheduler: fifo\n"
				   "  priority: 1\n"
				   "  vcpu_pinning:\n"
				   "    0:\n"
				   "      0: {0: 2, 1: 3}\n"
				   "      1: {0: 4}\n"
				   "    1:\n"
				   "      0: {1: 4}\n"
				   "  share_cpus: true\n"
				   "  iothread_pinning:\n"
				   "    iothread1: 0-1,5\n"
				   "    io 2: 6\n"
				   "  iothread_scheduler: batch\n"
				   "  emulator_cpus: 0-1\n"
				   "  emulator_scheduler: rr\n"
				   "  emulator_priority: 99\n"
				   "  memory_nodes: 0-1\n"
				   "qemu:\n"
				   "- S\n"
				   "- m: 2G\n"
				   "- --smp: 2\n"
				   "- --: disk.img\n"
				   "- --x\n"
				   "- y: ''\n";
	auto_buf struct buf got = {0};
	struct definition d;
	struct problems problems;
	struct error e = {0};

	(void)state;
	if (definition_parse(
		    &(const struct definition_text){
			    .text = want, .len = strlen(want), .path = "x.yml"},
		    &d, &problems, &e) != 0)
		fail_msg("%u: %s", e.line, e.why);
	assert_int_equal(import_write(&d, &got, &e), 0);
	assert_string_equal(got.text, want);
	definition_done(&d);
}

static void
import_write_writes_an_empty_list_of_options(void **state)
{
	char binary[] = "q";
	const struct definition d = {.binary = binary};
	auto_buf struct buf got = {0};
	struct error e;

	(void)state;
	assert_int_equal(import_write(&d, &got, &e), 0);
	assert_string_equal(got.text, "launcher:\n  binary: q\nqemu: []\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(import_write_writes_all_keys_of_an_import),
		cmocka_unit_test(import_write_writes_an_empty_list_of_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
