/* SPDX-License-Identifier: MIT */
/* qpin list: the definitions that there are, and which of them run. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "command/command.h"
#include "report/vm_list.h"
#include "supervise/view.h"

struct options {
	bool help;
	bool json;
};

static int
options_parse(int argc, char **argv, struct options *ret, struct error *e)
{
	*ret = (struct options){0};
	for (int i = 1; i < argc; i++) {
		if (str_eq(argv[i], "--help") || str_eq(argv[i], "-h"))
			ret->help = true;
		else if (str_eq(argv[i], "--json"))
			ret->json = true;
		else
			return command_usage(
				&command_list, e, "it takes --json alone, no \"%.64s\"", argv[i]);
	}
	return 0;
}

/* What is wrong with the definition of VM @name; NULL without memory, "" when nothing is. */
static char *
fault_find(const char *name)
{
	struct definition definition = {0};
	struct problems problems = {0};
	struct error e = {0};
	char text[sizeof(e.what) + sizeof(e.where) + sizeof(e.why)] = "";
	int r = definition_load(name, DIALECT_QPIN, &definition, &problems, &e);

	if (r < 0)
		error_text(problems.count > 0 ? &problems.list[problems.count - 1] : &e, text,
			sizeof(text));
	problems_done(&problems);
	definition_done(&definition);
	return strdup(text);
}

static void
faults_free(struct vm_fault *faults, size_t count)
{
	for (size_t i = 0; i < count && faults != NULL; i++)
		free(faults[i].text);
	free(faults);
}

/* One for each definition, which the caller frees with faults_free(). */
static int
faults_find(const struct catalog *catalog, struct vm_fault **ret, struct error *e)
{
	struct vm_fault *faults = calloc(catalog->count + 1, sizeof(*faults));

	for (size_t i = 0; faults != NULL && i < catalog->count; i++) {
		char *text = fault_find(catalog->list[i].name);

		if (text == NULL) {
			faults_free(faults, catalog->count);
			return error_sys(e, ENOMEM, NULL, "list the definitions");
		}
		if (text[0] != '\0')
			faults[i].text = text;
		else
			free(text);
	}
	if (faults == NULL)
		return error_sys(e, ENOMEM, NULL, "list the definitions");
	*ret = faults;
	return 0;
}

static int
list_show(const struct options *o, struct error *e)
{
	const struct view_request all = {0};
	struct catalog catalog = {0};
	struct status status = {0};
	struct vm_fault *faults = NULL;
	int r = catalog_read(&catalog, e);

	if (r == 0)
		r = faults_find(&catalog, &faults, e);
	if (r == 0)
		r = view_look(&all, &status, e);
	if (r == 0) {
		const struct vm_list list = {
			.definitions = &catalog, .faults = faults, .status = &status};

		r = (o->json ? report_vm_list_json : report_vm_list)(stdout, &list, e);
	}
	faults_free(faults, catalog.count);
	status_done(&status);
	catalog_done(&catalog);
	return r;
}

static int
list_main(int argc, char **argv, struct error *e)
{
	struct options options;
	int r = options_parse(argc, argv, &options, e);

	if (r < 0)
		return r;
	if (options.help) {
		command_help(&command_list);
		return EXIT_STATUS_OK;
	}
	return list_show(&options, e);
}

const struct command command_list = {
	.name = "list",
	.synopsis = "[--json]",
	.summary = "list definitions and VMs, and which of them run",
	.help = "  --json  for programs\n"
		"\n"
		"A line for each definition NAME.yml that `qpin run NAME` finds, and for each VM\n"
		"that runs by another one, or of another user. STATE is - for what doesn't run,\n"
		"broken for a definition that can't, with the reason below; starting, running,\n"
		"ending; abandoned when its qpin died, and left over when its QEMU has ended, "
		"too.\n"
		"\n"
		"  qpin list\n"
		"  qpin list --json | jq -r '.vms[] | select(.state == \"running\").name'\n",
	.run = list_main,
};
