/* SPDX-License-Identifier: MIT */
#include "qemu/smp.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

enum {
	OPTIONS_MAX = 3,
};

/* A definition whose options are `smp: VALUE`, for each value that isn't NULL. */
struct smp_case {
	struct qemu_option option[OPTIONS_MAX];
	struct definition d;
};

static char smp_name[] = "smp", path[] = "/etc/vm.yml";

static void
case_init(struct smp_case *c, const char *const value[OPTIONS_MAX])
{
	memset(c, 0, sizeof(*c));
	for (unsigned i = 0; i < OPTIONS_MAX && value[i] != NULL; i++) {
		c->option[i] = (struct qemu_option){
			.name = smp_name,
			.value = strdup(value[i]),
			.place = {10 + i, 3},
		};
		c->d.option_count++;
	}
	c->d.options = c->option;
	c->d.path = path;
}

static void
case_done(struct smp_case *c)
{
	for (size_t i = 0; i < c->d.option_count; i++)
		free(c->option[i].value);
}

static void
smp_read_computes_what_is_left_out_as_qemu_does(void **state)
{
	static const struct {
		const char *value[OPTIONS_MAX];
		unsigned cpus, maxcpus, sockets, cores, threads;
	} row[] = {
		{.value = {NULL}, .cpus = 1, .maxcpus = 1, 1, 1, 1},
		{.value = {"1"}, .cpus = 1, .maxcpus = 1, 1, 1, 1},
		{.value = {"6"}, .cpus = 6, .maxcpus = 6, 1, 6, 1},
		{.value = {"cpus=6"}, .cpus = 6, .maxcpus = 6, 1, 6, 1},
		{.value = {"6,"}, .cpus = 6, .maxcpus = 6, 1, 6, 1},
		{.value = {"8,sockets=2"}, .cpus = 8, .maxcpus = 8, 2, 4, 1},
		{.value = {"8,cores=2"}, .cpus = 8, .maxcpus = 8, 4, 2, 1},
		{.value = {"8,threads=2"}, .cpus = 8, .maxcpus = 8, 1, 4, 2},
		{.value = {"8,sockets=2,cores=2"}, .cpus = 8, .maxcpus = 8, 2, 2, 2},
		{.value = {"8,sockets=2,threads=2"}, .cpus = 8, .maxcpus = 8, 2, 2, 2},
		{.value = {"sockets=2,cores=3,threads=2"}, .cpus = 12, .maxcpus = 12, 2, 3, 2},
		{.value = {"sockets=2"}, .cpus = 2, .maxcpus = 2, 2, 1, 1},
		{.value = {"cores=4"}, .cpus = 4, .maxcpus = 4, 1, 4, 1},
		{.value = {"2,maxcpus=8"}, .cpus = 2, .maxcpus = 8, 1, 8, 1},
		{.value = {"maxcpus=8"}, .cpus = 8, .maxcpus = 8, 1, 8, 1},
		{.value = {"maxcpus=8,cores=2"}, .cpus = 8, .maxcpus = 8, 4, 2, 1},
		{.value = {"8,dies=2"}, .cpus = 8, .maxcpus = 8, 1, 8, 1},
		{.value = {"16,dies=2,clusters=2,threads=2"}, .cpus = 16, .maxcpus = 16, 1, 8, 2},
		{.value = {"8,modules=2,cores=2"}, .cpus = 8, .maxcpus = 8, 2, 4, 1},
		{.value = {"4", "cores=2"}, .cpus = 4, .maxcpus = 4, 2, 2, 1},
		{.value = {"4,cores=4", "8,cores=2", "threads=2"},
			.cpus = 8,
			.maxcpus = 8,
			2,
			2,
			2},
		{.value = {"4,cores=4,cores=2"}, .cpus = 4, .maxcpus = 4, 2, 2, 1},
		{.value = {"4,books=1,drawers=1"}, .cpus = 4, .maxcpus = 4, 1, 4, 1},
		{.value = {"4096"}, .cpus = 4096, .maxcpus = 4096, 1, 4096, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct smp_case c;
		struct smp smp = {0};
		struct error e;
		int r;

		case_init(&c, row[i].value);
		r = smp_read(&c.d, &smp, &e);
		case_done(&c);
		if (r != 0 || smp.cpus != row[i].cpus || smp.maxcpus != row[i].maxcpus ||
			smp.sockets != row[i].sockets || smp.cores != row[i].cores ||
			smp.threads != row[i].threads)
			fail_msg("row %zu \"%s\": got %d: %u of %u CPUs, %u x %u x %u", i,
				row[i].value[0] != NULL ? row[i].value[0] : "", r, smp.cpus,
				smp.maxcpus, smp.sockets, smp.cores, smp.threads);
	}
}

static void
smp_read_keeps_the_inner_levels_and_the_place(void **state)
{
	static const char *const value[OPTIONS_MAX] = {"4", "16,dies=2,modules=4"};
	struct smp_case c;
	struct smp smp;
	struct error e;

	(void)state;
	case_init(&c, value);
	assert_int_equal(smp_read(&c.d, &smp, &e), 0);
	case_done(&c);
	assert_int_equal(smp.dies, 2);
	assert_int_equal(smp.clusters, 1);
	assert_int_equal(smp.modules, 4);
	assert_int_equal(smp.place.line, 11);
	assert_int_equal(smp.place.column, 3);
}

static void
smp_read_refuses_what_qemu_refuses(void **state)
{
	static const struct {
		const char *value[OPTIONS_MAX];
		unsigned line;
		const char *why;
	} row[] = {
		{{"0"}, 10, "cpus is a number from 1 to 4096, not '0'"},
		{{"4,cores=0"}, 10, "cores is a number"},
		{{"4", "sockets=0"}, 11, "sockets is a number"},
		{{"4k"}, 10, "not '4k'"},
		{{"010"}, 10, "not '010'"},
		{{"0x4"}, 10, "not '0x4'"},
		{{"-1"}, 10, "not '-1'"},
		{{""}, 10, "not ''"},
		{{"4097"}, 10, "from 1 to 4096"},
		{{"99999999999999999999"}, 10, "from 1 to 4096"},
		{{"cpus=4,4"}, 10, "'4' is not understood"},
		{{"4,coers=2"}, 10, "'coers=2' is not understood"},
		{{"4,,cores=2"}, 10, "'' is not understood"},
		{{"4,a-very-long-key-that-is-no-key-at-all=1"}, 10, "is not understood"},
		{{"2,sockets=1,cores=1,threads=1"}, 10, "are 1 CPUs, not 2"},
		{{"3,sockets=2"}, 10, "2 sockets x 1 cores x 1 threads are 2 CPUs, not 3"},
		{{"2,cores=4"}, 10, "are 0 CPUs, not 2"},
		{{"8,maxcpus=4"}, 10, "cpus (8) is more than maxcpus (4)"},
		{{"4", "maxcpus=2"}, 11, "cpus (4) is more than maxcpus (2)"},
		{{"4,books=2"}, 10, "books and drawers"},
		{{"sockets=4096,cores=2"}, 10, "more than 4096 CPUs"},
		{{"sockets=4096,cores=4096,threads=4096,dies=4096,clusters=4096,modules=4096"}, 10,
			"more than 4096 CPUs"},
		{{"8,sockets=4096,threads=4096,dies=4096,clusters=4096,modules=4096"}, 10,
			"more than 4096 CPUs"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct smp_case c;
		struct smp smp = {.cpus = 42};
		struct error e = {0};
		int r;

		case_init(&c, row[i].value);
		r = smp_read(&c.d, &smp, &e);
		case_done(&c);
		if (r != -EINVAL || e.kind != ERROR_DEFINITION || e.line != row[i].line ||
			e.column != 3 || strstr(e.why, row[i].why) == NULL)
			fail_msg("\"%s\": want line %u \"%s\", got %d %u:%u \"%s\"",
				row[i].value[0], row[i].line, row[i].why, r, e.line, e.column,
				e.why);
		assert_string_equal(e.where, path);
		assert_int_equal(smp.cpus, 42);
	}
}

static void
smp_read_refuses_a_bare_option(void **state)
{
	struct qemu_option option = {.name = smp_name, .place = {7, 3}};
	struct definition d = {.path = path, .options = &option, .option_count = 1};
	struct smp smp;
	struct error e;

	(void)state;
	assert_int_equal(smp_read(&d, &smp, &e), -EINVAL);
	assert_int_equal(e.line, 7);
	assert_string_equal(e.why, "smp: the number of CPUs is missing");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smp_read_computes_what_is_left_out_as_qemu_does),
		cmocka_unit_test(smp_read_keeps_the_inner_levels_and_the_place),
		cmocka_unit_test(smp_read_refuses_what_qemu_refuses),
		cmocka_unit_test(smp_read_refuses_a_bare_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
