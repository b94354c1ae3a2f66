/* SPDX-License-Identifier: MIT */
#include "report/topology_layout.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "report/scene.h"
#include "report/topology_text.h"

static char *
draw(struct scene *s, unsigned width)
{
	struct text text;
	struct error e;

	text_open(&text);
	assert_int_equal(report_topology(text.out, scene_map(s), width, false, &e), 0);
	return text_close(&text);
}

/* How many lines it has; none is wider than @width. */
static unsigned
lines_of(char *text, unsigned width)
{
	unsigned lines = 0;

	for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		if (end > line + width)
			fail_msg("line %u is %d wide", lines, (int)(end - line));
		lines++;
	}
	return lines;
}

/* What is drawn of @s begins so. */
static void
begins(struct scene *s, unsigned width, const char *want)
{
	char *text = draw(s, width);

	if (!str_starts(text, want))
		fail_msg("got:\n%s", text);
	free(text);
	scene_free(s);
}

static void
small_host_has_all_on_ten_lines(void **state)
{
	struct scene *s = scene_small();
	char *text;

	(void)state;
	s->facts.topology.boot_isolated = scene_cpus("3,5");
	s->facts.topology.nohz_full = scene_cpus("5");
	text = draw(s, 80);
	assert_true(lines_of(text, 80) <= 10);
	free(text);
	scene_free(s);
	begins(scene_small(), 80,
		"package 0  node 0  display 0000:01:00.0/vfio  NVMe 0000:02:00.0\n"
		"  L3 16M [0. 4.] [1. 5.] [2B 6B] [3A]\n"
		"offline  7-\n\n");
}

static void
two_nodes_are_two_paragraphs(void **state)
{
	struct scene *s = scene_of(&host_interleaved);

	(void)state;
	scene_device(s, "0000:01:00.0", "network", "0-7", false);
	scene_device(s, "0000:02:00.0", "USB", "1,3", false);
	scene_device(s, "0000:03:00.0", "USB", "", false);
	begins(s, 80,
		"package 0  node 0\n"
		"  cache 20M [0.] [2.] [4.] [6.]\n"
		"package 1  node 1  USB 0000:02:00.0\n"
		"  cache 20M [1.] [3.] [5.] [7.]\n"
		"near no node of these  network 0000:01:00.0  USB 0000:03:00.0\n\n");
}

static void
efficient_cores_have_other_brackets(void **state)
{
	(void)state;
	begins(scene_of(&host_hybrid), 80,
		"package 0  node 0\n"
		"  cache 25M [ 0.  1.] [ 2.  3.] [ 4.  5.] [ 6.  7.] [ 8.  9.] [10. 11.]\n"
		"            [12. 13.] [14. 15.] (16.) (17.) (18.) (19.)\n\n");
}

static void
caches_share_a_line_where_they_fit(void **state)
{
	(void)state;
	begins(scene_new("pack:1 [numa] l3:4(size=16777216) core:2 pu:1"), 80,
		"package 0  node 0\n"
		"  L3 16M [0.] [1.]  L3 16M [2.] [3.]  L3 16M [4.] [5.]  L3 16M [6.] [7.]\n\n");
	begins(scene_new("pack:1 [numa] l3:4(size=16777216) core:2 pu:1"), 40,
		"package 0  node 0\n"
		"  L3 16M [0.] [1.]  L3 16M [2.] [3.]\n"
		"  L3 16M [4.] [5.]  L3 16M [6.] [7.]\n\n");
	begins(scene_new("pack:1 [numa] l2:4(size=524288) core:1 pu:1"), 80,
		"package 0  node 0\n"
		"  L2 512K each [0.] [1.] [2.] [3.]\n\n");
}

static void
what_is_not_known_is_left_out(void **state)
{
	struct scene *s = scene_new("core:2 pu:1");

	(void)state;
	for (size_t i = 0; i < 2; i++)
		s->facts.topology.cpus[i] = (struct host_cpu){
			.os_cpu = (unsigned)i, .package = -1, .core = -1, .cache = -1, .node = -1};
	begins(s, 80, "CPUs\n  [0.] [1.]\n\n");
	begins(scene_new(NULL), 80, "\n");
}

static void
server_of_256_cpus_fits_on_a_screen(void **state)
{
	static const unsigned widths[] = {120, 160, 240};
	struct scene *s = scene_server();

	(void)state;
	scene_tenant(s, "win11", 0, "8-15,136-143", TENANT_RUNNING);
	scene_tenant(s, NULL, 1000, "96-103,224-231", TENANT_UNKNOWN);
	for (size_t round = 0; round < 2; round++) {
		for (size_t i = 0; i < COUNT(widths); i++) {
			char *text = draw(s, widths[i]);
			unsigned lines = lines_of(text, widths[i]);

			if (lines > 50)
				fail_msg("%u columns: %u lines", widths[i], lines);
			free(text);
		}
		/* and again with signs of what was said at boot, and 20 VMs */
		s->facts.topology.boot_isolated = scene_cpus("64-127");
		s->facts.topology.nohz_full = scene_cpus("64-80");
		for (unsigned vm = 0; vm < 20; vm++) {
			char name[16], list[16];

			(void)snprintf(name, sizeof(name), "vm%u", vm);
			(void)snprintf(list, sizeof(list), "%u,%u", 16 + vm, 144 + vm);
			scene_tenant(s, name, 0, list, TENANT_RUNNING);
		}
	}
	scene_free(s);
}

static void
every_cpu_is_drawn_once(void **state)
{
	struct scene *scenes[] = {scene_server(),
		scene_new("pack:8 [numa] l3:4(size=16777216) core:16 pu:2"),
		scene_new("pack:1 core:2 pu:8")};

	(void)state;
	scene_offline(scenes[1], "2,700");
	for (size_t i = 0; i < COUNT(scenes); i++) {
		auto_grid struct map_grid grid = {0};
		struct cpus drawn = {0};
		size_t count = 0;
		struct error e;

		assert_int_equal(map_lay_out(scene_map(scenes[i]), 80, &grid, &e), 0);
		for (size_t j = 0; j < grid.count; j++) {
			if (grid.items[j].shape != MAP_SHAPE_CPU)
				continue;
			cpus_add(&drawn, (unsigned)strtoul(grid.items[j].text, NULL, 10));
			assert_true(grid.items[j].column + grid.items[j].columns <= 80);
			count++;
		}
		assert_int_equal(count, scenes[i]->map.count);
		assert_true(cpus_equal(&drawn, &scenes[i]->facts.topology.present));
		scene_free(scenes[i]);
	}
}

static void
many_offline_cpus_are_a_list(void **state)
{
	struct scene *s = scene_new("pack:1 [numa] core:64 pu:2");
	char *text;

	(void)state;
	scene_offline(s, "64-127");
	text = draw(s, 80);
	assert_non_null(strstr(text, "\noffline  64-127\n"));
	free(text);
	scene_free(s);
}

static void
digits_as_signs_stand_apart(void **state)
{
	struct scene *s = scene_new("pack:1 [numa] core:64 pu:1");
	char *text;

	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		char name[16], list[16];

		(void)snprintf(name, sizeof(name), "vm%u", i);
		(void)snprintf(list, sizeof(list), "%u", i);
		scene_tenant(s, name, 0, list, TENANT_RUNNING);
	}
	text = draw(s, 120);
	assert_non_null(strstr(text, "[52:0]"));
	assert_non_null(strstr(text, "[62:*] [63:*]"));
	free(text);
	scene_free(s);
}

static void
many_devices_are_counted(void **state)
{
	struct scene *s = scene_new("pack:1 [numa] core:4 pu:1");
	char *text;

	(void)state;
	for (unsigned i = 0; i < SCENE_DEVICES; i++) {
		char address[16];

		(void)snprintf(address, sizeof(address), "0000:01:%02x.0", i);
		scene_device(s, address, "network", "0-3", false);
	}
	text = draw(s, 80);
	assert_non_null(strstr(text, " +"));
	assert_non_null(strstr(text, " more\n  [0.]"));
	assert_true(lines_of(text, 80) <= 6);
	free(text);
	scene_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_host_has_all_on_ten_lines),
		cmocka_unit_test(two_nodes_are_two_paragraphs),
		cmocka_unit_test(efficient_cores_have_other_brackets),
		cmocka_unit_test(caches_share_a_line_where_they_fit),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(server_of_256_cpus_fits_on_a_screen),
		cmocka_unit_test(every_cpu_is_drawn_once),
		cmocka_unit_test(many_offline_cpus_are_a_list),
		cmocka_unit_test(digits_as_signs_stand_apart),
		cmocka_unit_test(many_devices_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
