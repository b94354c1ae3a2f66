/* SPDX-License-Identifier: MIT */
/* What `qpin plan --json` shows to a program. */
#include "report/plan_json.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "change/change.h"
#include "plan/pinning.h"
#include "plan/plan.h"

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

static void
add_number(struct writer *w, cJSON *object, const char *key, double value)
{
	add_item(w, object, key, cJSON_CreateNumber(value));
}

/* @id is -1 where the host has none */
static void
add_id(struct writer *w, cJSON *object, const char *key, int id)
{
	add_item(w, object, key, id >= 0 ? cJSON_CreateNumber(id) : cJSON_CreateNull());
}

static void
add_text(struct writer *w, cJSON *object, const char *key, const char *text)
{
	add_item(w, object, key, text != NULL ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static void
add_cpus(struct writer *w, cJSON *object, const char *key, const struct cpus *cpus)
{
	char text[CPUS_TEXT_BYTES];

	add_text(w, object, key, cpus_format(cpus, text));
}

/* A set that is empty when the definition doesn't give it. */
static void
add_given_cpus(struct writer *w, cJSON *object, const char *key, const struct cpus *cpus)
{
	if (cpus_empty(cpus))
		add_text(w, object, key, NULL);
	else
		add_cpus(w, object, key, cpus);
}

/* A new member @key of @object, borrowed from it; NULL without memory. */
static cJSON *
add_object(struct writer *w, cJSON *object, const char *key)
{
	cJSON *member = cJSON_AddObjectToObject(object, key);

	w->failed |= member == NULL;
	return member;
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

/* The ways that are out, each with its reason. */
static void
ways_write(struct writer *w, const struct plan *plan, cJSON *isolation)
{
	cJSON *refused = add_array(w, isolation, "refused");

	for (enum way way = 0; way < plan->way; way++) {
		const struct way_refusal *refusal = &plan->ways.refusal[way];
		cJSON *item = NULL;

		if (refusal->why[0] == '\0')
			continue;
		item = append_object(w, refused);
		add_text(w, item, "way", way_name(way));
		add_text(w, item, "why", refusal->why);
		add_text(w, item, "hint", refusal->hint[0] != '\0' ? refusal->hint : NULL);
	}
}

static void
head_write(struct writer *w, const struct plan *plan, cJSON *root)
{
	const struct smp *smp = &plan->smp;
	cJSON *isolation, *guest;

	add_text(w, root, "name", plan->definition->name);
	add_text(w, root, "definition", plan->definition->path);
	isolation = add_object(w, root, "isolation");
	add_text(w, isolation, "asked", isolation_name(plan->definition->isolation));
	add_text(w, isolation, "level", isolation_name(plan->level));
	add_item(w, isolation, "boot", cJSON_CreateBool(plan->boot));
	add_text(w, isolation, "reason", plan->level_reason[0] != '\0' ? plan->level_reason : NULL);
	add_text(w, isolation, "hint", plan->level_hint[0] != '\0' ? plan->level_hint : NULL);
	add_text(w, isolation, "backend", plan->backend->name);
	add_text(w, isolation, "way", way_name(plan->way));
	ways_write(w, plan, isolation);
	guest = add_object(w, root, "guest");
	add_number(w, guest, "cpus", smp->cpus);
	add_number(w, guest, "max_cpus", smp->maxcpus);
	add_number(w, guest, "sockets", smp->sockets);
	add_number(w, guest, "cores", smp->cores);
	add_number(w, guest, "threads", smp->threads);
}

static void
vcpus_write(struct writer *w, const struct plan *plan, cJSON *root)
{
	static const struct host_cpu unknown = {.package = -1, .core = -1, .cache = -1, .node = -1};
	cJSON *array = add_array(w, root, "vcpus");

	for (size_t i = 0; i < plan->vcpu_count; i++) {
		const struct plan_vcpu *vcpu = &plan->vcpus[i];
		const struct host_cpu *cpu = topology_find(&plan->facts->topology, vcpu->os_cpu);
		cJSON *object = append_object(w, array);

		if (cpu == NULL)
			cpu = &unknown;
		add_number(w, object, "socket", vcpu->socket);
		add_number(w, object, "core", vcpu->core);
		add_number(w, object, "thread", vcpu->thread);
		add_number(w, object, "host_cpu", vcpu->os_cpu);
		add_id(w, object, "host_core", cpu->core);
		add_id(w, object, "host_cache", cpu->cache);
		add_id(w, object, "host_package", cpu->package);
		add_id(w, object, "numa_node", cpu->node);
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
	add_text(w, root, "chosen_pinning", text);
}

static void
roles_write(struct writer *w, const struct plan *plan, cJSON *root)
{
	const struct definition *d = plan->definition;
	const char *pool = plan->layout.pool_group;
	cJSON *array;

	add_cpus(w, root, "pinned_cpus", &plan->pinned);
	add_given_cpus(w, root, "later_cpus", &plan->later);
	add_cpus(w, root, "pool_cpus", &plan->pool);
	add_given_cpus(w, root, "emulator_cpus", &plan->emulator);
	add_given_cpus(w, root, "housekeeping_cpus", &plan->housekeeping);
	add_text(w, root, "host_tasks", host_tasks_name(plan->host_tasks));
	add_text(w, root, "pool_cgroup", pool[0] != '\0' ? pool : NULL);
	add_given_cpus(w, root, "memory_nodes", &plan->memory_nodes);
	array = add_array(w, root, "iothreads");
	for (size_t i = 0; i < d->iothread_pin_count; i++) {
		cJSON *object = append_object(w, array);

		add_text(w, object, "id", d->iothread_pins[i].id);
		add_cpus(w, object, "cpus", &d->iothread_pins[i].cpus);
	}
}

static void
warnings_write(struct writer *w, const struct plan *plan, cJSON *root)
{
	cJSON *array = add_array(w, root, "warnings");

	for (size_t i = 0; i < plan->warning_count; i++) {
		cJSON *object = append_object(w, array);
		const char *hint = plan->warnings[i].hint;

		add_text(w, object, "text", plan->warnings[i].text);
		add_text(w, object, "hint", hint[0] != '\0' ? hint : NULL);
	}
}

static void
changes_write(struct writer *w, const struct change_list *changes, cJSON *root)
{
	cJSON *array = add_array(w, root, "changes");

	for (size_t i = 0; changes != NULL && i < changes->count; i++) {
		const struct change *change = &changes->list[i];
		cJSON *object = append_object(w, array);

		add_text(w, object, "kind", change->kind->name);
		add_text(w, object, "target", change->target);
		add_text(w, object, "key", change->key);
		add_text(w, object, "value", change->value);
		add_text(w, object, "role", change->role);
		add_item(w, object, "shared", cJSON_CreateBool(change->shared));
	}
}

static void
argv_write(struct writer *w, const char *const *argv, cJSON *root)
{
	cJSON *array;

	if (argv == NULL) {
		add_text(w, root, "qemu_argv", NULL);
		return;
	}
	array = add_array(w, root, "qemu_argv");
	for (; *argv != NULL; argv++) {
		cJSON *item = cJSON_CreateString(*argv);

		if (item != NULL && cJSON_AddItemToArray(array, item))
			continue;
		cJSON_Delete(item);
		w->failed = true;
	}
}

int
report_plan_json(FILE *out, const struct plan *plan, const struct change_list *changes,
	const char *const *argv, struct error *e)
{
	struct writer w = {0};
	auto_json cJSON *root = cJSON_CreateObject();
	auto_free char *text = NULL;

	head_write(&w, plan, root);
	vcpus_write(&w, plan, root);
	chosen_write(&w, plan, root);
	roles_write(&w, plan, root);
	warnings_write(&w, plan, root);
	changes_write(&w, changes, root);
	argv_write(&w, argv, root);
	if (!w.failed)
		text = cJSON_Print(root);
	if (text == NULL)
		return error_sys(e, ENOMEM, NULL, "write the plan as JSON");
	if (fprintf(out, "%s\n", text) < 0 || fflush(out) != 0)
		return error_sys(e, errno, NULL, "write the plan as JSON");
	return 0;
}
