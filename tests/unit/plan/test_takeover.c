/* SPDX-License-Identifier: MIT */
#include "plan/takeover.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"

enum {
	PID = 100,
};

/* All ways but affinity have the same answer: @why and @hint, "" when they are open. */
static void
check_ways(const struct facts *facts, const char *why, const char *hint, size_t row)
{
	struct ways ways = {0};

	takeover_find(facts, &ways);
	assert_false(ways.refusal[WAY_AFFINITY].out);
	for (enum way way = 0; way < WAY_AFFINITY; way++) {
		const struct way_refusal *got = &ways.refusal[way];

		if (got->out != (*why != '\0') || strstr(got->why, why) == NULL ||
			strstr(got->hint, hint) == NULL)
			fail_msg("row %zu, %s: \"%s\", hint \"%s\"", row, way_name(way), got->why,
				got->hint);
	}
}

static void
cgroups_of_other_managers_are_left_alone(void **state)
{
	static const struct {
		bool systemd, root, delegated;
		const char *path, *why, *hint;
	} row[] = {
		{false, true, false, "/", "", ""},
		{false, true, false, "/any/where", "", ""},
		{false, true, false, "/machine/qemu-1-x.libvirt-qemu", "is of libvirt",
			"<cputune>"},
		{true, true, false, "/", "", ""},
		{true, true, true, "/system.slice/vm.service", "", ""},
		{true, true, false, "/system.slice/vm.service", "did not delegate it",
			"systemctl edit vm.service: Delegate=yes"},
		{true, true, false, "/user.slice/user-1000.slice/session-4.scope", "", ""},
		{true, true, false, "/user.slice/user-1000.slice/session-4.scope/x",
			"did not delegate it", "systemctl edit x"},
		{true, true, false,
			"/user.slice/user-1000.slice/user@1000.service/app.slice/vm.service",
			"a user's own service manager", "as that user"},
		{true, true, false,
			"/machine.slice/machine-qemu\\x2d1\\x2dx.scope/libvirt/emulator",
			"is of libvirt", "virsh vcpupin"},
		{true, true, false, "/qemu.slice/100.scope", "is of Proxmox", "qm set"},
		{true, false, false,
			"/user.slice/user-1000.slice/user@1000.service/app.slice/vm.service", "",
			""},
		{true, false, false, "/user.slice/user-1000.slice/session-4.scope", "is of root",
			"systemd-run --user"},
		{true, false, false,
			"/user.slice/user-1001.slice/user@1001.service/app.slice/vm.service",
			"is of root", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct facts facts = {.systemd = row[i].systemd, .root = row[i].root, .guest = PID};

		facts.cgroup.own_is_delegated = row[i].delegated;
		(void)snprintf(facts.cgroup.own, sizeof(facts.cgroup.own), "%s", row[i].path);
		if (!row[i].root)
			(void)snprintf(facts.cgroup.user.slice, sizeof(facts.cgroup.user.slice),
				"/user.slice/user-1000.slice/user@1000.service/qpin.slice");
		check_ways(&facts, row[i].why, row[i].hint, i);
	}
}

static void
without_a_guest_nothing_is_ruled_out(void **state)
{
	struct facts facts = {.systemd = true, .root = true};

	(void)state;
	(void)snprintf(facts.cgroup.own, sizeof(facts.cgroup.own), "/machine.slice/x.scope");
	check_ways(&facts, "", "", 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cgroups_of_other_managers_are_left_alone),
		cmocka_unit_test(without_a_guest_nothing_is_ruled_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
