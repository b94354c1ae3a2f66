/* SPDX-License-Identifier: MIT */
/* qemu-launcher: `qpin run` with that program's command line, environment and definitions. */
#include "command/launcher.h"

#include <stdlib.h>

#include "base/files.h"
#include "base/text.h"
#include "command/command.h"
#include "command/run.h"

static int
word_take(const char *word, struct launcher_options *o, struct error *e)
{
	if (str_eq(word, "-v"))
		o->verbose = true;
	else if (str_eq(word, "-d"))
		o->debug = true;
	else if (word[0] == '-')
		return command_usage(&command_launcher, e, "there is no option %s", word);
	else if (o->name != NULL)
		return command_usage(&command_launcher, e,
			"it takes the name of one VM, and not \"%s\", too", word);
	else
		o->name = word;
	return 0;
}

int
launcher_options_parse(int argc, char **argv, struct launcher_options *ret, struct error *e)
{
	int r = 0;

	*ret = (struct launcher_options){0};
	for (int i = 1; i < argc; i++)
		ret->help = ret->help || str_eq(argv[i], "-h") || str_eq(argv[i], "--help");
	for (int i = 1; i < argc && !ret->help && r == 0; i++)
		r = word_take(argv[i], ret, e);
	if (r == 0 && !ret->help && ret->name == NULL)
		return command_usage(&command_launcher, e, "it names no VM");
	return r;
}

/* Whatever cgroups this host has: what is wrong with these is told. */
static int
environment_check(struct error *e)
{
	static const char mount_name[] = "QEMU_LAUNCHER_CPUSET_MOUNT_PATH";
	static const char prefix_name[] = "QEMU_LAUNCHER_CPUSET_PREFIX";
	const char *mount = getenv(mount_name), *prefix = getenv(prefix_name);

	if (mount != NULL && mount[0] != '\0' && mount[0] != '/') {
		(void)error_refuse(
			e, ERROR_USAGE, NULL, "take %s from the environment", mount_name);
		(void)error_why(e, "\"%s\" is no absolute path", mount);
		return error_hint(e, "begin it with a slash");
	}
	if (prefix != NULL && prefix[0] != '\0' && !name_is_safe(prefix)) {
		(void)error_refuse(
			e, ERROR_USAGE, NULL, "take %s from the environment", prefix_name);
		(void)error_why(e, "\"%s\" is no plain name", prefix);
		return error_hint(e, "it is the name of one directory, without a slash");
	}
	return 0;
}

static int
launcher_main(int argc, char **argv, struct error *e)
{
	struct launcher_options options;
	int r = launcher_options_parse(argc, argv, &options, e);

	if (r == 0 && options.help) {
		command_help(&command_launcher);
		return EXIT_STATUS_OK;
	}
	if (r == 0)
		r = environment_check(e);
	if (r < 0)
		return r;
	return run_named(
		&(struct run_request){
			.name = options.name,
			.dialect = DIALECT_LAUNCHER,
			.verbosity = options.debug ? RUN_VERBOSITY_MAX : options.verbose,
		},
		e);
}

const struct command command_launcher = {
	.name = "qemu-launcher",
	.is_program = true,
	.on_behalf = true,
	.synopsis = "[-v] [-d] NAME",
	.summary = "start a VM with its vCPUs pinned, as qemu-launcher does; this is qpin",
	.help = "  NAME  the definition NAME.yml in $QEMU_LAUNCHER_CONFIG_DIR, which is\n"
		"        /usr/local/etc/qemu-launcher when it isn't set\n"
		"  -v    tell which thread is on which CPU\n"
		"  -d    tell every change, too\n"
		"\n"
		"With cgroup v1 the cpusets are in $QEMU_LAUNCHER_CPUSET_PREFIX (qemu), and the\n"
		"controller is mounted at $QEMU_LAUNCHER_CPUSET_MOUNT_PATH where it is not yet\n"
		"(/sys/fs/cgroup/cpuset). The exit status is QEMU's; 128 + n when signal n ended\n"
		"it. Before the guest runs: 1 the host or QEMU failed, 2 wrong usage or\n"
		"definition, 3 less isolation than required, 4 a CPU belongs to another VM,\n"
		"5 not permitted. What else differs: man qpin-run.\n"
		"\n"
		"  sudo qemu-launcher win11\n"
		"  sudo QEMU_LAUNCHER_CONFIG_DIR=/etc/my-vms qemu-launcher -v lab\n",
	.run = launcher_main,
};
