/* SPDX-License-Identifier: MIT */
/* Figures for a person: durations and counts in at most 6 characters, and how they went on. */
#include "report/figures.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "host/usage.h"

static const uint64_t ns_per_s = UINT64_C(1000000000);

enum {
	MINUTE_S = 60,
	HOUR_S = 60 * MINUTE_S,
	DAY_S = 24 * HOUR_S,
};

/* @value of a unit that has @per parts to be told: three digits, "1.23", "12.3", "123". */
static char *
three_digits(uint64_t value, uint64_t per, const char *unit, char *text)
{
	uint64_t whole = value / per, rest = value % per;

	if (per == 1 || whole >= 100)
		(void)snprintf(text, FIGURE_BYTES, "%" PRIu64 "%s", whole, unit);
	else if (whole >= 10)
		(void)snprintf(text, FIGURE_BYTES, "%" PRIu64 ".%" PRIu64 "%s", whole,
			rest * 10 / per, unit);
	else
		(void)snprintf(text, FIGURE_BYTES, "%" PRIu64 ".%02" PRIu64 "%s", whole,
			rest * 100 / per, unit);
	return text;
}

/* From a minute on: two units. */
static char *
long_text(uint64_t s, char *text)
{
	static const struct {
		uint64_t below_s;
		unsigned unit_s, part_s;
		char unit, part;
	} row[] = {
		{HOUR_S, MINUTE_S, 1, 'm', 's'},
		{DAY_S, HOUR_S, MINUTE_S, 'h', 'm'},
		{100 * (uint64_t)DAY_S, DAY_S, HOUR_S, 'd', 'h'},
	};

	for (size_t i = 0; i < COUNT(row); i++) {
		if (s >= row[i].below_s)
			continue;
		(void)snprintf(text, FIGURE_BYTES, "%" PRIu64 "%c%02" PRIu64 "%c",
			s / row[i].unit_s, row[i].unit, s % row[i].unit_s / row[i].part_s,
			row[i].part);
		return text;
	}
	(void)snprintf(text, FIGURE_BYTES, "%" PRIu64 "d", s / DAY_S);
	return text;
}

char *
duration_text(uint64_t ns, char *text)
{
	static const struct {
		uint64_t per_ns;
		const char *unit;
	} row[] = {{1, "ns"}, {1000, "us"}, {1000000, "ms"}};

	if (ns == 0)
		return three_digits(0, 1, "", text);
	for (size_t i = 0; i < COUNT(row); i++) {
		if (ns < row[i].per_ns * 1000)
			return three_digits(ns, row[i].per_ns, row[i].unit, text);
	}
	if (ns < MINUTE_S * ns_per_s)
		return three_digits(ns, ns_per_s, "s", text);
	return long_text(ns / ns_per_s, text);
}

char *
count_text(uint64_t count, char *text)
{
	static const char *const unit[] = {"k", "M", "G", "T", "P", "E"};
	uint64_t per = 1000;
	size_t i = 0;

	if (count < 100000) {
		(void)snprintf(text, FIGURE_BYTES, "%" PRIu64, count);
		return text;
	}
	for (; count / per >= 1000; i++)
		per *= 1000;
	/* Else the hundredths of exabytes are too much for 64 bits. */
	return three_digits(count / (per / 1000), 1000, unit[i], text);
}

void
usage_since(const struct usage *now, const struct usage *before, struct usage *ret)
{
	for (size_t i = 0; i < USAGE_COUNT; i++) {
		ret->has[i] = now->has[i] && before->has[i];
		ret->of[i] =
			ret->has[i] && now->of[i] > before->of[i] ? now->of[i] - before->of[i] : 0;
	}
}

void
usage_add(struct usage *sum, const struct usage *more)
{
	for (size_t i = 0; i < USAGE_COUNT; i++) {
		sum->has[i] = sum->has[i] && more->has[i];
		sum->of[i] += more->of[i];
	}
}
