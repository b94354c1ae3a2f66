/* SPDX-License-Identifier: MIT */
/* Banning irqbalance from CPUs, as a change; and what is kept about it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "host/host.h"
#include "host/irqbalance.h"
#include "host/taking.h"

enum {
	FILE_MODE = 0600,
	NOTE_MAX_BYTES = 3 * CPUS_TEXT_BYTES,
	STEP_MS = 250,
	MS_PER_S = 1000,
	WAIT_MAX_MS = 15000, /* it looks every 10 s, if nobody told it otherwise */
	ENVIRON_MAX_BYTES = 256 * 1024,
};

static const char new_file[] = IRQBALANCE_FILE ".new";

static int
damaged(const struct root *state, struct error *e)
{
	char path[512];

	error_sys(e, EINVAL, root_path(state, IRQBALANCE_FILE, path, sizeof(path)),
		"read what irqbalance was told");
	return error_hint(e, "delete it; then restart irqbalance, which forgets what qpin told it");
}

int
irqbalance_note_load(const struct root *state, struct irqbalance_note *ret, struct error *e)
{
	auto_free char *text = NULL;
	char *rest;
	const char *path, *base, *ours;
	int r = file_load(state, IRQBALANCE_FILE, NOTE_MAX_BYTES, &text, e);

	if (r < 0)
		return r;
	rest = text;
	path = strsep(&rest, "\n");
	base = strsep(&rest, "\n");
	ours = strsep(&rest, "\n");
	if (base == NULL || ours == NULL || strlen(path) >= sizeof(ret->path) ||
		cpus_parse(base, &ret->base) < 0 || cpus_parse(ours, &ret->ours) < 0)
		return damaged(state, e);
	(void)snprintf(ret->path, sizeof(ret->path), "%s", path);
	return 0;
}

static int
note_write(const struct root *state, const char *text, struct error *e)
{
	auto_fd int fd = -1;
	ssize_t done;
	int r = 0;

	(void)unlinkat(state->fd, new_file, 0); /* of a qpin that died */
	fd = file_open_own(state, new_file, O_WRONLY | O_CREAT | O_EXCL, FILE_MODE, e);
	if (fd < 0)
		return fd;
	done = write(fd, text, strlen(text));
	if (done != (ssize_t)strlen(text))
		r = done < 0 ? -errno : -ENOSPC;
	if (r == 0 && renameat(state->fd, new_file, state->fd, IRQBALANCE_FILE) < 0)
		r = -errno;
	if (r == 0)
		return 0;
	(void)unlinkat(state->fd, new_file, 0);
	return error_sys(e, -r, state->path, "write down what irqbalance is told");
}

int
irqbalance_note_save(const struct root *state, const struct irqbalance_note *note, struct error *e)
{
	char base[CPUS_TEXT_BYTES], ours[CPUS_TEXT_BYTES];
	auto_free char *text = NULL;
	int r;

	if (cpus_empty(&note->ours)) {
		(void)unlinkat(state->fd, new_file, 0);
		r = file_delete(state, IRQBALANCE_FILE, 0);
		return r < 0 ? error_sys(e, -r, state->path, "forget what irqbalance was told") : 0;
	}
	text = text_printf("%s\n%s\n%s\n", note->path, cpus_format(&note->base, base),
		cpus_format(&note->ours, ours));
	if (text == NULL)
		return error_sys(e, ENOMEM, state->path, "write down what irqbalance is told");
	return note_write(state, text, e);
}

/* What is kept, of the one that listens; else a new note. */
static int
note_begin(const struct host *host, const struct irqbalance *daemon, struct irqbalance_note *ret,
	struct error *e)
{
	int r = irqbalance_note_load(&host->state, ret, e);

	if (r == 0 && str_eq(ret->path, daemon->path))
		return 0;
	if (r < 0 && r != -ENOENT)
		return r;
	if (r < 0)
		cpus_clear(&ret->ours);
	ret->base = daemon->banned; /* it was started anew: nobody told it anything */
	cpus_subtract(&ret->base, &ret->ours);
	(void)snprintf(ret->path, sizeof(ret->path), "%s", daemon->path);
	return 0;
}

static int
tell(const struct irqbalance_note *note, struct error *e)
{
	struct cpus all = note->base;
	int r;

	cpus_unite(&all, &note->ours);
	r = irqbalance_ban(note->path, &all, e);
	return r == -ENOENT || r == -ECONNREFUSED ? 0 : r; /* it has ended meanwhile */
}

/* A list of sysfs, added to @ret. */
static void
sys_cpus_add(const struct host *host, const char *name, struct cpus *ret)
{
	char text[FILE_TEXT_BYTES];
	struct error ignored;
	struct cpus more;

	if (file_read(&host->roots.sys, name, text, sizeof(text), &ignored) >= 0 &&
		cpus_parse(text, &more) == 0)
		cpus_unite(ret, &more);
}

void
irqbalance_default(const struct host *host, const char *path, struct cpus *ret)
{
	const char *pid = strrchr(path, '/');
	auto_free char *found = NULL;
	char file[64];
	struct error ignored;
	int len = -1;

	pid = pid != NULL ? strpbrk(pid, "0123456789") : NULL;
	if (pid != NULL) {
		(void)snprintf(
			file, sizeof(file), "%.*s/environ", (int)strspn(pid, "0123456789"), pid);
		len = file_load(&host->roots.proc, file, ENVIRON_MAX_BYTES, &found, &ignored);
	}
	if (len > 0 && irqbalance_parse_environ(found, (size_t)len, ret) == 0)
		return;
	cpus_clear(ret);
	sys_cpus_add(host, "devices/system/cpu/isolated", ret);
	sys_cpus_add(host, "devices/system/cpu/nohz_full", ret);
}

/*
 * What it says it is banned from may be what a VM that has just ended let it have again. Where it's
 * not, but somebody's wish beside what it is told by itself, that is known at its next look.
 */
static int
settled_await(const struct host *host, struct irqbalance *daemon, struct error *e)
{
	int64_t left_ms = ((int64_t)daemon->interval_s + 1) * MS_PER_S;
	struct cpus itself;
	int r = 0;

	irqbalance_default(host, daemon->path, &itself);
	if (left_ms > WAIT_MAX_MS)
		left_ms = WAIT_MAX_MS;
	for (; r == 0 && left_ms > 0 && !cpus_equal(&daemon->banned, &itself); left_ms -= STEP_MS) {
		(void)poll(NULL, 0, STEP_MS);
		r = irqbalance_find(IRQBALANCE_DIR, daemon, e);
	}
	return r;
}

static int
irqbalance_look(struct host *host, struct change *c, struct error *e)
{
	struct irqbalance_note note;
	struct irqbalance daemon;
	struct error ignored;
	int r = irqbalance_find(IRQBALANCE_DIR, &daemon, e);

	if (r == 0 && daemon.path[0] != '\0' &&
		irqbalance_note_load(&host->state, &note, &ignored) < 0)
		r = settled_await(host, &daemon, e);
	return r < 0 ? r : change_remember(c, daemon.path, e);
}

static int
irqbalance_apply(struct host *host, struct change *c, struct error *e)
{
	struct irqbalance_note note;
	struct irqbalance daemon = {0};
	struct cpus taken;
	int r = taking_list(c, c->value, &taken, e);

	if (r == 0)
		r = irqbalance_find(IRQBALANCE_DIR, &daemon, e);
	if (r < 0 || daemon.path[0] == '\0')
		return r;
	r = note_begin(host, &daemon, &note, e);
	if (r < 0)
		return r;
	cpus_unite(&note.ours, &taken);
	r = irqbalance_note_save(&host->state, &note, e);
	return r < 0 ? r : tell(&note, e);
}

/* It tells the new list after its next look alone; that it closed the connection is its yes. */
static int
irqbalance_verify(struct host *host, const struct change *c, struct error *e)
{
	(void)host;
	(void)c;
	(void)e;
	return 0;
}

static int
irqbalance_undo(struct host *host, const struct change *c, struct error *e)
{
	struct irqbalance_note note;
	struct cpus taken;
	int r = taking_list(c, c->value, &taken, e);

	if (r == 0)
		r = irqbalance_note_load(&host->state, &note, e);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	cpus_subtract(&note.ours, &taken);
	r = tell(&note, e);
	return r < 0 ? r : irqbalance_note_save(&host->state, &note, e);
}

static void
irqbalance_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "ban irqbalance, if it runs, from CPUs %s", c->value);
}

const struct change_kind change_irqbalance = {
	.name = "irqbalance",
	.needs = CHANGE_VALUE,
	.look = irqbalance_look,
	.apply = irqbalance_apply,
	.verify = irqbalance_verify,
	.undo = irqbalance_undo,
	.describe = irqbalance_describe,
};
