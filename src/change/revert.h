/* SPDX-License-Identifier: MIT */
/* Undoing or replacing some of what a journal has while the rest stays, and forgetting it. */
#ifndef QPIN_CHANGE_REVERT_H
#define QPIN_CHANGE_REVERT_H

#include "change/journal.h"

/*
 * journal_revert - undo those changes of @list that @j has, the last one first
 * @told: called for each that can't be undone; it stays in @j, to be undone with the others
 *
 * What is undone is no longer in the file: however often changes are made and reverted, it grows
 * no further. Returns how many stay; or -errno when the file couldn't be written anew: all that
 * could be is undone by then, and undoing it once more after a crash does no harm.
 */
int journal_revert(struct journal *j, struct host *host, const struct change_list *list,
	void (*told)(const struct change *c, const struct error *e), struct error *e);

/*
 * journal_replace - make change @c in place of @old, which is of the same kind and about the same
 *
 * Undoing @c will put back what was before @old, without a way through what @old had made. Where
 * @j lacks @old, it is journal_apply(). Returns 0 or -errno; @old still holds in @j after a
 * failure.
 */
int journal_replace(struct journal *j, struct host *host, const struct change *old,
	const struct change *c, struct error *e);

/*
 * journal_claim - the VM claims @cpus from now on; the global lock is held
 *
 * Returns 0, or -errno with the claim as before.
 */
int journal_claim(struct journal *j, const struct cpus *cpus, struct error *e);

/*
 * journal_count_take - @baselines_take are @j's from now on, in place of those that it had
 *
 * Taken over, also on failure. Returns 0, or -errno with those of before.
 */
int journal_count_take(struct journal *j, struct baselines *baselines_take, struct error *e);

#endif
