/* SPDX-License-Identifier: MIT */
/* A list of tasks with their affinity masks, its text, and its file in the state directory. */
#ifndef QPIN_CGROUP_MASKLIST_H
#define QPIN_CGROUP_MASKLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/cpus.h"

struct error;
struct root;

#define MASKS_FILE ".masks"

enum {
	MASK_LIST_MAX_BYTES = 64 * 1024 * 1024, /* of its text: a million tasks */
};

/* A task; its masks are numbers of sets in the list, for most tasks share a few. */
struct mask_record {
	pid_t tid;     /* 0: dropped */
	int64_t start; /* task_read_start() */
	size_t own;    /* what it had by itself, or somebody gave it */
	size_t left;   /* what it had when we looked last */
	bool seen;     /* for who looks at all tasks; not in the text */
};

struct mask_list {
	bool changing;     /* the kernel may have changed masks since they were looked at */
	int64_t looked;    /* when new tasks were looked for last, as of task_read_start() */
	struct cpus *sets; /* owned; all different */
	size_t set_count;
	struct mask_record *list; /* owned; ascending by tid but for those that were added */
	size_t count;
	size_t sorted; /* how many of them are in that order */
};

/* mask_list_find - the record of @tid among those that were parsed, or NULL; borrowed */
struct mask_record *mask_list_find(const struct mask_list *list, pid_t tid);

/* mask_list_add - append a task with the mask @own, now @left; 0 or -ENOMEM */
int mask_list_add(struct mask_list *list, pid_t tid, int64_t start, const struct cpus *own,
	const struct cpus *left);

/* mask_list_put - the number of the set @cpus, in @ret; 0 or -ENOMEM */
int mask_list_put(struct mask_list *list, const struct cpus *cpus, size_t *ret);

/* mask_list_text - "qpin masks settled LOOKED", then "TID START OWN LEFT" per line; NULL without
 * memory */
char *mask_list_text(const struct mask_list *list);

/*
 * mask_list_parse - read such a text, which is cut into lines
 * @where: named in errors
 *
 * Returns 0, -EINVAL, -ENOMEM; the caller calls mask_list_done() in any case.
 */
int mask_list_parse(char *text, const char *where, struct mask_list *ret, struct error *e);

/* mask_list_load - read the file; as mask_list_parse(), -ENOENT when there is none, or -errno */
int mask_list_load(const struct root *state, struct mask_list *ret, struct error *e);

/* mask_list_save - replace the file as a whole: a crash leaves the old one or the new one */
int mask_list_save(const struct root *state, const struct mask_list *list, struct error *e);

/* mask_list_delete - delete the file, which may be gone already */
int mask_list_delete(const struct root *state, struct error *e);

void mask_list_done(struct mask_list *list);

#define auto_mask_list __attribute__((cleanup(mask_list_done)))

#endif
