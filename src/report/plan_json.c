/* SPDX-License-Identifier: MIT */
/* What `qpin plan --json` shows to a program. */
#include "report/plan_json.h"

#include "base/cleanup.h"
#include "change/change.h"
#include "plan/pinning.h"
#include "plan/plan.h"
#include "report/writer.h"

/* The ways that are out, each with its reason. */
static void
ways_write(struct writer *w, const struct plan *plan, cJSON *isolation)
{
	cJSON *refused = writer_array(w, isolation, "refused");

	for (enum way way = 0; way < plan->way; way++) {
		const struct way_refusal *refusal = &plan->ways.refusal[way];
		cJSON *item = NULL;

		if (refusal->why[0] == '\0')
			continue;
		item = writer_append(w, refused);
		writer_text(w, item, "way", way_name(way));
		writer_text(w, item, "why", refusal->why);
		writer_filled(w, item, "hint", refusal->hint);
	}
}

static void
head_write(struct writer *w, const struct plan *plan, cJSON *root)
{
	const struct smp *smp = &plan->smp;
	cJSON *isolation, *guest;

	writer_text(w, root, "name", plan->definition->name);
	writer_text(w, root, "definition", plan->definition->path);
	isolation = writer_object(w, root, "isolation");
	writer_text(w, isolation, "asked", isolation_name(plan->definition->isolation));
	writer_text(w, isolation, "level", isolation_name(plan->level));
	writer_bool(w, isolation, "boot", plan->boot);
	writer_filled(w, isolation, "reason", plan->level_reason);
	writer_filled(w, isolation, "hint", plan->level_hint);
	writer_text(w, isolation, "backend", plan->backend->name);
	writer_text(w, isolation, "way", way_name(plan->way));
	ways_write(w, plan, isolation);
	guest = writer_object(w, root, "guest");
	writer_number(w, guest, "cpus", smp->cpus);
	writer_number(w, guest, "max_cpus", smp->maxcpus);
	writer_number(w, guest, "sockets", smp->sockets);
	writer_number(w, guest, "cores", smp->cores);
	writer_number(w, guest, "threads", smp->threads);
}

static void
vcpus_write(struct writer *w, const struct plan *plan, cJSON *root)
{
	static const struct host_cpu unknown = {.package = -1, .core = -1, .cache = -1, .node = -1};
	cJSON *array = writer_array(w, root, "vcpus");

	for (size_t i = 0; i < plan->vcpu_count; i++) {
		const struct plan_vcpu *vcpu = &plan->vcpus[i];
		const struct host_cpu *cpu = topology_find(&plan->facts->topology, vcpu->os_cpu);
		cJSON *object = writer_append(w, array);

		if (cpu == NULL)
			cpu = &unknown;
		writer_number(w, object, "socket", vcpu->socket);
		writer_number(w, object, "core", vcpu->core);
		writer_number(w, object, "thread", vcpu->thread);
		writer_number(w, object, "host_cpu", vcpu->os_cpu);
		writer_id(w, object, "host_core", cpu->core);
		writer_id(w, object, "host_cache", cpu->cache);
		writer_id(w, object, "host_package", cpu->package);
		writer_id(w, object, "numa_node", cpu->node);
	}
}

/* The chosen pins as a line of a definition; null where they were named. */
static void
chosen_write(struct writer *w, const struct plan *plan, cJSON *root)
{
	auto_free char *text = NULL;

	if (plan->definition->wishes.set) {
		text = pinning_text(plan, NULL);
		w->failed |= text == NULL;
	}
	writer_text(w, root, "chosen_pinning", text);
}

static void
roles_write(struct writer *w, const struct plan *plan, cJSON *root)
{
	const struct definition *d = plan->definition;
	const char *pool = plan->layout.pool_group;
	cJSON *array;

	writer_cpus(w, root, "pinned_cpus", &plan->pinned);
	writer_given_cpus(w, root, "later_cpus", &plan->later);
	writer_cpus(w, root, "pool_cpus", &plan->pool);
	writer_given_cpus(w, root, "emulator_cpus", &plan->emulator);
	writer_given_cpus(w, root, "housekeeping_cpus", &plan->housekeeping);
	writer_text(w, root, "host_tasks", host_tasks_name(plan->host_tasks));
	writer_filled(w, root, "pool_cgroup", pool);
	writer_given_cpus(w, root, "memory_nodes", &plan->memory_nodes);
	array = writer_array(w, root, "iothreads");
	for (size_t i = 0; i < d->iothread_pin_count; i++) {
		cJSON *object = writer_append(w, array);

		writer_text(w, object, "id", d->iothread_pins[i].id);
		writer_cpus(w, object, "cpus", &d->iothread_pins[i].cpus);
	}
}

static void
warnings_write(struct writer *w, const struct plan *plan, cJSON *root)
{
	cJSON *array = writer_array(w, root, "warnings");

	for (size_t i = 0; i < plan->warning_count; i++) {
		cJSON *object = writer_append(w, array);
		const char *hint = plan->warnings[i].hint;

		writer_text(w, object, "text", plan->warnings[i].text);
		writer_filled(w, object, "hint", hint);
	}
}

static void
changes_write(struct writer *w, const struct change_list *changes, cJSON *root)
{
	cJSON *array = writer_array(w, root, "changes");

	for (size_t i = 0; changes != NULL && i < changes->count; i++) {
		const struct change *change = &changes->list[i];
		cJSON *object = writer_append(w, array);

		writer_text(w, object, "kind", change->kind->name);
		writer_text(w, object, "target", change->target);
		writer_text(w, object, "key", change->key);
		writer_text(w, object, "value", change->value);
		writer_text(w, object, "role", change->role);
		writer_bool(w, object, "shared", change->shared);
	}
}

static void
argv_write(struct writer *w, const char *const *argv, cJSON *root)
{
	cJSON *array;

	if (argv == NULL) {
		writer_text(w, root, "qemu_argv", NULL);
		return;
	}
	array = writer_array(w, root, "qemu_argv");
	for (; *argv != NULL; argv++)
		writer_append_text(w, array, *argv);
}

int
report_plan_json(FILE *out, const struct plan *plan, const struct change_list *changes,
	const char *const *argv, struct error *e)
{
	struct writer w = {0};
	auto_json cJSON *root = cJSON_CreateObject();

	head_write(&w, plan, root);
	vcpus_write(&w, plan, root);
	chosen_write(&w, plan, root);
	roles_write(&w, plan, root);
	warnings_write(&w, plan, root);
	changes_write(&w, changes, root);
	argv_write(&w, argv, root);
	return writer_print(&w, root, out, false, "write the plan as JSON", e);
}
