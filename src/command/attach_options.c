/* SPDX-License-Identifier: MIT */
/* The command line of `qpin attach`, which is qemu-affinity's. */
#include "command/attach_options.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "command/command.h"

/* What an option is followed by. */
enum takes {
	TAKES_NOTHING,
	TAKES_ONE,
	TAKES_LIST,  /* a CPU list, or nothing at all */
	TAKES_LISTS, /* everything up to the next option */
};

enum meaning {
	MEANS_HELP,
	MEANS_DRY_RUN,
	MEANS_VERBOSE,
	MEANS_FOLLOW,
	MEANS_ISOLATE,
	MEANS_BACKGROUND,
	MEANS_NO_SECCOMP,
	MEANS_LOG_SECCOMP,
	MEANS_SAVE,
	MEANS_UNDO,
	MEANS_QMP,
	MEANS_NAME,
	MEANS_DEFINITION,
	MEANS_SELECT,
};

struct flag {
	const char *name;
	enum takes takes;
	enum meaning meaning;
	enum select_group group; /* of MEANS_SELECT */
	char letter;             /* '\0': none */
	bool whole;              /* the name can't be cut: what remains is another's */
};

#define LISTS(option, text, of)                                                                    \
	{                                                                                          \
		.letter = (option), .name = (text), .takes = TAKES_LISTS, .meaning = MEANS_SELECT, \
		.group = (of)                                                                      \
	}

static const struct flag flags[] = {
	{.letter = 'h', .name = "help", .meaning = MEANS_HELP},
	{.name = "dry-run", .meaning = MEANS_DRY_RUN},
	{.letter = 'v', .name = "verbose", .meaning = MEANS_VERBOSE},
	{.name = "follow", .meaning = MEANS_FOLLOW},
	{.name = "isolate", .meaning = MEANS_ISOLATE, .whole = true},
	{.name = "background", .meaning = MEANS_BACKGROUND, .whole = true},
	{.name = "no-seccomp", .meaning = MEANS_NO_SECCOMP, .whole = true},
	{.name = "log-seccomp", .meaning = MEANS_LOG_SECCOMP, .whole = true},
	{.name = "save", .takes = TAKES_ONE, .meaning = MEANS_SAVE},
	{.name = "undo", .takes = TAKES_ONE, .meaning = MEANS_UNDO},
	{.name = "qmp", .takes = TAKES_ONE, .meaning = MEANS_QMP, .whole = true},
	{.name = "name", .takes = TAKES_ONE, .meaning = MEANS_NAME, .whole = true},
	{.name = "definition", .takes = TAKES_ONE, .meaning = MEANS_DEFINITION, .whole = true},
	{.letter = 'p',
		.name = "process-affinity",
		.takes = TAKES_LIST,
		.meaning = MEANS_SELECT,
		.group = SELECT_PROCESS},
	LISTS('q', "qemu-affinity", SELECT_QEMU),
	LISTS('k', "kvm-affinity", SELECT_VCPU),
	LISTS('i', "io-affinity", SELECT_IO),
	LISTS('w', "worker-affinity", SELECT_WORKER),
	LISTS('t', "thread-affinity", SELECT_THREAD),
};

/* A command line that is being read. */
struct reader {
	struct attach_options *options;
	const struct flag *open; /* the option that the next word may belong to; NULL: none */
	const char *pid;         /* the word that is the PID; NULL while there is none */
	bool pid_was_among_lists;
	bool options_ended; /* by "--" */
	unsigned cpu_count;
	bool given[COUNT(flags)];
};

static const struct flag *
flag_by_letter(char letter)
{
	for (size_t i = 0; i < COUNT(flags); i++) {
		if (flags[i].letter == letter && letter != '\0')
			return &flags[i];
	}
	return NULL;
}

/* As in qemu-affinity a name may be cut, as long as it is one option's alone. */
static const struct flag *
flag_by_name(const char *name, size_t len)
{
	const struct flag *found = NULL;

	for (size_t i = 0; i < COUNT(flags); i++) {
		if (strncmp(flags[i].name, name, len) != 0)
			continue;
		if (flags[i].name[len] == '\0')
			return &flags[i];
		if (flags[i].whole)
			continue;
		if (found != NULL)
			return NULL;
		found = &flags[i];
	}
	return found;
}

/*
 * The PID may stand anywhere, also behind an option that takes many words: the one number that is
 * no CPU's; where a socket or a name tells who is meant, none is. Returns 1 when @word is that, 0
 * when it isn't, -EINVAL when two could be.
 */
static int
pid_among_lists(struct reader *r, const char *word, struct error *e)
{
	uint32_t number;

	if (r->options->qmp != NULL || r->options->name != NULL ||
		num_parse_u32(word, r->cpu_count, INT32_MAX, &number) < 0)
		return 0;
	if (r->pid == NULL) {
		r->pid = word;
		r->pid_was_among_lists = true;
		return 1;
	}
	if (!r->pid_was_among_lists)
		return 0; /* a CPU that the host hasn't */
	return command_usage(&command_attach, e, "either of %s and %s may be the PID: put it first",
		r->pid, word);
}

/* A word that belongs to an option. */
static int
value_take(struct reader *r, const struct flag *flag, const char *word, struct error *e)
{
	struct attach_options *o = r->options;

	if (flag->meaning == MEANS_SELECT)
		return select_add(&o->selection, flag->group, word, e);
	if (flag->meaning == MEANS_SAVE)
		o->save = word;
	else if (flag->meaning == MEANS_UNDO)
		o->undo = word;
	else if (flag->meaning == MEANS_QMP)
		o->qmp = word;
	else if (flag->meaning == MEANS_NAME)
		o->name = word;
	else
		o->definition = word;
	return 0;
}

/* A word that stands behind the open option. */
static int
list_take(struct reader *r, const char *word, struct error *e)
{
	const struct flag *flag = r->open;
	int code = flag->takes == TAKES_LISTS ? pid_among_lists(r, word, e) : 0;

	if (code != 0)
		return code < 0 ? code : 0;
	if (flag->takes != TAKES_LISTS)
		r->open = NULL;
	return value_take(r, flag, word, e);
}

static int
flag_take(struct reader *r, const struct flag *flag, struct error *e)
{
	bool *given = &r->given[flag - flags];

	if (*given && flag->takes != TAKES_NOTHING)
		return command_usage(&command_attach, e, "--%s is given twice", flag->name);
	*given = true;
	r->open = flag->takes != TAKES_NOTHING ? flag : NULL;
	r->options->help = r->options->help || flag->meaning == MEANS_HELP;
	r->options->dry_run = r->options->dry_run || flag->meaning == MEANS_DRY_RUN;
	r->options->follow = r->options->follow || flag->meaning == MEANS_FOLLOW;
	r->options->isolate = r->options->isolate || flag->meaning == MEANS_ISOLATE;
	r->options->background = r->options->background || flag->meaning == MEANS_BACKGROUND;
	r->options->verbose = r->options->verbose || flag->meaning == MEANS_VERBOSE;
	if (flag->meaning == MEANS_NO_SECCOMP)
		r->options->confinement = CONFINE_NOT;
	if (flag->meaning == MEANS_LOG_SECCOMP)
		r->options->confinement = CONFINE_LOG;
	return 0;
}

/* The option before has what it needs. */
static int
open_end(struct reader *r, struct error *e)
{
	const struct flag *flag = r->open;
	const struct selection *s = &r->options->selection;

	r->open = NULL;
	if (flag == NULL || flag->takes == TAKES_LIST ||
		(flag->takes == TAKES_LISTS && s->count > 0 &&
			s->list[s->count - 1].group == flag->group))
		return 0;
	return command_usage(&command_attach, e, "--%s has no value", flag->name);
}

static int
long_take(struct reader *r, const char *word, struct error *e)
{
	size_t len = strcspn(word, "=");
	const struct flag *flag = flag_by_name(word, len);
	int code;

	if (flag == NULL || (word[len] == '=' && flag->takes == TAKES_NOTHING))
		return command_usage(&command_attach, e, "there is no option --%s", word);
	code = flag_take(r, flag, e);
	if (code < 0 || word[len] == '\0')
		return code;
	r->open = NULL;
	return value_take(r, flag, word + len + 1, e);
}

/* "-v", "-vk", "-k2" */
static int
short_take(struct reader *r, const char *word, struct error *e)
{
	int code = 0;

	for (const char *at = word; *at != '\0' && code == 0; at++) {
		const struct flag *flag = flag_by_letter(*at);

		if (flag == NULL)
			return command_usage(&command_attach, e, "there is no option -%s", word);
		code = flag_take(r, flag, e);
		if (code == 0 && flag->takes != TAKES_NOTHING && at[1] != '\0') {
			r->open = NULL;
			return value_take(r, flag, at + 1, e);
		}
	}
	return code;
}

static int
pid_take(struct reader *r, const char *word, struct error *e)
{
	if (r->pid != NULL)
		return command_usage(
			&command_attach, e, "it takes one PID, and not \"%s\", too", word);
	r->pid = word;
	return 0;
}

static int
option_take(struct reader *r, const char *word, struct error *e)
{
	int code = open_end(r, e);

	if (code < 0)
		return code;
	if (str_eq(word, "--")) {
		r->options_ended = true;
		return 0;
	}
	return word[1] == '-' ? long_take(r, word + 2, e) : short_take(r, word + 1, e);
}

static int
word_take(struct reader *r, const char *word, struct error *e)
{
	if (!r->options_ended && word[0] == '-' && word[1] != '\0')
		return option_take(r, word, e);
	return r->open != NULL ? list_take(r, word, e) : pid_take(r, word, e);
}

/* Who is meant: by a PID, a socket, both of these, or a name. */
static int
whom_check(struct reader *r, struct error *e)
{
	struct attach_options *o = r->options;
	uint32_t pid;

	if (r->pid == NULL)
		return o->qmp != NULL || o->name != NULL ? 0
							 : command_usage(&command_attach, e,
								   "there is no PID: put it first, "
								   "or behind \"--\" at the end");
	if (num_parse_u32(r->pid, 1, INT32_MAX, &pid) < 0)
		return command_usage(&command_attach, e, "\"%s\" is no PID", r->pid);
	if (r->pid_was_among_lists && (o->qmp != NULL || o->name != NULL))
		return command_usage(&command_attach, e, "the host has no CPU %s", r->pid);
	o->pid = (pid_t)pid;
	return 0;
}

static int
undo_check(const struct reader *r, struct error *e)
{
	const struct attach_options *o = r->options;

	if (r->pid == NULL && o->qmp == NULL && o->name == NULL && o->definition == NULL &&
		o->selection.count == 0 && o->save == NULL)
		return 0;
	return command_usage(&command_attach, e, "--undo goes with no PID and no CPUs");
}

/* What is asked for together, and the PID as a number. */
static int
isolate_check(const struct attach_options *o, struct error *e)
{
	if (o->isolate && (o->dry_run || o->follow || o->save != NULL))
		return command_usage(
			&command_attach, e, "--isolate goes with no --dry-run, --follow or --save");
	if (o->background && !o->isolate)
		return command_usage(&command_attach, e, "--background goes with --isolate alone");
	return 0;
}

static int
options_check(struct reader *r, struct error *e)
{
	struct attach_options *o = r->options;
	int code;

	if (o->help)
		return 0;
	if (o->undo != NULL)
		return undo_check(r, e);
	if (o->dry_run && o->follow)
		return command_usage(&command_attach, e, "--dry-run has nothing to follow");
	if (o->definition != NULL && o->selection.count > 0)
		return command_usage(&command_attach, e,
			"--definition names all CPUs: it goes with no %s",
			select_option(o->selection.list[0].group));
	code = isolate_check(o, e);
	if (code == 0)
		code = whom_check(r, e);
	if (code == 0 && o->name != NULL && (o->pid != 0 || o->qmp != NULL))
		return command_usage(&command_attach, e, "--name goes with no PID and no --qmp");
	return code;
}

int
attach_options_parse(
	int argc, char **argv, unsigned cpu_count, struct attach_options *ret, struct error *e)
{
	struct reader r = {.options = ret, .cpu_count = cpu_count};
	int code = 0;

	*ret = (struct attach_options){0};
	for (int i = 1; i < argc && code == 0; i++)
		code = word_take(&r, argv[i], e);
	if (code == 0)
		code = open_end(&r, e);
	return code == 0 ? options_check(&r, e) : code;
}

void
attach_options_done(struct attach_options *options)
{
	selection_done(&options->selection);
}
