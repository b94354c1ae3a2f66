/* SPDX-License-Identifier: MIT */
/* Taking over a VM whose qpin died while its QEMU runs on. */
#ifndef QPIN_SUPERVISE_ADOPT_H
#define QPIN_SUPERVISE_ADOPT_H

#include <stdbool.h>

struct error;

/*
 * adopt - watch over VM @name again, until its QEMU ends, and put everything back then
 * @background: return when that has begun, and go on behind
 *
 * What the journal has is looked at once more; what is no longer so is told, and mended where that
 * can be. A QEMU that was attached is kept as by attach_isolate(): a signal lets it go. Threads
 * that come later are placed as the plan says, if that can be known (regain()); else that is told.
 *
 * Returns 0; 1 and more is an exit status of the background process; -ENOENT without a journal;
 * -EBUSY (ERROR_CLAIMED) when its qpin lives; -ESRCH when QEMU has ended; -EINVAL when its start
 * was not finished; or another -errno. On failure nothing was changed but what was mended.
 */
int adopt(const char *name, bool background, struct error *e);

#endif
