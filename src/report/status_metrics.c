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

enum type {
	TYPE_GAUGE,
	TYPE_COUNTER,
	TYPE_INFO,
	TYPE_STATESET,
};

/* What OpenMetrics calls each, what the older format does, and what a sample's name ends in. */
static const struct {
	const char *open, *classic, *suffix;
} types[] = {
	[TYPE_GAUGE] = {"gauge", "gauge", ""},
	[TYPE_COUNTER] = {"counter", "counter", "_total"},
	[TYPE_INFO] = {"info", "gauge", "_info"},
	[TYPE_STATESET] = {"stateset", "gauge", ""},
};

/* Samples of one kind. */
struct family {
	enum type type;
	const char *name; /* without what a sample's ends in */
	const char *unit; /* which the name ends in; NULL: none */
	const char *help;
};

static const struct family vm_info = {
	.type = TYPE_INFO, .name = "qpin_vm", .help = "A virtual machine: 1."};
static const struct family vm_state = {.type = TYPE_STATESET,
	.name = "qpin_vm_state",
	.help = "The state of the virtual machine: 1, and 0 of the others."};
static const struct family vm_problems = {.type = TYPE_GAUGE,
	.name = "qpin_vm_problems",
	.help = "How many things of the virtual machine are not as they were made."};
static const struct family thread_info = {
	.type = TYPE_INFO, .name = "qpin_thread", .help = "Where a thread may run: 1."};

static const struct {
	enum usage_count count;
	struct family family;
} counters[] = {
	{USAGE_CPU_TIME_NS, {.type = TYPE_COUNTER,
				    .name = "qpin_thread_cpu_seconds",
				    .unit = "seconds",
				    .help = "Time that the thread ran."}},
	{USAGE_RUN_DELAY_NS,
		{.type = TYPE_COUNTER,
			.name = "qpin_thread_run_delay_seconds",
			.unit = "seconds",
			.help = "Time that the thread was ready to run, and waited for a CPU."}},
	{USAGE_INVOLUNTARY,
		{.type = TYPE_COUNTER,
			.name = "qpin_thread_involuntary_switches",
			.help = "How often another task had to run in the thread's place."}},
	{USAGE_VOLUNTARY, {.type = TYPE_COUNTER,
				  .name = "qpin_thread_voluntary_switches",
				  .help = "How often the thread went to sleep."}},
	{USAGE_MIGRATIONS, {.type = TYPE_COUNTER,
				   .name = "qpin_thread_migrations",
				   .help = "How often the thread was moved to another CPU."}},
	{USAGE_IRQS, {.type = TYPE_COUNTER,
			     .name = "qpin_thread_cpu_interrupts",
			     .help = "Interrupts since boot of the one CPU that the thread may run "
				     "on."}},
	{USAGE_FOREIGN,
		{.type = TYPE_COUNTER,
			.name = "qpin_thread_cpu_foreign_tasks",
			.help = "How often another task than the virtual CPUs was put on their "
				"CPU."}},
};

struct writer {
	FILE *out;
	enum status_metrics format;
	const struct status *status;
	struct status_rows *rows; /* owned; of each VM */
};

/* In the older format a family is called as its samples are. */
static void
family_begin(const struct writer *w, const struct family *f)
{
	bool open = w->format == STATUS_METRICS_OPEN;
	const char *suffix = open ? "" : types[f->type].suffix;

	(void)fprintf(w->out, "# HELP %s%s %s\n# TYPE %s%s %s\n", f->name, suffix, f->help, f->name,
		suffix, open ? types[f->type].open : types[f->type].classic);
	if (open && f->unit != NULL)
		(void)fprintf(w->out, "# UNIT %s %s\n", f->name, f->unit);
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
vm_begin(const struct writer *w, const struct family *f, const struct status_vm *vm)
{
	(void)fprintf(w->out, "%s%s", f->name, types[f->type].suffix);
	label_write(w, "{", "vm", vm->name);
	label_write(w, ",", "user", vm->user);
}

static void
thread_begin(const struct writer *w, const struct family *f, const struct status_vm *vm,
	const struct status_thread *t)
{
	bool grouped = t->role >= STATUS_WORKER; /* also if there is one alone */
	char tid[16] = "";

	if (!grouped)
		(void)snprintf(tid, sizeof(tid), "%d", (int)t->tid);
	vm_begin(w, f, vm);
	label_write(w, ",", "role", status_role_text(t->role));
	label_write(w, ",", "thread", grouped ? status_role_text(t->role) : t->label);
	label_write(w, ",", "tid", tid);
}

static void
infos_write(const struct writer *w)
{
	family_begin(w, &vm_info);
	for (size_t i = 0; i < w->status->vm_count; i++) {
		const struct status_vm *vm = &w->status->vms[i];
		char cpus[CPUS_TEXT_BYTES];

		vm_begin(w, &vm_info, vm);
		label_write(w, ",", "level", vm->level);
		label_write(w, ",", "cpus", cpus_format(&vm->cpus, cpus));
		(void)fputs("} 1\n", w->out);
	}
}

/* The label that tells the state is called as the family is. */
static void
states_write(const struct writer *w)
{
	family_begin(w, &vm_state);
	for (size_t i = 0; i < w->status->vm_count; i++) {
		const struct status_vm *vm = &w->status->vms[i];

		for (enum status_state state = 0; state < STATUS_STATES; state++) {
			vm_begin(w, &vm_state, vm);
			label_write(w, ",", vm_state.name, status_state_text(state));
			(void)fprintf(w->out, "} %d\n", vm->state == state ? 1 : 0);
		}
	}
}

static void
problems_write(const struct writer *w)
{
	family_begin(w, &vm_problems);
	for (size_t i = 0; i < w->status->vm_count; i++) {
		vm_begin(w, &vm_problems, &w->status->vms[i]);
		(void)fprintf(w->out, "} %zu\n", w->status->vms[i].note_count);
	}
}

static void
places_write(const struct writer *w)
{
	family_begin(w, &thread_info);
	for (size_t i = 0; i < w->status->vm_count; i++) {
		for (size_t j = 0; j < w->rows[i].count; j++) {
			const struct status_thread *t = &w->rows[i].list[j];
			char cpus[CPUS_TEXT_BYTES];

			thread_begin(w, &thread_info, &w->status->vms[i], t);
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
	const struct family *f = &counters[counter].family;

	family_begin(w, f);
	for (size_t i = 0; i < w->status->vm_count; i++) {
		for (size_t j = 0; j < w->rows[i].count; j++) {
			const struct status_thread *t = &w->rows[i].list[j];
			uint64_t value = t->usage.of[count];

			if (!t->usage.has[count])
				continue;
			thread_begin(w, f, &w->status->vms[i], t);
			if (f->unit != NULL)
				(void)fprintf(w->out, "} %" PRIu64 ".%09" PRIu64 "\n",
					value / ns_per_s, value % ns_per_s);
			else
				(void)fprintf(w->out, "} %" PRIu64 "\n", value);
		}
	}
}

int
report_status_metrics(
	FILE *out, const struct status *status, enum status_metrics format, struct error *e)
{
	struct writer w = {.out = out, .format = format, .status = status};
	int r = 0;

	w.rows = calloc(status->vm_count + 1, sizeof(*w.rows));
	if (w.rows == NULL)
		return error_sys(e, ENOMEM, NULL, "print the status");
	for (size_t i = 0; i < status->vm_count && r == 0; i++)
		r = status_rows_make(&status->vms[i], NULL, &w.rows[i]);
	if (r == 0) {
		infos_write(&w);
		states_write(&w);
		problems_write(&w);
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
