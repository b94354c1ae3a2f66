/* SPDX-License-Identifier: MIT */
/* The signals that ask something of qpin. */
#ifndef QPIN_SUPERVISE_SIGNALS_H
#define QPIN_SUPERVISE_SIGNALS_H

#include <signal.h>

struct error;

/*
 * signals_open - block those that ask qpin to end its VM, SIGINT, SIGTERM, SIGHUP and SIGQUIT, and
 * have them in a descriptor
 * @ignored:    from spawn_ignored_read(): these stay ignored (nohup(1)), and don't come
 * @ret_before: the mask until now, for sigprocmask(2); may be NULL
 *
 * Returns a nonblocking signalfd(2), which the caller closes, or -errno.
 */
int signals_open(const sigset_t *ignored, sigset_t *ret_before, struct error *e);

/* signals_open_reload - the same for SIGUSR1, which asks for the pins of the definition as it is
 * now */
int signals_open_reload(struct error *e);

#endif
