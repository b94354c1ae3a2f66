/* SPDX-License-Identifier: MIT */
/* qpin check: what this host can give, and what is in the way; nothing is touched. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "command/command.h"
#include "host/load.h"
#include "host/pages.h"
#include "host/pci.h"
#include "host/survey.h"
#include "plan/check.h"
#include "plan/checkup.h"
#include "plan/plan.h"
#include "qemu/identity.h"
#include "qemu/needs.h"
#include "qemu/program.h"
#include "report/check.h"

struct options {
	bool help;
	bool json;
	const char *name; /* borrowed; NULL: the host alone */
};

static int
options_parse(int argc, char **argv, struct options *ret, struct error *e)
{
	static const struct option table[] = {
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
		else if (c == 'j')
			ret->json = true;
		else
			return command_usage(
				&command_check, e, "there is no option %s", argv[optind - 1]);
	}
	if (!ret->help && argc - optind > 1)
		return command_usage(&command_check, e, "it takes the name of one VM, or none");
	ret->name = argv[optind];
	return 0;
}

/* All that is known of the host. */
struct look {
	struct host host;
	struct facts facts;
	struct survey survey;
};

/* Claims can't always be read by an ordinary user: all else can be judged without. */
static int
facts_read(struct look *look, struct error *e)
{
	int r = facts_load(&look->host, &look->facts, e);

	if (r == 0 || r == -ENOMEM)
		return r;
	log_failure(LOG_LEVEL_WARNING, e);
	facts_done(&look->facts);
	return facts_look(&look->host, &look->facts, e);
}

static int
look_load(struct look *look, struct error *e)
{
	int r = host_open(&look->host, e);

	/* The state directory, which comes last, may be another user's. */
	if (r < 0 && look->host.roots.proc.fd >= 0) {
		log_failure(LOG_LEVEL_WARNING, e);
		r = 0;
	}
	if (r == 0)
		r = facts_read(look, e);
	if (r == 0)
		r = survey_load(&look->host, &look->facts.topology, &look->survey, e);
	return r;
}

static void
look_done(struct look *look)
{
	survey_done(&look->survey);
	facts_done(&look->facts);
	host_close(&look->host);
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

/* Memory in files is of the pages that these have. */
static void
pages_find(const struct survey *survey, struct needs *needs)
{
	for (size_t i = 0; i < needs->memory_count; i++) {
		struct need_memory *memory = &needs->memory[i];

		if (memory->path[0] != '\0') {
			memory->page_bytes = 0;
			(void)pages_look(memory->path, &memory->page_bytes);
		} else if (memory->page_bytes == 0) {
			memory->page_bytes = survey->memory.default_bytes;
		}
	}
}

static int
definition_judge(struct look *look, const struct definition *d, struct check_input *in,
	struct checkup *ret, struct error *refusal)
{
	struct needs needs;
	struct plan plan = {0};
	struct error parts = {0};
	struct check_vm vm = {.definition = d, .needs = &needs};
	int r;

	if (parts_find(d, &parts) < 0)
		vm.no_parts = &parts;
	needs_read(d, &needs);
	pages_find(&look->survey, &needs);
	r = pci_load(&look->host.roots.sys, d->wishes.near, &look->facts.near, refusal);
	if (r == 0)
		r = plan_make(d, &look->facts, NULL, &plan, refusal);
	if (r == 0) {
		vm.plan = &plan;
		in->watched = plan.pinned;
		cpus_unite(&in->watched, &plan.later);
	} else {
		vm.refusal = refusal;
	}
	check_host(in, ret);
	check_definition(in, &vm, ret);
	plan_done(&plan);
	if (r == 0 && vm.no_parts != NULL) {
		*refusal = parts;
		r = error_code(&parts);
	}
	return r;
}

/* The CPUs of all VMs. */
static void
host_judge(const struct look *look, struct check_input *in, struct checkup *ret)
{
	for (size_t i = 0; i < look->facts.claim_count; i++)
		cpus_unite(&in->watched, &look->facts.claims[i].cpus);
	check_host(in, ret);
}

static int
checkup_print(const struct look *look, const struct options *o, const struct checkup *c,
	const struct definition *d, struct error *e)
{
	const struct report_check how = {
		.kernel = look->facts.kernel,
		.vm = d != NULL ? d->name : NULL,
		.is_root = look->facts.root,
		.colour = command_colour(),
	};

	return o->json ? report_check_json(stdout, c, &how, e) : report_check(stdout, c, &how, e);
}

/* A definition that is refused ends as `run` would. */
static int
status_of(const struct checkup *c, int refused, const struct error *refusal)
{
	if (refused < 0)
		return (int)error_exit_status(refusal->kind);
	return checkup_worst(c) == VERDICT_PROBLEM ? EXIT_STATUS_PROBLEM : EXIT_STATUS_OK;
}

/* @d: NULL for the host alone */
static int
check_show(const struct definition *d, const struct options *o, struct error *e)
{
	struct look look = {.host = HOST_CLOSED};
	struct check_input in = {.facts = &look.facts, .survey = &look.survey};
	struct checkup checkup = {0};
	struct error refusal = {0};
	int r = look_load(&look, e), refused = 0;

	if (r == 0 && d != NULL)
		refused = definition_judge(&look, d, &in, &checkup, &refusal);
	else if (r == 0)
		host_judge(&look, &in, &checkup);
	if (r == 0)
		r = checkup_print(&look, o, &checkup, d, e);
	if (r == 0)
		r = status_of(&checkup, refused, &refusal);
	checkup_done(&checkup);
	look_done(&look);
	return r;
}

static int
check_main(int argc, char **argv, struct error *e)
{
	struct definition definition = {0};
	struct options options;
	int r = options_parse(argc, argv, &options, e);

	if (r < 0)
		return r;
	if (options.help) {
		command_help(&command_check);
		return EXIT_STATUS_OK;
	}
	if (options.name == NULL)
		return check_show(NULL, &options, e);
	r = command_definition(options.name, DIALECT_QPIN, &definition, e);
	if (r == 0)
		r = check_show(&definition, &options, e);
	definition_done(&definition);
	return r;
}

const struct command command_check = {
	.name = "check",
	.synopsis = "[--json] [NAME]",
	.summary = "show what this host can give, and what mends the rest",
	.help = "  NAME    judge this definition on this host, too\n"
		"  --json  everything, for programs\n"
		"\n"
		"Each line is a verdict, what was looked at, and what was found:\n"
		"  ok       nothing to do\n"
		"  advice   VMs work, but not as well as they could\n"
		"  problem  some don't start, or are not isolated\n"
		"  unseen   you may not see it; root may\n"
		"Below it are a hint, and the command that mends it. Nothing is touched.\n"
		"\n"
		"Exit status: 0, also with advice; 6 with a problem; with NAME, that of `run`\n"
		"where it would be refused. man qpin-check lists all that is looked at.\n"
		"\n"
		"  sudo qpin check\n"
		"  qpin check --json win11 | jq -r '.checks[] | select(.mend) | .mend'\n",
	.run = check_main,
};
