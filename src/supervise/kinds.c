/* SPDX-License-Identifier: MIT */
/* All kinds of change that there are: what a journal may hold. */
#include "supervise/kinds.h"

#include "cgroup/kinds.h"
#include "cgroup/masks.h"
#include "host/irq_change.h"
#include "host/irqbalance.h"
#include "host/kthreads.h"
#include "host/mount_change.h"
#include "host/power.h"
#include "host/scope.h"
#include "host/task.h"
#include "host/unit_change.h"
#include "host/unit_cpus.h"
#include "host/user_slice.h"
#include "host/watchdog.h"
#include "host/workqueue.h"
#include "qemu/scheduling_change.h"

const struct change_kind *const change_kinds[] = {
	&change_affinity,
	&change_apart,
	&change_cgroup,
	&change_controller,
	&change_dropin,
	&change_enabled,
	&change_exclusive,
	&change_irqbalance,
	&change_irqs,
	&change_kthreads,
	&change_limit,
	&change_limits,
	&change_masks,
	&change_migrate,
	&change_mount,
	&change_override,
	&change_partition,
	&change_power,
	&change_process,
	&change_scheduling,
	&change_scope,
	&change_service,
	&change_setting,
	&change_slice,
	&change_thread,
	&change_trial,
	&change_user_slice,
	&change_watchdog,
	&change_without,
	&change_workqueue,
	NULL,
};
