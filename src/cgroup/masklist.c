/* SPDX-License-Identifier: MIT */
/* A list of tasks with their affinity masks, and its text. */
#include "cgroup/masklist.h"

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
	TID_MAX = 1 << 30, /* above the kernel's PID_MAX_LIMIT, 4 Mi */
	FIRST_ROOM = 64,
	FILE_MODE = 0600,
	LINE_BYTES = 2 * CPUS_TEXT_BYTES + 64, /* two masks and two numbers */
};

static const char new_file[] = MASKS_FILE ".new";

static const char head_settled[] = "qpin masks settled ", head_changing[] = "qpin masks changing ";

struct mask_record *
mask_list_find(const struct mask_list *list, pid_t tid)
{
	size_t low = 0, high = list->sorted;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->list[middle].tid < tid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->sorted && list->list[low].tid == tid ? &list->list[low] : NULL;
}

/* Whether an array of @count elements is full: it grows to the next power of two. */
static bool
is_full(size_t count)
{
	return count == 0 || (count >= FIRST_ROOM && (count & (count - 1)) == 0);
}

static size_t
room_of(size_t count)
{
	return count == 0 ? FIRST_ROOM : 2 * count;
}

int
mask_list_put(struct mask_list *list, const struct cpus *cpus, size_t *ret)
{
	for (size_t i = 0; i < list->set_count; i++) {
		if (cpus_equal(&list->sets[i], cpus)) {
			*ret = i;
			return 0;
		}
	}
	if (is_full(list->set_count)) {
		struct cpus *sets =
			reallocarray(list->sets, room_of(list->set_count), sizeof(*sets));

		if (sets == NULL)
			return -ENOMEM;
		list->sets = sets;
	}
	list->sets[list->set_count] = *cpus;
	*ret = list->set_count++;
	return 0;
}

int
mask_list_add(struct mask_list *list, pid_t tid, int64_t start, const struct cpus *own,
	const struct cpus *left)
{
	struct mask_record record = {.tid = tid, .start = start};

	if (mask_list_put(list, own, &record.own) < 0 ||
		mask_list_put(list, left, &record.left) < 0)
		return -ENOMEM;
	if (is_full(list->count)) {
		struct mask_record *records =
			reallocarray(list->list, room_of(list->count), sizeof(*records));

		if (records == NULL)
			return -ENOMEM;
		list->list = records;
	}
	list->list[list->count++] = record;
	return 0;
}

char *
mask_list_text(const struct mask_list *list)
{
	char own[CPUS_TEXT_BYTES], left[CPUS_TEXT_BYTES];
	auto_buf struct buf text = {0};

	buf_printf(&text, "%s%" PRId64 "\n", list->changing ? head_changing : head_settled,
		list->looked);
	for (size_t i = 0; i < list->count; i++) {
		const struct mask_record *r = &list->list[i];

		if (r->tid != 0)
			buf_printf(&text, "%d %" PRId64 " %s %s\n", (int)r->tid, r->start,
				cpus_format(&list->sets[r->own], own),
				cpus_format(&list->sets[r->left], left));
	}
	return buf_take(&text);
}

/* One line: -EINVAL when it's no record. */
static int
line_parse(const char *line, struct mask_list *list)
{
	char copy[LINE_BYTES], *rest = copy;
	const char *tid_text, *start_text, *own_text;
	struct cpus own, left;
	uint64_t start;
	uint32_t tid;

	(void)snprintf(copy, sizeof(copy), "%s", line);
	tid_text = strsep(&rest, " ");
	start_text = strsep(&rest, " ");
	own_text = strsep(&rest, " ");
	if (start_text == NULL || own_text == NULL || rest == NULL ||
		num_parse_u32(tid_text, 1, TID_MAX, &tid) < 0 ||
		num_parse_u64(start_text, 0, INT64_MAX, &start) < 0 ||
		cpus_parse(own_text, &own) < 0 || cpus_parse(rest, &left) < 0 || cpus_empty(&own))
		return -EINVAL;
	return mask_list_add(list, (pid_t)tid, (int64_t)start, &own, &left);
}

static int
head_parse(const char *line, struct mask_list *list)
{
	const char *head = str_starts(line, head_changing) ? head_changing : head_settled;
	uint64_t ticks;

	if (!str_starts(line, head) || num_parse_u64(line + strlen(head), 0, INT64_MAX, &ticks) < 0)
		return -EINVAL;
	list->changing = head == head_changing;
	list->looked = (int64_t)ticks;
	return 0;
}

static int
record_compare(const void *a, const void *b)
{
	const struct mask_record *x = a, *y = b;

	return (x->tid > y->tid) - (x->tid < y->tid);
}

int
mask_list_parse(char *text, const char *where, struct mask_list *ret, struct error *e)
{
	const char *line = strsep(&text, "\n");
	int r = head_parse(line, ret);

	while (r == 0 && text != NULL && *text != '\0') {
		line = strsep(&text, "\n");
		r = line_parse(line, ret);
	}
	if (r == 0) {
		if (ret->count > 0)
			qsort(ret->list, ret->count, sizeof(*ret->list), record_compare);
		ret->sorted = ret->count;
		return 0;
	}
	if (r == -ENOMEM)
		return error_sys(e, ENOMEM, where, "read the masks of tasks");
	error_refuse(e, ERROR_HOST, where, "read the masks of tasks");
	return error_why(e, "this line is no record: %.200s", line);
}

int
mask_list_load(const struct root *state, struct mask_list *ret, struct error *e)
{
	char path[sizeof(state->path) + sizeof(MASKS_FILE)];
	auto_free char *text = NULL;
	int r;

	if (state->fd < 0)
		return -ENOENT;
	r = file_load(state, MASKS_FILE, MASK_LIST_MAX_BYTES, &text, e);
	if (r < 0)
		return r;
	root_path(state, MASKS_FILE, path, sizeof(path));
	r = mask_list_parse(text, path, ret, e);
	if (r == -EINVAL)
		return error_hint(e, "rm %s: tasks keep the masks that they have", path);
	return r;
}

static int
text_write(int fd, const char *text)
{
	for (size_t left = strlen(text); left > 0;) {
		ssize_t done = write(fd, text, left);

		if (done < 0)
			return -errno;
		text += done;
		left -= (size_t)done;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

int
mask_list_save(const struct root *state, const struct mask_list *list, struct error *e)
{
	auto_free char *text = mask_list_text(list);
	auto_fd int fd = -1;
	int r;

	if (text == NULL)
		return error_sys(e, ENOMEM, state->path, "write the masks of tasks down");
	(void)unlinkat(state->fd, new_file, 0); /* of a qpin that died */
	fd = file_open_own(state, new_file, O_WRONLY | O_CREAT | O_EXCL, FILE_MODE, e);
	if (fd < 0)
		return fd;
	r = text_write(fd, text);
	if (r == 0 && renameat(state->fd, new_file, state->fd, MASKS_FILE) < 0)
		r = -errno;
	if (r == 0)
		return 0;
	(void)unlinkat(state->fd, new_file, 0);
	return error_sys(e, -r, state->path, "write the masks of tasks down");
}

int
mask_list_delete(const struct root *state, struct error *e)
{
	int r = file_delete(state, MASKS_FILE, 0);

	(void)unlinkat(state->fd, new_file, 0);
	if (r == 0)
		return 0;
	return error_sys(e, -r, state->path, "forget the masks of tasks");
}

void
mask_list_done(struct mask_list *list)
{
	free(list->sets);
	free(list->list);
	*list = (struct mask_list){0};
}
