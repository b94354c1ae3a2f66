/* SPDX-License-Identifier: MIT */
/* The host's interrupts (IRQs): which there are, and on which CPUs they are delivered. */
#ifndef QPIN_HOST_IRQ_H
#define QPIN_HOST_IRQ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cpus.h"

struct error;
struct root;

enum {
	IRQ_NAME_BYTES = 96,
	IRQ_FILE_BYTES = 64, /* "irq/4294967295/effective_affinity_list" */
};

/* One that has a handler; the kernel's own vectors, such as timers, have no number. */
struct irq {
	unsigned number;
	char name[IRQ_NAME_BYTES]; /* chip, line and devices, as the kernel tells them */
};

struct irqs {
	struct irq *list; /* owned; in the kernel's order: ascending */
	size_t count;
};

/*
 * irqs_parse - read the text of /proc/interrupts, which is changed
 *
 * A line that isn't understood is none. Returns 0 or -ENOMEM; the caller calls irqs_done().
 * Source: Linux kernel/irq/proc.c, show_interrupts().
 */
int irqs_parse(char *text, struct irqs *ret, struct error *e);

/* irqs_load - the same of /proc/interrupts; 0 or -errno */
int irqs_load(const struct root *proc, struct irqs *ret, struct error *e);

void irqs_done(struct irqs *irqs);

#define auto_irqs __attribute__((cleanup(irqs_done)))

/* What new interrupts get, in place of a number. */
#define IRQ_DEFAULT "default"

/* irq_is_there - whether interrupts can be moved at all: not in a container, maybe */
bool irq_is_there(const struct root *proc);

/*
 * irq_read - the CPUs where interrupt @name (a number, or IRQ_DEFAULT) may be delivered
 *
 * Returns 0, -ENOENT when there is no such interrupt (any more), or -errno.
 * Source: Linux Documentation/core-api/irq/irq-affinity.rst.
 */
int irq_read(const struct root *proc, const char *name, struct cpus *ret, struct error *e);

/* irq_read_effective - where it is delivered now; where the kernel doesn't tell: as irq_read() */
int irq_read_effective(
	const struct root *proc, const char *name, struct cpus *ret, struct error *e);

/* irq_write - set them; 0 or -errno, see irq_is_refusal() */
int irq_write(const struct root *proc, const char *name, const struct cpus *cpus, struct error *e);

/*
 * irq_is_refusal - whether @r says that the kernel won't have this interrupt moved there: it is
 * managed (a queue of each CPU), or bound by its chip; no vector is free; or it is gone
 */
bool irq_is_refusal(int r);

#endif
