/* SPDX-License-Identifier: MIT */
#include "supervise/wanted.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "qemu/selection.h"

enum {
	PID = 100,
};

static struct task all[] = {
	{.tid = 100, .name = "qemu-system-x86"},
	{.tid = 101, .name = "IO disk"},
	{.tid = 102, .name = "CPU 0/KVM"},
	{.tid = 103, .name = "CPU 2/KVM"},
	{.tid = 104, .name = "worker"},
	{.tid = 105, .name = "CPU 1/KVM"},
	{.tid = 106, .name = "CPU 3/KVM"},
};

static const struct tasks tasks = {.list = all, .count = COUNT(all)};

static int
wanted(const struct selection *s, const char *words, size_t len, struct definition *ret,
	struct error *e)
{
	const struct wanted w = {
		.selection = s, .tasks = &tasks, .pid = PID, .words = words, .len = len};

	return wanted_definition(&w, ret, e);
}

#define WORDS "qemu\0-smp\0cpus=4\0--smp\0threads=2,sockets=1"

static void
pins_are_by_the_place_that_smp_gives_a_vcpu(void **state)
{
	auto_selection struct selection s = {0};
	struct definition d;
	struct error e;
	char copy[128];

	(void)state;
	assert_int_equal(
		selection_add_words("-k 2 3 4 5 -i disk:6-7 -p 0-1", copy, sizeof(copy), &s, &e),
		0);
	assert_int_equal(wanted(&s, WORDS, sizeof(WORDS), &d, &e), 0);
	assert_string_equal(d.name, "attach-100");
	assert_int_equal(d.memory_choice, MEMORY_LEAVE);
	assert_int_equal(d.pin_count, 4);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(d.pins[i].socket, 0);
		assert_int_equal(d.pins[i].core, i / 2);
		assert_int_equal(d.pins[i].thread, i % 2);
		assert_int_equal(d.pins[i].os_cpu, i + 2);
	}
	assert_int_equal(d.iothread_pin_count, 1);
	assert_string_equal(d.iothread_pins[0].id, "disk");
	assert_int_equal(cpus_count(&d.iothread_pins[0].cpus), 2);
	assert_true(cpus_has(&d.emulator_cpus, 0) && cpus_has(&d.emulator_cpus, 1));
	definition_done(&d);
}

static void
what_cant_be_isolated_is_refused(void **state)
{
	static const struct {
		const char *selection, *words;
		size_t len;
		const char *why;
	} row[] = {
#define ROW(selection, words, why) {(selection), (words), sizeof(words), (why)}
		ROW("-k 2,3", "qemu\0-smp\0004", "-k 2,3 gives it 2 CPUs"),
		ROW("-w *:1", "qemu\0-smp\0004", "takes -k, -i"),
		ROW("-t *:1", "qemu\0-smp\0004", "takes -k, -i"),
		ROW("-q 1", "qemu\0-smp\0004", "takes -k, -i"),
		ROW("-k 7:1", "qemu\0-smp\0004", ""),
		ROW("-k 1", "qemu\0-smp\0cpus=none", ""),
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_selection struct selection s = {0};
		struct definition d;
		struct error e = {0};
		char copy[128];

		assert_int_equal(
			selection_add_words(row[i].selection, copy, sizeof(copy), &s, &e), 0);
		if (wanted(&s, row[i].words, row[i].len, &d, &e) != -EINVAL ||
			strstr(e.why, row[i].why) == NULL)
			fail_msg("row %zu: %s: %s", i, e.what, e.why);
		definition_done(&d);
	}
}

static void
a_command_line_may_end_anywhere(void **state)
{
	static const char words[] = "qemu\0-smp\0cpus=4\0-smp";

	(void)state;
	for (size_t len = 0; len <= sizeof(words); len++) {
		auto_selection struct selection s = {0};
		/* as file_load() gives it: with a NUL behind it */
		auto_free char *copy = calloc(1, len + 1);
		struct definition d;
		struct error e;
		char text[32];

		assert_non_null(copy);
		memcpy(copy, words, len < sizeof(words) ? len : sizeof(words));
		assert_int_equal(selection_add_words("-p 1", text, sizeof(text), &s, &e), 0);
		(void)wanted(&s, copy, len, &d, &e);
		assert_true(d.option_count <= 1);
		definition_done(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pins_are_by_the_place_that_smp_gives_a_vcpu),
		cmocka_unit_test(what_cant_be_isolated_is_refused),
		cmocka_unit_test(a_command_line_may_end_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
