/* SPDX-License-Identifier: MIT */
#include "import/tuning.h"

#include <errno.h>

#include "base/cleanup.h"
#include "import/domain_xml.h"

#define TUNE(elements) DOMAIN("<iothreads>2</iothreads><cputune>\n" elements "\n</cputune>\n")

/* Two sockets of a core with two threads. */
static const struct smp two_by_two = {
	.cpus = 4, .maxcpus = 4, .sockets = 2, .cores = 1, .threads = 2};

/* "0.0.0=2 … share iothread1=0 emulator=1 memory=0-1" */
static char *
told(const struct definition *d)
{
	struct buf b = {0};
	char text[CPUS_TEXT_BYTES];

	for (size_t i = 0; i < d->pin_count; i++)
		buf_printf(&b, "%u.%u.%u=%u ", d->pins[i].socket, d->pins[i].core,
			d->pins[i].thread, d->pins[i].os_cpu);
	if (d->share_cpus)
		buf_add(&b, "share ");
	for (size_t i = 0; i < d->iothread_pin_count; i++)
		buf_printf(&b, "%s=%s ", d->iothread_pins[i].id,
			cpus_format(&d->iothread_pins[i].cpus, text));
	if (!cpus_empty(&d->emulator_cpus))
		buf_printf(&b, "emulator=%s ", cpus_format(&d->emulator_cpus, text));
	if (!cpus_empty(&d->memory_nodes))
		buf_printf(&b, "memory=%s ", cpus_format(&d->memory_nodes, text));
	if (d->vcpu_scheduling.set)
		buf_add(&b, "vcpusched ");
	if (d->iothread_scheduling.set)
		buf_add(&b, "iothreadsched ");
	if (d->emulator_scheduling.set)
		buf_add(&b, "emulatorsched ");
	return buf_take(&b);
}

static void
tuning_read_takes_what_there_are_keys_for(void **state)
{
	static const struct {
		const char *text, *want;
		unsigned remark_line; /* 0: there is no remark; else there is this one alone */
		const char *remark;
	} row[] = {
		{DOMAIN(""), "", 0, ""},
		{TUNE("<vcpupin vcpu='3' cpuset='7'/><vcpupin vcpu='0' cpuset='2'/>"
		      "<vcpupin vcpu='1' cpuset='4-6,^4,^6'/>"),
			"0.0.0=2 0.0.1=5 1.0.1=7 ", 0, ""},
		{TUNE("<vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='2'/>"),
			"0.0.0=2 0.0.1=2 share ", 0, ""},
		{TUNE("<vcpupin vcpu='0' cpuset='2'/>\n<vcpupin vcpu='1' cpuset='2-3'/>"),
			"0.0.0=2 ", 4, "of vCPU 1 is left out: a definition gives a vCPU one"},
		{TUNE("<vcpupin vcpu='4' cpuset='2'/>"), "", 3, "there are 4 vCPUs"},
		{TUNE("<emulatorpin cpuset='0-1'/>"), "emulator=0-1 ", 0, ""},
		{TUNE("<vcpupin vcpu='0' cpuset='1'/>\n<emulatorpin cpuset='0-1'/>"),
			"0.0.0=1 emulator=0 ", 4, "is 0 without the CPUs that are pinned"},
		{TUNE("<vcpupin vcpu='0' cpuset='1'/>\n<emulatorpin cpuset='1'/>"), "0.0.0=1 ", 4,
			"is left out: all of its CPUs are pinned"},
		{TUNE("<iothreadpin iothread='2' cpuset='0'/><iothreadpin iothread='1' "
		      "cpuset='0-3'/>"),
			"iothread2=0 iothread1=0-3 ", 0, ""},
		{TUNE("<iothreadpin iothread='3' cpuset='0'/>"), "", 3, "no such iothread"},
		{TUNE("<vcpupin vcpu='0' cpuset='1'/>\n<iothreadpin iothread='1' cpuset='1'/>"),
			"0.0.0=1 ", 4, "cpuset of <iothreadpin> is left out"},
		{TUNE("<vcpusched vcpus='0-3' scheduler='fifo' priority='1'/>"
		      "<iothreadsched iothreads='1-2' scheduler='batch'/>"
		      "<emulatorsched scheduler='rr' priority='1'/>"),
			"vcpusched iothreadsched emulatorsched ", 0, ""},
		{TUNE("<vcpusched vcpus='0-2' scheduler='batch'/>"), "", 3, "<vcpusched> is left"},
		{TUNE("<shares>2048</shares>"), "", 3, "<shares> of <cputune> is left out"},
		{TUNE("<cachetune vcpus='0'><cache/></cachetune>"), "", 3, "<cachetune>"},
		{DOMAIN("<vcpu cpuset='0-3'>4</vcpu>"), "emulator=0-3 ", 0, ""},
		{DOMAIN("<vcpu cpuset='0-3'>4</vcpu>\n<cputune><emulatorpin "
			"cpuset='5'/></cputune>"),
			"emulator=5 ", 2, "cpuset of <vcpu> is left out"},
		{DOMAIN("<vcpu placement='auto'>4</vcpu>"), "", 2, "placement='auto' of <vcpu>"},
		{DOMAIN("<vcpus><vcpu id='0'/></vcpus>"), "", 2, "<vcpus> is left out"},
		{DOMAIN("<numatune><memory mode='strict' nodeset='0-1'/></numatune>"),
			"memory=0-1 ", 0, ""},
		{DOMAIN("<numatune><memory nodeset='1'/></numatune>"), "memory=1 ", 0, ""},
		{DOMAIN("<numatune><memory mode='restrictive' nodeset='1'/></numatune>"),
			"memory=1 ", 0, ""},
		{DOMAIN("<numatune>\n<memory mode='interleave' nodeset='1'/></numatune>"), "", 3,
			"its mode is interleave"},
		{DOMAIN("<numatune>\n<memory placement='auto'/></numatune>"), "", 3, "no nodes"},
		{DOMAIN("<numatune>\n<memnode cellid='0'/></numatune>"), "", 3, "<memnode>"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct xml_element *root = domain_of(row[i].text);
		struct remarks remarks = {0};
		struct definition d = {0};
		struct error e = {0};
		auto_free char *got = NULL;

		if (tuning_read(root, "d.xml", &two_by_two, &d, &remarks, &e) != 0)
			fail_msg("row %zu: %s", i, e.why);
		got = told(&d);
		if (!str_eq(got, row[i].want))
			fail_msg("row %zu: %s", i, got);
		if (remarks.count != (row[i].remark_line > 0) ||
			(remarks.count > 0 &&
				(remarks.list[0].line != row[i].remark_line ||
					!strstr(remarks.list[0].text, row[i].remark))))
			fail_msg("row %zu: %zu remarks, %u: %s", i, remarks.count,
				remarks.count > 0 ? remarks.list[0].line : 0,
				remarks.count > 0 ? remarks.list[0].text : "");
		remarks_done(&remarks);
		definition_done(&d);
		xml_done(root);
	}
}

static void
tuning_read_refuses_what_libvirt_wouldnt_take(void **state)
{
	static const struct {
		const char *text, *why;
	} row[] = {
		{TUNE("<vcpupin cpuset='1'/>"), "<vcpupin> has no vcpu"},
		{TUNE("<vcpupin vcpu='x' cpuset='1'/>"), "vcpu of <vcpupin>"},
		{TUNE("<vcpupin vcpu='0'/>"), "cpuset of <vcpupin> is not a list"},
		{TUNE("<vcpupin vcpu='0' cpuset=''/>"), "cpuset of <vcpupin> is not a list"},
		{TUNE("<vcpupin vcpu='0' cpuset='3-1'/>"), "not a list like 0-3,8: '3-1'"},
		{TUNE("<vcpupin vcpu='0' cpuset='99999'/>"), "not a list"},
		{TUNE("<emulatorpin/>"), "cpuset of <emulatorpin>"},
		{TUNE("<iothreadpin iothread='0' cpuset='1'/>"), "iothread of <iothreadpin>"},
		{TUNE("<emulatorsched scheduler='x'/>"), "scheduler of <emulatorsched>"},
		{DOMAIN("<numatune>\n<memory nodeset='x'/></numatune>"), "nodeset of <memory>"},
		{DOMAIN("<cputune>\n<vcpupin vcpu='0' cpuset='a'/></cputune>"), "cpuset"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct xml_element *root = domain_of(row[i].text);
		struct remarks remarks = {0};
		struct definition d = {0};
		struct error e = {0};
		int r = tuning_read(root, "d.xml", &two_by_two, &d, &remarks, &e);

		if (r != -EINVAL || e.kind != ERROR_DEFINITION || e.line != 3 || e.column != 1 ||
			!strstr(e.why, row[i].why))
			fail_msg("row %zu: %d, %u:%u %s", i, r, e.line, e.column, e.why);
		remarks_done(&remarks);
		definition_done(&d);
		xml_done(root);
	}
}

static void
tuning_read_refuses_a_vcpu_that_is_pinned_twice(void **state)
{
	struct xml_element *root =
		domain_of(TUNE("<vcpupin vcpu='1' cpuset='1'/>\n<vcpupin vcpu='1' cpuset='2'/>"));
	struct remarks remarks = {0};
	struct definition d = {0};
	struct error e = {0};

	(void)state;
	assert_int_equal(tuning_read(root, "d.xml", &two_by_two, &d, &remarks, &e), -EINVAL);
	assert_int_equal(e.line, 4);
	assert_non_null(strstr(e.why, "vCPU 1 is pinned twice"));
	definition_done(&d);
	xml_done(root);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(tuning_read_takes_what_there_are_keys_for),
		cmocka_unit_test(tuning_read_refuses_what_libvirt_wouldnt_take),
		cmocka_unit_test(tuning_read_refuses_a_vcpu_that_is_pinned_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
