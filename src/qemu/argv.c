/* SPDX-License-Identifier: MIT */
/* QEMU's command line, from a definition. */
#include "qemu/argv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	ARGV_STEP = 32,
};

int
argv_add(struct argv *argv, const char *text, struct error *e)
{
	char *copy = strdup(text);

	if (copy == NULL)
		return error_sys(e, ENOMEM, NULL, "make a command line");
	if (argv->count % ARGV_STEP == 0) {
		size_t room = argv->count + ARGV_STEP + 1;
		char **bigger = realloc(argv->list, room * sizeof(char *));

		if (bigger == NULL) {
			free(copy);
			return error_sys(e, ENOMEM, NULL, "make a command line");
		}
		argv->list = bigger;
	}
	argv->list[argv->count++] = copy;
	argv->list[argv->count] = NULL;
	return 0;
}

static int
argv_add_name(struct argv *argv, const struct qemu_option *option, struct error *e)
{
	char *name = text_printf("%s%s", option->two_dashes ? "--" : "-", option->name);
	int r = name != NULL ? argv_add(argv, name, e)
			     : error_sys(e, ENOMEM, NULL, "make a command line");

	free(name);
	return r;
}

static int
argv_add_option(struct argv *argv, const struct qemu_option *option, struct error *e)
{
	int r = option->name[0] != '\0' ? argv_add_name(argv, option, e) : 0;

	if (r == 0 && option->value != NULL)
		r = argv_add(argv, option->value, e);
	return r;
}

int
argv_build(const struct definition *d, struct argv *ret, struct error *e)
{
	struct argv argv = {0};
	int r = argv_add(&argv, d->binary, e);

	for (size_t i = 0; r == 0 && i < d->option_count; i++)
		r = argv_add_option(&argv, &d->options[i], e);
	if (r < 0) {
		argv_done(&argv);
		return r;
	}
	*ret = argv;
	return 0;
}

void
argv_drop(struct argv *argv, const char *flag)
{
	size_t kept = 0;

	for (size_t i = 0; i < argv->count; i++) {
		const char *word = argv->list[i];

		if (i > 0 && (str_eq(word, flag) || (word[0] == '-' && str_eq(word + 1, flag))))
			free(argv->list[i]);
		else
			argv->list[kept++] = argv->list[i];
	}
	argv->count = kept;
	if (argv->list != NULL)
		argv->list[kept] = NULL;
}

void
argv_shell(const struct argv *argv, struct buf *ret)
{
	for (size_t i = 0; i < argv->count; i++) {
		if (i > 0)
			buf_add(ret, " ");
		buf_add_shell(ret, argv->list[i]);
	}
}

void
argv_done(struct argv *argv)
{
	for (size_t i = 0; i < argv->count; i++)
		free(argv->list[i]);
	free(argv->list);
	*argv = (struct argv){0};
}

static const struct qemu_option *
option_last(const struct definition *d, const char *name)
{
	for (size_t i = d->option_count; i > 0; i--) {
		if (str_eq(d->options[i - 1].name, name))
			return &d->options[i - 1];
	}
	return NULL;
}

bool
argv_has_flag(const struct definition *d, const char *name)
{
	return option_last(d, name) != NULL;
}

const char *
argv_value(const struct definition *d, const char *name)
{
	const struct qemu_option *option = option_last(d, name);

	return option != NULL ? option->value : NULL;
}

bool
argv_value_has(const char *value, const char *word)
{
	size_t len = strlen(word);

	while (value != NULL) {
		const char *comma = strchr(value, ',');
		size_t part = comma != NULL ? (size_t)(comma - value) : strlen(value);

		if (part == len && memcmp(value, word, len) == 0)
			return true;
		value = comma != NULL ? comma + 1 : NULL;
	}
	return false;
}

bool
argv_uses_stdio(const struct definition *d)
{
	for (size_t i = 0; i < d->option_count; i++) {
		const struct qemu_option *option = &d->options[i];

		if (str_eq(option->name, "nographic") || str_eq(option->name, "curses"))
			return true;
		if (option->value != NULL && (strstr(option->value, "stdio") != NULL ||
						     strstr(option->value, "curses") != NULL))
			return true;
	}
	return false;
}

bool
argv_single_thread(const struct definition *d)
{
	if (option_last(d, "icount") != NULL)
		return true;
	for (size_t i = 0; i < d->option_count; i++) {
		if (str_eq(d->options[i].name, "accel") &&
			argv_value_has(d->options[i].value, "thread=single"))
			return true;
	}
	return false;
}
