/* SPDX-License-Identifier: MIT */
/* A set of host CPUs (or NUMA nodes) by Linux number, and the kernel's list format "0-3,8". */
#ifndef QPIN_BASE_CPUS_H
#define QPIN_BASE_CPUS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	CPUS_MAX = 8192, /* CONFIG_NR_CPUS of the largest x86 kernels (MAXSMP) */
	CPUS_WORDS = CPUS_MAX / 64,
	/* The longest list has two of three CPUs: "8189-8190," and 2,730 like it. */
	CPUS_TEXT_BYTES = 28 * 1024,
	CPUS_NONE = -1,
};

struct cpus {
	uint64_t word[CPUS_WORDS];
};

/* Numbers are 0..CPUS_MAX-1; adding or removing another one does nothing. */
void cpus_clear(struct cpus *s);
void cpus_add(struct cpus *s, unsigned os_cpu);
void cpus_remove(struct cpus *s, unsigned os_cpu);
bool cpus_has(const struct cpus *s, unsigned os_cpu);
bool cpus_empty(const struct cpus *s);
bool cpus_equal(const struct cpus *a, const struct cpus *b);
bool cpus_intersect(const struct cpus *a, const struct cpus *b);
bool cpus_within(const struct cpus *part, const struct cpus *whole);
unsigned cpus_count(const struct cpus *s);

void cpus_unite(struct cpus *s, const struct cpus *more);
void cpus_subtract(struct cpus *s, const struct cpus *less);
void cpus_keep(struct cpus *s, const struct cpus *only);

/* cpus_next - the smallest member ≥ @from, or CPUS_NONE */
int cpus_next(const struct cpus *s, unsigned from);

/* cpus_each - a loop over all members, ascending: cpus_each (os_cpu, &set) { … } */
/* NOLINTBEGIN(bugprone-macro-parentheses): os_cpu is declared here */
#define cpus_each(os_cpu, s)                                                                       \
	for (int os_cpu = cpus_next((s), 0); os_cpu >= 0;                                          \
		os_cpu = cpus_next((s), (unsigned)os_cpu + 1))
/* NOLINTEND(bugprone-macro-parentheses) */

/*
 * cpus_parse - read a list: numbers and ranges with commas, "^" takes out ("0-7,^2,^4-5")
 *
 * White space around the whole is allowed, and so is the empty list. Steps ("0-7:2/4", which the
 * kernel takes in some places) are accepted: of every 4, the first 2. Returns 0, -EINVAL when it
 * isn't such a list, -ERANGE for a number of CPUS_MAX or more; @ret is untouched on failure.
 * Source: Linux Documentation/admin-guide/kernel-parameters.rst, "cpu lists".
 */
int cpus_parse(const char *text, struct cpus *ret);

/* cpus_format - write the shortest list ("0-3,8") to @text of CPUS_TEXT_BYTES; returns @text */
char *cpus_format(const struct cpus *s, char *text);

#endif
