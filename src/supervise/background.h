/* SPDX-License-Identifier: MIT */
/* Going to the background as QEMU's -daemonize would: when the guest runs, and not before. */
#ifndef QPIN_SUPERVISE_BACKGROUND_H
#define QPIN_SUPERVISE_BACKGROUND_H

struct error;

struct background {
	int ready_fd; /* of the child: tells the parent that the guest runs; -1 in the foreground */
	int status;   /* of the parent: the exit status to end with */
};

#define BACKGROUND_NONE                                                                            \
	{                                                                                          \
		.ready_fd = -1                                                                     \
	}

/*
 * background_begin - fork, and let the child go on in a session of its own
 *
 * Returns 0 in the child. In the parent it waits until the child's guest runs or the child has
 * ended, hands it the signals of signals_open() meanwhile, and returns 1 with the status to exit
 * with. -errno when there is no child.
 */
int background_begin(struct background *b, struct error *e);

/* background_detach - in the child: the guest runs; let go of the terminal. 0 in the foreground */
int background_detach(struct background *b, struct error *e);

#endif
