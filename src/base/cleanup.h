/* SPDX-License-Identifier: MIT */
/* Release at the end of a scope: descriptors and heap memory. */
#ifndef QPIN_BASE_CLEANUP_H
#define QPIN_BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

static inline void
fd_cleanup(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

/* fd_release - hand a descriptor over: its variable no longer closes it */
static inline int
fd_release(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

static inline void
heap_cleanup(void *place)
{
	void **pointer = place;

	free(*pointer);
}

/* heap_release - hand heap memory over: its variable no longer frees it */
#define heap_release(place)                                                                        \
	__extension__({                                                                            \
		__typeof__(*(place)) heap_taken = *(place);                                        \
		*(place) = NULL;                                                                   \
		heap_taken;                                                                        \
	})

#define auto_fd   __attribute__((cleanup(fd_cleanup)))
#define auto_free __attribute__((cleanup(heap_cleanup)))

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
