/* SPDX-License-Identifier: MIT */
#include "host/watchdog.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "check.h"
#include "fake_host.h"

static char file[] = WATCHDOG_CPUS, cpus[] = "6-7", pool[] = "0-5";

static void
expect(const struct fake_host *f, const char *want)
{
	char text[64];
	struct error e;

	assert_true(file_read(&f->proc.root, WATCHDOG_CPUS, text, sizeof(text), &e) >= 0);
	assert_string_equal(text, want);
}

static void
lockup_detector_gives_back_what_it_took(void **state)
{
	struct change c = {.kind = &change_watchdog, .target = file, .key = pool, .value = cpus};
	struct fake_host f;
	struct tree sys;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_make(&sys);
	f.host.roots.sys = sys.root;
	tree_put(&sys, "devices/system/cpu/online", "0-7\n");
	tree_put(&f.proc, WATCHDOG_CPUS, "0-6\n");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_string_equal(c.before, "cpus=0-6.");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL);
	assert_string_equal(e.why, "the kernel left it on 0-6");
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	expect(&f, "0-5");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	expect(&f, "0-6");
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	expect(&f, "0-6");
	tree_put(&f.proc, WATCHDOG_CPUS, "0-3\n"); /* somebody else's wish */
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	expect(&f, "0-3");
	free(c.before);
	tree_remove(&sys);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lockup_detector_gives_back_what_it_took),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
