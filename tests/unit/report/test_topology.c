/* SPDX-License-Identifier: MIT */
#include "report/topology.h"

#include "base/cleanup.h"
#include "check.h"
#include "report/scene.h"

static const struct map_cpu *
map_find(const struct map *map, unsigned os_cpu)
{
	for (size_t i = 0; i < map->count; i++) {
		if (map->cpus[i].cpu->os_cpu == os_cpu)
			return &map->cpus[i];
	}
	return NULL;
}

static void
map_tells_who_has_each_cpu(void **state)
{
	static const struct {
		enum map_use use;
		int tenant;
		char sign, boot;
	} want[16] = {
		[0] = {MAP_POOL, -1, '.', ' '},
		[1] = {MAP_VM, 0, 'A', ' '},
		[2] = {MAP_SEVERAL, -1, '+', ' '},
		[3] = {MAP_VM, 1, 'B', '!'},
		[4] = {MAP_USER, 2, 'C', ' '},
		[5] = {MAP_VM, 0, 'A', ' '}, /* within the grant */
		[6] = {MAP_SPARE, -1, '_', '!'},
		[7] = {MAP_SPARE, -1, '_', '%'},
		[8] = {MAP_POOL, -1, '.', '~'},
		[9] = {MAP_OTHER, -1, '#', ' '},  /* isolated by someone */
		[10] = {MAP_OTHER, -1, '#', ' '}, /* a partition that is not isolated */
		[11] = {MAP_OFFLINE, -1, '-', ' '},
		[12] = {MAP_OFFLINE, -1, '-', '!'}, /* though it is claimed */
		[13] = {MAP_POOL, -1, '.', ' '},
		[14] = {MAP_POOL, -1, '.', ' '},
		[15] = {MAP_POOL, -1, '.', ' '},
	};
	struct scene *s = scene_new("pack:1 core:16 pu:1");
	const struct map *map;
	struct cpus gone = scene_cpus("10");

	(void)state;
	scene_tenant(s, "a", 0, "1-2,5,12", TENANT_RUNNING);
	scene_tenant(s, "b", 0, "2-3", TENANT_RUNNING);
	scene_tenant(s, NULL, 1000, "4-5", TENANT_UNKNOWN);
	s->facts.topology.boot_isolated = scene_cpus("3,6-7,12");
	s->facts.topology.nohz_full = scene_cpus("7-8");
	s->facts.cgroup.isolated = scene_cpus("1-3,6-7,9");
	cpus_subtract(&s->facts.cgroup.effective, &gone);
	scene_offline(s, "11-12");
	map = scene_map(s);
	assert_int_equal(map->count, 16);
	assert_int_equal(map->online_count, 14);
	for (unsigned i = 0; i < 16; i++) {
		const struct map_cpu *got = map_find(map, i);

		assert_non_null(got);
		if (got->use != want[i].use || got->tenant != want[i].tenant ||
			got->sign != want[i].sign || got->boot != want[i].boot)
			fail_msg("CPU %u: use %d, tenant %d, '%c%c'", i, (int)got->use, got->tenant,
				got->sign, got->boot);
		assert_true(cpus_has(&map->of_use[got->use], i));
	}
	scene_free(s);
}

static void
map_has_a_pool_without_cgroups(void **state)
{
	struct scene *s = scene_new("pack:1 core:4 pu:1");

	(void)state;
	cpus_clear(&s->facts.cgroup.effective);
	assert_int_equal(cpus_count(&scene_map(s)->of_use[MAP_POOL]), 4);
	scene_free(s);
}

static void
map_puts_side_by_side_what_is_shared(void **state)
{
	struct scene *s = scene_server();
	const struct map *map = scene_map(s);
	size_t places = 0, caches = 0, cores = 0;

	(void)state;
	assert_int_equal(map_end(map, 0, MAP_PACKAGE), 128);
	for (size_t i = 0; i < map->count; i = map_end(map, i, MAP_NODE))
		places++;
	for (size_t i = 0; i < map->count; i = map_end(map, i, MAP_CACHE))
		caches++;
	for (size_t i = 0; i < map->count; i = map_end(map, i, MAP_CORE)) {
		assert_int_equal(map->cpus[i].cpu->os_cpu + 128, map->cpus[i + 1].cpu->os_cpu);
		cores++;
	}
	assert_int_equal(places, 8);
	assert_int_equal(caches, 16);
	assert_int_equal(cores, 128);
	scene_free(s);
}

static void
map_takes_cpus_without_a_core_apart(void **state)
{
	struct scene *s = scene_new("pack:1 core:2 pu:2");
	size_t cores = 0;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		s->facts.topology.cpus[i].core = -1;
	(void)scene_map(s);
	for (size_t i = 0; i < 4; i = map_end(&s->map, i, MAP_CORE))
		cores++;
	assert_int_equal(cores, 4);
	scene_free(s);
}

static void
signs_are_letters_digits_and_a_star(void **state)
{
	static const struct {
		size_t tenant;
		char sign;
	} row[] = {{0, 'A'}, {25, 'Z'}, {26, 'a'}, {51, 'z'}, {52, '0'}, {61, '9'}, {62, '*'},
		{5000, '*'}};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++)
		assert_int_equal(map_sign(row[i].tenant), row[i].sign);
}

static void
words_and_signs_of_uses_differ(void **state)
{
	(void)state;
	for (enum map_use a = 0; a < MAP_USE_COUNT; a++) {
		assert_non_null(map_use_word(a));
		for (enum map_use b = 0; b < a; b++) {
			assert_string_not_equal(map_use_word(a), map_use_word(b));
			if (map_use_sign(a) != ' ')
				assert_int_not_equal(map_use_sign(a), map_use_sign(b));
		}
	}
	assert_string_equal(map_state_word(TENANT_ABANDONED), "abandoned");
	assert_null(map_state_word(TENANT_UNKNOWN));
}

static void
map_of_nothing_is_empty(void **state)
{
	struct scene *s = scene_new(NULL);

	(void)state;
	assert_int_equal(scene_map(s)->count, 0);
	scene_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(map_tells_who_has_each_cpu),
		cmocka_unit_test(map_has_a_pool_without_cgroups),
		cmocka_unit_test(map_puts_side_by_side_what_is_shared),
		cmocka_unit_test(map_takes_cpus_without_a_core_apart),
		cmocka_unit_test(signs_are_letters_digits_and_a_star),
		cmocka_unit_test(words_and_signs_of_uses_differ),
		cmocka_unit_test(map_of_nothing_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
