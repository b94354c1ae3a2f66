/* SPDX-License-Identifier: MIT */
/* What shells complete: the commands' words, in a shell's own form. */
#include "command/completion.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "command/words.h"

enum {
	ARGUMENTS_MAX = 8, /* more than any command has */
};

/* @text with a backslash before each of @special. */
static void
put_escaped(FILE *out, const char *text, const char *special)
{
	for (; *text != '\0'; text++) {
		if (strchr(special, *text) != NULL)
			(void)fputc('\\', out);
		(void)fputc(*text, out);
	}
}

/* Inside of single quotes of a POSIX shell. */
static void
put_quoted(FILE *out, const char *text, const char *special)
{
	for (; *text != '\0'; text++) {
		const char one[] = {*text, '\0'};

		if (*text == '\'')
			(void)fputs("'\\''", out);
		else
			put_escaped(out, one, special);
	}
}

static void
bash_write(FILE *out, const struct command *c)
{
	struct word_option option;
	const char *help = c->help;

	(void)fprintf(out, "\t%s)\n\t\toptions='--help", c->name);
	while (words_option_next(&help, &option)) {
		for (size_t i = 0; i < option.name_count; i++)
			(void)fprintf(out, " %s", option.names[i]);
	}
	(void)fputs("'\n\t\tvalues='", out);
	help = c->help;
	while (words_option_next(&help, &option)) {
		for (size_t i = 0; i < option.name_count && option.argument != WORD_NONE; i++)
			(void)fprintf(
				out, "%s=%s ", option.names[i], word_kind_name(option.argument));
	}
	(void)fputs("'\n\t\targuments='", out);
	for (size_t i = 0; i < ARGUMENTS_MAX; i++) {
		enum word_kind kind = words_argument(c->synopsis, i);

		if (kind != WORD_NONE)
			(void)fprintf(out, "%s%s", i > 0 ? " " : "", word_kind_name(kind));
	}
	(void)fputs("'\n\t\t;;\n", out);
}

static void
zsh_value(FILE *out, enum word_kind kind)
{
	if (kind != WORD_NONE)
		(void)fprintf(out, ":%s:_qpin_%s", word_kind_name(kind), word_kind_name(kind));
}

static void
zsh_write(FILE *out, const struct command *c)
{
	static const char special[] = "[]:\\";
	struct word_option option;
	const char *help = c->help;

	(void)fprintf(
		out, "_qpin-%s() {\n\t_arguments -s : '--help[tell all that it takes]'", c->name);
	while (words_option_next(&help, &option)) {
		for (size_t i = 0; i < option.name_count; i++) {
			if (str_eq(option.names[i], "--"))
				continue;
			(void)fprintf(out, " \\\n\t\t'");
			if (option.name_count > 1)
				(void)fprintf(out, "(%s %s)", option.names[0], option.names[1]);
			(void)fprintf(out, "%s[", option.names[i]);
			put_quoted(out, option.text, special);
			(void)fputc(']', out);
			zsh_value(out, option.argument);
			(void)fputc('\'', out);
		}
	}
	for (size_t i = 0; i < ARGUMENTS_MAX; i++) {
		enum word_kind kind = words_argument(c->synopsis, i);

		if (kind == WORD_NONE)
			break;
		(void)fprintf(out, " \\\n\t\t'%zu", i + 1);
		zsh_value(out, kind);
		(void)fputc('\'', out);
	}
	(void)fputs("\n}\n", out);
}

static void
fish_value(FILE *out, enum word_kind kind)
{
	if (kind == WORD_FILE)
		(void)fputs(" -F", out);
	else
		(void)fprintf(out, " -f -a '(__qpin_%s)'", word_kind_name(kind));
}

static void
fish_name(FILE *out, const char *name)
{
	if (str_starts(name, "--"))
		(void)fprintf(out, " -l %s", name + strlen("--"));
	else
		(void)fprintf(out, " -s %s", name + strlen("-"));
}

static void
fish_write(FILE *out, const struct command *c)
{
	struct word_option option;
	const char *help = c->help;
	enum word_kind first = words_argument(c->synopsis, 0);

	while (words_option_next(&help, &option)) {
		if (str_eq(option.names[0], "--"))
			continue;
		(void)fprintf(out, "complete -c qpin -n '__qpin_is %s'", c->name);
		for (size_t i = 0; i < option.name_count; i++)
			fish_name(out, option.names[i]);
		if (option.argument != WORD_NONE) {
			(void)fputs(" -r", out);
			fish_value(out, option.argument);
		}
		(void)fputs(" -d '", out);
		put_escaped(out, option.text, "'\\");
		(void)fputs("'\n", out);
	}
	for (size_t i = 0; i < ARGUMENTS_MAX; i++) {
		enum word_kind kind = words_argument(c->synopsis, i);

		if (kind == WORD_NONE || (i > 0 && kind == first))
			break;
		(void)fprintf(
			out, "complete -c qpin -n '__qpin_is %s; and __qpin_has %zu'", c->name, i);
		fish_value(out, kind);
		(void)fputc('\n', out);
	}
}

static void
bash_begin(FILE *out, const struct command *const *commands, size_t count)
{
	(void)fputs("_qpin_commands='--help --version", out);
	for (size_t i = 0; i < count; i++)
		(void)fprintf(out, " %s", commands[i]->name);
	(void)fputs("'\n_qpin_words() {\n\tcase $1 in\n", out);
}

static void
zsh_begin(FILE *out, const struct command *const *commands, size_t count)
{
	(void)fputs("_qpin_commands=(\n", out);
	for (size_t i = 0; i < count; i++) {
		(void)fprintf(out, "\t'%s:", commands[i]->name);
		put_quoted(out, commands[i]->summary, "");
		(void)fputs("'\n", out);
	}
	(void)fputs(")\n", out);
}

static void
fish_begin(FILE *out, const struct command *const *commands, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		(void)fprintf(out, "complete -c qpin -n __qpin_wants_command -f -a %s -d '",
			commands[i]->name);
		put_escaped(out, commands[i]->summary, "'\\");
		(void)fputs("'\n", out);
	}
}

int
completion_write(FILE *out, const char *shell, const struct command *const *commands, size_t count)
{
	static const struct {
		const char *name;
		void (*begin)(FILE *out, const struct command *const *commands, size_t count);
		void (*write)(FILE *out, const struct command *c);
		const char *end;
	} shells[] = {
		{"bash", bash_begin, bash_write, "\tesac\n}\n"},
		{"zsh", zsh_begin, zsh_write, ""},
		{"fish", fish_begin, fish_write, ""},
	};

	for (size_t s = 0; s < COUNT(shells); s++) {
		if (!str_eq(shells[s].name, shell))
			continue;
		shells[s].begin(out, commands, count);
		for (size_t i = 0; i < count; i++)
			shells[s].write(out, commands[i]);
		(void)fputs(shells[s].end, out);
		return ferror(out) ? -EIO : 0;
	}
	return -EINVAL;
}
