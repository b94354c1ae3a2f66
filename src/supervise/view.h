/* SPDX-License-Identifier: MIT */
/* Looking at VMs without touching them: their journals, and what the kernel says of their threads.
 */
#ifndef QPIN_SUPERVISE_VIEW_H
#define QPIN_SUPERVISE_VIEW_H

#include "host/host.h"
#include "host/states.h"
#include "report/status.h"

struct error;

/* What is looked at. */
struct view_request {
	char *const *names; /* borrowed; of VMs */
	size_t name_count;  /* 0: all */
	unsigned wants;     /* of enum status_want */
};

/*
 * view_take - look at the VMs in @states
 *
 * Needs no qpin that answers, and no lock. What can't be read of a VM is among its notes. Returns
 * 0 or -errno; the caller calls status_done() in any case.
 */
int view_take(struct host *host, const struct states *states, const struct view_request *request,
	struct status *ret, struct error *e);

/* view_look - open the host and all states_open(), and do that */
int view_look(const struct view_request *request, struct status *ret, struct error *e);

#endif
