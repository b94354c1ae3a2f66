/* SPDX-License-Identifier: MIT */
/* Moving interrupts off CPUs, as a change. */
#ifndef QPIN_HOST_IRQ_CHANGE_H
#define QPIN_HOST_IRQ_CHANGE_H

#include "base/text.h"
#include "change/change.h"

struct host;

#define IRQ_TARGET "irq" /* below /proc */

/*
 * "irqs": move all interrupts off the CPUs of value, and let new ones begin elsewhere; those that
 * have no other CPU go to the pool, the list in key. What the kernel doesn't let be moved stays:
 * irqs_staying(). Undo gives each one back the CPUs that it had, unless somebody else moved it
 * meanwhile; new ones too.
 */
extern const struct change_kind change_irqs;

/*
 * irqs_staying - of a change that was applied by us: the interrupts that are delivered on its CPUs
 * still, for the kernel refused to move them
 *
 * Appends "IRQ 24 (PCI-MSI 49152-edge virtio0) stays on CPU 3" to @text, others on lines of their
 * own. Returns their number, or -errno.
 */
int irqs_staying(
	const struct host *host, const struct change *c, struct buf *text, struct error *e);

#endif
