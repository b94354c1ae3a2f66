/* SPDX-License-Identifier: MIT */
/* Putting right what others, or the kernel, undid of a plan while the guest runs. */
#ifndef QPIN_SUPERVISE_MEND_H
#define QPIN_SUPERVISE_MEND_H

#include <stdbool.h>

struct change;
struct host;
struct vm;

/*
 * mend_concerns - whether @c can be made again, as it was at first, while the guest runs; what is
 * done to a task that has ended can't
 */
bool mend_concerns(struct host *host, const struct change *c);

/*
 * mend - make the VM's changes again that are no longer so, and have the kernel look at its
 * partitions anew; the masks of other tasks stay what they were
 *
 * No CPU that is still a vCPU's own goes back to the host on the way. Waits for the global lock.
 * Whether all is as planned afterwards is vm_verify()'s to say; here only what goes wrong beside
 * that is warned of. What each kernel wants was found by experiment with 6.1, 6.12 and 7.2.
 */
void mend(struct vm *vm);

#endif
