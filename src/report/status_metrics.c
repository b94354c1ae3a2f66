/* SPDX-License-Identifier: MIT */
/* VMs that run, for Prometheus. */
#include "report/status_metrics.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "report/status_rows.h"

static const uint64_t ns_per_s = UINT64_C(1000000000);

static const struct {
	enum usage_count count;
	bool is_time;
	const char *name, *help;
} counters[] = {
	{.count = USAGE_CPU_TIME_NS,
		.is_time = true,
		.name = "qpin_thread_cpu_seconds_total",
		.help = "Time that the thread ran."},
	{.count = USAGE_RUN_DELAY_NS,
		.is_time = true,
		.name = "qpin_thread_run_delay_seconds_total",
		.help = "Time that the thread was ready to run, and waited for a CPU."},
	{.count = USAGE_INVOLUNTARY,
		.name = "qpin_thread_involuntary_switches_total",
		.help = "How often another task had to run in the thread's place."},
	{.count = USAGE_VOLUNTARY,
		.name = "qpin_thread_voluntary_switches_total",
		.help = "How often the thread went to sleep."},
	{.count = USAGE_MIGRATIONS,
		.name = "qpin_thread_migrations_total",
		.help = "How often the thread was moved to another CPU."},
	{.count = USAGE_IRQS,
		.name = "qpin_thread_cpu_interrupts_total",
		.help = "Interrupts since boot of the one CPU that the thread may run on."},
	{.count = USAGE_FOREIGN,
		.name = "qpin_thread_cpu_foreign_tasks_total",
		.help = "How often another task than the virtual CPUs was put on their CPU."},
};

struct writer {
	FILE *out;
	const struct status *status;
	struct status_rows *rows; /* owned; of each VM */
};

static void
family_begin(const struct writer *w, const char *name, const char *type, const char *help)
{
	(void)fprintf(w->out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* A label; of bytes that others chose, only what is surely valid. */
static void
label_write(const struct writer *w, const char *separator, const char *name, const char *value)
{
	(void)fprintf(w->out, "%s%s=\"", separator, name);
	for (; *value != '\0'; value++) {
		unsigned char byte = (unsigned char)*value;

		if (byte == '"' || byte == '\\')
			(void)fputc('\\', w->out);
		(void)fputc(isascii(byte) && isprint(byte) ? byte : '?', w->out);
	}
	(void)fputc('"', w->out);
}

static void
vm_begin(const struct writer *w, const char *name, const struct status_vm *vm)
{
	(void)fputs(name, w->out);
	label_write(w, "{", "vm", vm->name);
	label_write(w, ",", "user", vm->user);
}

static void
thread_begin(const struct writer *w, const char *name, const struct status_vm *vm,
	const struct status_thread *t)
{
	bool grouped = t->role >= STATUS_WORKER; /* also if there is one alone */
	char tid[16] = "";

	if (!grouped)
		(void)snprintf(tid, sizeof(tid), "%d", (int)t->tid);
	vm_begin(w, name, vm);
	label_write(w, ",", "role", status_role_text(t->role));
	label_write(w, ",", "thread", grouped ? status_role_text(t->role) : t->label);
	label_write(w, ",", "tid", tid);
}

static void
vms_write(const struct writer *w)
{
	family_begin(w, "qpin_vm_info", "gauge", "A virtual machine: 1.");
	for (size_t i = 0; i < w->status->vm_count; i++) {
		const struct status_vm *vm = &w->status->vms[i];
		char cpus[CPUS_TEXT_BYTES];

		vm_begin(w, "qpin_vm_info", vm);
		label_write(w, ",", "state", status_state_text(vm->state));
		label_write(w, ",", "level", vm->level);
		label_write(w, ",", "cpus", cpus_format(&vm->cpus, cpus));
		(void)fputs("} 1\n", w->out);
	}
	family_begin(w, "qpin_vm_problems", "gauge",
		"How many things of the virtual machine are not as they were made.");
	for (size_t i = 0; i < w->status->vm_count; i++) {
		vm_begin(w, "qpin_vm_problems", &w->status->vms[i]);
		(void)fprintf(w->out, "} %zu\n", w->status->vms[i].note_count);
	}
}

static void
places_write(const struct writer *w)
{
	family_begin(w, "qpin_thread_info", "gauge", "Where a thread may run: 1.");
	for (size_t i = 0; i < w->status->vm_count; i++) {
		for (size_t j = 0; j < w->rows[i].count; j++) {
			const struct status_thread *t = &w->rows[i].list[j];
			char cpus[CPUS_TEXT_BYTES];

			thread_begin(w, "qpin_thread_info", &w->status->vms[i], t);
			label_write(w, ",", "cpus", cpus_format(&t->cpus, cpus));
			label_write(w, ",", "partition", t->partition);
			label_write(w, ",", "policy",
				t->scheduling.set ? scheduling_name(t->scheduling.policy) : "");
			(void)fputs("} 1\n", w->out);
		}
	}
}

static void
counter_write(const struct writer *w, size_t counter)
{
	enum usage_count count = counters[counter].count;

	family_begin(w, counters[counter].name, "counter", counters[counter].help);
	for (size_t i = 0; i < w->status->vm_count; i++) {
		for (size_t j = 0; j < w->rows[i].count; j++) {
			const struct status_thread *t = &w->rows[i].list[j];
			uint64_t value = t->usage.of[count];

			if (!t->usage.has[count])
				continue;
			thread_begin(w, counters[counter].name, &w->status->vms[i], t);
			if (counters[counter].is_time)
				(void)fprintf(w->out, "} %" PRIu64 ".%09" PRIu64 "\n",
					value / ns_per_s, value % ns_per_s);
			else
				(void)fprintf(w->out, "} %" PRIu64 "\n", value);
		}
	}
}

int
report_status_metrics(FILE *out, const struct status *status, struct error *e)
{
	struct writer w = {.out = out, .status = status};
	int r = 0;

	w.rows = calloc(status->vm_count + 1, sizeof(*w.rows));
	if (w.rows == NULL)
		return error_sys(e, ENOMEM, NULL, "print the status");
	for (size_t i = 0; i < status->vm_count && r == 0; i++)
		r = status_rows_make(&status->vms[i], NULL, &w.rows[i]);
	if (r == 0) {
		vms_write(&w);
		places_write(&w);
		for (size_t i = 0; i < COUNT(counters); i++)
			counter_write(&w, i);
		(void)fputs("# EOF\n", out);
	}
	for (size_t i = 0; i < status->vm_count; i++)
		status_rows_done(&w.rows[i]);
	free(w.rows);
	if (r == 0 && fflush(out) != 0)
		r = -errno;
	return r < 0 ? error_sys(e, -r, NULL, "print the status") : 0;
}
