/* SPDX-License-Identifier: MIT */
/* Reading journals, also such as a living qpin writes to: takes no lock and writes nothing. */
#ifndef QPIN_CHANGE_LOOK_H
#define QPIN_CHANGE_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "change/journal.h"

/*
 * journal_look - what is in the journal of VM @name now
 * @state: the state directory, also another user's
 * @kinds: the kinds of change that there are; ends in NULL
 * @ret: for journal_close() alone: nothing can be written to it
 * @ret_alive: whether its owner lives, and has it
 *
 * A last line that isn't whole yet, or was cut by a crash, is left out. Returns 0, -ENOENT when
 * there is none, -EINVAL when it is damaged (@ret_alive is set then, too), or -errno.
 */
int journal_look(const struct root *state, const char *name, const struct change_kind *const *kinds,
	struct journal *ret, bool *ret_alive, struct error *e);

/* journal_is_held - whether the owner of the journal in @dir lives */
bool journal_is_held(const struct root *dir);

/*
 * journal_read_lines - read all whole lines into @j, whose directory is open
 * @ret_whole: how many bytes these have
 *
 * Returns the bytes of the file; -EINVAL when it is damaged; or -errno.
 */
int journal_read_lines(struct journal *j, const struct change_kind *const *kinds, size_t *ret_whole,
	struct error *e);

/* journal_keep_take - remember a change, which is taken over, also on failure: -ENOMEM, or 0 */
int journal_keep_take(struct journal *j, struct change *c);

#endif
