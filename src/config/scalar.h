/* SPDX-License-Identifier: MIT */
/* One value of a definition as a boolean, a number, a CPU list; what isn't one becomes a finding.
 */
#ifndef QPIN_CONFIG_SCALAR_H
#define QPIN_CONFIG_SCALAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cpus.h"

struct findings;
struct node;

/* Where a value belongs, for messages: "'NAME' wants …". */
struct wanted {
	const char *name;  /* the key's, or words such as "a host CPU" */
	uint64_t min, max; /* of a number */
};

/* Each returns whether the value is good; if not, @f has the reason and @ret is untouched. */

/* scalar_text - a scalar that isn't empty; *@ret is borrowed from @node */
bool scalar_text(const struct node *node, const char *name, const char **ret, struct findings *f);

/* scalar_bool - YAML 1.1's words but for "y" and "n": true, Yes, OFF, … without quotes */
bool scalar_bool(const struct node *node, const char *name, bool *ret, struct findings *f);

/* scalar_int - a whole number without quotes: decimal, 0x… or 0o… */
bool scalar_int(
	const struct node *node, const struct wanted *wanted, uint64_t *ret, struct findings *f);

/* scalar_cpus - a list as in base/cpus.h with at least one member */
bool scalar_cpus(const struct node *node, const char *name, struct cpus *ret, struct findings *f);

#endif
