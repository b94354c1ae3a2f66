/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"

static void
num_parse_takes_digits_alone(void **state)
{
	static const struct {
		const char *text;
		int want;
	} row[] = {
		{"0", 0},
		{"10", 0},
		{"007", 0},
		{"", -EINVAL},
		{"-1", -EINVAL},
		{"+1", -EINVAL},
		{" 1", -EINVAL},
		{"1 ", -EINVAL},
		{"0x1", -EINVAL},
		{"11", -ERANGE},
		{"4294967296", -ERANGE},
		{"18446744073709551616", -ERANGE},
		{"99999999999999999999x", -EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		uint32_t value = 5;
		int got = num_parse_u32(row[i].text, 0, 10, &value);

		if (got != row[i].want || (got < 0 && value != 5))
			fail_msg("\"%s\": want %d, got %d", row[i].text, row[i].want, got);
	}
}

static void
buf_add_shell_quotes_what_a_shell_would_read(void **state)
{
	static const struct {
		const char *word, *want;
	} row[] = {
		{"", "''"},
		{"pc,accel=kvm", "pc,accel=kvm"},
		{"my machine", "'my machine'"},
		{"it's", "'it'\\''s'"},
		{"$HOME", "'$HOME'"},
		{"~x", "'~x'"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_buf struct buf b = {0};

		buf_add_shell(&b, row[i].word);
		assert_string_equal(b.text, row[i].want);
	}
}

static void
buf_grows_over_its_first_size(void **state)
{
	auto_free char *text = NULL;
	struct buf b = {0};

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%d,", i % 10);
	text = buf_take(&b);
	assert_int_equal(strlen(text), 2000);
	assert_null(b.text);
	free(heap_release(&text));
	text = buf_take(&b);
	assert_string_equal(text, "");
}

static void
str_trim_cuts_the_end_alone(void **state)
{
	char text[] = " a \t\r\n";

	(void)state;
	assert_string_equal(str_trim(text), " a");
	assert_true(str_ends("a.yml", ".yml"));
	assert_false(str_ends("yml", ".yml"));
	assert_true(str_starts("CPU 0/KVM", "CPU "));
}

static void
control_characters_are_made_harmless(void **state)
{
	char text[] = "a\033[2J\tb\x7f \xc3\xa9\n";

	(void)state;
	assert_ptr_equal(str_clean(text), text);
	assert_string_equal(text, "a?[2J?b? \xc3\xa9?");
	assert_int_equal(byte_clean('~'), '~');
	assert_int_equal(byte_clean('\r'), '?');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(num_parse_takes_digits_alone),
		cmocka_unit_test(control_characters_are_made_harmless),
		cmocka_unit_test(buf_add_shell_quotes_what_a_shell_would_read),
		cmocka_unit_test(buf_grows_over_its_first_size),
		cmocka_unit_test(str_trim_cuts_the_end_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
