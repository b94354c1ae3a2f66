/* SPDX-License-Identifier: MIT */
/* Memory of a process that rests for long. */
#ifndef QPIN_BASE_MEMORY_H
#define QPIN_BASE_MEMORY_H

/*
 * memory_rest - give back what isn't needed until something happens
 *
 * Free memory of the heap, the stack below the caller, and the pages of the program and its
 * libraries that are as in their files: the kernel brings them again when they are used, most
 * often without a read. For a process of one thread.
 */
void memory_rest(void);

#endif
