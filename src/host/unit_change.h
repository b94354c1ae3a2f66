/* SPDX-License-Identifier: MIT */
/* Units of the system manager that outlive us, as changes. */
#ifndef QPIN_HOST_UNIT_CHANGE_H
#define QPIN_HOST_UNIT_CHANGE_H

#include "change/change.h"

/* "enabled": enable unit target, for the next boots too. Undo disables it. */
extern const struct change_kind change_enabled;

/*
 * "service": start unit target, if unit key, to which it is bound, is active; else it is started
 * with that. Undo stops it. Its own process may wait for locks: hold none that it needs.
 */
extern const struct change_kind change_service;

/*
 * "dropin": add to the administrator's unit files a file key, with the text value, that configures
 * unit target; refused (-EEXIST) where another one has that name. Undo removes it while it is as we
 * wrote it. The manager reads its unit files anew each time.
 */
extern const struct change_kind change_dropin;

#endif
