/* SPDX-License-Identifier: MIT */
/* "Did you mean": the known word nearest to a mistyped one. */
#include "config/similar.h"

#include <ctype.h>
#include <string.h>

enum {
	WORD_MAX_BYTES = 40, /* longer than any of our words; what is longer resembles none */
	FAR_AWAY = 1000,
};

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* '-' and '_' are one letter here: "shutdown-timeout" is near. */
static int
letter(char c)
{
	return c == '-' ? '_' : tolower((unsigned char)c);
}

size_t
edit_distance(const char *a, const char *b)
{
	size_t row[3][WORD_MAX_BYTES + 1];
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len > WORD_MAX_BYTES || b_len > WORD_MAX_BYTES)
		return FAR_AWAY;
	for (size_t j = 0; j <= b_len; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *now = row[i % 3], *above = row[(i + 2) % 3], *two_above = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			int x = letter(a[i - 1]), y = letter(b[j - 1]);

			now[j] = min3(above[j] + 1, now[j - 1] + 1, above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == letter(b[j - 2]) && letter(a[i - 2]) == y)
				now[j] = min3(now[j], two_above[j - 2] + 1, now[j]);
		}
	}
	return row[a_len % 3][b_len];
}

void
similar_try(struct similar *s, const char *candidate)
{
	size_t distance = edit_distance(s->typed, candidate);
	size_t most = (strlen(candidate) + 1) / 3; /* a third of the letters may differ */

	if (distance > most || (s->best != NULL && distance >= s->distance))
		return;
	s->best = candidate;
	s->distance = distance;
}
