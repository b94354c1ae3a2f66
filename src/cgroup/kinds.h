/* SPDX-License-Identifier: MIT */
/* The kinds of change that are made in the cgroup trees. A target is a path as group.h has them. */
#ifndef QPIN_CGROUP_KINDS_H
#define QPIN_CGROUP_KINDS_H

#include "change/change.h"

/* "cgroup": make directory target. Undo removes it, waits at most 5 s for dying members, and keeps
 * one that was there before. */
extern const struct change_kind change_cgroup;

/* "setting": write value to file key of target, a cgroup that goes with all its settings: no undo.
 */
extern const struct change_kind change_setting;

/* "override": write value to file key of target, a cgroup that others have too. Undo writes what
 * was there before. */
extern const struct change_kind change_override;

/*
 * "without": take the CPUs of value out of target's cpuset.cpus; nothing where target isn't there.
 * An empty list is filled with all that the cgroup above has first, unless key is WITHOUT_LISTED:
 * then it stays empty. Undo gives those back that were there. Of a partition (change_apart) its
 * exclusive CPUs go with them.
 */
#define WITHOUT_LISTED "listed"
extern const struct change_kind change_without;

/*
 * "migrate": move the host's tasks, all that are in no cgroup of ours, to target, the pool. Undo
 * moves each back where it came from, those that were born in the pool where their parents did, and
 * what can't go there any more to the topmost cgroup.
 *
 * value: MIGRATE_ALL when a task that stays outside is a failure (ERROR_ISOLATION), threads of the
 * kernel aside; MIGRATE_MOVABLE when it isn't.
 */
#define MIGRATE_ALL     "all"
#define MIGRATE_MOVABLE "movable"
extern const struct change_kind change_migrate;

/* "controller": enable controller value in target's subtree. Undo disables what was disabled. */
extern const struct change_kind change_controller;

/* "exclusive": add the CPUs of value to target's cpuset.cpus.exclusive, or file key of a partition.
 * Undo takes out those that were not there before. */
extern const struct change_kind change_exclusive;

/* "partition": make target a partition of type value. Read back; undo writes its type before,
 * "member" unless it was a partition. */
extern const struct change_kind change_partition;

/*
 * partition_write - have @path be of @type, as far as it may: partition_check() tells
 *
 * CPUs that leave their scheduling domain by it are kept busy meanwhile (cgroup/busy.h).
 */
int partition_write(struct host *host, const char *path, const char *type, struct error *e);

/*
 * partition_check - whether @path is a valid partition, and so is each one that it is in
 *
 * An old kernel lets those below an invalid one say that they are valid. Returns 0, -EINVAL with
 * the kernel's words, or -errno.
 */
int partition_check(const struct host *host, const char *path, struct error *e);

/* "apart": make target, whose cpuset.cpus are set, a partition of type value with these CPUs. Undo
 * makes it what it was before. */
extern const struct change_kind change_apart;

/*
 * "trial": make target, which is not there, an isolated partition with the CPUs of value, and
 * remove it. ERROR_ISOLATION with the kernel's words when it doesn't become one. Undo removes what
 * a crash left.
 */
extern const struct change_kind change_trial;

/* "process": move process id (0 in a plan: qpin itself) into target. Undo moves it back. */
extern const struct change_kind change_process;

/* "thread": move thread id into target, in the same threaded domain. Undo moves it back. */
extern const struct change_kind change_thread;

#endif
