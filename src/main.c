/* SPDX-License-Identifier: MIT */
/* argv[0], argv[1] -> a command; nothing else. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/descriptors.h"
#include "base/log.h"
#include "base/privilege.h"
#include "base/text.h"
#include "command/commands.h"

/* By these names qpin is another program. */
static const struct {
	const char *name;
	const struct command *command;
} programs[] = {
	{"qemu-affinity", &command_attach},
	{"qemu-launcher", &command_launcher},
};

static int
help(void)
{
	size_t count;
	const struct command *const *commands = commands_all(&count);

	(void)printf("usage: qpin COMMAND …\n\n"
		     "Runs QEMU with each vCPU on an isolated host CPU of its own.\n\n");
	for (size_t i = 0; i < count; i++)
		(void)printf("  %-8s %-27s %s\n", commands[i]->name, commands[i]->synopsis,
			commands[i]->summary);
	(void)printf("\nMore of a command: qpin COMMAND --help, man qpin-COMMAND; of definitions: "
		     "man qpin.yml\n");
	return EXIT_STATUS_OK;
}

static int
start(const struct command *c, int argc, char **argv, struct error *e)
{
	int r = command_permit(c->on_behalf, argv[0], e);

	return r < 0 ? r : c->run(argc, argv, e);
}

static const char *
basename_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static int
run(int argc, char **argv, struct error *e)
{
	const struct command *const *commands;
	size_t count;

	for (size_t i = 0; i < COUNT(programs) && argc > 0; i++) {
		if (str_eq(basename_of(argv[0]), programs[i].name))
			return start(programs[i].command, argc, argv, e);
	}
	if (argc < 2) {
		error_refuse(e, ERROR_USAGE, NULL, "read the command line");
		error_why(e, "it names no command");
		return error_hint(e, "qpin --help");
	}
	if (str_eq(argv[1], "--help") || str_eq(argv[1], "-h") || str_eq(argv[1], "help"))
		return help();
	if (str_eq(argv[1], "--version")) {
		(void)printf("qpin %s\n", VERSION);
		return EXIT_STATUS_OK;
	}
	commands = commands_all(&count);
	for (size_t i = 0; i < count; i++) {
		if (str_eq(argv[1], commands[i]->name))
			return start(commands[i], argc - 1, argv + 1, e);
	}
	error_refuse(e, ERROR_USAGE, NULL, "read the command line");
	error_why(e, "there is no command \"%s\"", argv[1]);
	return error_hint(e, "qpin --help");
}

int
main(int argc, char **argv)
{
	struct error e = {0};
	int r = privilege_begin(&e);
	int opened = descriptors_begin();

	log_init(LOG_LEVEL_NOTICE);
	if (r == 0 && opened < 0)
		r = error_sys(&e, -opened, "/dev/null", "stand in for a closed descriptor");
	if (r == 0)
		r = run(argc, argv, &e);
	if (r >= 0)
		return r;
	log_failure(LOG_LEVEL_ERROR, &e);
	return (int)error_exit_status(e.kind);
}
