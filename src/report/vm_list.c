/* SPDX-License-Identifier: MIT */
/* Definitions and VMs, a line each. */
#include "report/vm_list.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "report/table.h"

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

static bool
add_text(cJSON *object, const char *key, const char *text)
{
	return text != NULL ? cJSON_AddStringToObject(object, key, text) != NULL
			    : cJSON_AddNullToObject(object, key) != NULL;
}

static int
line_json(const struct line *line, void *data)
{
	const struct status_vm *vm = line->vm;
	char cpus[CPUS_TEXT_BYTES] = "";
	cJSON *object = cJSON_CreateObject();

	if (object == NULL || !cJSON_AddItemToArray(data, object)) {
		cJSON_Delete(object);
		return -ENOMEM;
	}
	if (vm != NULL)
		cpus_format(&vm->cpus, cpus);
	return add_text(object, "name", name_of(line)) &&
			       add_text(object, "state",
				       vm != NULL ? status_state_text(vm->state) : NULL) &&
			       add_text(object, "user", vm != NULL ? vm->user : NULL) &&
			       add_text(object, "cpus", vm != NULL ? cpus : NULL) &&
			       add_text(object, "definition",
				       line->definition != NULL ? line->definition->path : NULL) &&
			       add_text(object, "definition_error", line->fault)
		       ? 0
		       : -ENOMEM;
}

int
report_vm_list_json(FILE *out, const struct vm_list *list, struct error *e)
{
	auto_json cJSON *root = cJSON_CreateObject();
	cJSON *array = cJSON_AddArrayToObject(root, "vms");
	auto_free char *text = NULL;

	if (array != NULL && lines_each(list, line_json, array) == 0)
		text = cJSON_Print(root);
	if (text == NULL)
		return error_sys(e, ENOMEM, NULL, "print the list");
	if (fprintf(out, "%s\n", text) < 0 || fflush(out) != 0)
		return error_sys(e, errno, NULL, "print the list");
	return 0;
}
