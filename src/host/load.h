/* SPDX-License-Identifier: MIT */
/* Reading the facts. Apart from facts.h, so that plan/ can't. */
#ifndef QPIN_HOST_LOAD_H
#define QPIN_HOST_LOAD_H

#include "base/error.h"
#include "host/facts.h"
#include "host/host.h"

/*
 * facts_load - read all of struct facts; changes nothing
 *
 * For a start, the global lock is held (host_lock()): else claims may change meanwhile. Returns 0
 * or -errno; the caller frees with facts_done() in any case.
 */
int facts_load(struct host *host, struct facts *ret, struct error *e);

/* facts_again - facts_load(), the topology by what was @known before: see topology_again() */
int facts_again(struct host *host, const struct facts *known, struct facts *ret, struct error *e);

/*
 * facts_look - the same without the claims, for who takes nothing: works where they can't be read
 *
 * Returns 0 or -errno; the caller frees with facts_done() in any case.
 */
int facts_look(struct host *host, struct facts *ret, struct error *e);

#endif
