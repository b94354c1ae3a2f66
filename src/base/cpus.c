/* SPDX-License-Identifier: MIT */
/* A set of host CPUs by Linux number, and the kernel's list format. */
#include "base/cpus.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	WORD_BITS = 64,
};

void
cpus_clear(struct cpus *s)
{
	memset(s, 0, sizeof(*s));
}

void
cpus_add(struct cpus *s, unsigned os_cpu)
{
	if (os_cpu < CPUS_MAX)
		s->word[os_cpu / WORD_BITS] |= UINT64_C(1) << (os_cpu % WORD_BITS);
}

void
cpus_remove(struct cpus *s, unsigned os_cpu)
{
	if (os_cpu < CPUS_MAX)
		s->word[os_cpu / WORD_BITS] &= ~(UINT64_C(1) << (os_cpu % WORD_BITS));
}

bool
cpus_has(const struct cpus *s, unsigned os_cpu)
{
	return os_cpu < CPUS_MAX && (s->word[os_cpu / WORD_BITS] >> (os_cpu % WORD_BITS) & 1) != 0;
}

bool
cpus_empty(const struct cpus *s)
{
	return cpus_next(s, 0) < 0;
}

bool
cpus_equal(const struct cpus *a, const struct cpus *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

bool
cpus_intersect(const struct cpus *a, const struct cpus *b)
{
	for (unsigned i = 0; i < CPUS_WORDS; i++) {
		if ((a->word[i] & b->word[i]) != 0)
			return true;
	}
	return false;
}

bool
cpus_within(const struct cpus *part, const struct cpus *whole)
{
	for (unsigned i = 0; i < CPUS_WORDS; i++) {
		if ((part->word[i] & ~whole->word[i]) != 0)
			return false;
	}
	return true;
}

unsigned
cpus_count(const struct cpus *s)
{
	unsigned count = 0;

	for (unsigned i = 0; i < CPUS_WORDS; i++)
		count += (unsigned)__builtin_popcountll(s->word[i]);
	return count;
}

void
cpus_unite(struct cpus *s, const struct cpus *more)
{
	for (unsigned i = 0; i < CPUS_WORDS; i++)
		s->word[i] |= more->word[i];
}

void
cpus_subtract(struct cpus *s, const struct cpus *less)
{
	for (unsigned i = 0; i < CPUS_WORDS; i++)
		s->word[i] &= ~less->word[i];
}

void
cpus_keep(struct cpus *s, const struct cpus *only)
{
	for (unsigned i = 0; i < CPUS_WORDS; i++)
		s->word[i] &= only->word[i];
}

int
cpus_next(const struct cpus *s, unsigned from)
{
	uint64_t word;
	unsigned i = from / WORD_BITS;

	if (from >= CPUS_MAX)
		return CPUS_NONE;
	word = s->word[i] & (UINT64_MAX << (from % WORD_BITS));
	while (word == 0) {
		if (++i == CPUS_WORDS)
			return CPUS_NONE;
		word = s->word[i];
	}
	return (int)(i * WORD_BITS + (unsigned)__builtin_ctzll(word));
}

/* One number at *text, which moves behind it. */
static int
number_parse(const char **text, unsigned *ret)
{
	unsigned value = 0;

	if (!isdigit((unsigned char)**text))
		return -EINVAL;
	for (; isdigit((unsigned char)**text); (*text)++) {
		value = value * 10 + (unsigned)(**text - '0');
		if (value >= CPUS_MAX)
			return -ERANGE;
	}
	*ret = value;
	return 0;
}

/* "FIRST", "FIRST-LAST" or "FIRST-LAST:USED/GROUP" */
struct range {
	unsigned first, last, used, group;
};

static int
range_parse_step(const char **text, struct range *range)
{
	int r;

	(*text)++;
	r = number_parse(text, &range->used);
	if (r < 0)
		return r;
	if (**text != '/')
		return -EINVAL;
	(*text)++;
	r = number_parse(text, &range->group);
	if (r < 0)
		return r;
	return range->group == 0 || range->used > range->group ? -EINVAL : 0;
}

static int
range_parse(const char **text, struct range *range)
{
	int r = number_parse(text, &range->first);

	range->last = range->first;
	range->used = range->group = 1;
	if (r < 0 || **text != '-')
		return r;
	(*text)++;
	r = number_parse(text, &range->last);
	if (r < 0)
		return r;
	if (range->last < range->first)
		return -EINVAL;
	return **text == ':' ? range_parse_step(text, range) : 0;
}

static void
range_add(const struct range *range, struct cpus *s)
{
	for (unsigned i = range->first; i <= range->last; i++) {
		if ((i - range->first) % range->group < range->used)
			cpus_add(s, i);
	}
}

/* Up to the end or white space; *text moves there. */
static int
ranges_parse(const char **text, struct cpus *in, struct cpus *out)
{
	bool more = **text != '\0' && !isspace((unsigned char)**text);

	while (more) {
		struct range range = {0};
		bool excluded = **text == '^';
		int r;

		*text += excluded;
		r = range_parse(text, &range);
		if (r < 0)
			return r;
		range_add(&range, excluded ? out : in);
		more = **text == ',';
		*text += more;
	}
	return 0;
}

int
cpus_parse(const char *text, struct cpus *ret)
{
	struct cpus in = {0}, out = {0};
	int r;

	while (isspace((unsigned char)*text))
		text++;
	r = ranges_parse(&text, &in, &out);
	if (r < 0)
		return r;
	while (isspace((unsigned char)*text))
		text++;
	if (*text != '\0')
		return -EINVAL;
	cpus_subtract(&in, &out);
	*ret = in;
	return 0;
}

char *
cpus_format(const struct cpus *s, char *text)
{
	size_t len = 0;

	text[0] = '\0';
	for (int first = cpus_next(s, 0); first >= 0;) {
		int last = first;

		while (last + 1 < CPUS_MAX && cpus_has(s, (unsigned)last + 1))
			last++;
		len += (size_t)snprintf(
			text + len, CPUS_TEXT_BYTES - len, "%s%d", len > 0 ? "," : "", first);
		if (last > first)
			len += (size_t)snprintf(text + len, CPUS_TEXT_BYTES - len, "-%d", last);
		first = cpus_next(s, (unsigned)last + 1);
	}
	return text;
}
