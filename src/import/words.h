/* SPDX-License-Identifier: MIT */
/* QEMU's command line, word by word, as a definition: the way back of qemu/argv.h. */
#ifndef QPIN_IMPORT_WORDS_H
#define QPIN_IMPORT_WORDS_H

#include "config/definition.h"
#include "import/remarks.h"
#include "qemu/argv.h"

/*
 * words_read_env - the assignments (NAME=VALUE) that a shell command begins with, as @d's env
 *
 * Of two of the same name the last counts. Returns how many words these are, or -ENOMEM.
 */
int words_read_env(const char *const *words, size_t count, struct definition *d, struct error *e);

/*
 * words_read - QEMU's program and its options into @d's binary and options
 * @words: from the program on
 *
 * argv_build() of @d gives just these words back. What qpin itself adds for a run
 * (qemu/monitor.h, -S) isn't taken over from the end of a command line that it made. @remarks gets
 * what a new start can't do as the old one did. Returns 0; -EINVAL (ERROR_USAGE) when there is no
 * program, or another one that starts QEMU (sudo); -ENOMEM. The caller calls definition_done() in
 * any case.
 */
int words_read(const char *const *words, size_t count, struct definition *d,
	struct remarks *remarks, struct error *e);

/* words_name_qemu - whether a program's @path is QEMU's by its name: "qemu-system-arm", "kvm" */
bool words_name_qemu(const char *path);

#endif
