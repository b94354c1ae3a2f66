/* SPDX-License-Identifier: MIT */
/* What a definition wishes of the CPUs that qpin chooses: vcpu_pinning: auto, or { node: 0, … }. */
#ifndef QPIN_CONFIG_WISHES_H
#define QPIN_CONFIG_WISHES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cpus.h"
#include "config/place.h"

struct draft;
struct findings;
struct key;
struct node;

enum {
	PCI_ADDRESS_BYTES = 20, /* "0000:0b:00.0"; some domains have more digits */
};

enum wish_class {
	WISH_CLASS_ANY,
	WISH_CLASS_PERFORMANCE,
	WISH_CLASS_EFFICIENT,
};

/* How vCPUs lie on the hardware threads of a host core. */
enum wish_smt {
	WISH_SMT_ANY, /* as PAIR, where the host has such cores */
	WISH_SMT_PAIR,
	WISH_SMT_ALONE,
};

/* A wish that isn't given has a place of {0, 0}. */
struct wishes {
	bool set; /* qpin chooses; there are no pins */
	struct place place;
	struct cpus cpus;
	struct place cpus_place;
	struct cpus avoid;
	struct place avoid_place;
	char near[PCI_ADDRESS_BYTES]; /* a PCI device as in sysfs; "" when not given */
	struct place near_place;
	unsigned node;
	struct place node_place;
	int cache; /* CACHE_LARGEST alone */
	struct place cache_place;
	enum wish_class class;
	struct place class_place;
	enum wish_smt smt;
	struct place smt_place;
};

/* keys_of_wishes - their table, like that of launcher's keys */
const struct key *keys_of_wishes(size_t *ret_count);

/* wishes_are - whether the value of vcpu_pinning is `auto` or a mapping of wishes, no pins */
bool wishes_are(const struct node *node);

/* wishes_read - such a value into @draft's wishes; what is wrong with it goes to @f */
void wishes_read(const struct node *node, struct draft *draft, struct findings *f);

#endif
