/* SPDX-License-Identifier: MIT */
/*
 * The state of the host that a VM's launcher may touch, as lines that only change when that state
 * does. Left out: numbers that run, and what comes and goes by itself, as kworkers do.
 */
#ifndef QPIN_TESTS_HOSTLOOK_H
#define QPIN_TESTS_HOSTLOOK_H

#include <stddef.h>

enum {
	TEXT_BYTES = 65536,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct lines {
	char **list; /* owned; sorted */
	size_t count, room;
};

/*
 * host_look - what is now, with each task by its number, and the files of systemd's units
 *
 * The caller calls lines_done(). Out of memory it ends the program.
 */
void host_look(struct lines *ret);

/* host_summary - what is now, with equal tasks counted, and systemd's units */
void host_summary(struct lines *ret);
void lines_done(struct lines *l);

/* lines_differ - the number of differences; the first ones are printed with @tell */
unsigned lines_differ(const struct lines *a, const struct lines *b, int tell);

/* file_text - a small file without its last newline, until the next call; NULL: can't be read */
char *file_text(int dirfd, const char *name);

/* now_ms - the time, from no begin in particular */
long now_ms(void);

/* die - end the program with status 2, for @what failed as errno says */
void die(const char *what);

#endif
