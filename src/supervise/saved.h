/* SPDX-License-Identifier: MIT */
/* What threads had before they were pinned, in a file of the person's own. */
#ifndef QPIN_SUPERVISE_SAVED_H
#define QPIN_SUPERVISE_SAVED_H

#include "change/change.h"

struct error;

/*
 * saved_write - write the changes of @list that have an id to @path, a new file with mode 0600
 *
 * A line each, as a journal has them. Returns 0, -EEXIST when it is there, or -errno.
 */
int saved_write(const struct change_list *list, const char *path, struct error *e);

/*
 * saved_load - append the changes of such a file to @ret
 *
 * Returns 0; -EINVAL for what saved_write() did not write; or -errno.
 */
int saved_load(const char *path, struct change_list *ret, struct error *e);

#endif
