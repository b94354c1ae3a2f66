/* SPDX-License-Identifier: MIT */
/* Undoing or replacing some of what a journal has while the rest stays, and forgetting it. */
#include "change/revert.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

enum {
	FILE_MODE = 0600,
};

/* The last change in @j that is the same as @c and not undone, or its count. */
static size_t
find_last(const struct journal *j, const struct change *c)
{
	for (size_t i = j->changes.count; i-- > 0;) {
		if (!j->undone[i] && change_same(&j->changes.list[i], c))
			return i;
	}
	return j->changes.count;
}

static void
forget_undone(struct journal *j)
{
	size_t kept = 0;

	for (size_t i = 0; i < j->changes.count; i++) {
		if (j->undone[i]) {
			change_done(&j->changes.list[i]);
			continue;
		}
		j->changes.list[kept] = j->changes.list[i];
		j->undone[kept++] = false;
	}
	j->changes.count = kept;
}

/* A line that was made for us. */
static void
add_line_take(struct buf *b, char *line)
{
	if (line == NULL)
		b->failed = true;
	else
		buf_add(b, line);
	free(line);
}

static void
add_baselines(struct buf *b, const struct baselines *baselines)
{
	for (size_t i = 0; i < baselines->count; i++)
		add_line_take(b, baseline_line(&baselines->list[i]));
}

/* All that the journal says, without what is undone. */
static char *
text_of(const struct journal *j)
{
	struct record_header header = {.cpus = j->cpus, .owner = j->owner};
	auto_buf struct buf b = {0};

	(void)snprintf(
		header.name, sizeof(header.name), "%s", j->name + (j->name[0] == '.' ? 1 : 0));
	add_line_take(&b, record_header_line(&header));
	/* That a QEMU isn't ours is told before anything else of it, as when it was attached. */
	if (j->keeper.pid != 0)
		add_line_take(&b, record_process_line(RECORD_KEEPER, &j->keeper));
	if (j->qemu.pid != 0)
		add_line_take(&b, record_process_line(RECORD_QEMU, &j->qemu));
	for (size_t i = 0; i < j->changes.count; i++)
		add_line_take(&b, record_change_line(&j->changes.list[i]));
	add_baselines(&b, &j->baselines);
	return buf_take(&b);
}

/* Replace the file at once: who reads it meanwhile finds the old one, or the new one. */
static int
rewrite(struct journal *j, struct error *e)
{
	char path[sizeof(j->dir.path) + sizeof(JOURNAL_NEW_FILE)];
	auto_free char *text = text_of(j);
	auto_fd int fd = -1;
	ssize_t done;
	int errnum;

	root_path(&j->dir, JOURNAL_NEW_FILE, path, sizeof(path));
	if (text == NULL)
		return error_sys(e, ENOMEM, path, "write a journal anew");
	(void)unlinkat(j->dir.fd, JOURNAL_NEW_FILE, 0); /* of one who died while he wrote it */
	fd = file_open_own(
		&j->dir, JOURNAL_NEW_FILE, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, FILE_MODE, e);
	if (fd < 0)
		return fd;
	done = write(fd, text, strlen(text));
	errnum = done < 0 ? errno : ENOSPC;
	if (done == (ssize_t)strlen(text) &&
		renameat(j->dir.fd, JOURNAL_NEW_FILE, j->dir.fd, JOURNAL_FILE) < 0) {
		done = -1;
		errnum = errno;
	}
	if (done != (ssize_t)strlen(text)) {
		(void)unlinkat(j->dir.fd, JOURNAL_NEW_FILE, 0);
		return error_sys(e, errnum, path, "write a journal anew");
	}
	if (j->fd >= 0)
		(void)close(j->fd);
	j->fd = fd_release(&fd);
	return 0;
}

int
journal_revert(struct journal *j, struct host *host, const struct change_list *list,
	void (*told)(const struct change *c, const struct error *e), struct error *e)
{
	int left = 0;
	int r;

	for (size_t i = list->count; i-- > 0;) {
		size_t at = find_last(j, &list->list[i]);
		struct error trouble;

		if (at == j->changes.count)
			continue;
		if (j->changes.list[at].kind->undo(host, &j->changes.list[at], &trouble) < 0) {
			told(&j->changes.list[at], &trouble);
			left++;
			continue;
		}
		j->undone[at] = true;
	}
	forget_undone(j);
	r = rewrite(j, e);
	return r < 0 ? r : left;
}

int
journal_replace(struct journal *j, struct host *host, const struct change *old,
	const struct change *c, struct error *e)
{
	size_t at = find_last(j, old), now;
	bool has_old = at < j->changes.count && !change_same(old, c);
	int r = journal_apply(j, host, c, e);

	if (r < 0 || !has_old)
		return r;
	now = find_last(j, c);
	/* It was the same before both. */
	free(j->changes.list[now].before);
	j->changes.list[now].before = j->changes.list[at].before;
	j->changes.list[at].before = NULL;
	/* Who dies before this is written leaves both, and undoes one after the other. */
	j->undone[at] = true;
	forget_undone(j);
	return rewrite(j, e);
}

int
journal_claim(struct journal *j, const struct cpus *cpus, struct error *e)
{
	struct cpus before = j->cpus;
	int r;

	j->cpus = *cpus;
	r = rewrite(j, e);
	if (r < 0)
		j->cpus = before;
	return r;
}

/* The first ones of a start are written behind the rest: that is all it has to wait for. */
static int
append_baselines(struct journal *j, struct error *e)
{
	auto_buf struct buf b = {0};

	add_baselines(&b, &j->baselines);
	return journal_append_take(j, buf_take(&b), e);
}

int
journal_count_take(struct journal *j, struct baselines *baselines_take, struct error *e)
{
	struct baselines before = j->baselines;
	int r;

	j->baselines = *baselines_take;
	*baselines_take = (struct baselines){0};
	r = before.count == 0 ? append_baselines(j, e) : rewrite(j, e);
	if (r < 0) {
		baselines_done(&j->baselines);
		j->baselines = before;
		return r;
	}
	baselines_done(&before);
	return 0;
}
