/* SPDX-License-Identifier: MIT */
#include "host/exclusion.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static struct cpus
list(const char *text)
{
	struct cpus cpus;

	assert_int_equal(cpus_parse(text, &cpus), 0);
	return cpus;
}

static void
expect(const struct cpus *got, const char *want)
{
	char text[CPUS_TEXT_BYTES];

	assert_string_equal(cpus_format(got, text), want);
}

static void
text_of_masks_is_read_back(void **state)
{
	const struct exclusion_wish wish = {
		.taken = list("3-4"), .online = list("0-7"), .pool = list("0-2,5-7")};
	static const struct {
		const char *name, *before, *left;
	} row[] = {
		{"default", "0-7", "0-2,5-7"}, {"9", "3-5", "5"},
		{"24", "3", "0-2,5-7"},   /* nothing is left */
		{"25", "4,8", "0-2,5-7"}, /* CPU 8 is offline */
	};
	auto_buf struct buf b = {0};
	struct exclusion x;
	struct error e;
	const char *at;

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct cpus before = list(row[i].before);

		exclusion_add(&b, &wish, row[i].name, &before);
	}
	assert_string_equal(b.text, "default=0-7. 9=3-5. 24=3>0-2,5-7. 25=4,8>0-2,5-7.");
	at = b.text;
	for (size_t i = 0; i < COUNT(row); i++) {
		assert_int_equal(exclusion_next(&at, &wish.taken, &x, &e), 1);
		assert_string_equal(x.name, row[i].name);
		expect(&x.before, row[i].before);
		expect(&x.left, row[i].left);
		assert_false(x.refused);
		exclusion_mark(b.text, &x, true);
	}
	assert_int_equal(exclusion_next(&at, &wish.taken, &x, &e), 0);
	at = b.text;
	assert_int_equal(exclusion_next(&at, &wish.taken, &x, &e), 1);
	assert_true(x.refused);
	assert_string_equal(x.name, "default");
}

static void
text_that_is_none_is_refused(void **state)
{
	static const char *const row[] = {"x", ".", "9=3", "9.", "9=3-.", "9=3>x.",
		"a-name-that-is-longer-than-any-that-there-is=3."};
	const struct cpus taken = list("3");

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		const char *at = row[i];
		struct exclusion x;
		struct error e;
		int got = exclusion_next(&at, &taken, &x, &e);

		if (got != -EINVAL)
			fail_msg("\"%s\": want %d, got %d", row[i], -EINVAL, got);
	}
}

/* What two VMs do to a mask, and what each of them remembers. */
struct story {
	const char *first;               /* what it is at first */
	const char *a_takes, *b_takes;   /* the one after the other */
	const char *meanwhile;           /* what somebody else makes of it; NULL: nobody */
	const char *after_one, *at_last; /* when they have given back */
	bool b_ends_first;
};

static struct exclusion
take(struct cpus *mask, const struct cpus *taken, const struct cpus *others)
{
	struct exclusion_wish wish = {.taken = *taken, .online = list("0-7"), .pool = list("0-7")};
	struct exclusion x = {.before = *mask};

	cpus_subtract(&wish.pool, taken);
	cpus_subtract(&wish.pool, others);
	exclusion_left(&wish, mask, &x.left);
	*mask = x.left;
	return x;
}

static void
mask_is_what_it_was_in_whatever_order_vms_end(void **state)
{
	static const struct story row[] = {
		{"0-7", "2", "3", NULL, "0-2,4-7", "0-7", false},
		{"0-7", "2", "3", NULL, "0-1,3-7", "0-7", true},
		{"2-3", "2", "3", NULL, "3", "2-3", true},
		{"2-3", "2", "3", NULL, "0-2,4-7", "2-3", false},
		{"2", "2", "3", NULL, "2", "2", false},
		{"2", "2", "3", NULL, "0-1,3-7", "2", true},
		{"5", "2", "3", NULL, "5", "5", false},
		{"0-7", "2", "3", "1", "1", "1", false}, /* irqbalance moved it */
		{"2", "2", "3", "1", "1", "1", true},
		{"0-7", "2", "3", "0-7", "0-7", "0-7", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		const struct story *s = &row[i];
		const struct cpus none = {0}, a = list(s->a_takes), b = list(s->b_takes);
		struct cpus both = a, mask = list(s->first);
		char text[CPUS_TEXT_BYTES];
		struct exclusion of_a = take(&mask, &a, &none), of_b = take(&mask, &b, &a);

		cpus_unite(&both, &b);
		if (s->meanwhile != NULL)
			mask = list(s->meanwhile);
		(void)exclusion_give_back(
			s->b_ends_first ? &of_b : &of_a, s->b_ends_first ? &b : &a, &both, &mask);
		if (strcmp(cpus_format(&mask, text), s->after_one) != 0)
			fail_msg("row %zu: want %s, got %s", i, s->after_one, text);
		(void)exclusion_give_back(s->b_ends_first ? &of_a : &of_b,
			s->b_ends_first ? &a : &b, s->b_ends_first ? &a : &b, &mask);
		if (strcmp(cpus_format(&mask, text), s->at_last) != 0)
			fail_msg("row %zu: want %s, got %s", i, s->at_last, text);
		/* once more does no harm */
		assert_false(exclusion_give_back(
			s->b_ends_first ? &of_a : &of_b, s->b_ends_first ? &a : &b, &none, &mask));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_of_masks_is_read_back),
		cmocka_unit_test(text_that_is_none_is_refused),
		cmocka_unit_test(mask_is_what_it_was_in_whatever_order_vms_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
