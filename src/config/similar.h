/* SPDX-License-Identifier: MIT */
/* "Did you mean": the known word nearest to a mistyped one. */
#ifndef QPIN_CONFIG_SIMILAR_H
#define QPIN_CONFIG_SIMILAR_H

#include <stddef.h>

/* A search for the best of several candidates; starts as {.typed = text}. */
struct similar {
	const char *typed; /* borrowed */
	const char *best;  /* borrowed from the candidates; NULL while none is near */
	size_t distance;   /* of the best */
};

/* similar_try - look at one more @candidate, which outlives @s */
void similar_try(struct similar *s, const char *candidate);

/* edit_distance - how many letters to insert, delete, change or swap; case doesn't count */
size_t edit_distance(const char *a, const char *b);

#endif
