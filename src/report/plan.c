/* SPDX-License-Identifier: MIT */
/* What `qpin plan` shows to a person. */
#include "report/plan.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "change/change.h"
#include "plan/level.h"
#include "plan/pinning.h"
#include "plan/plan.h"
#include "report/table.h"

enum {
	NUMBER_BYTES = 16,
	DESCRIPTION_BYTES = 1024,
};

enum column {
	COLUMN_VCPU,
	COLUMN_CPU,
	COLUMN_CORE,
	COLUMN_CACHE,
	COLUMN_PACKAGE,
	COLUMN_NODE,
	COLUMN_COUNT,
};

static const struct table_column column[COLUMN_COUNT] = {
	[COLUMN_VCPU] = {.title = "VCPU"},
	[COLUMN_CPU] = {.title = "CPU", .is_number = true},
	[COLUMN_CORE] = {.title = "CORE", .is_number = true},
	[COLUMN_CACHE] = {.title = "CACHE", .is_number = true},
	[COLUMN_PACKAGE] = {.title = "PACKAGE", .is_number = true},
	[COLUMN_NODE] = {.title = "NODE", .is_number = true},
};

static const char *
id_text(int id, char *text)
{
	if (id < 0)
		return "-";
	(void)snprintf(text, NUMBER_BYTES, "%d", id);
	return text;
}

static int
vcpu_add(
	struct table *table, const struct plan *plan, const struct plan_vcpu *vcpu, struct error *e)
{
	static const struct host_cpu unknown = {.package = -1, .core = -1, .cache = -1, .node = -1};
	const struct host_cpu *cpu = topology_find(&plan->facts->topology, vcpu->os_cpu);
	char name[PLAN_VCPU_TEXT_BYTES], text[COLUMN_COUNT][NUMBER_BYTES];
	const char *cells[COLUMN_COUNT];

	if (cpu == NULL)
		cpu = &unknown;
	(void)snprintf(name, sizeof(name), "%u.%u.%u", vcpu->socket, vcpu->core, vcpu->thread);
	(void)snprintf(text[COLUMN_CPU], NUMBER_BYTES, "%u", vcpu->os_cpu);
	cells[COLUMN_VCPU] = name;
	cells[COLUMN_CPU] = text[COLUMN_CPU];
	cells[COLUMN_CORE] = id_text(cpu->core, text[COLUMN_CORE]);
	cells[COLUMN_CACHE] = id_text(cpu->cache, text[COLUMN_CACHE]);
	cells[COLUMN_PACKAGE] = id_text(cpu->package, text[COLUMN_PACKAGE]);
	cells[COLUMN_NODE] = id_text(cpu->node, text[COLUMN_NODE]);
	return table_add(table, cells, e);
}

static int
vcpus_print(FILE *out, const struct plan *plan, struct error *e)
{
	auto_table struct table *table = NULL;
	int r;

	if (plan->vcpu_count == 0)
		return 0;
	r = table_new(column, COLUMN_COUNT, &table, e);
	for (size_t i = 0; i < plan->vcpu_count && r == 0; i++)
		r = vcpu_add(table, plan, &plan->vcpus[i], e);
	if (r < 0)
		return r;
	(void)fputc('\n', out);
	return table_print(table, out, e);
}

/* What was chosen, as it could be written down. */
static int
chosen_print(FILE *out, const struct plan *plan, struct error *e)
{
	auto_free char *text = NULL;

	if (!plan->definition->wishes.set)
		return 0;
	text = pinning_text(plan, NULL);
	if (text == NULL)
		return error_sys(e, ENOMEM, NULL, "write the plan");
	(void)fprintf(out, "\nChosen; the same as:\n%s\n", text);
	return 0;
}

static void
head_print(FILE *out, const struct plan *plan)
{
	const struct smp *smp = &plan->smp;

	(void)fprintf(out, "VM:        %s (%s)\n", plan->definition->name, plan->definition->path);
	(void)fprintf(out, "Guest:     %u vCPU%s", smp->cpus, smp->cpus == 1 ? "" : "s");
	if (smp->maxcpus > smp->cpus)
		(void)fprintf(out, " of at most %u", smp->maxcpus);
	(void)fprintf(out, ", sockets %u, cores %u, threads %u\n", smp->sockets, smp->cores,
		smp->threads);
	(void)fprintf(out, "Isolation: %s", level_text(plan));
	if (plan->level_reason[0] != '\0')
		(void)fprintf(out, " (%s)", plan->level_reason);
	(void)fprintf(out, "\nBackend:   %s\n", way_name(plan->way));
	if (plan->level_hint[0] != '\0')
		(void)fprintf(out, "For more:  %s\n", plan->level_hint);
}

/* What the kernel was told at boot of CPUs that are pinned. */
static void
boot_print(FILE *out, const struct plan *plan)
{
	const struct topology *host = &plan->facts->topology;
	const struct boot_facts *boot = &plan->facts->boot;
	struct cpus isolated = plan->pinned, tickless, rcu;
	char text[CPUS_TEXT_BYTES];

	cpus_keep(&isolated, &host->boot_isolated);
	if (cpus_empty(&isolated))
		return;
	tickless = rcu = isolated;
	cpus_keep(&tickless, &host->nohz_full);
	cpus_keep(&rcu, &boot->rcu_nocbs);
	(void)fprintf(out, "Boot:      CPUs %s isolated", cpus_format(&isolated, text));
	(void)fprintf(out, "; nohz_full %s",
		cpus_empty(&tickless) ? "none" : cpus_format(&tickless, text));
	(void)fprintf(out, "; rcu_nocbs %s", cpus_empty(&rcu) ? "none" : cpus_format(&rcu, text));
	(void)fprintf(out, "; managed_irq %s\n", boot->managed_irq ? "yes" : "no");
}

/* What happens to the host's own tasks. */
static void
host_tasks_print(FILE *out, const struct plan *plan)
{
	char text[CPUS_TEXT_BYTES];

	if (plan->vcpu_count == 0)
		return;
	if (plan->host_tasks == HOST_TASKS_MIGRATE)
		(void)fprintf(out, "Host:      tasks are moved to %s\n", plan->layout.pool_group);
	else if (plan->asks_manager)
		(void)fprintf(out, "Host:      systemd keeps its tasks off\n");
	else
		(void)fprintf(out, "Host:      tasks are not moved\n");
	if (!cpus_empty(&plan->housekeeping))
		(void)fprintf(out, "Kernel:    threads have CPUs %s\n",
			cpus_format(&plan->housekeeping, text));
}

static void
roles_print(FILE *out, const struct plan *plan)
{
	const struct definition *d = plan->definition;
	char text[CPUS_TEXT_BYTES];

	(void)fprintf(out, "\nPool:      CPUs %s (all that has no CPU of its own)\n",
		cpus_format(&plan->pool, text));
	if (!cpus_empty(&plan->later))
		(void)fprintf(out, "Later:     CPUs %s (kept for vCPUs that are plugged)\n",
			cpus_format(&plan->later, text));
	(void)fprintf(out, "Emulator:  %s%s\n", cpus_empty(&plan->emulator) ? "" : "CPUs ",
		cpus_empty(&plan->emulator) ? "CPUs of the pool"
					    : cpus_format(&plan->emulator, text));
	host_tasks_print(out, plan);
	for (size_t i = 0; i < d->iothread_pin_count; i++)
		(void)fprintf(out, "Iothread:  '%s' on CPUs %s\n", d->iothread_pins[i].id,
			cpus_format(&d->iothread_pins[i].cpus, text));
	if (!cpus_empty(&plan->memory_nodes))
		(void)fprintf(out, "Memory:    NUMA nodes %s%s\n",
			cpus_format(&plan->memory_nodes, text),
			cpus_empty(&d->memory_nodes) ? " (of the pinned CPUs)" : "");
}

static void
warnings_print(FILE *out, const struct plan *plan)
{
	if (plan->warning_count > 0)
		(void)fputc('\n', out);
	for (size_t i = 0; i < plan->warning_count; i++) {
		(void)fprintf(out, "warning: %s\n", plan->warnings[i].text);
		if (plan->warnings[i].hint[0] != '\0')
			(void)fprintf(out, "   hint: %s\n", plan->warnings[i].hint);
	}
}

static void
changes_print(FILE *out, const struct change_list *changes)
{
	char text[DESCRIPTION_BYTES];

	(void)fprintf(out, "\nChanges, in order:%s\n", changes->count == 0 ? " none" : "");
	for (size_t i = 0; i < changes->count; i++) {
		changes->list[i].kind->describe(&changes->list[i], text, sizeof(text));
		(void)fprintf(out, "%4zu. %s\n", i + 1, text);
	}
}

int
report_plan(FILE *out, const struct plan *plan, const struct change_list *changes,
	const char *argv_line, struct error *e)
{
	int r;

	head_print(out, plan);
	r = vcpus_print(out, plan, e);
	if (r == 0)
		r = chosen_print(out, plan, e);
	if (r < 0)
		return r;
	boot_print(out, plan);
	roles_print(out, plan);
	warnings_print(out, plan);
	if (changes != NULL)
		changes_print(out, changes);
	if (argv_line != NULL)
		(void)fprintf(out, "\nQEMU:\n%s\n", argv_line);
	if (fflush(out) != 0)
		return error_sys(e, errno, NULL, "write the plan");
	return ferror(out) != 0 ? error_sys(e, EIO, NULL, "write the plan") : 0;
}
