/* SPDX-License-Identifier: MIT */
/* qpin run: start a VM, watch over it, put everything back. */
#include "command/run.h"

#include <getopt.h>
#include <stdbool.h>

#include "base/log.h"
#include "command/command.h"
#include "supervise/run.h"

struct options {
	bool help;
	struct run_request request;
};

/* Levels by verbosity, from -1. */
static const enum log_level levels[] = {
	LOG_LEVEL_WARNING, LOG_LEVEL_NOTICE, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG};

static int
options_parse(int argc, char **argv, struct options *ret, struct error *e)
{
	static const struct option table[] = {
		{.name = "help", .val = 'h'},
		{.name = "log-seccomp", .val = 'l'},
		{.name = "no-seccomp", .val = 'n'},
		{.name = "quiet", .val = 'q'},
		{.name = "verbose", .val = 'v'},
		{0},
	};
	int c;

	*ret = (struct options){0};
	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, "+hqv", table, NULL)) != -1) {
		if (c == 'h')
			ret->help = true;
		else if (c == 'q')
			ret->request.verbosity = -1;
		else if (c == 'v')
			ret->request.verbosity += ret->request.verbosity < RUN_VERBOSITY_MAX;
		else if (c == 'l')
			ret->request.confinement = CONFINE_LOG;
		else if (c == 'n')
			ret->request.confinement = CONFINE_NOT;
		else
			return command_usage(
				&command_run, e, "there is no option %s", argv[optind - 1]);
	}
	if (ret->help)
		return 0;
	if (argc - optind != 1)
		return command_usage(&command_run, e, "it takes the name of one VM");
	ret->request.name = argv[optind];
	return command_permit(
		ret->request.confinement == CONFINE_REFUSE, "--no-seccomp or --log-seccomp", e);
}

int
run_named(const struct run_request *request, struct error *e)
{
	struct definition definition = {0};
	int r;

	log_init(levels[request->verbosity + 1]);
	r = command_definition(request->name, request->dialect, &definition, e);
	if (r == 0) {
		if (definition.debug && request->verbosity == 0)
			log_init(LOG_LEVEL_INFO);
		r = vm_run(&definition, request->confinement, e);
	}
	definition_done(&definition);
	return r;
}

static int
run_main(int argc, char **argv, struct error *e)
{
	struct options options;
	int r = options_parse(argc, argv, &options, e);

	if (r < 0)
		return r;
	if (options.help) {
		command_help(&command_run);
		return EXIT_STATUS_OK;
	}
	return run_named(&options.request, e);
}

const struct command command_run = {
	.name = "run",
	.on_behalf = true,
	.synopsis = "[-v|-q] NAME",
	.summary = "start a VM with its vCPUs pinned, watch over it, and put everything back",
	.help = "  NAME           the definition NAME.yml in the configuration directory,\n"
		"                 or a file: a path with a slash, or ending in .yml\n"
		"  -v, --verbose  tell which thread is on which CPU; twice: every change\n"
		"  -q, --quiet    tell only what is wrong\n"
		"  --no-seccomp   don't confine qpin's own system calls, for debugging\n"
		"  --log-seccomp  let the kernel log what that refuses, and do it\n"
		"\n"
		"Ctrl-C or SIGTERM presses the guest's power button; a second one hurries.\n"
		"The exit status is QEMU's; 128 + n when signal n ended it. Before the guest\n"
		"runs: 1 the host or QEMU failed, 2 wrong usage or definition, 3 less\n"
		"isolation than required, 4 a CPU belongs to another VM, 5 not permitted.\n"
		"\n"
		"  sudo qpin run win11\n"
		"  sudo qpin run -v ./lab.yml\n",
	.run = run_main,
};
