/* SPDX-License-Identifier: MIT */
/*
 * CPUs taken out of masks that others have, too, and given back one by one: what was before is kept
 * as a text for the journal. Pure.
 *
 * Nobody's mask is written back as a whole: other VMs take and give as well, in any order, and
 * whoever gave a mask another value meanwhile wants that one.
 */
#ifndef QPIN_HOST_EXCLUSION_H
#define QPIN_HOST_EXCLUSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cpus.h"
#include "base/text.h"

struct error;

enum {
	EXCLUSION_NAME_BYTES = 40,
	EXCLUSION_TEXT_MAX_BYTES = 96 * 1024, /* a line of a journal has room for it */
};

/* What is taken, and what to have where nothing is left. */
struct exclusion_wish {
	struct cpus taken;
	struct cpus online;
	struct cpus pool; /* online, and none of the taken */
};

/* One mask. */
struct exclusion {
	char name[EXCLUSION_NAME_BYTES]; /* whose; without blanks and "=" */
	struct cpus before;
	struct cpus left;    /* what it shall have: the pool where no online CPU is left */
	bool refused;        /* by the kernel: it stays as it was */
	const char *mark_at; /* where its text says so */
};

/* exclusion_left - what @before becomes */
void exclusion_left(const struct exclusion_wish *wish, const struct cpus *before, struct cpus *ret);

/* exclusion_add - append the mask of @name, which has @before, to @text */
void exclusion_add(struct buf *text, const struct exclusion_wish *wish, const char *name,
	const struct cpus *before);

/*
 * exclusion_next - read the next mask of a text that exclusion_add() made
 * @at: where to begin; is moved behind it
 *
 * Returns 1, 0 at the end, -EINVAL when it's no such text.
 */
int exclusion_next(
	const char **at, const struct cpus *taken, struct exclusion *ret, struct error *e);

/* exclusion_mark - in the text that @x was read from, say whether it was refused */
void exclusion_mark(char *text, const struct exclusion *x, bool refused);

/*
 * exclusion_give_back - what a mask shall be once more
 * @others: CPUs that VMs have: these may be missing without anybody wishing so
 * @now: what it is; becomes what it shall be
 *
 * Returns whether @now was changed: not when there is nothing to give back, nor when somebody else
 * gave the mask another value.
 */
bool exclusion_give_back(const struct exclusion *x, const struct cpus *taken,
	const struct cpus *others, struct cpus *now);

#endif
