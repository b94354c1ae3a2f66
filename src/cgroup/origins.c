/* SPDX-License-Identifier: MIT */
/* Which cgroup each host task came from: a list in memory, and in the state directory. */
#include "cgroup/origins.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

enum {
	LIST_MODE = 0600,
	LIST_MAX_BYTES = 64 * 1024 * 1024, /* a million tasks and more */
	ID_MAX = 1 << 30,
};

static const char list_file[] = ".tasks"; /* no VM has that name: name_is_safe() */

int
origins_add(struct origins *o, pid_t id, int64_t start, const char *group)
{
	struct origin *bigger = o->list;
	char *copy = strdup(group);

	/* Doubled each time: there may be many thousands. */
	if (copy != NULL && (o->count & (o->count - 1)) == 0)
		bigger = reallocarray(o->list, o->count > 0 ? 2 * o->count : 1, sizeof(*bigger));
	if (copy == NULL || bigger == NULL) {
		free(copy);
		return -ENOMEM;
	}
	o->list = bigger;
	o->list[o->count] =
		(struct origin){.id = id, .start = start, .group = copy, .order = o->count};
	o->count++;
	return 0;
}

static int
text_write(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t done = write(fd, text, len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		text += done;
		len -= (size_t)done;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

int
origins_append(const struct root *state, const struct origins *o, struct error *e)
{
	char path[sizeof(state->path) + sizeof(list_file)];
	auto_buf struct buf b = {0};
	auto_fd int fd =
		file_open_own(state, list_file, O_WRONLY | O_APPEND | O_CREAT, LIST_MODE, e);
	int r;

	if (fd < 0)
		return fd;
	root_path(state, list_file, path, sizeof(path));
	/* What a crash cut off shall not be the begin of our first line. */
	buf_add(&b, "\n");
	for (size_t i = 0; i < o->count; i++)
		buf_printf(&b, "%d %" PRId64 " %s\n", (int)o->list[i].id, o->list[i].start,
			o->list[i].group);
	r = b.failed ? -ENOMEM : text_write(fd, b.text, b.len);
	return r < 0 ? error_sys(e, -r, path, "note where host tasks come from") : 0;
}

static int
task_compare(const void *a, const void *b)
{
	const struct origin *left = a, *right = b;

	if (left->id != right->id)
		return left->id < right->id ? -1 : 1;
	if (left->start != right->start)
		return left->start < right->start ? -1 : 1;
	return 0;
}

/* By task, those of one task in the order in which they were written. */
static int
origin_compare(const void *a, const void *b)
{
	const struct origin *left = a, *right = b;
	int r = task_compare(a, b);

	return r != 0 ? r : (left->order > right->order) - (left->order < right->order);
}

/* "ID START GROUP"; what is no such line was cut off by a crash, before its task was moved. */
static int
line_parse(char *line, struct origins *o)
{
	const char *id_text = strsep(&line, " ");
	const char *start_text = line != NULL ? strsep(&line, " ") : NULL;
	uint32_t id;
	uint64_t start;

	if (start_text == NULL || line == NULL || line[0] == '\0' ||
		num_parse_u32(id_text, 1, ID_MAX, &id) < 0 ||
		num_parse_u64(start_text, 0, INT64_MAX, &start) < 0)
		return 0;
	return origins_add(o, (pid_t)id, (int64_t)start, line);
}

/* Of several origins of a task keep the first. */
static void
origins_unique(struct origins *o)
{
	size_t kept = 0;

	for (size_t i = 0; i < o->count; i++) {
		if (kept > 0 && task_compare(&o->list[kept - 1], &o->list[i]) == 0)
			free(o->list[i].group);
		else
			o->list[kept++] = o->list[i];
	}
	o->count = kept;
}

int
origins_load(const struct root *state, struct origins *ret, struct error *e)
{
	auto_free char *text = NULL;
	auto_origins struct origins o = {0};
	char *rest, *line;
	int r;

	*ret = (struct origins){0};
	if (state->fd < 0 || !file_exists(state, list_file))
		return 0;
	r = file_load(state, list_file, LIST_MAX_BYTES, &text, e);
	if (r < 0)
		return r;
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (line_parse(line, &o) < 0)
			return error_sys(e, ENOMEM, state->path, "read where host tasks come from");
	}
	if (o.count > 0)
		qsort(o.list, o.count, sizeof(*o.list), origin_compare);
	origins_unique(&o);
	*ret = o;
	o = (struct origins){0};
	return 0;
}

const char *
origins_find(const struct origins *o, pid_t id, int64_t start)
{
	const struct origin key = {.id = id, .start = start};
	const struct origin *found =
		o->count > 0 ? bsearch(&key, o->list, o->count, sizeof(key), task_compare) : NULL;

	return found != NULL ? found->group : NULL;
}

int
origins_remove(const struct root *state, struct error *e)
{
	int r = state->fd < 0 ? 0 : file_delete(state, list_file, 0);

	if (r == 0)
		return 0;
	return error_sys(e, -r, state->path, "delete the list of moved host tasks");
}

void
origins_done(struct origins *o)
{
	for (size_t i = 0; i < o->count; i++)
		free(o->list[i].group);
	free(o->list);
	*o = (struct origins){0};
}
