/* SPDX-License-Identifier: MIT */
/* The whole life of one VM. */
#ifndef QPIN_SUPERVISE_RUN_H
#define QPIN_SUPERVISE_RUN_H

#include "config/definition.h"
#include "supervise/confine.h"

/*
 * vm_run - start the VM, watch over it until QEMU ends, and put everything back
 *
 * @confinement: of qpin itself, from the moment on when it talks to QEMU
 *
 * With QEMU's -daemonize it returns (0) as soon as the guest runs, and a process of its own
 * watches. Returns QEMU's exit status (128 + signal when one ended it), or -errno with @e when the
 * guest was not started; then nothing is left behind.
 */
int vm_run(const struct definition *definition, enum confinement confinement, struct error *e);

#endif
