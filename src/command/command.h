/* SPDX-License-Identifier: MIT */
/* A subcommand of qpin. main.c holds the list; nothing else knows the set. */
#ifndef QPIN_COMMAND_COMMAND_H
#define QPIN_COMMAND_COMMAND_H

#include <stdbool.h>

#include "base/error.h"
#include "config/definition.h"

struct command {
	const char *name;
	bool is_program;      /* it is called by its name, and no word behind qpin */
	bool on_behalf;       /* the caller of a set-uid root qpin may use it */
	const char *synopsis; /* what follows the name: "[-v] NAME" */
	const char *summary;  /* a line for the list of commands */
	const char *help;     /* options and examples, each line indented by two */

	/*
	 * Run with the words from the command's own name on. Returns the exit status, or -errno
	 * with
	 * @e filled; tells nothing of @e itself.
	 */
	int (*run)(int argc, char **argv, struct error *e);
};

extern const struct command command_run;
extern const struct command command_plan;
extern const struct command command_release;
extern const struct command command_adopt;
extern const struct command command_attach;
extern const struct command command_import;
extern const struct command command_grant;
extern const struct command command_revoke;
extern const struct command command_status;
extern const struct command command_list;
extern const struct command command_check;
extern const struct command command_topology;
extern const struct command command_verify;
extern const struct command command_launcher; /* qemu-launcher */

/* command_help - the help of one command, on standard output */
void command_help(const struct command *c);

/*
 * command_colour - whether standard output is to have colour: it is a terminal that has some, and
 * NO_COLOR isn't set. Source: https://no-color.org.
 */
bool command_colour(void);

/*
 * command_definition - load definition @name, and tell all that is wrong with it or without effect
 *
 * Returns 0 or -errno; of several errors in the file all but the last are told already, and that
 * one is in @e. The caller calls definition_done() in any case.
 */
int command_definition(
	const char *name, enum dialect dialect, struct definition *ret, struct error *e);

/*
 * command_permit - whether the caller of a set-uid root qpin, if there is one, may have @what
 * @what: "qpin attach", "--all"
 *
 * Returns 0, or -EPERM.
 */
int command_permit(bool permitted, const char *what, struct error *e);

/* command_usage - fail for what is wrong with a command line */
int command_usage(const struct command *c, struct error *e, const char *why, ...)
	__attribute__((format(printf, 3, 4)));

#endif
