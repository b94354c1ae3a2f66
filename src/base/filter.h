/* SPDX-License-Identifier: MIT */
/* Filters of system calls: from a list of rules, by libseccomp, to a program for the kernel. */
#ifndef QPIN_BASE_FILTER_H
#define QPIN_BASE_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

/* One line of a list in policy/seccomp/, as scripts/seccomp-table writes it. */
struct filter_rule {
	const char *name;     /* of the system call */
	bool compares;        /* only where argument @arg, masked, is @value */
	unsigned arg;         /* from 0 */
	uint64_t mask, value; /* of the argument */
	int errnum;           /* what a list of refusals answers; 0: EPERM */
};

/* What becomes of a call. */
enum filter_kind {
	FILTER_REFUSES, /* those of the list get an error, also through a 32-bit ABI */
	FILTER_ALLOWS,  /* all but those of the list get EPERM, which the kernel logs */
	FILTER_LOGS,    /* all but those of the list are done, and logged by the kernel */
};

struct filter_request {
	enum filter_kind kind;
	const struct filter_rule *rules; /* borrowed */
	size_t count;
	const char *const *without; /* borrowed: names of rules to leave out, ends with NULL; or
				       NULL */
};

/* Ready for the kernel. Starts as {0}. */
struct filter {
	struct sock_fprog program; /* owned */
	unsigned flags;            /* Source: seccomp(2), SECCOMP_SET_MODE_FILTER */
};

void filter_done(struct filter *f);

#define auto_filter __attribute__((cleanup(filter_done)))

/* filter_is_available - whether the kernel, or the container around us, lets us have filters */
bool filter_is_available(void);

/*
 * filter_make - the program of a list; it takes no effect yet
 *
 * Rules of calls that this architecture doesn't have are left out. Returns 0; -EINVAL when
 * libseccomp knows none of that name at all, or another -errno.
 */
int filter_make(const struct filter_request *request, struct filter *ret, struct error *e);

/*
 * filter_install - from now on, for good, for us and all that we become and start
 *
 * A single system call, fit for a child between fork and exec. Returns 0, or -1 and errno: EACCES
 * without CAP_SYS_ADMIN unless no_new_privs is set.
 */
int filter_install(const struct filter *f);

#endif
