/* SPDX-License-Identifier: MIT */
/* The kernel's mask format of CPU sets. */
#include "base/mask.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	GROUP_BITS = 32,
	DIGIT_BITS = 4,
};

static int
digit_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c | 0x20) : NULL; /* in lower case */

	return at != NULL ? (int)(at - digits) : -EINVAL;
}

static int
digit_add(struct cpus *s, unsigned first, int value)
{
	for (unsigned bit = 0; bit < DIGIT_BITS; bit++) {
		if ((value & 1 << bit) == 0)
			continue;
		if (first + bit >= CPUS_MAX)
			return -ERANGE;
		cpus_add(s, first + bit);
	}
	return 0;
}

/* Whether a group ends before @at, and one begins behind it. */
static bool
is_comma_between(const char *text, size_t at, size_t len)
{
	return text[at] == ',' && at > 0 && at + 1 < len && text[at + 1] != ',';
}

int
mask_parse(const char *text, struct cpus *ret)
{
	size_t len = strcspn(text, " \n");
	struct cpus s = {0};
	unsigned first = 0;

	if (len == 0 || text[len + strspn(text + len, " \n")] != '\0')
		return -EINVAL;
	for (size_t i = len; i > 0; i--) {
		int value = digit_value(text[i - 1]);
		int r = value < 0 ? value : digit_add(&s, first, value);

		if (is_comma_between(text, i - 1, len) && first % GROUP_BITS == 0)
			continue;
		if (r < 0)
			return r;
		first += DIGIT_BITS;
	}
	*ret = s;
	return 0;
}

static unsigned
group_value(const struct cpus *s, unsigned group)
{
	return (unsigned)(s->word[group / 2] >> (group % 2 * GROUP_BITS));
}

char *
mask_format(const struct cpus *s, char *text)
{
	unsigned group = CPUS_MAX / GROUP_BITS - 1;
	size_t len;

	while (group > 0 && group_value(s, group) == 0)
		group--;
	len = (size_t)snprintf(text, CPUS_TEXT_BYTES, "%x", group_value(s, group));
	while (group > 0) {
		group--;
		len += (size_t)snprintf(
			text + len, CPUS_TEXT_BYTES - len, ",%08x", group_value(s, group));
	}
	return text;
}
