/* SPDX-License-Identifier: MIT */
/* Which cgroup each host task came from: a list in memory, and in the state directory. */
#ifndef QPIN_CGROUP_ORIGINS_H
#define QPIN_CGROUP_ORIGINS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct root;
struct error;

/* A task and its cgroup. */
struct origin {
	pid_t id;
	int64_t start; /* task_read_start() */
	char *group;   /* owned; as in group.h */
	size_t order;  /* in which it was added */
};

struct origins {
	struct origin *list; /* owned */
	size_t count;
};

/* origins_add - append one; @group is copied. 0 or -ENOMEM */
int origins_add(struct origins *o, pid_t id, int64_t start, const char *group);

/*
 * origins_append - write @o behind what the list in the state directory has, down to the disk
 *
 * To be called before a task is moved. A task that is there already keeps its first origin: see
 * origins_find().
 */
int origins_append(const struct root *state, const struct origins *o, struct error *e);

/* origins_load - the list of the state directory, for origins_find(); empty when there is none */
int origins_load(const struct root *state, struct origins *ret, struct error *e);

/* origins_find - where a task of a loaded list came from at first; NULL when it isn't there;
 * borrowed */
const char *origins_find(const struct origins *o, pid_t id, int64_t start);

/* origins_remove - delete the list in the state directory; 0 also when there is none */
int origins_remove(const struct root *state, struct error *e);

void origins_done(struct origins *o);

#define auto_origins __attribute__((cleanup(origins_done)))

#endif
