/* SPDX-License-Identifier: MIT */
/* VMs that run, for programs. */
#include "report/status_json.h"

#include <sched.h>

#include "base/cleanup.h"
#include "report/writer.h"

static void
scheduling_write(struct writer *w, const struct scheduling *s, cJSON *object)
{
	bool real = s->set && (s->policy == SCHED_FIFO || s->policy == SCHED_RR);
	bool deadline = s->set && s->deadline_ns > 0;

	writer_filled(w, object, "policy", s->set ? scheduling_name(s->policy) : "");
	writer_known(w, object, "priority", real, s->priority);
	if (!deadline)
		return;
	writer_number(w, object, "runtime_ns", (double)s->runtime_ns);
	writer_number(w, object, "deadline_ns", (double)s->deadline_ns);
	writer_number(w, object, "period_ns", (double)s->period_ns);
}

static void
usage_write(struct writer *w, const struct usage *usage, cJSON *object)
{
	static const char *const keys[USAGE_COUNT] = {
		[USAGE_CPU_TIME_NS] = "cpu_time_ns",
		[USAGE_RUN_DELAY_NS] = "run_delay_ns",
		[USAGE_INVOLUNTARY] = "involuntary_switches",
		[USAGE_VOLUNTARY] = "voluntary_switches",
		[USAGE_MIGRATIONS] = "migrations",
		[USAGE_IRQS] = "cpu_irqs",
		[USAGE_FOREIGN] = "cpu_foreign_tasks",
	};

	for (size_t i = 0; i < USAGE_COUNT; i++)
		writer_known(w, object, keys[i], usage->has[i], (double)usage->of[i]);
}

static void
thread_write(struct writer *w, const struct status_thread *t, cJSON *object)
{
	writer_filled(w, object, "role", status_role_text(t->role));
	writer_filled(w, object, "label", t->label);
	writer_filled(w, object, "name", t->name);
	if (t->role == STATUS_VCPU) {
		writer_known(w, object, "guest_socket", t->has_place, t->socket);
		writer_known(w, object, "guest_core", t->has_place, t->core);
		writer_known(w, object, "guest_thread", t->has_place, t->thread);
	}
	writer_known(w, object, "tid", t->tid > 0, t->tid);
	writer_cpus(w, object, "cpus", &t->cpus);
	writer_id(w, object, "core", t->spot.core);
	writer_id(w, object, "cache", t->spot.cache);
	writer_id(w, object, "numa_node", t->spot.node);
	writer_filled(w, object, "partition", t->partition);
	scheduling_write(w, &t->scheduling, object);
	usage_write(w, &t->usage, object);
	writer_known(w, object, "cpu_foreign_since_monotonic_ns", t->usage.has[USAGE_FOREIGN],
		(double)t->foreign_since_ns);
}

static void
notes_write(struct writer *w, const struct status_vm *vm, cJSON *object)
{
	cJSON *array = writer_array(w, object, "not_as_planned");

	for (size_t i = 0; i < vm->note_count && !w->failed; i++) {
		cJSON *note = writer_append(w, array);

		writer_filled(w, note, "what", vm->notes[i].text);
		writer_filled(w, note, "hint", vm->notes[i].hint);
	}
}

static void
vm_write(struct writer *w, const struct status_vm *vm, cJSON *object)
{
	cJSON *threads;

	writer_filled(w, object, "name", vm->name);
	writer_filled(w, object, "user", vm->user);
	writer_number(w, object, "uid", vm->uid);
	writer_filled(w, object, "state", status_state_text(vm->state));
	writer_bool(w, object, "attached", vm->attached);
	writer_known(w, object, "qemu_pid", vm->qemu != 0, vm->qemu);
	writer_cpus(w, object, "cpus", &vm->cpus);
	writer_filled(w, object, "level", vm->level);
	writer_filled(w, object, "level_reason", vm->reason);
	threads = writer_array(w, object, "threads");
	for (size_t i = 0; i < vm->thread_count && !w->failed; i++)
		thread_write(w, &vm->threads[i], writer_append(w, threads));
	notes_write(w, vm, object);
}

int
report_status_json(FILE *out, const struct status *status, bool line, struct error *e)
{
	struct writer w = {0};
	auto_json cJSON *root = cJSON_CreateObject();
	cJSON *vms = writer_array(&w, root, "vms");

	writer_number(&w, root, "monotonic_ns", (double)status->taken_ns);
	for (size_t i = 0; i < status->vm_count && !w.failed; i++)
		vm_write(&w, &status->vms[i], writer_append(&w, vms));
	return writer_print(&w, root, out, line, "print the status", e);
}
