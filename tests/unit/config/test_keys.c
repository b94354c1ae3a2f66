/* SPDX-License-Identifier: MIT */
#include "config/keys.h"

#include <string.h>

#include "base/text.h"
#include "check.h"
#include "config/definition.h"
#include "config/draft.h"

static void
keys_have_what_their_type_needs(void **state)
{
	size_t count;
	const struct key *keys = keys_of_launcher(&count);

	(void)state;
	assert_true(count >= 24);
	for (size_t i = 0; i < count; i++) {
		const struct key *key = &keys[i];

		if (key->doc == NULL || !str_ends(key->doc, ".") || key->offset == 0 ||
			key->offset >= sizeof(struct draft) || key->min > key->max ||
			(key->type == KEY_WORD) != (key->words != NULL) ||
			(key->type == KEY_INT && key->max == 0))
			fail_msg("row of %s", key->name);
		for (size_t k = 0; k < i; k++)
			assert_false(str_eq(keys[k].name, key->name));
	}
}

static void
words_have_the_names_of_definitions(void **state)
{
	(void)state;
	assert_string_equal(isolation_name(ISOLATION_AUTO), "auto");
	assert_string_equal(isolation_name(ISOLATION_AFFINITY), "affinity");
	assert_string_equal(isolation_name(ISOLATION_CPUSET), "cpuset");
	assert_string_equal(isolation_name(ISOLATION_EXCLUSIVE), "exclusive");
	assert_string_equal(isolation_name(ISOLATION_ISOLATED), "isolated");
	assert_string_equal(isolation_name(ISOLATION_QUIET), "quiet");
	assert_string_equal(host_tasks_name(HOST_TASKS_AUTO), "auto");
	assert_string_equal(host_tasks_name(HOST_TASKS_EXCLUDE), "exclude");
	assert_string_equal(host_tasks_name(HOST_TASKS_MIGRATE), "migrate");
	assert_string_equal(host_tasks_name(HOST_TASKS_LEAVE), "leave");
	assert_string_equal(key_word_name(isolation_words, 99), "?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_have_what_their_type_needs),
		cmocka_unit_test(words_have_the_names_of_definitions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
