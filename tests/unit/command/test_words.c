/* SPDX-License-Identifier: MIT */
#include "command/words.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"

static void
words_option_next_reads_a_help(void **state)
{
	const char *help = "  NAME              the VM\n"
			   "  -v, --verbose     tell more;\n"
			   "                    - not an option\n"
			   "  -k, --kvm CPUS    vCPUs: by number\n"
			   "  --watch[=SECONDS] again and again\n"
			   "  --qmp SOCKET  who listens there\n"
			   "  --all\n"
			   "  -- COMMAND...  the rest\n"
			   "\n"
			   "Words - and --more of them.\n"
			   "  qpin -v\n";
	const struct {
		const char *names[2];
		enum word_kind argument;
		const char *text;
	} row[] = {
		{{"-v", "--verbose"}, WORD_NONE, "tell more;"},
		{{"-k", "--kvm"}, WORD_CPUS, "vCPUs: by number"},
		{{"--watch", ""}, WORD_NONE, ""},
		{{"--qmp", ""}, WORD_FILE, "who listens there"},
		{{"--all", ""}, WORD_NONE, ""},
		{{"--", ""}, WORD_ANY, "the rest"},
	};
	struct word_option got;

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		assert_true(words_option_next(&help, &got));
		assert_string_equal(got.names[0], row[i].names[0]);
		assert_string_equal(got.names[1], row[i].names[1]);
		assert_int_equal(got.argument, row[i].argument);
		assert_string_equal(got.text, row[i].text);
	}
	assert_false(words_option_next(&help, &got));
	assert_false(words_option_next(&help, &got));
}

static void
words_argument_reads_a_synopsis(void **state)
{
	const struct {
		const char *synopsis;
		enum word_kind kinds[3];
	} row[] = {
		{"[-v|-q] NAME", {WORD_VM}},
		{"[--kill] NAME | --all", {WORD_VM}},
		{"[--json] [NAME...]", {WORD_VM, WORD_VM, WORD_VM}},
		{"NAME [--for 10s]", {WORD_VM}},
		{"USER CPUS | --list [--json]", {WORD_USER, WORD_CPUS}},
		{"[--force] USER", {WORD_USER}},
		{"[--json|--svg FILE]", {WORD_NONE}},
		{"PID|--qmp SOCKET|--name NAME [OPTION CPUS...]", {WORD_PID}},
		{"[OPTION...] [-- COMMAND...]", {WORD_NONE}},
		{"", {WORD_NONE}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		for (size_t k = 0; k < COUNT(row[i].kinds); k++) {
			enum word_kind got = words_argument(row[i].synopsis, k);

			if (got != row[i].kinds[k])
				fail_msg("%s: argument %zu is %s", row[i].synopsis, k,
					word_kind_name(got));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_option_next_reads_a_help),
		cmocka_unit_test(words_argument_reads_a_synopsis),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
