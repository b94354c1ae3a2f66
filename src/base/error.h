/* SPDX-License-Identifier: MIT */
/* A failure as a value: a negative errno for the program, a struct error for the person. */
#ifndef QPIN_BASE_ERROR_H
#define QPIN_BASE_ERROR_H

/* The kind chooses the exit status; see error_exit_status(). */
enum error_kind {
	ERROR_HOST,       /* the host, or QEMU, said no */
	ERROR_USAGE,      /* the command line */
	ERROR_DEFINITION, /* a definition file: has a line and a column */
	ERROR_ISOLATION,  /* the host gives less isolation than the definition requires */
	ERROR_CLAIMED,    /* a CPU belongs to another running VM */
	ERROR_DENIED,     /* not permitted */
};

enum exit_status {
	EXIT_STATUS_OK = 0,
	EXIT_STATUS_HOST = 1,
	EXIT_STATUS_USAGE = 2,
	EXIT_STATUS_ISOLATION = 3,
	EXIT_STATUS_CLAIMED = 4,
	EXIT_STATUS_DENIED = 5,
	EXIT_STATUS_PROBLEM = 6,  /* what was looked at is not as it should be */
	EXIT_STATUS_UNPROVEN = 7, /* of `verify`: nor is it known to be otherwise */
};

struct error {
	enum error_kind kind;
	int errnum;      /* positive errno; 0 when no system call was involved */
	unsigned line;   /* 1-based line of a definition; 0 elsewhere */
	unsigned column; /* 1-based column of a definition; 0 elsewhere */
	char what[200];  /* infinitive: "move vCPU 0.3.0 (thread 4121) to CPU 7" */
	char where[512]; /* file, unit or socket it failed on, in full; "" when there is none */
	char why[512];   /* the reason where errno has none: the kernel's or QEMU's own words */
	char hint[512];  /* the operator's next step; "" when none is known */
};

/*
 * error_sys - a system call failed: fill @e and return -@errnum
 * @errnum: positive errno, taken at the failing call; EPERM and EACCES make the kind ERROR_DENIED
 * @where:  path, unit or socket; NULL for none
 * @what:   printf format of an infinitive that completes "cannot …"
 */
int error_sys(struct error *e, int errnum, const char *where, const char *what, ...)
	__attribute__((format(printf, 4, 5), nonnull(1, 4)));

/*
 * error_refuse - fail for a reason that is no errno: fill what and where, return -EINVAL
 *
 * The caller adds the reason with error_why(), and a next step with error_hint().
 */
int error_refuse(struct error *e, enum error_kind kind, const char *where, const char *what, ...)
	__attribute__((format(printf, 4, 5), nonnull(1, 4)));

/*
 * error_definition - a definition is wrong at @line:@column (both from 1): return -EINVAL
 * @why: printf format of a sentence without a full stop
 */
int error_definition(struct error *e, const char *path, unsigned line, unsigned column,
	const char *why, ...) __attribute__((format(printf, 5, 6), nonnull(1, 2, 5)));

/* error_why, error_hint - add the reason or the next step; return error_code(@e) */
int error_why(struct error *e, const char *why, ...) __attribute__((format(printf, 2, 3)));
int error_hint(struct error *e, const char *hint, ...) __attribute__((format(printf, 2, 3)));

/* error_while - put "CONTEXT: " before what failed; return error_code(@e) */
int error_while(struct error *e, const char *context, ...) __attribute__((format(printf, 2, 3)));

/* error_code - the negative errno that goes with @e; -EINVAL when it has none */
int error_code(const struct error *e);

/* error_exit_status - the documented exit status of a kind of failure */
enum exit_status error_exit_status(enum error_kind kind);

/*
 * error_text - the failure in one line, without a program name: "cannot WHAT: WHERE: WHY"
 * (of a definition: "WHERE:LINE:COLUMN: WHY"); cut to @size bytes. The hint isn't in it. A line and
 * a column follow WHERE whenever there are any.
 */
void error_text(const struct error *e, char *text, unsigned long size);

#endif
