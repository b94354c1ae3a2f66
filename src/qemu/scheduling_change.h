/* SPDX-License-Identifier: MIT */
/* A thread's scheduling, as a change. */
#ifndef QPIN_QEMU_SCHEDULING_CHANGE_H
#define QPIN_QEMU_SCHEDULING_CHANGE_H

#include "change/change.h"

/* "scheduling": schedule thread id as value says (scheduling_format()). Undo gives the old back,
 * if the thread still lives. */
extern const struct change_kind change_scheduling;

#endif
