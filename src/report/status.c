/* SPDX-License-Identifier: MIT */
/* VMs that run, as tables for a person. */
#include "report/status.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "report/figures.h"
#include "report/status_rows.h"
#include "report/table.h"

enum {
	CELL_BYTES = 160,
	ID_BYTES = 16,   /* a cell has more */
	CPUS_WIDTH = 12, /* of a list of CPUs; the rest of a longer one is left out */
	NS_PER_MS = 1000 * 1000,
	MS_PER_S = 1000,
};

static void
vm_done(struct status_vm *vm)
{
	for (size_t i = 0; i < vm->note_count; i++) {
		free(vm->notes[i].text);
		free(vm->notes[i].hint);
	}
	free(vm->notes);
	free(vm->threads);
}

void
status_done(struct status *status)
{
	for (size_t i = 0; i < status->vm_count; i++)
		vm_done(&status->vms[i]);
	free(status->vms);
	*status = (struct status){0};
}

const char *
status_state_text(enum status_state state)
{
	static const char *const texts[] = {
		[STATUS_STARTING] = "starting",
		[STATUS_RUNNING] = "running",
		[STATUS_ENDING] = "ending",
		[STATUS_ABANDONED] = "abandoned",
		[STATUS_LEFT_OVER] = "left over",
		[STATUS_UNREADABLE] = "unreadable",
	};

	return texts[state];
}

const char *
status_role_text(enum status_role role)
{
	static const char *const texts[] = {
		[STATUS_VCPU] = "vcpu",
		[STATUS_EMULATOR] = "emulator",
		[STATUS_IOTHREAD] = "iothread",
		[STATUS_WORKER] = "worker",
		[STATUS_VHOST] = "vhost",
		[STATUS_OTHER] = "other",
	};

	return texts[role];
}

int
status_note_add(struct status_vm *vm, const char *text, const char *hint)
{
	struct status_note *bigger =
		reallocarray(vm->notes, vm->note_count + 1, sizeof(*vm->notes));
	struct status_note *note;

	if (bigger == NULL)
		return -ENOMEM;
	vm->notes = bigger;
	note = &bigger[vm->note_count++];
	*note = (struct status_note){.text = strdup(text), .hint = strdup(hint)};
	return note->text != NULL && note->hint != NULL ? 0 : -ENOMEM;
}

/* Bytes that others chose: no control characters get to a terminal. */
static void
line_write(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		(void)fputc(byte_clean(*text), out);
}

static void
id_cell(int id, char *cell)
{
	if (id >= 0)
		(void)snprintf(cell, ID_BYTES, "%d", id);
}

static void
place_cell(const struct spot *spot, char *cell)
{
	char core[ID_BYTES] = "-", cache[ID_BYTES] = "-", node[ID_BYTES] = "-";

	if (spot->core < 0 && spot->cache < 0 && spot->node < 0)
		return;
	id_cell(spot->core, core);
	id_cell(spot->cache, cache);
	id_cell(spot->node, node);
	(void)snprintf(cell, CELL_BYTES, "%s/%s/%s", core, cache, node);
}

static void
cpus_cell(const struct cpus *cpus, char *cell)
{
	char text[CPUS_TEXT_BYTES];

	cpus_format(cpus, text);
	if (text[0] != '\0')
		(void)snprintf(cell, CELL_BYTES, "%.*s%s", CPUS_WIDTH, text,
			strlen(text) > CPUS_WIDTH ? "..." : "");
}

/* Of a deadline thread the times are too long for a column; JSON has them. */
static void
policy_cell(const struct scheduling *s, char *cell)
{
	char text[SCHEDULING_TEXT_BYTES];

	if (!s->set)
		return;
	scheduling_format(s, text);
	if (s->deadline_ns > 0)
		text[strcspn(text, " ")] = '\0';
	(void)snprintf(cell, CELL_BYTES, "%s", text);
}

static void
usage_cell(const struct usage *usage, enum usage_count count, char *cell)
{
	char text[FIGURE_BYTES];

	if (!usage->has[count])
		return;
	if (count == USAGE_CPU_TIME_NS || count == USAGE_RUN_DELAY_NS)
		duration_text(usage->of[count], text);
	else
		count_text(usage->of[count], text);
	(void)snprintf(cell, CELL_BYTES, "%s", text);
}

static void
text_cell(const char *text, char *cell)
{
	if (text[0] != '\0')
		(void)snprintf(cell, CELL_BYTES, "%s", text);
}

/* What isn't known is "-". */
static void
cell_make(const struct status_thread *t, enum status_column column, char *cell)
{
	static const enum usage_count counts[STATUS_COLUMN_COUNT] = {
		[STATUS_COLUMN_TIME] = USAGE_CPU_TIME_NS,
		[STATUS_COLUMN_DELAY] = USAGE_RUN_DELAY_NS,
		[STATUS_COLUMN_INVOL] = USAGE_INVOLUNTARY,
		[STATUS_COLUMN_VOL] = USAGE_VOLUNTARY,
		[STATUS_COLUMN_MIGR] = USAGE_MIGRATIONS,
		[STATUS_COLUMN_IRQS] = USAGE_IRQS,
		[STATUS_COLUMN_FOREIGN] = USAGE_FOREIGN,
	};

	(void)snprintf(cell, CELL_BYTES, "-");
	switch (column) {
	case STATUS_COLUMN_ROLE:
		text_cell(t->label, cell);
		return;
	case STATUS_COLUMN_TID:
		id_cell(t->tid > 0 ? t->tid : -1, cell);
		return;
	case STATUS_COLUMN_CPU:
		cpus_cell(&t->cpus, cell);
		return;
	case STATUS_COLUMN_PLACE:
		place_cell(&t->spot, cell);
		return;
	case STATUS_COLUMN_CORE:
		id_cell(t->spot.core, cell);
		return;
	case STATUS_COLUMN_CACHE:
		id_cell(t->spot.cache, cell);
		return;
	case STATUS_COLUMN_NODE:
		id_cell(t->spot.node, cell);
		return;
	case STATUS_COLUMN_POLICY:
		policy_cell(&t->scheduling, cell);
		return;
	case STATUS_COLUMN_NAME:
		text_cell(t->name, cell);
		return;
	case STATUS_COLUMN_PARTITION:
		text_cell(t->partition, cell);
		return;
	case STATUS_COLUMN_TIME:
	case STATUS_COLUMN_DELAY:
	case STATUS_COLUMN_INVOL:
	case STATUS_COLUMN_VOL:
	case STATUS_COLUMN_MIGR:
	case STATUS_COLUMN_IRQS:
	case STATUS_COLUMN_FOREIGN:
		usage_cell(&t->usage, counts[column], cell);
		return;
	case STATUS_COLUMN_COUNT:
		return;
	}
}

static int
row_add(struct table *table, const struct status_thread *t, const struct status_columns *columns,
	struct error *e)
{
	char text[STATUS_COLUMN_COUNT][CELL_BYTES];
	const char *cells[STATUS_COLUMN_COUNT];

	for (size_t i = 0; i < columns->count; i++) {
		cell_make(t, columns->list[i], text[i]);
		cells[i] = text[i];
	}
	return table_add(table, cells, e);
}

static int
table_write(FILE *out, const struct status_rows *rows, const struct status_columns *columns,
	struct error *e)
{
	struct table_column head[STATUS_COLUMN_COUNT] = {0};
	auto_table struct table *table = NULL;
	int r;

	for (size_t i = 0; i < columns->count; i++)
		head[i] = (struct table_column){
			.title = status_column_title(columns->list[i]),
			.is_number = status_column_is_number(columns->list[i]),
		};
	r = table_new(head, columns->count, &table, e);
	for (size_t i = 0; i < rows->count && r == 0; i++)
		r = row_add(table, &rows->list[i], columns, e);
	return r < 0 ? r : table_print(table, out, e);
}

/* What is said of several in a row is said once. */
static bool
hint_is_due(const struct status_vm *vm, size_t note)
{
	return vm->notes[note].hint[0] != '\0' &&
	       (note + 1 == vm->note_count ||
		       !str_eq(vm->notes[note].hint, vm->notes[note + 1].hint));
}

/* "win11 of alice: running, QEMU 4711, CPUs 2-3, level cpuset (no partition is permitted)" */
static void
head_write(FILE *out, const struct status_vm *vm)
{
	char cpus[CPUS_TEXT_BYTES];

	line_write(out, vm->name);
	if (vm->uid != geteuid()) {
		(void)fputs(" of ", out);
		line_write(out, vm->user);
	}
	(void)fprintf(
		out, ": %s%s", status_state_text(vm->state), vm->attached ? ", attached" : "");
	if (vm->qemu != 0)
		(void)fprintf(out, ", QEMU %d", (int)vm->qemu);
	if (!cpus_empty(&vm->cpus))
		(void)fprintf(out, ", %s %s", cpus_count(&vm->cpus) == 1 ? "CPU" : "CPUs",
			cpus_format(&vm->cpus, cpus));
	if (vm->level[0] != '\0') {
		(void)fputs(", level ", out);
		line_write(out, vm->level);
	}
	if (vm->reason[0] != '\0') {
		(void)fputs(" (", out);
		line_write(out, vm->reason);
		(void)fputc(')', out);
	}
	(void)fputc('\n', out);
}

static void
notes_write(FILE *out, const struct status_vm *vm)
{
	for (size_t i = 0; i < vm->note_count; i++) {
		(void)fputs("! ", out);
		line_write(out, vm->notes[i].text);
		(void)fputc('\n', out);
		if (!hint_is_due(vm, i))
			continue;
		(void)fputs("  hint: ", out);
		line_write(out, vm->notes[i].hint);
		(void)fputc('\n', out);
	}
}

static int
vm_write(FILE *out, const struct status_vm *vm, const struct status_vm *before,
	const struct status_columns *columns, struct error *e)
{
	struct status_rows rows = {0};
	int r = 0;

	head_write(out, vm);
	if (vm->thread_count > 0) {
		r = status_rows_make(vm, before, &rows);
		r = r < 0 ? error_sys(e, -r, NULL, "make a table")
			  : table_write(out, &rows, columns, e);
		status_rows_done(&rows);
	}
	notes_write(out, vm);
	return r;
}

int
report_status(FILE *out, const struct status *status, const struct status *before,
	const struct status_columns *columns, struct error *e)
{
	int64_t ms = before != NULL ? (status->taken_ns - before->taken_ns) / NS_PER_MS : 0;
	int r = 0;

	if (before != NULL)
		(void)fprintf(out, "in the last %" PRId64 ".%" PRId64 " s\n\n", ms / MS_PER_S,
			ms % MS_PER_S / (MS_PER_S / 10));
	if (status->vm_count == 0)
		(void)fputs("no VM runs\n", out);
	for (size_t i = 0; i < status->vm_count && r == 0; i++) {
		const struct status_vm *vm = &status->vms[i];

		if (i > 0)
			(void)fputc('\n', out);
		r = vm_write(
			out, vm, before != NULL ? status_vm_find(before, vm) : NULL, columns, e);
	}
	if (r == 0 && fflush(out) != 0)
		r = error_sys(e, errno, NULL, "print the status");
	return r;
}
