/* SPDX-License-Identifier: MIT */
/* The command line of a QEMU that runs: its name, and where its QMP is. Untrusted, and bounded. */
#ifndef QPIN_QEMU_CMDLINE_H
#define QPIN_QEMU_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct error;
struct root;

enum {
	CMDLINE_MAX_BYTES = 6 * 1024 * 1024, /* the kernel starts no program with more */
	CMDLINE_NAME_BYTES = 1024,
	CMDLINE_MONITORS_MAX = 16, /* of more than that the first ones will do */
};

/* Starts as {0}. */
struct cmdline {
	char *text;         /* owned */
	const char **words; /* owned; of text */
	size_t count;
};

/*
 * cmdline_read - what process @pid was started with, as it shows it now
 *
 * Returns 0, also for a process that shows none (a kernel thread: no words); -ENOENT or -ESRCH when
 * there is no such process; or -errno. The caller calls cmdline_done() in any case.
 */
int cmdline_read(const struct root *proc, pid_t pid, struct cmdline *ret, struct error *e);

/* cmdline_split - the same of @text, @len bytes in which each word ends in NUL; taken */
int cmdline_split_take(char *text, size_t len, struct cmdline *ret, struct error *e);

void cmdline_done(struct cmdline *c);

#define auto_cmdline __attribute__((cleanup(cmdline_done)))

/*
 * cmdline_name - the guest's name: -name NAME, or guest=NAME in it; false when it has none
 * @ret: of CMDLINE_NAME_BYTES
 */
bool cmdline_name(const struct cmdline *c, char *ret);

/* Where QMP listens. Starts as {0}. */
struct monitors {
	char *paths[CMDLINE_MONITORS_MAX]; /* owned each; in the order of the command line */
	size_t count;
	bool elsewhere; /* there is QMP that no path leads to: a passed descriptor, TCP, a pipe */
};

/*
 * cmdline_monitors - the Unix sockets on which QEMU serves QMP
 *
 * By -qmp and -qmp-pretty ("unix:PATH,server=on", "chardev:ID"), and by -mon with mode=control and
 * its -chardev. Those where QEMU is the client, and sockets of the abstract kind, are elsewhere.
 * Returns 0 or -ENOMEM; the caller calls monitors_done() in any case.
 * Source: QEMU qemu-options.hx; monitor/monitor.c, monitor_parse(); chardev/char.c,
 * qemu_chr_parse_compat().
 */
int cmdline_monitors(const struct cmdline *c, struct monitors *ret);
void monitors_done(struct monitors *m);

#define auto_monitors __attribute__((cleanup(monitors_done)))

#endif
