/* SPDX-License-Identifier: MIT */
/* The capabilities of this process. */
#ifndef QPIN_BASE_CAPABILITIES_H
#define QPIN_BASE_CAPABILITIES_H

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>

struct error;

/* A set of capabilities: CAPABILITY(CAP_SYS_NICE) | … */
#define CAPABILITY(number) (UINT64_C(1) << (number))

/* capabilities_has - whether all of @set are in effect */
bool capabilities_has(uint64_t set);

/* capabilities_has_any - whether there is any that could be in effect */
bool capabilities_has_any(void);

/*
 * capabilities_keep - give up all but those of @set, for good; those that we don't have stay away
 *
 * No thread but the calling one: there is no other. Also from the ambient and inheritable sets,
 * and, where we may, from the bounding set. Returns 0 or -errno.
 */
int capabilities_keep(uint64_t set, struct error *e);

#endif
