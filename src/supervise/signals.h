/* SPDX-License-Identifier: MIT */
/* The signals that ask qpin to end its VM. */
#ifndef QPIN_SUPERVISE_SIGNALS_H
#define QPIN_SUPERVISE_SIGNALS_H

#include <signal.h>

struct error;

/*
 * signals_open - block SIGINT, SIGTERM, SIGHUP and SIGQUIT, and have them in a descriptor
 * @ignored:    from spawn_ignored_read(): these stay ignored (nohup(1)), and don't come
 * @ret_before: the mask until now, for sigprocmask(2); may be NULL
 *
 * Returns a nonblocking signalfd(2), which the caller closes, or -errno.
 */
int signals_open(const sigset_t *ignored, sigset_t *ret_before, struct error *e);

#endif
