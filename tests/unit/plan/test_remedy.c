/* SPDX-License-Identifier: MIT */
#include "plan/remedy.h"

#include "check.h"
#include "plan/checkup.h"

/* The command for the one that is there, which is forgotten then. */
#define assert_mend(c, want)                                                                       \
	do {                                                                                       \
		assert_string_equal((c)->list[0].mend, (want));                                    \
		checkup_done(c);                                                                   \
		checkup_add((c), CHECK_CPU_SMT, VERDICT_ADVICE, "x");                              \
	} while (0)

static void
remedies_are_commands_and_where_it_can_be_for_good(void **state)
{
	struct checkup c = {0};
	struct cpus cpus;

	(void)state;
	assert_int_equal(cpus_parse("2-3,7", &cpus), 0);
	checkup_add(&c, CHECK_CPU_SMT, VERDICT_ADVICE, "x");
	remedy_sysctl(&c, "rt", "kernel.a", "-1");
	assert_mend(&c, "echo kernel.a=-1 >/etc/sysctl.d/60-qpin-rt.conf && "
			"sysctl -q -p /etc/sysctl.d/60-qpin-rt.conf");
	remedy_files(&c, false, "ksm", "/sys/a /sys/b*", "0");
	assert_mend(&c, "for f in /sys/a /sys/b*; do echo 0 >$f; done");
	remedy_files(&c, true, "ksm", "/sys/a", "0");
	assert_mend(&c, "for f in /sys/a; do echo \"w $f - - - - 0\"; done "
			">/etc/tmpfiles.d/qpin-ksm.conf && "
			"systemd-tmpfiles --create /etc/tmpfiles.d/qpin-ksm.conf");
	remedy_stop(&c, true, "numad.service", 12);
	assert_mend(&c, "systemctl disable --now numad.service");
	remedy_stop(&c, false, "numad.service", 12);
	assert_mend(&c, "kill 12");
	remedy_boot(&c, "rcu", "rcu_nocbs=2");
	assert_mend(&c, "mkdir -p /etc/default/grub.d && "
			"echo 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX rcu_nocbs=2\"' "
			">/etc/default/grub.d/qpin-rcu.cfg && update-grub");
	remedy_irqbalance(&c, &cpus);
	assert_mend(&c, "mkdir -p /etc/systemd/system/irqbalance.service.d && "
			"printf '[Service]\\nEnvironment=IRQBALANCE_BANNED_CPULIST=2-3,7\\n' "
			">/etc/systemd/system/irqbalance.service.d/qpin.conf && "
			"systemctl daemon-reload && systemctl restart irqbalance.service");
	remedy_limits(&c, "alice", "memlock", "unlimited");
	assert_mend(&c, "echo 'alice - memlock unlimited' "
			">/etc/security/limits.d/qpin-alice-memlock.conf");
	assert_false(c.failed);
	checkup_done(&c);
}

static void
remedies_never_name_what_a_shell_would_take_apart(void **state)
{
	static const char *const users[] = {"", "a b", "a'; rm -rf /; '", "../x", "-a"};

	(void)state;
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		struct checkup c = {0};

		checkup_add(&c, CHECK_CPU_SMT, VERDICT_ADVICE, "x");
		remedy_limits(&c, users[i], "memlock", "unlimited");
		if (c.list[0].mend != NULL)
			fail_msg("\"%s\": %s", users[i], c.list[0].mend);
		checkup_done(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remedies_are_commands_and_where_it_can_be_for_good),
		cmocka_unit_test(remedies_never_name_what_a_shell_would_take_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
