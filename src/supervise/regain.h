/* SPDX-License-Identifier: MIT */
/* The plan of a VM that was started by a qpin that died. */
#ifndef QPIN_SUPERVISE_REGAIN_H
#define QPIN_SUPERVISE_REGAIN_H

struct definition;
struct error;
struct vm;

/*
 * regain - have definition, facts, plan and threads in @vm as the start had them
 * @ret: vm->definition from then on, {0} before; the caller calls definition_done() after vm_done()
 *
 * The definition is read and planned once more, and that is taken if it leads to the CPUs, cgroups,
 * partitions and places of vCPUs that the journal has. vm->qmp is open. Returns 0; -ESTALE (or
 * another -errno) when it is not so, with @vm as before. Nothing of the host is changed.
 */
int regain(struct vm *vm, struct definition *ret, struct error *e);

#endif
