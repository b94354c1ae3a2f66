/* SPDX-License-Identifier: MIT */
/* The child that parser.h talks to: what it is asked, and its end of the socket. */
#ifndef QPIN_QEMU_READER_H
#define QPIN_QEMU_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/filter.h"

/* The lines follow; without any it is to rest, and doesn't answer. Its answer is a struct parsed of
 * each, whose pointers mean nothing to who asked, and then the items of each. */
struct reader_request {
	uint32_t lines;
	uint32_t bytes;
};

/*
 * reader_start - fork the child
 * @fd:     its end of a stream socket; it ends when the other one is closed
 * @filter: its system calls; NULL: all of them
 *
 * Returns its pidfd, owned by the caller, or -errno.
 */
int reader_start(int fd, const struct filter *filter);

/* reader_send - all of @bytes to the other end, which may be either; false when it is gone */
bool reader_send(int fd, const void *from, size_t bytes);

#endif
