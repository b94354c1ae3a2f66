/* SPDX-License-Identifier: MIT */
/* What threads had before they were pinned, in a file of the person's own. */
#include "supervise/saved.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "change/record.h"
#include "host/task.h"

enum {
	SAVE_MODE = 0600,
};

static const struct change_kind *const saved_kinds[] = {&change_affinity, NULL};

int
saved_write(const struct change_list *list, const char *path, struct error *e)
{
	auto_buf struct buf text = {0};
	FILE *file;
	int fd, r = 0;

	for (size_t i = 0; i < list->count; i++) {
		auto_free char *line = NULL;

		if (list->list[i].id == 0)
			continue;
		line = record_change_line(&list->list[i]);
		if (line == NULL)
			text.failed = true;
		else
			buf_add(&text, line);
	}
	if (text.failed)
		return error_sys(e, ENOMEM, path, "save what threads had");
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, SAVE_MODE);
	if (fd < 0)
		return error_sys(e, errno, path, "save what threads had");
	file = fdopen(fd, "w");
	if (file == NULL || fputs(text.text != NULL ? text.text : "", file) < 0)
		r = -errno;
	if (file != NULL && fclose(file) != 0)
		r = -errno;
	return r < 0 ? error_sys(e, -r, path, "save what threads had") : 0;
}

static int
lines_parse(char *text, const char *file, struct change_list *ret, struct error *e)
{
	int r = 0;

	for (char *line = strsep(&text, "\n"); line != NULL && r == 0; line = strsep(&text, "\n")) {
		struct record record = {0};
		struct change *bigger;

		if (*line == '\0')
			continue;
		r = record_parse(line, strlen(line), saved_kinds, file, &record, e);
		if (r == 0 && record.type != RECORD_CHANGE) {
			error_refuse(e, ERROR_USAGE, file, "undo it");
			r = error_why(e, "it is not what --save writes");
		}
		if (r < 0)
			break;
		bigger = reallocarray(ret->list, ret->count + 1, sizeof(*bigger));
		if (bigger == NULL) {
			change_done(&record.change);
			return error_sys(e, ENOMEM, file, "read what threads had");
		}
		ret->list = bigger;
		bigger[ret->count++] = record.change;
	}
	return r;
}

int
saved_load(const char *path, struct change_list *ret, struct error *e)
{
	const struct root here = {.fd = AT_FDCWD};
	auto_free char *text = NULL;
	int r = file_load(&here, path, JOURNAL_MAX_BYTES, &text, e);

	if (r >= 0)
		return lines_parse(text, path, ret, e);
	(void)snprintf(e->where, sizeof(e->where), "%s", path);
	return r;
}
