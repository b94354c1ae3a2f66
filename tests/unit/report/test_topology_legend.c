/* SPDX-License-Identifier: MIT */
#include "report/topology_legend.h"

#include "base/cleanup.h"
#include "check.h"
#include "report/scene.h"
#include "report/topology_text.h"

/* What is below the map. */
static char *
legend(struct scene *s, unsigned width)
{
	struct text text;
	struct error e;
	char *all, *begin, *copy;

	text_open(&text);
	assert_int_equal(report_topology(text.out, scene_map(s), width, false, &e), 0);
	all = text_close(&text);
	begin = strstr(all, "\n\n");
	assert_non_null(begin);
	copy = strdup(begin + 2);
	free(all);
	return copy;
}

static void
legend_has_what_occurs_and_nothing_else(void **state)
{
	struct scene *s = scene_small();
	char *text = legend(s, 80);

	(void)state;
	assert_string_equal(text, " .    pool: every task may run there  0-1,4-5\n"
				  " A    lab, its qpin died              3\n"
				  " B    win11, running                  2,6\n");
	free(text);
	scene_free(s);
}

static void
legend_explains_every_sign(void **state)
{
	struct scene *s = scene_of(&host_hybrid);
	char *text;

	(void)state;
	scene_tenant(s, "a", 0, "0-1", TENANT_RUNNING);
	scene_tenant(s, "b", 0, "1-2", TENANT_UNKNOWN);
	scene_tenant(s, "c", 0, "", TENANT_UNREADABLE);
	scene_tenant(s, "d", 1000, "5", TENANT_RUNNING);
	scene_tenant(s, NULL, 1000, "5-6", TENANT_UNKNOWN);
	s->facts.topology.boot_isolated = scene_cpus("0,7-8");
	s->facts.topology.nohz_full = scene_cpus("8-9");
	s->facts.cgroup.isolated = scene_cpus("10");
	text = legend(s, 80);
	assert_string_equal(text, " .    pool: every task may run there     3-4,9,11-19\n"
				  " A    a, running                         0-1\n"
				  " B    b                                  1-2\n"
				  " C    c, its journal can't be read       no CPU known\n"
				  " D    d of user alice, running           5\n"
				  " E    user alice's own CPUs              5-6\n"
				  " +    more than one VM                   1\n"
				  " _    free, isolated at boot             7-8\n"
				  " #    someone else's partition           10\n"
				  " !    isolated at boot                   0,7\n"
				  " ~    without tick (nohz_full)           9\n"
				  " %    both: isolated at boot, nohz_full  8\n"
				  " [ ]  performance core                   0-15\n"
				  " ( )  efficient core                     16-19\n");
	free(text);
	scene_free(s);
}

static void
legend_puts_many_vms_side_by_side(void **state)
{
	struct scene *s = scene_new("pack:1 [numa] core:64 pu:1");
	char *text;

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		char name[16], list[16];

		(void)snprintf(name, sizeof(name), "vm%u", i);
		(void)snprintf(list, sizeof(list), "%u-%u", i * 7, i * 7 + 5);
		scene_tenant(s, name, 0, list, TENANT_RUNNING);
	}
	text = legend(s, 80);
	assert_string_equal(text,
		" .    pool: every task may run there  6,13,20,27,34,41,48,55-63\n"
		" A    vm0, running  0-5    D    vm3, running  21-26  G    vm6, running  42-47\n"
		" B    vm1, running  7-12   E    vm4, running  28-33  H    vm7, running  49-54\n"
		" C    vm2, running  14-19  F    vm5, running  35-40\n");
	free(text);
	text = legend(s, 40);
	assert_non_null(strstr(text, "\n A    vm0, running  0-5\n B    vm1"));
	free(text);
	scene_free(s);
}

static void
legend_of_a_long_name_keeps_its_cpus(void **state)
{
	struct scene *s = scene_new("pack:1 [numa] core:64 pu:1");
	char *text;

	(void)state;
	scene_tenant(s, "0123456789012345678901234567890123456789012345678901234567890123", 0,
		"0,2,4,6,8", TENANT_RUNNING);
	text = legend(s, 80);
	assert_non_null(strstr(text, "0123, running  0,\n"));
	assert_non_null(strstr(text, " 8\n"));
	free(text);
	scene_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(legend_has_what_occurs_and_nothing_else),
		cmocka_unit_test(legend_explains_every_sign),
		cmocka_unit_test(legend_puts_many_vms_side_by_side),
		cmocka_unit_test(legend_of_a_long_name_keeps_its_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
