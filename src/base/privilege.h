/* SPDX-License-Identifier: MIT */
/* A qpin that is installed set-uid root: who called it, and what it doesn't take over from him. */
#ifndef QPIN_BASE_PRIVILEGE_H
#define QPIN_BASE_PRIVILEGE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

struct error;

/* By whose rights qpin runs. */
enum privilege {
	PRIVILEGE_OWN,     /* those of who started it */
	PRIVILEGE_BEHALF,  /* set-uid root: root's, on behalf of an ordinary user */
	PRIVILEGE_STRANGE, /* of another kind, which it gives up nothing for: refused */
};

struct privilege_facts {
	uid_t uid, euid;
	gid_t gid, egid;
	bool secure;  /* the kernel says that the program gained something by exec (AT_SECURE) */
	bool capable; /* there is any capability */
};

/* The ordinary user that a set-uid root qpin works for, as he called it: for his QEMU. */
struct caller {
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* owned; supplementary ones; NULL when there are none */
	size_t group_count;
	mode_t umask;
	int policy, nice; /* how he is scheduled */
	sigset_t ignored;
	struct rlimit limits[RLIM_NLIMITS];
};

/* privilege_decide - what these come to (pure) */
enum privilege privilege_decide(const struct privilege_facts *facts);

/*
 * privilege_limit - what qpin itself needs of a resource that its caller limited to @his (pure)
 *
 * Never a lower hard limit than his, so that he can be given his own back without privilege.
 */
struct rlimit privilege_limit(int resource, const struct rlimit *his);

/*
 * privilege_begin - first of all in main(): see who called us; take nothing else from him
 *
 * On behalf of another user: his limits, umask, groups, signals, timers, environment, and how slow
 * he is, are remembered or dropped, and qpin has root's. Descriptors are descriptors_begin()'s.
 * Returns 0, or -errno: -EPERM (ERROR_DENIED) for rights of another kind.
 */
int privilege_begin(struct error *e);

/* privilege_caller - on whose behalf we work; NULL: nobody else's. Borrowed; lives as long as we */
const struct caller *privilege_caller(void);

/*
 * privilege_expose - from now on the caller may signal this process: our real uid becomes his
 *
 * Takes CAP_SETUID. Whoever may do that may also stop (SIGSTOP) or slow us: no lock that others
 * wait for is held now, and later only to mend and to plug. Nothing happens without a caller.
 * Returns 0 or -errno.
 */
int privilege_expose(struct error *e);

/* privilege_shield - the opposite; needs no capability. What fails is no reason not to go on. */
void privilege_shield(void);

/*
 * privilege_give_back - in the child that becomes @caller's program, and is he already: his limits,
 * umask and scheduling
 * @but_memlock: the limit of locked memory stays
 *
 * System calls alone. Returns 0, or -1 and errno.
 */
int privilege_give_back(const struct caller *caller, bool but_memlock);

#endif
