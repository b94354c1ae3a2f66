/* SPDX-License-Identifier: MIT */
/* The command line of a QEMU that runs. */
#include "qemu/cmdline.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "qemu/opts.h"

enum {
	ID_BYTES = 256,
	WORD_BYTES = 16, /* longer than any backend or mode that counts here */
};

void
cmdline_done(struct cmdline *c)
{
	free(c->text);
	free(c->words);
	*c = (struct cmdline){0};
}

int
cmdline_split_take(char *text, size_t len, struct cmdline *ret, struct error *e)
{
	size_t count = 0;

	*ret = (struct cmdline){.text = text};
	for (size_t i = 0; i < len; i++)
		count += text[i] == '\0';
	ret->words = calloc(count + 1, sizeof(*ret->words));
	if (ret->words == NULL)
		return error_sys(e, ENOMEM, NULL, "read QEMU's command line");
	for (size_t at = 0; ret->count < count; at += strlen(text + at) + 1)
		ret->words[ret->count++] = text + at;
	return 0;
}

int
cmdline_read(const struct root *proc, pid_t pid, struct cmdline *ret, struct error *e)
{
	char name[32], *text = NULL;
	int len;

	*ret = (struct cmdline){0};
	(void)snprintf(name, sizeof(name), "%d/cmdline", (int)pid);
	len = file_load(proc, name, CMDLINE_MAX_BYTES, &text, e);
	return len < 0 ? len : cmdline_split_take(text, (size_t)len, ret, e);
}

/* The value of option @name when word @i is that: "-name" or "--name", and it has one; or NULL */
static const char *
option_value(const struct cmdline *c, size_t i, const char *name)
{
	const char *word = c->words[i];

	if (word == NULL || word[0] != '-' || i + 1 >= c->count)
		return NULL;
	word += word[1] == '-' ? 2 : 1;
	return str_eq(word, name) ? c->words[i + 1] : NULL;
}

bool
cmdline_name(const struct cmdline *c, char *ret)
{
	bool found = false;

	/* Several are one to QEMU: the last that names the guest. */
	for (size_t i = 1; i < c->count; i++) {
		const char *value = option_value(c, i, "name");
		char name[CMDLINE_NAME_BYTES];

		if (value == NULL || !opts_find(value, "guest", "guest", name, sizeof(name)))
			continue;
		memcpy(ret, name, sizeof(name));
		found = true;
	}
	return found;
}

void
monitors_done(struct monitors *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->paths[i]);
	*m = (struct monitors){0};
}

/* A socket's options, with its path: of -chardev, or behind "unix:" */
static int
socket_add(struct monitors *m, const char *options, const char *implied)
{
	char path[PATH_MAX];

	if (!opts_is_on(options, implied, "server") || opts_is_on(options, implied, "abstract") ||
		!opts_find(options, implied, "path", path, sizeof(path)) || path[0] == '\0' ||
		m->count == CMDLINE_MONITORS_MAX) {
		m->elsewhere = true;
		return 0;
	}
	m->paths[m->count] = strdup(path);
	if (m->paths[m->count] == NULL)
		return -ENOMEM;
	m->count++;
	return 0;
}

/* The monitor's character device by its id. */
static int
chardev_add(struct monitors *m, const struct cmdline *c, const char *id)
{
	for (size_t i = 1; i < c->count; i++) {
		const char *value = option_value(c, i, "chardev");
		char other[ID_BYTES], backend[WORD_BYTES];

		if (value == NULL || !opts_find(value, "backend", "id", other, sizeof(other)) ||
			!str_eq(other, id))
			continue;
		if (opts_find(value, "backend", "backend", backend, sizeof(backend)) &&
			str_eq(backend, "socket"))
			return socket_add(m, value, "backend");
		break;
	}
	m->elsewhere = true;
	return 0;
}

/* The value of -qmp. */
static int
qmp_add(struct monitors *m, const struct cmdline *c, const char *value)
{
	static const char chardev[] = "chardev:", local[] = "unix:";

	if (str_starts(value, chardev))
		return chardev_add(m, c, value + strlen(chardev));
	if (str_starts(value, local))
		return socket_add(m, value + strlen(local), "path");
	m->elsewhere = m->elsewhere || !str_eq(value, "none");
	return 0;
}

/* The value of -mon. */
static int
mon_add(struct monitors *m, const struct cmdline *c, const char *value)
{
	char id[ID_BYTES], mode[WORD_BYTES];

	if (!opts_find(value, "chardev", "mode", mode, sizeof(mode)) || !str_eq(mode, "control") ||
		!opts_find(value, "chardev", "chardev", id, sizeof(id)))
		return 0;
	return chardev_add(m, c, id);
}

int
cmdline_monitors(const struct cmdline *c, struct monitors *ret)
{
	size_t seen = 0;
	int r = 0;

	*ret = (struct monitors){0};
	/* Each is looked for in the whole command line, which may be long: not for ever. */
	for (size_t i = 1; i < c->count && r == 0 && seen < CMDLINE_MONITORS_MAX; i++) {
		const char *qmp = option_value(c, i, "qmp"), *mon = option_value(c, i, "mon");

		if (qmp == NULL)
			qmp = option_value(c, i, "qmp-pretty");
		if (qmp == NULL && mon == NULL)
			continue;
		seen++;
		r = qmp != NULL ? qmp_add(ret, c, qmp) : mon_add(ret, c, mon);
	}
	return r;
}
