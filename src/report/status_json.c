/* SPDX-License-Identifier: MIT */
/* VMs that run, for programs. */
#include "report/status_json.h"

#include <errno.h>
#include <sched.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"

/* cJSON's functions take NULL for an object and give NULL: out of memory is seen here. */
struct writer {
	bool failed;
};

static void
add_item(struct writer *w, cJSON *object, const char *key, cJSON *item)
{
	if (item != NULL && cJSON_AddItemToObject(object, key, item))
		return;
	cJSON_Delete(item);
	w->failed = true;
}

/* "" is what isn't known */
static void
add_text(struct writer *w, cJSON *object, const char *key, const char *text)
{
	add_item(w, object, key, text[0] != '\0' ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static void
add_number(struct writer *w, cJSON *object, const char *key, bool known, double value)
{
	add_item(w, object, key, known ? cJSON_CreateNumber(value) : cJSON_CreateNull());
}

static void
add_cpus(struct writer *w, cJSON *object, const char *key, const struct cpus *cpus)
{
	char text[CPUS_TEXT_BYTES];

	add_item(w, object, key, cJSON_CreateString(cpus_format(cpus, text)));
}

static cJSON *
add_array(struct writer *w, cJSON *object, const char *key)
{
	cJSON *member = cJSON_AddArrayToObject(object, key);

	w->failed |= member == NULL;
	return member;
}

/* A new object at the end of @array, borrowed from it; NULL without memory. */
static cJSON *
append_object(struct writer *w, cJSON *array)
{
	cJSON *item = cJSON_CreateObject();

	if (item != NULL && cJSON_AddItemToArray(array, item))
		return item;
	cJSON_Delete(item);
	w->failed = true;
	return NULL;
}

static void
scheduling_write(struct writer *w, const struct scheduling *s, cJSON *object)
{
	bool real = s->set && (s->policy == SCHED_FIFO || s->policy == SCHED_RR);
	bool deadline = s->set && s->deadline_ns > 0;

	add_text(w, object, "policy", s->set ? scheduling_name(s->policy) : "");
	add_number(w, object, "priority", real, s->priority);
	if (!deadline)
		return;
	add_number(w, object, "runtime_ns", true, (double)s->runtime_ns);
	add_number(w, object, "deadline_ns", true, (double)s->deadline_ns);
	add_number(w, object, "period_ns", true, (double)s->period_ns);
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
	};

	for (size_t i = 0; i < USAGE_COUNT; i++)
		add_number(w, object, keys[i], usage->has[i], (double)usage->of[i]);
}

static void
thread_write(struct writer *w, const struct status_thread *t, cJSON *object)
{
	add_text(w, object, "role", status_role_text(t->role));
	add_text(w, object, "label", t->label);
	add_text(w, object, "name", t->name);
	if (t->role == STATUS_VCPU) {
		add_number(w, object, "guest_socket", t->has_place, t->socket);
		add_number(w, object, "guest_core", t->has_place, t->core);
		add_number(w, object, "guest_thread", t->has_place, t->thread);
	}
	add_number(w, object, "tid", t->tid > 0, t->tid);
	add_cpus(w, object, "cpus", &t->cpus);
	add_number(w, object, "core", t->spot.core >= 0, t->spot.core);
	add_number(w, object, "cache", t->spot.cache >= 0, t->spot.cache);
	add_number(w, object, "numa_node", t->spot.node >= 0, t->spot.node);
	add_text(w, object, "partition", t->partition);
	scheduling_write(w, &t->scheduling, object);
	usage_write(w, &t->usage, object);
}

static void
notes_write(struct writer *w, const struct status_vm *vm, cJSON *object)
{
	cJSON *array = add_array(w, object, "not_as_planned");

	for (size_t i = 0; i < vm->note_count && !w->failed; i++) {
		cJSON *note = append_object(w, array);

		add_text(w, note, "what", vm->notes[i].text);
		add_text(w, note, "hint", vm->notes[i].hint);
	}
}

static void
vm_write(struct writer *w, const struct status_vm *vm, cJSON *object)
{
	cJSON *threads;

	add_text(w, object, "name", vm->name);
	add_text(w, object, "user", vm->user);
	add_number(w, object, "uid", true, vm->uid);
	add_text(w, object, "state", status_state_text(vm->state));
	add_item(w, object, "attached", cJSON_CreateBool(vm->attached));
	add_number(w, object, "qemu_pid", vm->qemu != 0, vm->qemu);
	add_cpus(w, object, "cpus", &vm->cpus);
	add_text(w, object, "level", vm->level);
	add_text(w, object, "level_reason", vm->reason);
	threads = add_array(w, object, "threads");
	for (size_t i = 0; i < vm->thread_count && !w->failed; i++)
		thread_write(w, &vm->threads[i], append_object(w, threads));
	notes_write(w, vm, object);
}

int
report_status_json(FILE *out, const struct status *status, bool line, struct error *e)
{
	struct writer w = {0};
	auto_json cJSON *root = cJSON_CreateObject();
	cJSON *vms = add_array(&w, root, "vms");
	auto_free char *text = NULL;

	add_number(&w, root, "monotonic_ns", true, (double)status->taken_ns);
	for (size_t i = 0; i < status->vm_count && !w.failed; i++)
		vm_write(&w, &status->vms[i], append_object(&w, vms));
	if (!w.failed)
		text = line ? cJSON_PrintUnformatted(root) : cJSON_Print(root);
	if (text == NULL)
		return error_sys(e, ENOMEM, NULL, "print the status");
	if (fprintf(out, "%s\n", text) < 0 || fflush(out) != 0)
		return error_sys(e, errno, NULL, "print the status");
	return 0;
}
