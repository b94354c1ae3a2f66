/* SPDX-License-Identifier: MIT */
/* Showing something again and again, on a terminal in its place. */
#ifndef QPIN_COMMAND_WATCH_H
#define QPIN_COMMAND_WATCH_H

#include <stdbool.h>
#include <stdio.h>
#include <termios.h>

struct error;

struct watch {
	int interval_ms;
	int signal_fd; /* -1: closed */
	bool draws;    /* standard output is a terminal */
	bool has_keys; /* standard input is one, too */
	struct termios before;
};

/*
 * watch_parse - read an interval: seconds, at least 0.1, at most 3600, with up to 3 digits behind a
 * point
 *
 * Returns 0, or -EINVAL and @ret_ms is untouched. Pure.
 */
int watch_parse(const char *text, int *ret_ms);

/*
 * watch_open - from now on signals end the wait, and the keyboard is read without echo
 *
 * The caller calls watch_close(). Returns 0 or -errno.
 */
int watch_open(struct watch *watch, int interval_ms, struct error *e);
void watch_close(struct watch *watch);

/* watch_show - write @text, on a terminal in the place of what was there; 0 or -errno */
int watch_show(const struct watch *watch, const char *text, struct error *e);

/* watch_wait - false when it shall end: by q, or a signal */
bool watch_wait(const struct watch *watch);

#endif
