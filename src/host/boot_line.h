/* SPDX-License-Identifier: MIT */
/* Parameters of the kernel's command line that matter to virtual machines. */
#ifndef QPIN_HOST_BOOT_LINE_H
#define QPIN_HOST_BOOT_LINE_H

struct boot_line;
struct root;

/*
 * boot_line_parse - read the parameters of @cmdline; of one that is there twice, the last counts
 *
 * What is behind "--" is init's. Source: Linux Documentation/admin-guide/kernel-parameters.rst.
 */
void boot_line_parse(const char *cmdline, struct boot_line *ret);

/* boot_line_load - the same of /proc/cmdline */
void boot_line_load(const struct root *proc, struct boot_line *ret);

#endif
