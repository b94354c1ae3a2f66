/* SPDX-License-Identifier: MIT */
/* Files of the kernel's that stay open between looks at them: each needs one call then. */
#ifndef QPIN_BASE_KEPT_H
#define QPIN_BASE_KEPT_H

struct root;

/*
 * root_keep - from now on each file that file_read() reads stays open, for that and file_write()
 * @root:  of the kernel's files, whose text is new at each read
 * @flags: O_RDONLY, or O_RDWR for those that may be written
 *
 * Not for long: if another file has its name by then, that isn't looked at. Those that can't be
 * kept, or are too many, are opened each time. root_keep_no_more() leaves it at those that are
 * open; root_keep_none() closes them, as root_close() does.
 */
void root_keep(struct root *root, int flags);
void root_keep_no_more(struct root *root);
void root_keep_none(struct root *root);

/* kept_to_read, kept_to_write - the descriptor of a file that is kept (borrowed), for pread(2) from
 * its beginning and write(2); or -1 */
int kept_to_read(const struct root *root, const char *name);
int kept_to_write(const struct root *root, const char *name);

#endif
