/* SPDX-License-Identifier: MIT */
/* The list of changes done for one VM, on disk before each is made; undoing reads it backwards. */
#include "change/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/privilege.h"
#include "base/text.h"
#include "change/look.h"

enum {
	DIRECTORY_MODE = 0700,
	FILE_MODE = 0600,
	LOCK_WAIT_MS = 200, /* who only looks whether it is held has it for a moment */
	LOCK_STEP_MS = 20,
};

static const char journal_file[] = JOURNAL_FILE, lock_file[] = JOURNAL_LOCK_FILE;

static int
journal_lock(struct journal *j, const char *path, struct error *e)
{
	for (int waited_ms = 0; flock(j->lock_fd, LOCK_EX | LOCK_NB) < 0;
		waited_ms += LOCK_STEP_MS) {
		if (errno != EWOULDBLOCK)
			return error_sys(e, errno, path, "lock a journal");
		if (waited_ms >= LOCK_WAIT_MS) {
			error_sys(e, EBUSY, path, "have VM %s to ourselves", j->name);
			e->kind = ERROR_CLAIMED;
			return error_why(e, "it is running");
		}
		(void)poll(NULL, 0, LOCK_STEP_MS);
	}
	return 0;
}

/* Open the directory and take the lock; what fails leaves @j for journal_close(). */
static int
journal_open(const struct root *state, const char *name, struct journal *j, struct error *e)
{
	char path[sizeof(j->dir.path) + sizeof(lock_file)];
	int r;

	*j = (struct journal)JOURNAL_CLOSED;
	(void)snprintf(j->name, sizeof(j->name), "%s", name);
	r = root_open_own(state, name, &j->dir, e);
	if (r < 0)
		return r;
	root_path(&j->dir, lock_file, path, sizeof(path));
	j->lock_fd = file_open_own(&j->dir, lock_file, O_RDWR | O_CREAT, FILE_MODE, e);
	if (j->lock_fd < 0)
		return j->lock_fd;
	return journal_lock(j, path, e);
}

/* Nothing could be read behind a piece of a line: cut the last @len bytes off, or write no more. */
static void
journal_cut(struct journal *j, ssize_t len)
{
	off_t size = len > 0 ? lseek(j->fd, 0, SEEK_END) : 0;

	if (len <= 0 || (size >= len && ftruncate(j->fd, size - len) == 0))
		return;
	(void)close(j->fd);
	j->fd = -1;
}

int
journal_append_take(struct journal *j, char *line_take, struct error *e)
{
	char path[sizeof(j->dir.path) + sizeof(journal_file)];
	auto_free char *line = line_take;
	ssize_t done;
	int errnum;

	root_path(&j->dir, journal_file, path, sizeof(path));
	if (line == NULL)
		return error_sys(e, ENOMEM, path, "write to a journal");
	done = write(j->fd, line, strlen(line));
	errnum = done < 0 ? errno : ENOSPC;
	if (done == (ssize_t)strlen(line))
		return 0;
	journal_cut(j, done);
	return error_sys(e, errnum, path, "write to a journal");
}

static int
journal_begin(struct journal *j, const struct cpus *cpus, struct error *e)
{
	const struct caller *caller = j->name[0] != '.' ? privilege_caller() : NULL;
	struct record_header header = {
		.cpus = *cpus,
		.owner = caller != NULL ? caller->uid : 0,
	};
	char path[sizeof(j->dir.path) + sizeof(journal_file)];

	root_path(&j->dir, journal_file, path, sizeof(path));
	j->cpus = *cpus;
	j->owner = header.owner;
	j->fd = file_open_own(
		&j->dir, journal_file, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, FILE_MODE, e);
	if (j->fd == -EEXIST) {
		error_sys(e, EEXIST, path, "begin the journal of VM %s", j->name);
		error_why(e, "a qpin that ran it died, and its changes are not undone");
		return error_hint(e, "qpin release %s", j->name);
	}
	if (j->fd < 0)
		return j->fd;
	(void)snprintf(
		header.name, sizeof(header.name), "%s", j->name + (j->name[0] == '.' ? 1 : 0));
	return journal_append_take(j, record_header_line(&header), e);
}

/* Delete the files that @j made or may make, and the directory. What isn't empty stays. */
static int
journal_unlink(const struct root *state, const struct journal *j, struct error *e)
{
	/* The journal first: a directory with a lock alone claims nothing. */
	int r = j->dir.fd >= 0 ? file_delete(&j->dir, journal_file, 0) : 0;

	if (r < 0)
		return error_sys(e, -r, j->dir.path, "delete a journal");
	if (j->dir.fd >= 0) {
		(void)unlinkat(j->dir.fd, JOURNAL_NEW_FILE, 0);
		(void)unlinkat(j->dir.fd, JOURNAL_MONITOR_FILE, 0);
	}
	r = j->dir.fd >= 0 ? file_delete(&j->dir, lock_file, 0) : 0;
	if (r < 0)
		return error_sys(e, -r, j->dir.path, "delete a journal's lock");
	if (unlinkat(state->fd, j->name, AT_REMOVEDIR) < 0)
		return error_sys(e, errno, j->dir.path, "remove a journal's directory");
	return 0;
}

int
journal_create(const struct root *state, const char *name, const struct cpus *cpus,
	struct journal *ret, struct error *e)
{
	auto_journal struct journal j = JOURNAL_CLOSED;
	bool ours = mkdirat(state->fd, name, DIRECTORY_MODE) == 0;
	struct error second;
	int r;

	if (!ours && errno != EEXIST)
		return error_sys(e, errno, state->path, "make the directory %s", name);
	r = journal_open(state, name, &j, e);
	if (r == 0) {
		r = journal_begin(&j, cpus, e);
		ours = j.fd >= 0 || !file_exists(&j.dir, journal_file);
	}
	if (r < 0 && ours && journal_unlink(state, &j, &second) < 0)
		log_failure(LOG_LEVEL_WARNING, &second);
	if (r < 0)
		return r;
	*ret = j;
	j = (struct journal)JOURNAL_CLOSED;
	return 0;
}

/* Read all whole lines, and cut off what is behind them: the next line shall stand alone. */
static int
journal_read(struct journal *j, const struct change_kind *const *kinds, struct error *e)
{
	char path[sizeof(j->dir.path) + sizeof(journal_file)];
	size_t whole = 0;
	int len = journal_read_lines(j, kinds, &whole, e);

	if (len < 0 || (size_t)len == whole)
		return len < 0 ? len : 0;
	if (ftruncate(j->fd, (off_t)whole) == 0)
		return 0;
	return error_sys(e, errno, root_path(&j->dir, journal_file, path, sizeof(path)),
		"cut a journal's last line off");
}

int
journal_load(const struct root *state, const char *name, const struct change_kind *const *kinds,
	struct journal *ret, struct error *e)
{
	auto_journal struct journal j = JOURNAL_CLOSED;
	int r = journal_open(state, name, &j, e);

	if (r < 0)
		return r;
	j.fd = file_open_own(&j.dir, journal_file, O_WRONLY | O_APPEND, 0, e);
	if (j.fd < 0)
		return j.fd;
	r = journal_read(&j, kinds, e);
	if (r < 0)
		return r;
	*ret = j;
	j = (struct journal)JOURNAL_CLOSED;
	return 0;
}

int
journal_note(struct journal *j, enum record_type type, const struct record_process *process,
	struct error *e)
{
	*(type == RECORD_QEMU ? &j->qemu : &j->keeper) = *process;
	return journal_append_take(j, record_process_line(type, process), e);
}

size_t
journal_undo(struct journal *j, struct host *host,
	void (*told)(const struct change *c, const struct error *e))
{
	size_t left = 0;

	for (size_t i = j->changes.count; i-- > 0;) {
		const struct change *c = &j->changes.list[i];
		struct error trouble;

		if (j->undone[i] || (c->kind->last && left > 0))
			continue;
		if (c->kind->undo(host, c, &trouble) < 0) {
			told(c, &trouble);
			left++;
			continue;
		}
		j->undone[i] = true;
		if (journal_append_take(j, record_undone_line(i), &trouble) < 0)
			log_debug("%s: %s", trouble.what, trouble.where);
	}
	return left;
}

int
journal_remove(const struct root *state, struct journal *j, struct error *e)
{
	int r = journal_unlink(state, j, e);

	journal_close(j);
	return r;
}

void
journal_close(struct journal *j)
{
	root_close(&j->dir);
	if (j->lock_fd >= 0)
		(void)close(j->lock_fd);
	if (j->fd >= 0)
		(void)close(j->fd);
	change_list_done(&j->changes);
	free(j->undone);
	baselines_done(&j->baselines);
	*j = (struct journal)JOURNAL_CLOSED;
}
