/* SPDX-License-Identifier: MIT */
/* Where QEMU's program is. */
#ifndef QPIN_QEMU_PROGRAM_H
#define QPIN_QEMU_PROGRAM_H

struct error;

/*
 * program_find - the path of program @binary: itself when it has a slash, else the first executable
 * of that name in the absolute directories of our $PATH; the caller frees @ret
 *
 * Returns 0, -ENOENT, or -EACCES when there is only one that isn't executable; the hint names what
 * was searched.
 */
int program_find(const char *binary, char **ret, struct error *e);

#endif
