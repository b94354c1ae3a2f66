/* SPDX-License-Identifier: MIT */
#include "supervise/occupants.h"

#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include "base/error.h"
#include "check.h"

/* We are no QEMU. */
static void
cpus_that_no_qemu_has_are_nobodys(void **state)
{
	struct proof proof = {0};
	struct root proc;
	struct cpus cpus = {0}, found;
	struct error e;

	(void)state;
	assert_int_equal(root_open(&proc, "/proc", &e), 0);
	cpus_add(&cpus, (unsigned)sched_getcpu());
	cpus_add(&cpus, CPUS_MAX - 1);
	assert_int_equal(occupants_of_cpus(&proc, &cpus, &proof, &e), 0);
	assert_int_equal(proof.count, 2);
	assert_int_equal(proof.cpus[0].tally.occupant_count, 0);
	occupants_cpus(&proof, &found);
	assert_true(cpus_equal(&cpus, &found));
	proof_done(&proof);
	root_close(&proc);
}

static void
an_occupant_stays_while_that_cpu_is_its_only_one(void **state)
{
	struct proof_cpu cpu = {0};
	cpu_set_t before, one;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	cpu.tally.os_cpu = (unsigned)sched_getcpu();
	assert_true(occupants_stay(&cpu));
	CPU_ZERO(&one);
	CPU_SET(cpu.tally.os_cpu, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(tally_occupy(&cpu.tally, getpid(), gettid(), "vCPU 0"), 0);
	assert_true(occupants_stay(&cpu));
	cpu.tally.os_cpu++;
	assert_false(occupants_stay(&cpu));
	cpu.tally.os_cpu--;
	if (CPU_COUNT(&before) > 1) {
		assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
		assert_false(occupants_stay(&cpu));
	}
	cpu.tally.occupants[0].tid = 1 << 30;
	assert_false(occupants_stay(&cpu));
	tally_done(&cpu.tally);
}

static void
a_vm_that_does_not_run_has_no_cpus(void **state)
{
	struct proof proof = {0};
	struct error e;

	(void)state;
	assert_int_equal(occupants_of_vm("no-such-vm", &proof, &e), -ESRCH);
	assert_string_equal(e.why, "it does not run");
	assert_string_equal(e.hint, "qpin list");
	proof_done(&proof);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpus_that_no_qemu_has_are_nobodys),
		cmocka_unit_test(an_occupant_stays_while_that_cpu_is_its_only_one),
		cmocka_unit_test(a_vm_that_does_not_run_has_no_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
