/* SPDX-License-Identifier: MIT */
/* A journal's lines: JSON objects, each on a line of its own. */
#ifndef QPIN_CHANGE_RECORD_H
#define QPIN_CHANGE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/cpus.h"
#include "change/baseline.h"
#include "change/change.h"

enum {
	RECORD_MAX_BYTES = 128 * 1024,        /* one line: a path and three CPU lists are shorter */
	JOURNAL_MAX_BYTES = 64 * 1024 * 1024, /* a whole journal: 8,192 CPUs need less */
};

/* The first line: whose journal it is. */
struct record_header {
	char name[65];    /* the VM's */
	struct cpus cpus; /* that it claims */
	uid_t owner;      /* the ordinary user whom root started it for; 0: nobody else */
};

enum record_type {
	RECORD_HEADER,
	RECORD_CHANGE,   /* about to be made */
	RECORD_UNDONE,   /* the change with this index is undone */
	RECORD_QEMU,     /* QEMU was started */
	RECORD_KEEPER,   /* who watches over a QEMU that ran before: lets it go at a SIGTERM */
	RECORD_BASELINE, /* what was counted when a vCPU got its place; not in older journals */
};

/* A process that runs; its id alone may be another's by now. */
struct record_process {
	pid_t pid;     /* 0: none */
	int64_t start; /* task_read_start() */

	/* Of RECORD_QEMU, for who takes over after our death. */
	bool placed;    /* all of its threads have their places: the guest may run */
	bool paused;    /* but its own -S keeps it from running */
	int64_t stop_s; /* the time that its guest has to shut down, in seconds; 0: none */

	/* Of one that is placed, for who looks; "" in older journals. Cut to fit. */
	char level[32];   /* reached: "isolated" */
	char reason[256]; /* why not a better one; "" at the best */
};

struct record {
	enum record_type type;
	struct record_header header;   /* of RECORD_HEADER */
	struct change change;          /* of RECORD_CHANGE; the owner calls change_done() */
	size_t index;                  /* of RECORD_UNDONE: counts changes from 0 */
	struct record_process process; /* of RECORD_QEMU and RECORD_KEEPER */
	struct baseline baseline;      /* of RECORD_BASELINE */
};

/* record_*_line - the line with its newline, which the caller frees; NULL without memory */
char *record_header_line(const struct record_header *header);
char *record_change_line(const struct change *c);
char *record_undone_line(size_t index);
/* @type: RECORD_QEMU or RECORD_KEEPER */
char *record_process_line(enum record_type type, const struct record_process *process);

/*
 * record_parse - read one line (@len bytes, without its newline)
 * @kinds: the kinds of change that there are; ends in NULL
 * @where: the journal's path, for messages
 *
 * Returns 0, -EINVAL for what is no record (or of an unknown kind, or lacks what the kind needs),
 * -ENOMEM.
 */
int record_parse(const char *line, size_t len, const struct change_kind *const *kinds,
	const char *where, struct record *ret, struct error *e);

/* record_hint - tell what to do about the damaged journal @where; returns error_code(@e) */
int record_hint(struct error *e, const char *where);

#endif
