/* SPDX-License-Identifier: MIT */
/* The descriptors that the program is started with. */
#ifndef QPIN_BASE_DESCRIPTORS_H
#define QPIN_BASE_DESCRIPTORS_H

/*
 * descriptors_begin - have standard input, output and error, and no other
 *
 * Called before anything is opened. One of the three that the caller closed becomes /dev/null, so
 * that nothing of ours gets its number; what the caller leaked besides is closed. Returns 0 or
 * -errno.
 */
int descriptors_begin(void);

#endif
