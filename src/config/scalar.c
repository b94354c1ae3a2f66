/* SPDX-License-Identifier: MIT */
/* One value of a definition as a boolean, a number, a CPU list; what isn't one becomes a finding.
 */
#include "config/scalar.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "config/document.h"
#include "config/findings.h"

bool
scalar_text(const struct node *node, const char *name, const char **ret, struct findings *f)
{
	if (node->type != NODE_SCALAR) {
		(void)finding_add(f, node->place, "'%s' wants one value, not a %s", name,
			node->type == NODE_LIST ? "list" : "mapping");
		return false;
	}
	if (node->text[0] == '\0') {
		(void)error_hint(finding_add(f, node->place, "'%s' has no value", name),
			"write one, or take the key out");
		return false;
	}
	*ret = node->text;
	return true;
}

/* "true", "True" and "TRUE", but not "tRue": -1 when @text is no such word. */
static int
bool_parse(const char *text)
{
	static const struct {
		const char *word;
		int value;
	} words[] = {
		{"true", 1},
		{"yes", 1},
		{"on", 1},
		{"false", 0},
		{"no", 0},
		{"off", 0},
	};

	for (size_t i = 0; i < COUNT(words); i++) {
		bool upper = true, lower = true;

		if (strcasecmp(text, words[i].word) != 0)
			continue;
		for (const char *p = text + 1; *p != '\0'; p++) {
			upper = upper && isupper((unsigned char)*p);
			lower = lower && islower((unsigned char)*p);
		}
		return lower || (upper && isupper((unsigned char)text[0])) ? words[i].value : -1;
	}
	return -1;
}

bool
scalar_bool(const struct node *node, const char *name, bool *ret, struct findings *f)
{
	const char *text;
	struct error *e;
	int value;

	if (!scalar_text(node, name, &text, f))
		return false;
	value = bool_parse(text);
	if (value >= 0 && !node->quoted) {
		*ret = value == 1;
		return true;
	}
	e = finding_add(f, node->place, "'%s' wants true or false, not %s'%s'", name,
		node->quoted ? "the text " : "", quote(text).text);
	(void)error_hint(e, value >= 0 ? "take the quotes away" : "write true or false");
	return false;
}

/* Digits of @base to the end of @text. */
static int
digits_parse(const char *text, unsigned base, uint64_t *ret)
{
	uint64_t value = 0;

	if (*text == '\0')
		return -EINVAL;
	for (; *text != '\0'; text++) {
		int c = tolower((unsigned char)*text);
		unsigned digit = c >= 'a' ? (unsigned)(c - 'a') + 10 : (unsigned)(c - '0');

		if (!isxdigit(c) || digit >= base)
			return -EINVAL;
		if (__builtin_mul_overflow(value, base, &value) ||
			__builtin_add_overflow(value, digit, &value))
			return -ERANGE;
	}
	*ret = value;
	return 0;
}

static int
int_parse(const char *text, uint64_t *ret)
{
	enum { OCTAL = 8, DECIMAL = 10, HEXADECIMAL = 16 };

	if (str_starts(text, "0x"))
		return digits_parse(text + 2, HEXADECIMAL, ret);
	if (str_starts(text, "0o"))
		return digits_parse(text + 2, OCTAL, ret);
	return digits_parse(text + (*text == '+'), DECIMAL, ret);
}

bool
scalar_int(const struct node *node, const struct wanted *wanted, uint64_t *ret, struct findings *f)
{
	const char *text;
	uint64_t value;
	int r;

	if (!scalar_text(node, wanted->name, &text, f))
		return false;
	r = int_parse(text, &value);
	if (r == 0 && node->quoted) {
		(void)error_hint(
			finding_add(f, node->place, "'%s' wants a number, not the text '%s'",
				wanted->name, quote(text).text),
			"take the quotes away");
		return false;
	}
	if (r == 0 && (value < wanted->min || value > wanted->max))
		r = -ERANGE;
	if (r == 0) {
		*ret = value;
		return true;
	}
	(void)finding_add(f, node->place,
		"'%s' wants a whole number from %" PRIu64 " to %" PRIu64 ", not '%s'", wanted->name,
		wanted->min, wanted->max, quote(text).text);
	return false;
}

bool
scalar_cpus(const struct node *node, const char *name, struct cpus *ret, struct findings *f)
{
	const char *text;
	struct cpus set;
	int r;

	if (node->type == NODE_LIST) {
		(void)error_hint(finding_add(f, node->place,
					 "'%s' wants a list like 0-3,8 as one value", name),
			"write it without brackets and blanks: %s: 0-3,8", name);
		return false;
	}
	if (!scalar_text(node, name, &text, f))
		return false;
	r = cpus_parse(text, &set);
	if (r == 0 && !cpus_empty(&set)) {
		*ret = set;
		return true;
	}
	if (r == -ERANGE)
		(void)finding_add(f, node->place, "'%s' has a number above %d: '%s'", name,
			CPUS_MAX - 1, quote(text).text);
	else if (r < 0)
		(void)error_hint(finding_add(f, node->place, "'%s' is not a list like 0-3,8: '%s'",
					 name, quote(text).text),
			"numbers and ranges with commas and without blanks; ^2 takes 2 out");
	else
		(void)finding_add(
			f, node->place, "'%s' leaves nothing over: '%s'", name, quote(text).text);
	return false;
}
