/* SPDX-License-Identifier: MIT */
/*
 * Which of QEMU's threads get which CPUs: the selectors of qemu-affinity's options. Pure.
 *
 * An option names a group of threads. Its words are CPU lists, for the group's threads by their
 * order (vCPUs by their number, others as they were born), or "SELECTOR:LIST":
 *
 *     *          all threads of the group that no other word of the option selects
 *     NAME       those of that name: of a vCPU its number, of an iothread its id
 *     NAME#2     of those the second
 *     #2         of the group the second
 */
#ifndef QPIN_QEMU_SELECT_H
#define QPIN_QEMU_SELECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cpus.h"
#include "qemu/tasks.h"

struct error;

/* In the order in which they take effect: of two groups that a thread is in, the later counts. */
enum select_group {
	SELECT_PROCESS, /* the main thread, by a list alone */
	SELECT_QEMU,    /* those that are called as the main thread, which is the first */
	SELECT_VCPU,
	SELECT_IO,
	SELECT_WORKER,
	SELECT_THREAD, /* all */
	SELECT_GROUP_COUNT,
};

struct selector {
	enum select_group group;
	const char *word;        /* borrowed: as it was given */
	bool by_position;        /* a list alone */
	bool rest;               /* "*" */
	char name[QMP_ID_BYTES]; /* "": any */
	unsigned nth;            /* from 1; 0: each of that name */
	struct cpus cpus;        /* not empty */
};

struct selection {
	struct selector *list; /* owned */
	size_t count;
};

/* select_option - "-k", for messages; static */
const char *select_option(enum select_group group);

/*
 * select_add - append what @word, which is borrowed, says
 *
 * Returns 0; -EINVAL (ERROR_USAGE) for what is no selector or list; -ENOMEM.
 */
int select_add(struct selection *s, enum select_group group, const char *word, struct error *e);

/*
 * select_threads - which selector each thread has
 * @tasks: of the process whose first thread is @pid
 * @all_found: a selector that finds no thread is an error; else it may find one another time
 * @ret: of @tasks->count; borrowed from @s; NULL: none
 *
 * Returns 0; -EINVAL (ERROR_USAGE) when a selector finds no thread ("*" may), or two of a group the
 * same one; -ENOMEM.
 */
int select_threads(const struct selection *s, const struct tasks *tasks, pid_t pid, bool all_found,
	const struct selector **ret, struct error *e);

void selection_done(struct selection *s);

#define auto_selection __attribute__((cleanup(selection_done)))

#endif
