/* SPDX-License-Identifier: MIT */
#include "supervise/kinds.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "change/record.h"
#include "check.h"
#include "fake_host.h"

/* The parts of a record, and which bit of a kind's needs stands for each. */
static const struct {
	const char *text;
	unsigned need;
} parts[] = {
	{"\"key\":\"cpuset.cpus\"", CHANGE_KEY},
	{"\"value\":\"1\"", CHANGE_VALUE},
	{"\"before\":\"\"", CHANGE_BEFORE},
	{"\"role\":\"vCPU 0.0.0\"", CHANGE_ROLE},
	{"\"id\":8388608", CHANGE_ID}, /* above the kernel's PID_MAX_LIMIT */
	{"\"start\":7", CHANGE_START},
};

/* Read a record of a change of @kind that has those @parts alone. */
static int
parse(const struct change_kind *kind, unsigned has, struct record *ret)
{
	auto_buf struct buf b = {0};
	struct error e;

	buf_printf(&b, "{\"change\":{\"kind\":\"%s\",\"target\":\"/x\"", kind->name);
	for (size_t i = 0; i < COUNT(parts); i++) {
		if ((has & parts[i].need) != 0)
			buf_printf(&b, ",%s", parts[i].text);
	}
	buf_add(&b, "}}");
	assert_false(b.failed);
	return record_parse(b.text, b.len, change_kinds, "/run/j", ret, &e);
}

/* Units are the real host's, whatever the trees are. */
static bool
is_of_the_manager(const struct change_kind *kind)
{
	static const char *const names[] = {
		"dropin", "enabled", "limit", "limits", "scope", "service", "slice", "user-slice"};

	for (size_t i = 0; i < COUNT(names); i++) {
		if (str_eq(kind->name, names[i]))
			return true;
	}
	return false;
}

static void
use(const struct record *record, struct host *host)
{
	const struct change *c = &record->change;
	char text[512];
	struct error e;

	c->kind->describe(c, text, sizeof(text));
	assert_true(text[0] != '\0');
	if (is_of_the_manager(c->kind))
		return;
	(void)c->kind->verify(host, c, &e);
	(void)c->kind->undo(host, c, &e);
}

/* Whatever a journal lacks: it is refused, or its kind can do with that. */
static void
kinds_take_what_they_need_and_no_less(void **state)
{
	unsigned taken = 0;
	struct fake_host f;

	(void)state;
	fake_host_make(&f);
	for (const struct change_kind *const *kind = change_kinds; *kind != NULL; kind++) {
		for (unsigned has = 0; has < 1U << COUNT(parts); has++) {
			struct record record;
			int r = parse(*kind, has, &record);

			if (r != ((has & (*kind)->needs) == (*kind)->needs ? 0 : -EINVAL))
				fail_msg("%s with %#x: %d", (*kind)->name, has, r);
			if (r < 0)
				continue;
			use(&record, &f.host);
			change_done(&record.change);
			taken++;
		}
	}
	assert_true(taken > 0);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_take_what_they_need_and_no_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
