/* SPDX-License-Identifier: MIT */
/* qpin grant: give an ordinary user CPUs of his own. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "command/command.h"
#include "report/grants.h"
#include "supervise/grant.h"

enum action {
	ACTION_GIVE,
	ACTION_LIST,
	ACTION_START,
	ACTION_STOP,
};

struct options {
	bool help;
	bool json;
	bool verbose;
	enum action action;
	const char *user;
	struct cpus cpus; /* of ACTION_GIVE */
};

/* How many words follow the options of each action. */
static const int words[] = {
	[ACTION_GIVE] = 2, [ACTION_LIST] = 0, [ACTION_START] = 1, [ACTION_STOP] = 1};

static void
option_take(struct options *o, int c)
{
	switch (c) {
	case 'h':
		o->help = true;
		break;
	case 'j':
		o->json = true;
		break;
	case 'v':
		o->verbose = true;
		break;
	case 'l':
		o->action = ACTION_LIST;
		break;
	case 's':
		o->action = ACTION_START;
		break;
	default:
		o->action = ACTION_STOP;
		break;
	}
}

static int
cpus_read(const char *text, struct cpus *ret, struct error *e)
{
	int r = cpus_parse(text, ret);

	if (r == -ERANGE)
		return command_usage(
			&command_grant, e, "\"%.64s\" has a number beyond %d", text, CPUS_MAX - 1);
	if (r < 0)
		return command_usage(
			&command_grant, e, "\"%.64s\" is no CPU list such as 2-3,8", text);
	if (cpus_empty(ret))
		return command_usage(&command_grant, e, "the CPU list is empty");
	return 0;
}

static int
options_parse(int argc, char **argv, struct options *ret, struct error *e)
{
	static const struct option table[] = {
		{.name = "help", .val = 'h'},
		{.name = "json", .val = 'j'},
		{.name = "list", .val = 'l'},
		{.name = "start", .val = 's'},
		{.name = "stop", .val = 't'},
		{.name = "verbose", .val = 'v'},
		{0},
	};
	int c;

	*ret = (struct options){0};
	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, "hv", table, NULL)) != -1) {
		if (c == '?')
			return command_usage(
				&command_grant, e, "there is no option %s", argv[optind - 1]);
		option_take(ret, c);
	}
	if (ret->help)
		return 0;
	if (argc - optind != words[ret->action])
		return command_usage(
			&command_grant, e, "it takes a user and a CPU list, or --list");
	if (ret->json && ret->action != ACTION_LIST)
		return command_usage(&command_grant, e, "--json goes with --list");
	ret->user = argv[optind];
	return ret->action == ACTION_GIVE ? cpus_read(argv[optind + 1], &ret->cpus, e) : 0;
}

static int
give(struct host *host, const struct options *o, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct grantee who;
	int r = grantee_find(o->user, false, &who, e);

	if (r == 0)
		r = grant_give(host, &who, &o->cpus, e);
	if (r < 0)
		return r;
	log_notice("CPUs %s are user %s's own, %s", cpus_format(&o->cpus, text), who.name,
		r > 0 ? "from now on" : "whenever he is logged in");
	if (cpus_count(&o->cpus) == 1)
		log_warning("a VM keeps one CPU for QEMU's other threads: with two or more, vCPUs "
			    "can be isolated");
	return 0;
}

static int
list(struct host *host, bool json, struct error *e)
{
	auto_free struct grant *grants = NULL;
	int count = grants_read(&grants, e);

	for (int i = 0; i < count; i++)
		grant_observe(host, &grants[i]);
	if (count < 0)
		return count;
	return json ? report_grants_json(stdout, grants, (size_t)count, e)
		    : report_grants(stdout, grants, (size_t)count, e);
}

static int
act(struct host *host, const struct options *o, struct error *e)
{
	struct grantee who;
	int r;

	switch (o->action) {
	case ACTION_GIVE:
		return give(host, o, e);
	case ACTION_LIST:
		return list(host, o->json, e);
	case ACTION_START:
	case ACTION_STOP:
		break;
	}
	r = grantee_find(o->user, true, &who, e);
	if (r < 0)
		return r;
	return o->action == ACTION_START ? grant_start(host, who.uid, e)
					 : grant_stop(host, who.uid, e);
}

static int
grant_main(int argc, char **argv, struct error *e)
{
	struct host host = HOST_CLOSED;
	struct options options;
	int r = options_parse(argc, argv, &options, e);

	if (r < 0)
		return r;
	if (options.help) {
		command_help(&command_grant);
		return EXIT_STATUS_OK;
	}
	if (geteuid() != 0) {
		error_sys(e, EPERM, NULL, "see or give CPUs of users' own");
		return error_hint(e, "only root can: sudo qpin grant …");
	}
	if (options.verbose)
		log_init(LOG_LEVEL_DEBUG);
	r = host_open(&host, e);
	if (r == 0)
		r = act(&host, &options, e);
	host_close(&host);
	return r;
}

const struct command command_grant = {
	.name = "grant",
	.synopsis = "USER CPUS | --list [--json]",
	.summary = "give a user CPUs of his own (root)",
	.help = "  USER     a user's name or number\n"
		"  CPUS     a CPU list, such as 2-3,8\n"
		"  --list   all grants, and whether they are in force\n"
		"  --json   the same, for programs\n"
		"  -v       tell every change to the host\n"
		"\n"
		"The user's own `qpin run` then isolates vCPUs on them without any privilege, and\n"
		"nobody else's tasks run there. One of them is kept for QEMU's other threads.\n"
		"It lasts over log-outs and boots (qpin-grant@UID.service), until `qpin revoke`.\n"
		"\n"
		"  sudo qpin grant alice 4-7\n",
	.run = grant_main,
};
