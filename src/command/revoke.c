/* SPDX-License-Identifier: MIT */
/* qpin revoke: take back the CPUs that `qpin grant` gave. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/log.h"
#include "command/command.h"
#include "supervise/grant.h"

struct options {
	bool help;
	bool force;
	bool verbose;
	const char *user;
};

static int
options_parse(int argc, char **argv, struct options *ret, struct error *e)
{
	static const struct option table[] = {
		{.name = "force", .val = 'f'},
		{.name = "help", .val = 'h'},
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
				&command_revoke, e, "there is no option %s", argv[optind - 1]);
		ret->force = ret->force || c == 'f';
		ret->help = ret->help || c == 'h';
		ret->verbose = ret->verbose || c == 'v';
	}
	if (!ret->help && argc - optind != 1)
		return command_usage(&command_revoke, e, "it takes one user");
	ret->user = argv[optind];
	return 0;
}

static int
take_back(const struct options *options, struct error *e)
{
	struct host host = HOST_CLOSED;
	struct grantee who;
	int r = grantee_find(options->user, true, &who, e);

	if (r == 0)
		r = host_open(&host, e);
	if (r == 0)
		r = grant_revoke(&host, &who, options->force, e);
	host_close(&host);
	if (r == 0)
		log_notice("user %s has no CPUs of his own any more", who.name);
	return r;
}

static int
revoke_main(int argc, char **argv, struct error *e)
{
	struct options options;
	int r = options_parse(argc, argv, &options, e);

	if (r < 0)
		return r;
	if (options.help) {
		command_help(&command_revoke);
		return EXIT_STATUS_OK;
	}
	if (geteuid() != 0) {
		error_sys(e, EPERM, NULL, "take back CPUs of users' own");
		return error_hint(e, "only root can: sudo qpin revoke …");
	}
	if (options.verbose)
		log_init(LOG_LEVEL_DEBUG);
	return take_back(&options, e);
}

const struct command command_revoke = {
	.name = "revoke",
	.synopsis = "[--force] USER",
	.summary = "take back the CPUs that `grant` gave (root)",
	.help = "  USER     a user's name or number\n"
		"  --force  even while something of the user's runs there: it goes on, pinned,\n"
		"           but no longer alone\n"
		"  -v       tell every change to the host\n"
		"\n"
		"  sudo qpin revoke alice\n",
	.run = revoke_main,
};
