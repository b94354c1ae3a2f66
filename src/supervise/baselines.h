/* SPDX-License-Identifier: MIT */
/* From when on it is counted who else is put on the vCPUs' CPUs, as long as these have them. */
#ifndef QPIN_SUPERVISE_BASELINES_H
#define QPIN_SUPERVISE_BASELINES_H

struct vm;

/*
 * baselines_keep - see that the journal has a baseline for each vCPU that has a CPU
 *
 * One that still holds stays: as long as the same threads have that CPU, and were on no other one
 * meanwhile. Else, and for vCPUs that are new, it is counted from now on. /proc/schedstat is read
 * once for all, if at all. Where that can't be, status will not know it, and nothing else needs it:
 * it's no failure.
 */
void baselines_keep(struct vm *vm);

#endif
