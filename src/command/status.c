/* SPDX-License-Identifier: MIT */
/* qpin status: what runs where, and what the kernel says of it; nothing is touched. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/text.h"
#include "command/command.h"
#include "command/watch.h"
#include "report/status.h"
#include "report/status_json.h"
#include "report/status_metrics.h"
#include "supervise/view.h"

enum {
	INTERVAL_MS = 2000,
};

struct options {
	bool help;
	bool json;
	bool prometheus;
	bool openmetrics;
	bool watch;
	int interval_ms;
	struct status_columns columns;
	char *const *names; /* borrowed */
	size_t name_count;  /* 0: all */
};

static int
option_take(int c, struct options *ret, char *const *argv, struct error *e)
{
	switch (c) {
	case 'h':
		ret->help = true;
		return 0;
	case 'j':
		ret->json = true;
		return 0;
	case 'o':
		return status_columns_parse(optarg, &ret->columns, e);
	case 'm':
		ret->openmetrics = true;
		return 0;
	case 'p':
		ret->prometheus = true;
		return 0;
	case 'w':
		ret->watch = true;
		if (optarg == NULL || watch_parse(optarg, &ret->interval_ms) == 0)
			return 0;
		return command_usage(&command_status, e,
			"\"%.32s\" is no interval: seconds, from 0.1 to 3600", optarg);
	case ':':
		return command_usage(
			&command_status, e, "%s needs a list of columns", argv[optind - 1]);
	default:
		return command_usage(&command_status, e, "there is no option %s", argv[optind - 1]);
	}
}

static int
options_check(const struct options *o, struct error *e)
{
	if (o->prometheus + o->openmetrics + (o->json || o->watch) > 1)
		return command_usage(&command_status, e,
			"--prometheus and --openmetrics are each for itself, without --json and "
			"--watch");
	for (size_t i = 0; i < o->name_count; i++) {
		if (!name_is_safe(o->names[i]))
			return command_usage(
				&command_status, e, "\"%.64s\" is no name of a VM", o->names[i]);
	}
	return 0;
}

static int
options_parse(int argc, char **argv, struct options *ret, struct error *e)
{
	static const struct option table[] = {
		{.name = "help", .val = 'h'},
		{.name = "json", .val = 'j'},
		{.name = "openmetrics", .val = 'm'},
		{.name = "output", .has_arg = required_argument, .val = 'o'},
		{.name = "prometheus", .val = 'p'},
		{.name = "watch", .has_arg = optional_argument, .val = 'w'},
		{0},
	};
	int c, r = 0;

	*ret = (struct options){.interval_ms = INTERVAL_MS};
	status_columns_default(&ret->columns);
	opterr = 0;
	optind = 1;
	while (r == 0 && (c = getopt_long(argc, argv, ":ho:", table, NULL)) != -1)
		r = option_take(c, ret, argv, e);
	if (r < 0 || ret->help)
		return r;
	ret->names = argv + optind;
	ret->name_count = (size_t)(argc - optind);
	return options_check(ret, e);
}

static int
look(const struct options *o, struct status *ret, struct error *e)
{
	const struct view_request request = {
		.names = o->names,
		.name_count = o->name_count,
		.wants = o->json || o->prometheus || o->openmetrics ? STATUS_WANT_ALL
								    : o->columns.wants,
	};

	return view_look(&request, ret, e);
}

/* A name that is given must be a VM's. */
static int
names_check(const struct options *o, const struct status *status, struct error *e)
{
	for (size_t i = 0; i < o->name_count; i++) {
		bool found = false;

		for (size_t j = 0; j < status->vm_count && !found; j++)
			found = str_eq(status->vms[j].name, o->names[i]);
		if (found)
			continue;
		error_sys(e, ESRCH, NULL, "show VM %s", o->names[i]);
		error_why(e, "it does not run");
		return error_hint(e, "qpin list");
	}
	return 0;
}

static int
print(FILE *out, const struct options *o, const struct status *now, const struct status *before,
	struct error *e)
{
	if (o->prometheus || o->openmetrics)
		return report_status_metrics(
			out, now, o->openmetrics ? STATUS_METRICS_OPEN : STATUS_METRICS_CLASSIC, e);
	if (o->json)
		return report_status_json(out, now, o->watch, e);
	return report_status(out, now, before, &o->columns, e);
}

/* One picture. */
static int
draw(const struct options *o, const struct watch *watch, const struct status *now,
	const struct status *before, struct error *e)
{
	auto_free char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int r;

	if (out == NULL)
		return error_sys(e, errno, NULL, "print the status");
	r = print(out, o, now, before, e);
	if (r == 0 && !o->json && !watch->draws)
		(void)fputc('\n', out);
	if (fclose(out) != 0 && r == 0)
		r = error_sys(e, errno, NULL, "print the status");
	return r < 0 ? r : watch_show(watch, text, e);
}

/* @first: the first look, taken over */
static int
watch_loop(const struct options *o, struct status *first, struct error *e)
{
	struct status before = {0}, now = *first;
	struct watch watch;
	int r = watch_open(&watch, o->interval_ms, e);

	*first = (struct status){0};
	if (r == 0)
		r = draw(o, &watch, &now, NULL, e);
	while (r == 0 && watch_wait(&watch)) {
		status_done(&before);
		before = now;
		r = look(o, &now, e);
		if (r == 0)
			r = draw(o, &watch, &now, &before, e);
	}
	watch_close(&watch);
	status_done(&before);
	status_done(&now);
	return r;
}

static int
status_main(int argc, char **argv, struct error *e)
{
	struct options options;
	struct status status = {0};
	int r = options_parse(argc, argv, &options, e);

	if (r < 0)
		return r;
	if (options.help) {
		command_help(&command_status);
		return EXIT_STATUS_OK;
	}
	r = look(&options, &status, e);
	if (r == 0)
		r = names_check(&options, &status, e);
	if (r == 0)
		r = options.watch ? watch_loop(&options, &status, e)
				  : print(stdout, &options, &status, NULL, e);
	status_done(&status);
	return r;
}

const struct command command_status = {
	.name = "status",
	.synopsis = "[OPTION...] [NAME...]",
	.summary = "show where the threads of VMs run, and what disturbs them",
	.help = "  -o, --output COLUMNS  these columns, with commas between; +COLUMN adds to the\n"
		"                        usual ones, which are marked with *\n"
		"  --watch[=SECONDS]     every 2 (or so many) seconds again, with what was\n"
		"                        counted meanwhile; ends at q or Ctrl-C\n"
		"  --json                everything, for programs; with --watch a line each time\n"
		"  --prometheus          metrics, for node_exporter's textfile collector\n"
		"  --openmetrics         the same in OpenMetrics' format, which that doesn't read\n"
		"\n"
		"  role*       vCPU by socket, core and thread of the guest; emulator: QEMU's\n"
		"              main loop; iothreads; workers, vhosts, others of a kind together\n"
		"  tid*, cpu*  the thread, and where it may run now\n"
		"  place*      core/cache/node of that CPU; core, cache, node: the same apart\n"
		"  policy*     of scheduling, and its priority\n"
		"  time*       it ran for\n"
		"  delay*      it was ready to run, and waited for a CPU\n"
		"  invol*      another task had to run in its place: involuntary switches; vol:\n"
		"              those when it slept\n"
		"  migr        it was moved to another CPU\n"
		"  irqs*       interrupts on its CPU since boot, its own timer's among them\n"
		"  foreign*    other tasks that were put on a vCPU's CPU since it has it, the\n"
		"              kernel's own among them: 0 proves that it was alone there\n"
		"  name        as QEMU calls the thread\n"
		"  partition*  what the kernel says of its cgroup's cpuset.cpus.partition\n"
		"\n"
		"A line with ! tells what is not as it was made. Nothing is touched. Root sees\n"
		"the VMs of all users who are logged in.\n"
		"\n"
		"  qpin status\n"
		"  qpin status -o role,cpu,delay,invol win11\n"
		"  qpin status --watch=0.5 win11\n"
		"  qpin status --json | jq '.vms[].threads[] | select(.role == \"vcpu\")'\n",
	.run = status_main,
};
