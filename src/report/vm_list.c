/* SPDX-License-Identifier: MIT */
/* Definitions and VMs, a line each. */
#include "report/vm_list.h"

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "report/table.h"
#include "report/writer.h"

static const struct table_column columns[] = {
	{.title = "NAME"},
	{.title = "STATE"},
	{.title = "CPUS"},
	{.title = "USER"},
	{.title = "DEFINITION"},
};

/* A line: of both there is at least one. */
struct line {
	const char *name;
	const char *path;           /* of the definition; NULL: there is none */
	const char *fault;          /* of that; NULL: it isn't broken */
	const struct status_vm *vm; /* NULL: it doesn't run */
};

static const struct status_vm *
vm_find(const struct status *status, const char *name)
{
	for (size_t i = 0; i < status->vm_count; i++) {
		if (status->vms[i].uid == geteuid() && str_eq(status->vms[i].name, name))
			return &status->vms[i];
	}
	return NULL;
}

static bool
is_defined(const struct catalog *catalog, const struct status_vm *vm)
{
	const struct catalog_entry *end = catalog->list + catalog->count;

	for (const struct catalog_entry *at = catalog->list; at < end; at++) {
		if (vm->uid == geteuid() && str_eq(at->name, vm->name))
			return true;
	}
	return false;
}

/* The next line: of a definition, then of a VM without. @at begins as 0; false at the end. */
static bool
line_next(const struct vm_list *list, size_t *at, struct line *ret)
{
	size_t definitions = list->definitions->count;

	while (*at < definitions + list->status->vm_count) {
		size_t i = (*at)++;

		if (i < definitions) {
			const struct catalog_entry *definition = &list->definitions->list[i];

			*ret = (struct line){.name = definition->name,
				.path = definition->path,
				.fault = list->faults[i].text,
				.vm = vm_find(list->status, definition->name)};
			return true;
		}
		*ret = (struct line){.name = list->status->vms[i - definitions].name,
			.vm = &list->status->vms[i - definitions]};
		if (!is_defined(list->definitions, ret->vm))
			return true;
	}
	return false;
}

static const char *
state_of(const struct line *line)
{
	if (line->vm != NULL)
		return status_state_text(line->vm->state);
	return line->fault != NULL ? "broken" : "-";
}

static int
line_add(struct table *table, const struct line *line, struct error *e)
{
	char cpus[CPUS_TEXT_BYTES] = "-";
	const char *cells[COUNT(columns)] = {
		line->name,
		state_of(line),
		cpus,
		line->vm != NULL ? line->vm->user : "-",
		line->path != NULL ? line->path : "-",
	};

	if (line->vm != NULL && !cpus_empty(&line->vm->cpus))
		cpus_format(&line->vm->cpus, cpus);
	return table_add(table, cells, e);
}

static void
fault_write(FILE *out, const struct line *line)
{
	if (line->fault == NULL)
		return;
	(void)fputs("! ", out);
	for (const char *byte = line->fault; *byte != '\0'; byte++)
		(void)fputc(byte_clean(*byte), out);
	(void)fputc('\n', out);
}

int
report_vm_list(FILE *out, const struct vm_list *list, struct error *e)
{
	auto_table struct table *table = NULL;
	struct line line;
	int r = table_new(columns, COUNT(columns), &table, e);

	if (r == 0 && list->definitions->count == 0 && list->status->vm_count == 0)
		(void)fputs("there is no definition, and no VM runs\n", out);
	for (size_t at = 0; r == 0 && line_next(list, &at, &line);)
		r = line_add(table, &line, e);
	if (r == 0)
		r = table_print(table, out, e);
	for (size_t at = 0; r == 0 && line_next(list, &at, &line);)
		fault_write(out, &line);
	if (r == 0 && fflush(out) != 0)
		r = error_sys(e, errno, NULL, "print the list");
	return r;
}

static void
line_write(struct writer *w, const struct line *line, cJSON *object)
{
	const struct status_vm *vm = line->vm;

	writer_text(w, object, "name", line->name);
	writer_text(w, object, "state", vm != NULL ? status_state_text(vm->state) : NULL);
	writer_text(w, object, "user", vm != NULL ? vm->user : NULL);
	if (vm != NULL)
		writer_cpus(w, object, "cpus", &vm->cpus);
	else
		writer_text(w, object, "cpus", NULL);
	writer_text(w, object, "definition", line->path);
	writer_text(w, object, "definition_error", line->fault);
}

int
report_vm_list_json(FILE *out, const struct vm_list *list, struct error *e)
{
	struct writer w = {0};
	struct line line;
	auto_json cJSON *root = cJSON_CreateObject();
	cJSON *array = writer_array(&w, root, "vms");

	for (size_t at = 0; line_next(list, &at, &line);)
		line_write(&w, &line, writer_append(&w, array));
	return writer_print(&w, root, out, false, "print the list", e);
}
