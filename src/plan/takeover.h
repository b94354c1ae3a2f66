/* SPDX-License-Identifier: MIT */
/* Whether a QEMU that somebody else started may be moved into cgroups of ours. Pure. */
#ifndef QPIN_PLAN_TAKEOVER_H
#define QPIN_PLAN_TAKEOVER_H

#include "host/facts.h"
#include "plan/way.h"

/*
 * takeover_find - rule out every way with cgroups when those of facts->guest are another manager's
 *
 * Ours to use are: a unit that systemd delegated and whose own program QEMU is; the session of who
 * is logged in, which a scope of ours takes it out of; an ordinary user's own units; and where
 * there is no systemd, what libvirt did not make.
 */
void takeover_find(const struct facts *facts, struct ways *ways);

#endif
