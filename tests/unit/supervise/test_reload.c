/* SPDX-License-Identifier: MIT */
#include "supervise/reload.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"
#include "plan/plan.h"

static void
reload_check_takes_over_pins_alone(void **state)
{
	struct plan_vcpu start[] = {{.os_cpu = 2}, {.core = 1, .os_cpu = 3}};
	struct plan_vcpu moved[] = {{.os_cpu = 5}, {.core = 1, .os_cpu = 2}};
	struct plan_vcpu more[] = {{.os_cpu = 2}, {.core = 1, .os_cpu = 3}, {.core = 2}};
	struct plan_vcpu others[] = {{.os_cpu = 2}, {.core = 2, .os_cpu = 3}};
	static char path[] = "vm.yml";
	const struct definition d = {.path = path, .pin_count = 2}, chosen = {.path = path};
	const struct plan now = {.definition = &d,
		.vcpus = start,
		.vcpu_count = COUNT(start),
		.way = WAY_REMOTE,
		.level = ISOLATION_ISOLATED};
	const struct {
		const struct definition *definition;
		struct plan_vcpu *vcpus;
		size_t count;
		enum way way;
		enum isolation level;
		int emulator;    /* a CPU; -1: none */
		const char *why; /* NULL: it goes over */
	} row[] = {
		{&d, moved, 2, WAY_REMOTE, ISOLATION_ISOLATED, -1, NULL},
		{&d, start, 2, WAY_REMOTE, ISOLATION_ISOLATED, -1, NULL},
		{&chosen, moved, 2, WAY_REMOTE, ISOLATION_ISOLATED, -1, "not chosen anew"},
		{&d, moved, 1, WAY_REMOTE, ISOLATION_ISOLATED, -1, "keeps the vCPUs"},
		{&d, moved, 0, WAY_REMOTE, ISOLATION_ISOLATED, -1, "keeps the vCPUs"},
		{&d, more, 3, WAY_REMOTE, ISOLATION_ISOLATED, -1, "keeps the vCPUs"},
		{&d, others, 2, WAY_REMOTE, ISOLATION_ISOLATED, -1, "keeps the vCPUs"},
		{&d, moved, 2, WAY_LEAVES, ISOLATION_ISOLATED, -1, "in another way"},
		{&d, moved, 2, WAY_REMOTE, ISOLATION_EXCLUSIVE, -1, "in another way"},
		{&d, moved, 2, WAY_REMOTE, ISOLATION_ISOLATED, 1, "other threads"},
	};
	const struct plan unpinned = {.definition = &d};
	struct error e;

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct plan wanted = {.definition = row[i].definition,
			.vcpus = row[i].vcpus,
			.vcpu_count = row[i].count,
			.way = row[i].way,
			.level = row[i].level};
		int r;

		if (row[i].emulator >= 0)
			cpus_add(&wanted.emulator, (unsigned)row[i].emulator);
		r = reload_check(&now, &wanted, &e);
		assert_int_equal(r, row[i].why == NULL ? 0 : -EINVAL);
		if (row[i].why != NULL && strstr(e.why, row[i].why) == NULL)
			fail_msg("row %zu: %s", i, e.why);
	}
	assert_int_equal(reload_check(&unpinned, &now, &e), -EINVAL);
	assert_string_equal(e.where, "vm.yml");
	assert_non_null(strstr(e.why, "without pins"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reload_check_takes_over_pins_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
