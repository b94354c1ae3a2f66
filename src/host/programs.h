/* SPDX-License-Identifier: MIT */
/* Programs that have their own mind about CPUs, found by their tasks' names. */
#ifndef QPIN_HOST_PROGRAMS_H
#define QPIN_HOST_PROGRAMS_H

#include <stddef.h>

struct irqbalance_facts;
struct root;
struct survey;

/*
 * programs_load - look for known programs, irqbalance and its bans, and libvirt's hook
 * @top: the root directory, for etc/
 *
 * irqbalance's environment can be read by its user alone, which is root.
 */
void programs_load(const struct root *proc, const struct root *top, struct survey *ret);

/*
 * programs_parse_bans - its bans in the environment @text of @len bytes, entries with NUL between
 * them
 *
 * Source: irqbalance(1), IRQBALANCE_BANNED_CPULIST, IRQBALANCE_BANNED_CPUS; the list goes first.
 */
void programs_parse_bans(const char *text, size_t len, struct irqbalance_facts *ret);

#endif
