/* SPDX-License-Identifier: MIT */
/* One reversible thing done to the host, and the ordered list of those that a plan wants. */
#ifndef QPIN_CHANGE_CHANGE_H
#define QPIN_CHANGE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct error;
struct change;
struct host; /* the opened trees and busses: host/host.h */

/* What a change must have when it comes from a journal; a target it has always. */
enum change_need {
	CHANGE_KEY = 1 << 0,
	CHANGE_VALUE = 1 << 1,
	CHANGE_BEFORE = 1 << 2,
	CHANGE_ROLE = 1 << 3,
	CHANGE_ID = 1 << 4,
	CHANGE_START = 1 << 5,
};

/*
 * A kind of change. Its functions return 0 or -errno with @e filled.
 */
struct change_kind {
	const char *name; /* in journals and listings: "cgroup", "control", "thread", … */
	unsigned needs;   /* of enum change_need: what its functions rely on */
	bool last;        /* it watches over those made after it: it stays as long as one does */

	/* Record in ->before what the undo needs. Called before the journal is written. */
	int (*look)(struct host *host, struct change *c, struct error *e);
	/* Do it. */
	int (*apply)(struct host *host, struct change *c, struct error *e);
	/* Is it so now? Reads the host; -EINVAL with the kernel's words when it isn't. */
	int (*verify)(struct host *host, const struct change *c, struct error *e);
	/* Put back ->before. Idempotent: 0 when there is nothing (left) to put back. */
	int (*undo)(struct host *host, const struct change *c, struct error *e);
	/* One line for a person, in the infinitive: "make cgroup /qpin.slice". */
	void (*describe)(const struct change *c, char *text, size_t size);
};

struct change {
	const struct change_kind *kind; /* borrowed: static */
	char *target;  /* owned: cgroup (path below the mount, "/qpin.slice"), unit, … */
	char *key;     /* owned: control file or property; NULL when the kind has none */
	char *value;   /* owned: what it shall be; NULL when the kind has none */
	char *before;  /* owned: what it was, from look(), or who knew; NULL until then */
	char *role;    /* owned: whose thread it is ("vCPU 0.1.0"), for a person; NULL of others */
	int64_t id;    /* process or thread; 0 when there is none, or none yet (a plan) */
	int64_t start; /* of that, likewise, for ids are used again: when it began, or a later
			  moment at which it was there, as of task_lives(); 0 until then */
	bool shared;   /* of all VMs: made by the first, undone after the last */
};

struct change_list {
	struct change *list; /* owned */
	size_t count;
};

/*
 * change_add - append a change; texts are copied, and may be NULL
 *
 * Returns the new change (borrowed from @list until the next change_add()), or NULL without memory.
 */
struct change *change_add(struct change_list *list, const struct change_kind *kind,
	const char *target, const char *key, const char *value);

/* change_copy - make @ret an own copy of @c; -ENOMEM leaves @ret empty */
int change_copy(const struct change *c, struct change *ret);

/* change_remember - for a kind's look(): @text, which is copied, is what was there; -ENOMEM or 0 */
int change_remember(struct change *c, const char *text, struct error *e);

/* change_same - whether both are the same change to the same thing (whatever look() saw) */
bool change_same(const struct change *a, const struct change *b);

void change_done(struct change *c);
void change_list_done(struct change_list *list);

#define auto_change_list __attribute__((cleanup(change_list_done)))

#endif
