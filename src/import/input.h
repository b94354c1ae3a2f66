/* SPDX-License-Identifier: MIT */
/* What an import reads: a file, or standard input; the command line of a process. */
#ifndef QPIN_IMPORT_INPUT_H
#define QPIN_IMPORT_INPUT_H

#include <sys/types.h>

#include "base/files.h"
#include "base/text.h"
#include "qemu/argv.h"

enum {
	INPUT_MAX_BYTES = 1024 * 1024, /* as a definition */
};

/* input_name - what @path is called in messages; borrowed from it */
const char *input_name(const char *path);

/* input_load - all of @path ("-": standard input) to the end of @ret; 0, -errno or -EFBIG */
int input_load(const char *path, struct buf *ret, struct error *e);

/*
 * input_process - the command line of process @pid, as long as it is a QEMU
 *
 * Returns 0; -ESRCH (ERROR_USAGE) without such a process; -EINVAL (ERROR_USAGE) for one without a
 * command line, such as a kernel thread, and one that is no QEMU by the names of its program; or
 * another -errno.
 */
int input_process(const struct root *proc, pid_t pid, struct argv *ret, struct error *e);

#endif
