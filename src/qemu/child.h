/* SPDX-License-Identifier: MIT */
/* The child's way from clone3(2) to exec: nothing in it but system calls. */
#ifndef QPIN_QEMU_CHILD_H
#define QPIN_QEMU_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/cpus.h"
#include "base/filter.h"

enum {
	CHILD_FDS_MIN = 16, /* the descriptors below are numbered from here on */
};

struct caller;

enum child_stage {
	CHILD_STAGE_PROCESS_GROUP,
	CHILD_STAGE_AFFINITY,
	CHILD_STAGE_MEMORY,
	CHILD_STAGE_RLIMIT,
	CHILD_STAGE_FILTER,
	CHILD_STAGE_GROUPS,
	CHILD_STAGE_GROUP,
	CHILD_STAGE_USER,
	CHILD_STAGE_DESCRIPTORS,
	CHILD_STAGE_LIMITS,
	CHILD_STAGE_EXEC,
};

/* Everything is ready made, because a child that shares our heap's locks can't make it. */
struct child {
	const char *path;
	char *const *argv;
	char *const *environment;
	bool own_group;
	bool reset_affinity;
	const struct cpus *memory_nodes; /* NULL: any */
	const struct caller *caller;     /* gets his limits back; NULL: nobody */
	bool rlimit_memlock;
	bool no_new_privs;
	const struct filter *filter; /* of system calls; NULL: none */
	bool set_groups, set_gid, set_uid;
	const gid_t *groups;
	size_t group_count;
	gid_t gid;
	uid_t uid;
	const sigset_t *ignored; /* these are; NULL: none */
	int stderr_fd;           /* becomes 2 */
	int qmp_fd;              /* becomes MONITOR_SOCKET_FD; -1: none */
	int config_fd;           /* becomes MONITOR_CONFIG_FD; -1: none */
	int report_fd;           /* gets a struct child_failure; closed by exec */
	int go_fd;               /* a byte lets it begin; at its end the child ends */
	int hold_fd;             /* the other end of go_fd, which the child closes */
};

struct child_failure {
	enum child_stage stage;
	int errnum;
};

/*
 * child_run - when it is let go become the program, or report why not and exit
 *
 * All signals are blocked before.
 */
_Noreturn void child_run(const struct child *child);

/* child_stage_text - what failed, as an infinitive: "set its groups" */
const char *child_stage_text(enum child_stage stage);

#endif
