/* SPDX-License-Identifier: MIT */
/* All kinds of change that there are: what a journal may hold. */
#ifndef QPIN_SUPERVISE_KINDS_H
#define QPIN_SUPERVISE_KINDS_H

#include "change/change.h"

/* Ends in NULL. */
extern const struct change_kind *const change_kinds[];

#endif
