/* SPDX-License-Identifier: MIT */
/* qpin plan: what `run` would do; nothing is touched. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "command/command.h"
#include "host/load.h"
#include "host/pci.h"
#include "plan/changes.h"
#include "qemu/argv.h"
#include "qemu/identity.h"
#include "qemu/program.h"
#include "report/plan.h"
#include "report/plan_json.h"

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_ARGV,
};

struct options {
	bool help;
	enum format format;
	const char *name;
};

static int
options_parse(int argc, char **argv, struct options *ret, struct error *e)
{
	static const struct option table[] = {
		{.name = "argv", .val = 'a'},
		{.name = "help", .val = 'h'},
		{.name = "json", .val = 'j'},
		{0},
	};
	int c;

	*ret = (struct options){0};
	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, "h", table, NULL)) != -1) {
		if (c == 'h')
			ret->help = true;
		else if (c == 'a')
			ret->format = FORMAT_ARGV;
		else if (c == 'j')
			ret->format = FORMAT_JSON;
		else
			return command_usage(
				&command_plan, e, "there is no option %s", argv[optind - 1]);
	}
	if (!ret->help && argc - optind != 1)
		return command_usage(&command_plan, e, "it takes the name of one VM");
	ret->name = argv[optind];
	return 0;
}

static int
argv_print(const struct definition *d, struct error *e)
{
	auto_argv struct argv argv = {0};
	auto_buf struct buf line = {0};
	int r = argv_build(d, &argv, e);

	if (r < 0)
		return r;
	argv_shell(&argv, &line);
	buf_add(&line, "\n");
	if (line.failed)
		return error_sys(e, ENOMEM, d->path, "print a command line");
	(void)fputs(line.text, stdout);
	return 0;
}

static int
changes_list(const struct plan *plan, struct change_list *ret, struct error *e)
{
	int r = plan_prepare(plan, ret, e);

	return r < 0 ? r : plan_place(plan, NULL, NULL, ret, e);
}

static int
plan_print(const struct plan *plan, enum format format, struct error *e)
{
	auto_argv struct argv argv = {0};
	auto_buf struct buf line = {0};
	struct change_list changes = {0};
	int r = argv_build(plan->definition, &argv, e);

	if (r == 0)
		r = changes_list(plan, &changes, e);
	if (r == 0 && format == FORMAT_JSON) {
		r = report_plan_json(stdout, plan, &changes, (const char *const *)argv.list, e);
	} else if (r == 0) {
		argv_shell(&argv, &line);
		r = report_plan(stdout, plan, &changes, line.text, e);
	}
	change_list_done(&changes);
	return r;
}

/* What `run` looks for before it looks at the host: QEMU's program and user. */
static int
parts_find(const struct definition *d, struct error *e)
{
	struct identity identity = {0};
	auto_free char *path = NULL;
	int r = program_find(d->binary, &path, e);

	if (r == 0)
		r = identity_choose(d->user, d->group, &identity, e);
	identity_done(&identity);
	return r;
}

static int
plan_show(const struct definition *d, enum format format, struct error *e)
{
	struct host host = HOST_CLOSED;
	struct facts facts = {0};
	struct plan plan = {0};
	int r = parts_find(d, e);

	if (r == 0)
		r = host_open(&host, e);
	if (r == 0)
		r = facts_load(&host, &facts, e);
	if (r == 0)
		r = pci_load(&host.roots.sys, d->wishes.near, &facts.near, e);
	if (r == 0)
		r = plan_make(d, &facts, NULL, &plan, e);
	if (r == 0)
		r = plan_print(&plan, format, e);
	plan_done(&plan);
	facts_done(&facts);
	host_close(&host);
	return r;
}

static int
plan_main(int argc, char **argv, struct error *e)
{
	struct definition definition = {0};
	struct options options;
	int r = options_parse(argc, argv, &options, e);

	if (r < 0)
		return r;
	if (options.help) {
		command_help(&command_plan);
		return EXIT_STATUS_OK;
	}
	r = command_definition(options.name, DIALECT_QPIN, &definition, e);
	if (r == 0)
		r = options.format == FORMAT_ARGV ? argv_print(&definition, e)
						  : plan_show(&definition, options.format, e);
	definition_done(&definition);
	return r;
}

const struct command command_plan = {
	.name = "plan",
	.on_behalf = true,
	.synopsis = "[--json|--argv] NAME",
	.summary = "show what `run` would do, and do nothing",
	.help = "  NAME    the definition NAME.yml in the configuration directory,\n"
		"          or a file: a path with a slash, or ending in .yml\n"
		"  --json  everything, for programs\n"
		"  --argv  QEMU's command line alone, quoted for a shell, without what qpin adds\n"
		"\n"
		"Exit statuses are those of `run`: a plan that is refused would not start.\n"
		"\n"
		"  qpin plan win11\n"
		"  qpin plan --json ./lab.yml | jq .vcpus\n",
	.run = plan_main,
};
