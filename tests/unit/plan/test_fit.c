/* SPDX-License-Identifier: MIT */
#include "plan/fit.h"

#include "base/cleanup.h"
#include "check.h"
#include "plan/hosts.h"
#include "plan/scene.h"

static const struct domain all = {.package = FIT_ANY, .node = FIT_ANY, .cache = FIT_ANY};
static const struct shape pairs = {.unit_cpus = 2};

static void
taken_cpus(const struct cores *cores, struct cpus *ret)
{
	cpus_clear(ret);
	for (size_t i = 0; i < cores->count; i++) {
		for (unsigned k = 0; k < cores->list[i].units * pairs.unit_cpus; k++)
			cpus_add(ret, cores->list[i].cpus[k]);
	}
}

static void
fit_units_takes_the_nearest_cores(void **state)
{
	static const struct {
		const struct host_form *host;
		const char *usable;
		unsigned units;
		const char *want;
	} row[] = {
		{&host_server, "0-63", 8, "8-15,40-47"},             /* a cache, not the host's */
		{&host_server, "0-63", 9, "16-24,48-56"},            /* a package, not the host's */
		{&host_server, "0-63", 16, "16-31,48-63"},           /* all of it */
		{&host_server, "0-63", 32, "0-63"},                  /* all there is */
		{&host_server, "0-31,32-44,48-63", 4, "8-11,40-43"}, /* the fullest */
		{&host_server, "0-7,32-39", 3, "0-2,32-34"}, /* the host's, without another */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct topology host = host_make(row[i].host);
		struct cpus usable = cpus_of(row[i].usable), taken;
		auto_cores struct cores cores = {0};
		struct error e;
		char text[CPUS_TEXT_BYTES];

		assert_int_equal(cores_make(&host, &usable, true, &cores, &e), 0);
		fit_units(&cores, all, &pairs, row[i].units);
		taken_cpus(&cores, &taken);
		if (strcmp(cpus_format(&taken, text), row[i].want) != 0)
			fail_msg("row %zu: %s", i, text);
		topology_done(&host);
	}
}

static void
fit_units_takes_cores_of_unknown_place_by_number(void **state)
{
	struct core list[] = {
		{.package = -1, .node = -1, .cache = 0, .cpus = {0, 1}, .cpu_count = 2},
		{.package = -1, .node = -1, .cache = -1, .cpus = {2, 3}, .cpu_count = 2},
		{.package = -1, .node = -1, .cache = -1, .cpus = {4, 5}, .cpu_count = 2},
		{.package = -1, .node = -1, .cache = -1, .cpus = {6, 7}, .cpu_count = 2},
	};
	struct cores cores = {.list = list, .count = COUNT(list), .host = {.cache = 5}};
	struct cpus taken;
	char text[CPUS_TEXT_BYTES];

	(void)state;
	fit_units(&cores, all, &pairs, 2);
	taken_cpus(&cores, &taken);
	assert_string_equal(cpus_format(&taken, text), "2-5");
}

static void
fit_socket_gives_each_a_package_of_its_own(void **state)
{
	struct topology host = host_make(&host_server);
	auto_cores struct cores cores = {0};
	struct domain domain;
	struct error e;

	(void)state;
	assert_int_equal(cores_make(&host, &host.online, true, &cores, &e), 0);
	assert_false(fit_socket(&cores, &pairs, false, 17, &domain));
	assert_true(fit_socket(&cores, &pairs, false, 2, &domain));
	assert_int_equal(domain.package, 1);
	fit_units(&cores, domain, &pairs, 2);
	assert_true(fit_socket(&cores, &pairs, false, 2, &domain));
	assert_int_equal(domain.package, 0);
	fit_units(&cores, domain, &pairs, 2);
	assert_false(fit_socket(&cores, &pairs, false, 2, &domain));
	topology_done(&host);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fit_units_takes_the_nearest_cores),
		cmocka_unit_test(fit_units_takes_cores_of_unknown_place_by_number),
		cmocka_unit_test(fit_socket_gives_each_a_package_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
