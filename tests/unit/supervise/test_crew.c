/* SPDX-License-Identifier: MIT */
#include "supervise/crew.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "change/look.h"
#include "supervise/ourselves.h"

static char role[] = "vCPU 1.2.3", io_role[] = "iothread disk", list[] = "0", before[] = "0-1";

struct helper {
	const char *name;
	sem_t ready, end;
	pid_t tid;
	pthread_t thread;
};

static void *
helper_main(void *data)
{
	struct helper *h = data;

	(void)prctl(PR_SET_NAME, h->name);
	h->tid = (pid_t)syscall(SYS_gettid);
	(void)sem_post(&h->ready);
	while (sem_wait(&h->end) != 0)
		continue;
	return NULL;
}

static void
helper_begin(struct helper *h, const char *name)
{
	h->name = name;
	assert_int_equal(sem_init(&h->ready, 0, 0), 0);
	assert_int_equal(sem_init(&h->end, 0, 0), 0);
	assert_int_equal(pthread_create(&h->thread, NULL, helper_main, h), 0);
	while (sem_wait(&h->ready) != 0)
		continue;
}

static void
helper_end(struct helper *h)
{
	(void)sem_post(&h->end);
	assert_int_equal(pthread_join(h->thread, NULL), 0);
}

static const struct status_thread *
find(const struct status_vm *vm, pid_t tid)
{
	for (size_t i = 0; i < vm->thread_count; i++) {
		if (vm->threads[i].tid == tid)
			return &vm->threads[i];
	}
	fail_msg("thread %d is not there", (int)tid);
	return NULL;
}

static void
told(struct ourselves *o, const struct helper *h, char *as, int64_t earlier)
{
	struct change c = {.kind = &change_affinity,
		.target = as,
		.value = list,
		.before = before,
		.role = as,
		.id = h->tid};
	struct error e;

	assert_int_equal(task_read_start(&o->proc, h->tid, &c.start, &e), 0);
	c.start -= earlier;
	ourselves_change(o, &c);
}

static void
the_journal_tells_which_thread_is_which(void **state)
{
	enum { VCPU, IO, WORKER, REUSED, HELPERS };
	static const char *const names[HELPERS] = {"CPU 7/KVM", "IO other", "worker", "x y"};
	auto_journal struct journal j = JOURNAL_CLOSED;
	const struct crew_sources sources = {.wants = STATUS_WANT_USAGE | STATUS_WANT_SCHEDULING};
	struct status_vm *vm = calloc(1, sizeof(*vm));
	struct status status = {.vms = vm, .vm_count = 1};
	struct helper helpers[HELPERS];
	struct ourselves o;
	struct error e;
	size_t whole;

	(void)state;
	assert_non_null(vm);
	ourselves_begin(&o);
	for (size_t i = 0; i < HELPERS; i++)
		helper_begin(&helpers[i], names[i]);
	told(&o, &helpers[VCPU], role, 0);
	told(&o, &helpers[IO], io_role, -1); /* it was there a moment later */
	told(&o, &helpers[REUSED], role, 1); /* was another thread's number */
	assert_int_equal(root_open_own(&o.f.host.state, "vm", &j.dir, &e), 0);
	assert_true(journal_read_lines(&j, change_kinds, &whole, &e) > 0);
	vm->qemu = getpid();
	assert_int_equal(crew_read(&o.f.host, &j, &sources, vm), 0);
	assert_true(vm->thread_count >= HELPERS + 1);
	assert_int_equal(vm->threads[0].role, STATUS_VCPU);
	assert_int_equal(vm->threads[0].tid, helpers[VCPU].tid);
	assert_string_equal(vm->threads[0].label, role);
	assert_true(vm->threads[0].has_place && vm->threads[0].thread == 3);
	assert_string_equal(vm->threads[0].name, "CPU 7/KVM");
	assert_true(vm->threads[0].scheduling.set);
	assert_int_equal(vm->threads[0].spot.core, -1);
	assert_int_equal(find(vm, getpid())->role, STATUS_EMULATOR);
	assert_string_equal(find(vm, helpers[IO].tid)->label, io_role);
	assert_int_equal(find(vm, helpers[WORKER].tid)->role, STATUS_WORKER);
	assert_int_equal(find(vm, helpers[REUSED].tid)->role, STATUS_OTHER);
	assert_string_equal(find(vm, helpers[REUSED].tid)->label, "x y");
	assert_false(cpus_empty(&find(vm, helpers[REUSED].tid)->cpus));
	for (size_t i = 0; i < HELPERS; i++)
		helper_end(&helpers[i]);
	status_done(&status);
	ourselves_end(&o);
}

static void
without_a_word_names_are_believed(void **state)
{
	auto_journal struct journal j = JOURNAL_CLOSED;
	const struct crew_sources sources = {0};
	struct status_vm *vm = calloc(1, sizeof(*vm));
	struct status status = {.vms = vm, .vm_count = 1};
	struct helper helper;
	struct ourselves o;

	(void)state;
	assert_non_null(vm);
	ourselves_begin(&o);
	helper_begin(&helper, "CPU 7/TCG");
	vm->qemu = getpid();
	assert_int_equal(crew_read(&o.f.host, &j, &sources, vm), 0);
	assert_string_equal(find(vm, helper.tid)->label, "vCPU 7");
	assert_false(find(vm, helper.tid)->has_place);
	assert_false(find(vm, helper.tid)->usage.has[USAGE_CPU_TIME_NS]);
	helper_end(&helper);
	status_done(&status);
	ourselves_end(&o);
}

static void
no_process_has_no_threads(void **state)
{
	auto_journal struct journal j = JOURNAL_CLOSED;
	const struct crew_sources sources = {0};
	struct status_vm vm = {.qemu = INT32_MAX};
	struct ourselves o;

	(void)state;
	ourselves_begin(&o);
	assert_int_equal(crew_read(&o.f.host, &j, &sources, &vm), 0);
	assert_int_equal(vm.thread_count, 0);
	free(vm.threads);
	ourselves_end(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_journal_tells_which_thread_is_which),
		cmocka_unit_test(without_a_word_names_are_believed),
		cmocka_unit_test(no_process_has_no_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
