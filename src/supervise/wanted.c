/* SPDX-License-Identifier: MIT */
/* The definition of a QEMU that runs already, by its command line and the selectors that were
 * given. */
#include "supervise/wanted.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "qemu/names.h"
#include "qemu/smp.h"
#include "qemu/threads.h"

enum {
	SMP_OPTIONS_MAX = 16,
};

static int
no_memory(struct error *e)
{
	return error_sys(e, ENOMEM, NULL, "make a definition of what runs");
}

/* Each -smp of the command line, which QEMU merges. */
static int
smp_options(const char *words, size_t len, struct definition *d, struct error *e)
{
	const char *end = words + len, *next;

	d->options = calloc(SMP_OPTIONS_MAX, sizeof(*d->options));
	if (d->options == NULL)
		return no_memory(e);
	for (const char *word = words; word < end; word = next) {
		struct qemu_option *option = &d->options[d->option_count];

		next = word + strlen(word) + 1;
		if ((!str_eq(word, "-smp") && !str_eq(word, "--smp")) || next >= end ||
			d->option_count == SMP_OPTIONS_MAX)
			continue;
		d->option_count++;
		option->name = strdup("smp");
		option->value = strdup(next);
		if (option->name == NULL || option->value == NULL)
			return no_memory(e);
	}
	return 0;
}

static int
vcpu_pin(const struct selector *s, unsigned index, const struct smp *smp, struct definition *d,
	struct error *e)
{
	struct vcpu_thread vcpu = {.index = index};

	if (cpus_count(&s->cpus) != 1) {
		error_refuse(e, ERROR_USAGE, NULL, "isolate vCPU %u", index);
		error_why(e, "%s %s gives it %u CPUs", select_option(s->group), s->word,
			cpus_count(&s->cpus));
		return error_hint(e, "--isolate wants one for each vCPU, such as -k 2 3");
	}
	(void)threads_place_vcpu(smp, &vcpu); /* it runs: QEMU has a place for it */
	d->pins[d->pin_count++] = (struct pin){
		.socket = vcpu.socket,
		.core = vcpu.core,
		.thread = vcpu.thread,
		.os_cpu = (unsigned)cpus_next(&s->cpus, 0),
	};
	return 0;
}

static int
iothread_pin(const struct selector *s, const char *id, struct definition *d, struct error *e)
{
	struct iothread_pin *pin = &d->iothread_pins[d->iothread_pin_count++];

	pin->id = strdup(id);
	pin->cpus = s->cpus;
	return pin->id != NULL ? 0 : no_memory(e);
}

static int
thread_want(const struct task *task, const struct selector *s, const struct smp *smp,
	struct definition *d, struct error *e)
{
	struct thread_name name;

	thread_identify(task, &name);
	if (s->group == SELECT_PROCESS)
		d->emulator_cpus = s->cpus;
	else if (s->group == SELECT_VCPU)
		return vcpu_pin(s, name.index, smp, d, e);
	else if (s->group == SELECT_IO)
		return iothread_pin(s, name.part, d, e);
	return 0;
}

static int
threads_want(const struct selector *const *of, const struct tasks *tasks, struct definition *d,
	struct error *e)
{
	struct smp smp;
	int r = smp_read(d, &smp, e);

	d->pins = calloc(tasks->count, sizeof(*d->pins));
	d->iothread_pins = calloc(tasks->count, sizeof(*d->iothread_pins));
	if (r == 0 && (d->pins == NULL || d->iothread_pins == NULL))
		return no_memory(e);
	for (size_t i = 0; i < tasks->count && r == 0; i++) {
		if (of[i] != NULL)
			r = thread_want(&tasks->list[i], of[i], &smp, d, e);
	}
	return r;
}

/* Other threads share a cgroup: they can't be told apart in it. */
static int
groups_check(const struct selection *s, struct error *e)
{
	for (size_t i = 0; i < s->count; i++) {
		enum select_group group = s->list[i].group;

		if (group == SELECT_PROCESS || group == SELECT_VCPU || group == SELECT_IO)
			continue;
		error_refuse(
			e, ERROR_USAGE, NULL, "take %s %s", select_option(group), s->list[i].word);
		return error_why(e, "--isolate takes -k, -i, and for all other threads -p");
	}
	return 0;
}

static int
pin_compare(const void *left, const void *right)
{
	const struct pin *a = left, *b = right;

	if (a->socket != b->socket)
		return a->socket < b->socket ? -1 : 1;
	if (a->core != b->core)
		return a->core < b->core ? -1 : 1;
	return (a->thread > b->thread) - (a->thread < b->thread);
}

/* By what its threads are selected. */
static int
selection_apply(const struct wanted *w, struct definition *d, struct error *e)
{
	auto_free const struct selector **of =
		calloc(w->tasks->count, sizeof(const struct selector *));
	int r;

	if (of == NULL)
		return no_memory(e);
	r = select_threads(w->selection, w->tasks, w->pid, true, of, e);
	return r < 0 ? r : threads_want(of, w->tasks, d, e);
}

int
wanted_definition(const struct wanted *w, struct definition *ret, struct error *e)
{
	int r;

	*ret = (struct definition){.memory_choice = MEMORY_LEAVE};
	ret->name = text_printf("attach-%d", (int)w->pid);
	ret->path = strdup("command line");
	if (ret->name == NULL || ret->path == NULL)
		return no_memory(e);
	r = groups_check(w->selection, e);
	if (r == 0)
		r = smp_options(w->words, w->len, ret, e);
	if (r == 0)
		r = selection_apply(w, ret, e);
	if (r == 0 && ret->pin_count > 1)
		qsort(ret->pins, ret->pin_count, sizeof(*ret->pins), pin_compare);
	return r;
}
