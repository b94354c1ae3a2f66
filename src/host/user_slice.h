/* SPDX-License-Identifier: MIT */
/* An ordinary user's qpin.slice, as his own service manager has it, as a change that root makes. */
#ifndef QPIN_HOST_USER_SLICE_H
#define QPIN_HOST_USER_SLICE_H

#include "change/change.h"

/*
 * "user-slice": have the service manager of user key (his number) start his qpin.slice, whose
 * cgroup is target, and keep it with the CPUs of value (AllowedCPUs=), until it ends itself. A
 * manager that was started before the cpuset controller was delegated to it is executed anew. Undo
 * takes the setting back, and stops the slice when nothing is in it.
 *
 * All of it is done as the user: root neither opens his paths nor speaks to his bus.
 */
extern const struct change_kind change_user_slice;

#endif
