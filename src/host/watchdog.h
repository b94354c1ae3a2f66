/* SPDX-License-Identifier: MIT */
/* Keeping the kernel's lockup detector off CPUs, as a change. */
#ifndef QPIN_HOST_WATCHDOG_H
#define QPIN_HOST_WATCHDOG_H

#include "change/change.h"

/* Below /proc, and the target of the change. */
#define WATCHDOG_CPUS "sys/kernel/watchdog_cpumask"

/*
 * "watchdog": take the CPUs of value out of those that the lockup detector looks after: it has a
 * timer there, and wakes a thread of the kernel every few seconds. Where none is left: those of
 * key. Undo gives back those that were among them.
 * Source: Linux Documentation/admin-guide/lockup-watchdogs.rst.
 */
extern const struct change_kind change_watchdog;

#endif
