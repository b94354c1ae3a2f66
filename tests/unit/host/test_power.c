/* SPDX-License-Identifier: MIT */
#include "host/power.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "check.h"
#include "fake_host.h"

#define CPU "devices/system/cpu/cpu"

static struct cpus
list(const char *text)
{
	struct cpus cpus;

	assert_int_equal(cpus_parse(text, &cpus), 0);
	return cpus;
}

static void
power_of_each_cpu_is_read(void **state)
{
	const struct cpus online = list("0-3");
	char text[CPUS_TEXT_BYTES], file[POWER_FILE_BYTES];
	struct power_facts power;
	struct tree sys;
	struct error e;

	(void)state;
	tree_make(&sys);
	for (int i = 0; i < 4; i++) {
		if (i != 3)
			tree_put(&sys, power_latency_file((unsigned)i, file), "0\n");
		if (i != 0)
			tree_put(&sys, power_governor_file((unsigned)i, file), "powersave\n");
		(void)snprintf(file, sizeof(file), CPU "%d/cpufreq/affected_cpus", i);
		tree_put(&sys, file, i == 3 ? "3\n" : "1 2\n");
	}
	tree_put(&sys, CPU "1/cpufreq/scaling_available_governors", "performance powersave \n");
	assert_int_equal(power_load(&sys.root, &online, &power, &e), 0);
	assert_string_equal(cpus_format(&power.latency, text), "0-2");
	assert_int_equal(power.policy_count, 2);
	assert_string_equal(cpus_format(&power.policies[0].cpus, text), "1-2");
	assert_string_equal(power.policies[0].governors, "performance powersave");
	assert_string_equal(cpus_format(&power.policies[1].cpus, text), "3");
	assert_string_equal(power.policies[1].governors, "");
	power_done(&power);
	tree_remove(&sys);
}

static void
latency_of_none_is_no_limit_to_the_kernel(void **state)
{
	char value[POWER_VALUE_BYTES];

	(void)state;
	assert_string_equal(power_latency_value(0, value), "n/a");
	assert_string_equal(power_latency_value(1000000, value), "1000000");
}

static void
value_comes_back_unless_somebody_wants_another(void **state)
{
	char file[POWER_FILE_BYTES], value[] = "performance";
	struct change c = {.kind = &change_power, .value = value};
	struct fake_host f;
	struct tree sys;
	struct error e;
	char text[64];

	(void)state;
	fake_host_make(&f);
	tree_make(&sys);
	f.host.roots.sys = sys.root;
	c.target = power_governor_file(2, file);
	assert_int_equal(c.kind->look(&f.host, &c, &e), -ENOENT);
	tree_put(&sys, file, "schedutil..\n");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL);
	assert_string_equal(e.why, "the kernel says \"schedutil..\"");
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_true(file_read(&sys.root, file, text, sizeof(text), &e) > 0);
	assert_string_equal(text, "schedutil..");
	tree_put(&sys, file, "userspace\n");
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_true(file_read(&sys.root, file, text, sizeof(text), &e) > 0);
	assert_string_equal(text, "userspace");
	assert_int_equal(unlinkat(sys.root.fd, file, 0), 0); /* its CPU is offline */
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	free(c.before);
	tree_remove(&sys);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(power_of_each_cpu_is_read),
		cmocka_unit_test(latency_of_none_is_no_limit_to_the_kernel),
		cmocka_unit_test(value_comes_back_unless_somebody_wants_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
