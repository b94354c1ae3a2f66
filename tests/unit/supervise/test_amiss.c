/* SPDX-License-Identifier: MIT */
#include "supervise/amiss.h"

#include "cgroup/kinds.h"
#include "qemu/scheduling_change.h"
#include "supervise/ourselves.h"

static char leaf[] = "/qpin.slice/a/cpu2", partition[] = "isolated", member[] = "member";
static char out[] = "/qpin.slice/../../etc", key[] = "cpuset.cpus", bad_key[] = "../x", two[] = "2";

struct scene {
	struct ourselves o;
	struct journal j;
	struct status status;
	struct status_vm *vm;
};

static void
begin(struct scene *s)
{
	ourselves_begin(&s->o);
	s->j = (struct journal)JOURNAL_CLOSED;
	s->vm = calloc(1, sizeof(*s->vm));
	assert_non_null(s->vm);
	s->status = (struct status){.vms = s->vm, .vm_count = 1};
}

static void
journal_put(struct scene *s, struct change *list, size_t count)
{
	s->j.changes = (struct change_list){.list = list, .count = count};
	s->j.undone = calloc(count, sizeof(*s->j.undone));
	assert_non_null(s->j.undone);
}

static void
end(struct scene *s)
{
	free(s->j.undone);
	status_done(&s->status);
	ourselves_end(&s->o);
}

static void
what_the_kernel_made_of_a_partition_is_told(void **state)
{
	struct change list[] = {
		{.kind = &change_partition, .target = leaf, .value = partition, .before = member}};
	struct scene s;

	(void)state;
	begin(&s);
	journal_put(&s, list, 1);
	tree_put(&s.o.f.cgroup, "qpin.slice/a/cpu2/cpuset.cpus.partition", "isolated\n");
	assert_int_equal(amiss_find(&s.o.f.host, &s.j, s.vm), 0);
	assert_int_equal(s.vm->note_count, 0);
	tree_put(&s.o.f.cgroup, "qpin.slice/a/cpu2/cpuset.cpus.partition",
		"isolated invalid (Cpu list in cpuset.cpus not exclusive)\n");
	assert_int_equal(amiss_find(&s.o.f.host, &s.j, s.vm), 0);
	assert_int_equal(s.vm->note_count, 1);
	assert_non_null(strstr(s.vm->notes[0].text,
		"no longer so: make /qpin.slice/a/cpu2 a partition of type isolated: the kernel "
		"says \"isolated invalid (Cpu list in cpuset.cpus not exclusive)\""));
	s.j.undone[0] = true;
	s.vm->note_count = 1;
	assert_int_equal(amiss_find(&s.o.f.host, &s.j, s.vm), 0);
	assert_int_equal(s.vm->note_count, 1);
	end(&s);
}

/* A user may have written the journal that root looks at. */
static void
what_leads_out_of_the_tree_is_not_looked_at(void **state)
{
	struct change list[] = {
		{.kind = &change_setting, .target = out, .key = key, .value = two},
		{.kind = &change_setting, .target = leaf, .key = bad_key, .value = two},
		{.kind = &change_setting, .target = leaf, .key = key, .value = two},
	};
	struct scene s;

	(void)state;
	begin(&s);
	journal_put(&s, list, 3);
	assert_int_equal(amiss_find(&s.o.f.host, &s.j, s.vm), 0);
	assert_int_equal(s.vm->note_count, 1); /* the last one: it isn't there */
	end(&s);
}

static void
a_vcpu_that_has_ended_is_told_once(void **state)
{
	char vcpu[] = "vCPU 0.0.0", other[] = "worker";
	struct change list[] = {
		{.kind = &change_thread,
			.target = leaf,
			.before = member,
			.role = vcpu,
			.id = INT32_MAX},
		{.kind = &change_scheduling,
			.target = vcpu,
			.value = member,
			.before = member,
			.role = vcpu,
			.id = INT32_MAX},
		{.kind = &change_affinity,
			.target = other,
			.value = two,
			.before = two,
			.role = other,
			.id = INT32_MAX - 1},
	};
	struct scene s;

	(void)state;
	begin(&s);
	journal_put(&s, list, 3);
	assert_int_equal(amiss_find(&s.o.f.host, &s.j, s.vm), 0);
	assert_int_equal(s.vm->note_count, 1);
	assert_string_equal(s.vm->notes[0].text, "vCPU 0.0.0: its thread, 2147483647, has ended");
	end(&s);
}

/* Who has its number and began later is another one. */
static void
a_vcpu_that_was_there_then_has_not_ended(void **state)
{
	char vcpu[] = "vCPU 0.0.0";
	struct change list[] = {{.kind = &change_thread,
		.target = leaf,
		.before = member,
		.role = vcpu,
		.id = INT32_MAX,
		.start = 100}};
	struct scene s;

	(void)state;
	begin(&s);
	journal_put(&s, list, 1);
	s.vm->threads = calloc(1, sizeof(*s.vm->threads));
	assert_non_null(s.vm->threads);
	s.vm->thread_count = 1;
	s.vm->threads[0].tid = INT32_MAX;
	for (int64_t start = 99; start <= 101; start++) {
		s.vm->threads[0].start = start;
		assert_int_equal(amiss_find(&s.o.f.host, &s.j, s.vm), 0);
		assert_int_equal(s.vm->note_count, start > 100);
	}
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_kernel_made_of_a_partition_is_told),
		cmocka_unit_test(what_leads_out_of_the_tree_is_not_looked_at),
		cmocka_unit_test(a_vcpu_that_has_ended_is_told_once),
		cmocka_unit_test(a_vcpu_that_was_there_then_has_not_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
