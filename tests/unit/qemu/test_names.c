/* SPDX-License-Identifier: MIT */
#include "qemu/names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static void
names_tell_kind_and_part(void **state)
{
	static const struct {
		const char *name;
		enum thread_kind kind;
		unsigned index;
		const char *part;
	} row[] = {
		{"CPU 0/KVM", THREAD_VCPU, 0, "0"},
		{"CPU 17/TCG", THREAD_VCPU, 17, "17"},
		{"CPU 8191/MSHV", THREAD_VCPU, 8191, "8191"},
		{"ALL CPUs/TCG", THREAD_VCPU, 0, "0"},
		{"IO disk", THREAD_IO, 0, "disk"},
		{"IO a b", THREAD_IO, 0, "a b"},
		{"worker", THREAD_WORKER, 0, "worker"},
		{"CPU 0", THREAD_OTHER, 0, "CPU 0"},
		{"CPU 0/", THREAD_OTHER, 0, "CPU 0/"},
		{"CPU x/KVM", THREAD_OTHER, 0, "CPU x/KVM"},
		{"CPU -1/KVM", THREAD_OTHER, 0, "CPU -1/KVM"},
		{"CPU 8192/KVM", THREAD_OTHER, 0, "CPU 8192/KVM"},
		{"CPU 00000000000000000001/KVM", THREAD_OTHER, 0, "CPU 00000000000000000001/KVM"},
		{"IO ", THREAD_OTHER, 0, "IO "},
		{"workers", THREAD_OTHER, 0, "workers"},
		{"call_rcu", THREAD_RCU, 0, "call_rcu"},
		{"vhost-4711", THREAD_VHOST, 0, "vhost-4711"},
		{"vhost", THREAD_OTHER, 0, "vhost"},
		{"vnc_worker", THREAD_DISPLAY, 0, "vnc_worker"},
		{"SPICE Worker", THREAD_DISPLAY, 0, "SPICE Worker"},
		{"", THREAD_OTHER, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct thread_name name;

		thread_name_parse(row[i].name, &name);
		if (name.kind != row[i].kind || name.index != row[i].index ||
			strcmp(name.part, row[i].part) != 0)
			fail_msg("'%s': %d %u '%s'", row[i].name, name.kind, name.index, name.part);
	}
}

static void
what_qemu_told_counts_more_than_a_name(void **state)
{
	static const struct {
		struct task task;
		const char *want;
	} row[] = {
		{{.name = "CPU 0/KVM"}, "vCPU 0"},
		{{.name = "CPU 0/KVM", .role = TASK_VCPU, .index = 3}, "vCPU 3"},
		{{.name = "qemu", .role = TASK_VCPU, .index = 3}, "vCPU 3"},
		{{.name = "qemu", .role = TASK_IOTHREAD, .id = "a-name-of-any-length"},
			"iothread a-name-of-any-length"},
		{{.name = "IO disk"}, "iothread disk"},
		{{.name = "worker"}, "a worker"},
		{{.name = "call_rcu"}, "the RCU thread"},
		{{.name = "vhost-1"}, "vhost's"},
		{{.name = "vnc_worker"}, "a display's"},
		{{.name = "qemu"}, "another one"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char text[THREAD_TEXT_BYTES];

		if (strcmp(thread_text(&row[i].task, text), row[i].want) != 0)
			fail_msg("row %zu: %s", i, text);
	}
}

static const struct smp smp = {
	.cpus = 4, .maxcpus = 4, .sockets = 2, .cores = 1, .threads = 2, .dies = 1};

static struct task named[] = {
	{.tid = 100, .name = "qemu"},
	{.tid = 101, .name = "CPU 3/KVM"},
	{.tid = 102, .name = "IO disk"},
	{.tid = 103, .name = "CPU 0/KVM"},
	{.tid = 104, .name = "worker"},
};

static void
names_tell_threads_and_their_places(void **state)
{
	const struct tasks tasks = {.list = named, .count = COUNT(named)};
	struct threads got;
	struct error e;

	(void)state;
	assert_int_equal(threads_by_name(&tasks, &smp, &got, &e), 0);
	assert_int_equal(got.vcpu_count, 2);
	assert_int_equal(threads_find_vcpu(&got, 0, 0, 0)->tid, 103);
	assert_int_equal(threads_find_vcpu(&got, 1, 0, 1)->tid, 101);
	assert_int_equal(threads_find_iothread(&got, "disk")->tid, 102);
	threads_done(&got);
	assert_int_equal(threads_by_name(&tasks, NULL, &got, &e), 0);
	assert_int_equal(threads_find_vcpu(&got, 0, 0, 3)->tid, 101);
	threads_done(&got);
}

static void
names_that_cannot_be_are_refused(void **state)
{
	static const struct {
		const char *one, *other, *why;
		int want;
	} row[] = {
		{"CPU 0/KVM", "CPU 4/KVM", "no more than 4 vCPUs", -EINVAL},
		{"CPU 1/KVM", "CPU 1/TCG", "threads 1 and 2 are both called vCPU 1", -ENOTUNIQ},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct task list[] = {{.tid = 1}, {.tid = 2}};
		const struct tasks tasks = {.list = list, .count = COUNT(list)};
		struct threads got;
		struct error e = {0};
		int r;

		(void)snprintf(list[0].name, sizeof(list[0].name), "%s", row[i].one);
		(void)snprintf(list[1].name, sizeof(list[1].name), "%s", row[i].other);
		r = threads_by_name(&tasks, &smp, &got, &e);
		if (r != row[i].want || strstr(e.why, row[i].why) == NULL)
			fail_msg("row %zu: %d, %s", i, r, e.why);
		threads_done(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_tell_kind_and_part),
		cmocka_unit_test(what_qemu_told_counts_more_than_a_name),
		cmocka_unit_test(names_tell_threads_and_their_places),
		cmocka_unit_test(names_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
