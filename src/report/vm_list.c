/* SPDX-License-Identifier: MIT */
/* Definitions and VMs, a line each. */
#include "report/vm_list.h"

#include <ctype.h>
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
	const struct catalog_entry *definition; /* NULL: none */
	const char *fault;                      /* NULL: it isn't broken */
	const struct status_vm *vm;             /* NULL: it doesn't run */
};

static const char *
name_of(const struct line *line)
{
	return line->definition != NULL ? line->definition->name : line->vm->name;
}

/* What is done with a line. */
typedef int (*line_use)(const struct line *line, void *data);

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

static int
lines_each(const struct vm_list *list, line_use use, void *data)
{
	int r = 0;

	for (size_t i = 0; i < list->definitions->count && r == 0; i++) {
		const struct catalog_entry *definition = &list->definitions->list[i];
		const struct line line = {
			.definition = definition,
			.fault = list->faults[i].text,
			.vm = vm_find(list->status, definition->name),
		};

		r = use(&line, data);
	}
	for (size_t i = 0; i < list->status->vm_count && r == 0; i++) {
		const struct line line = {.vm = &list->status->vms[i]};

		if (!is_defined(list->definitions, line.vm))
			r = use(&line, data);
	}
	return r;
}

static const char *
state_of(const struct line *line)
{
	if (line->vm != NULL)
		return status_state_text(line->vm->state);
	return line->fault != NULL ? "broken" : "-";
}

struct printer {
	struct table *table;
	struct error *e;
	FILE *out;
};

static int
line_add(const struct line *line, void *data)
{
	struct printer *p = data;
	char cpus[CPUS_TEXT_BYTES] = "-";
	const char *cells[COUNT(columns)] = {
		name_of(line),
		state_of(line),
		cpus,
		line->vm != NULL ? line->vm->user : "-",
		line->definition != NULL ? line->definition->path : "-",
	};

	if (line->vm != NULL && !cpus_empty(&line->vm->cpus))
		cpus_format(&line->vm->cpus, cpus);
	return table_add(p->table, cells, p->e);
}

static int
fault_write(const struct line *line, void *data)
{
	const struct printer *p = data;

	if (line->fault == NULL)
		return 0;
	(void)fputs("! ", p->out);
	for (const char *byte = line->fault; *byte != '\0'; byte++)
		(void)fputc(iscntrl((unsigned char)*byte) ? '?' : *byte, p->out);
	(void)fputc('\n', p->out);
	return 0;
}

int
report_vm_list(FILE *out, const struct vm_list *list, struct error *e)
{
	auto_table struct table *table = NULL;
	struct printer p = {.e = e, .out = out};
	int r = table_new(columns, COUNT(columns), &table, e);

	p.table = table;
	if (r == 0 && list->definitions->count == 0 && list->status->vm_count == 0)
		(void)fputs("there is no definition, and no VM runs\n", out);
	if (r == 0)
		r = lines_each(list, line_add, &p);
	if (r == 0)
		r = table_print(table, out, e);
	if (r == 0)
		r = lines_each(list, fault_write, &p);
	if (r == 0 && fflush(out) != 0)
		r = error_sys(e, errno, NULL, "print the list");
	return r;
}

struct json {
	struct writer w;
	cJSON *array; /* borrowed */
};

static int
line_json(const struct line *line, void *data)
{
	const struct status_vm *vm = line->vm;
	struct json *json = data;
	struct writer *w = &json->w;
	cJSON *object = writer_append(w, json->array);

	writer_text(w, object, "name", name_of(line));
	writer_text(w, object, "state", vm != NULL ? status_state_text(vm->state) : NULL);
	writer_text(w, object, "user", vm != NULL ? vm->user : NULL);
	if (vm != NULL)
		writer_cpus(w, object, "cpus", &vm->cpus);
	else
		writer_text(w, object, "cpus", NULL);
	writer_text(
		w, object, "definition", line->definition != NULL ? line->definition->path : NULL);
	writer_text(w, object, "definition_error", line->fault);
	return 0;
}

int
report_vm_list_json(FILE *out, const struct vm_list *list, struct error *e)
{
	auto_json cJSON *root = cJSON_CreateObject();
	struct json json = {0};

	json.array = writer_array(&json.w, root, "vms");
	(void)lines_each(list, line_json, &json);
	return writer_print(&json.w, root, out, false, "print the list", e);
}
