/* SPDX-License-Identifier: MIT */
/* A plan as the list of changes that carry it out: `plan` shows it, `run` makes it. Pure. */
#ifndef QPIN_PLAN_CHANGES_H
#define QPIN_PLAN_CHANGES_H

#include "change/change.h"
#include "plan/plan.h"
#include "qemu/tasks.h"
#include "qemu/threads.h"

/* plan_prepare - append the changes that are made before QEMU is started; 0 or -ENOMEM */
int plan_prepare(const struct plan *plan, struct change_list *list, struct error *e);

/*
 * plan_place - append the changes that put QEMU's threads in their places
 * @threads: QEMU's vCPUs and iothreads, and @tasks all its threads; both NULL in a dry run
 *
 * Returns 0; -ENOENT when QEMU lacks a vCPU or an iothread that the definition pins; -ENOMEM.
 */
int plan_place(const struct plan *plan, const struct threads *threads, const struct tasks *tasks,
	struct change_list *list, struct error *e);

/* plan_has_for_others - whether plan_place() has anything for QEMU's threads without a role: else
 * it needs no list of them */
bool plan_has_for_others(const struct plan *plan);

/*
 * plan_plug - append the changes that take @os_cpu, one of plan.later, from the host and make its
 * leaf; none for a CPU that was taken at start
 *
 * Undone one after the other they give it back. Returns 0 or -ENOMEM.
 */
int plan_plug(const struct plan *plan, unsigned os_cpu, struct change_list *list, struct error *e);

/* plan_place_vcpu - append the changes that put thread @tid, a vCPU, onto v's CPU, whose leaf is
 * there; 0 or -ENOMEM */
int plan_place_vcpu(const struct plan *plan, const struct plan_vcpu *v, pid_t tid,
	struct change_list *list, struct error *e);

/* plan_place_other - append those that a thread of QEMU gets that has no role, in the cgroup where
 * these are; 0 or -ENOMEM */
int plan_place_other(const struct plan *plan, const char *name, pid_t tid, struct change_list *list,
	struct error *e);

#endif
