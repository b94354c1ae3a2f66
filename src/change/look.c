/* SPDX-License-Identifier: MIT */
/* Reading journals, also such as a living qpin writes to. */
#include "change/look.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "base/error.h"

bool
journal_is_held(const struct root *dir)
{
	auto_fd int fd = file_open_beneath(dir, JOURNAL_LOCK_FILE, O_RDONLY, 0);

	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

int
journal_keep_take(struct journal *j, struct change *c)
{
	struct change *changes =
		reallocarray(j->changes.list, j->changes.count + 1, sizeof(*changes));
	bool *undone;

	if (changes != NULL)
		j->changes.list = changes;
	undone = reallocarray(j->undone, j->changes.count + 1, sizeof(*undone));
	if (undone != NULL)
		j->undone = undone;
	if (changes == NULL || undone == NULL) {
		change_done(c);
		return -ENOMEM;
	}
	changes[j->changes.count] = *c;
	undone[j->changes.count++] = false;
	return 0;
}

static int
record_keep(struct journal *j, struct record *record, const char *where, struct error *e)
{
	switch (record->type) {
	case RECORD_HEADER:
		j->cpus = record->header.cpus;
		j->owner = record->header.owner;
		return 0;
	case RECORD_CHANGE:
		if (journal_keep_take(j, &record->change) < 0)
			return error_sys(e, ENOMEM, where, "read a journal");
		return 0;
	case RECORD_UNDONE:
		if (record->index >= j->changes.count) {
			error_refuse(e, ERROR_HOST, where, "read a journal");
			return error_why(
				e, "it undoes change %zu of %zu", record->index, j->changes.count);
		}
		j->undone[record->index] = true;
		return 0;
	case RECORD_QEMU:
		j->qemu = record->process;
		return 0;
	case RECORD_KEEPER:
		j->keeper = record->process;
		return 0;
	case RECORD_BASELINE:
		if (baselines_add(&j->baselines, &record->baseline) < 0)
			return error_sys(e, ENOMEM, where, "read a journal");
		return 0;
	}
	return 0;
}

int
journal_read_lines(struct journal *j, const struct change_kind *const *kinds, size_t *ret_whole,
	struct error *e)
{
	char path[sizeof(j->dir.path) + sizeof("/" JOURNAL_FILE)];
	auto_free char *text = NULL;
	int len = file_load(&j->dir, JOURNAL_FILE, JOURNAL_MAX_BYTES, &text, e);
	int r = len < 0 ? len : 0;
	char *line = text, *end;

	root_path(&j->dir, JOURNAL_FILE, path, sizeof(path));
	while (r == 0 && (end = memchr(line, '\n', (size_t)(text + len - line))) != NULL) {
		struct record record;

		r = record_parse(line, (size_t)(end - line), kinds, path, &record, e);
		if (r == 0)
			r = record_keep(j, &record, path, e);
		line = end + 1;
	}
	if (r < 0)
		return r == -EINVAL ? record_hint(e, path) : r;
	*ret_whole = (size_t)(line - text);
	return len;
}

int
journal_look(const struct root *state, const char *name, const struct change_kind *const *kinds,
	struct journal *ret, bool *ret_alive, struct error *e)
{
	auto_journal struct journal j = JOURNAL_CLOSED;
	size_t whole = 0;
	int r = root_open_own(state, name, &j.dir, e);

	if (r < 0)
		return r;
	(void)snprintf(j.name, sizeof(j.name), "%s", name);
	/* First: who ends meanwhile is seen as he was. */
	*ret_alive = journal_is_held(&j.dir);
	r = journal_read_lines(&j, kinds, &whole, e);
	if (r < 0)
		return r;
	*ret = j;
	j = (struct journal)JOURNAL_CLOSED;
	return 0;
}
