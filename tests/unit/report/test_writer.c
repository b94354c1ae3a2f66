/* SPDX-License-Identifier: MIT */
#include "report/writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "check.h"

/* What is printed of @root; the caller frees it. */
static char *
printed(const struct writer *w, const cJSON *root)
{
	char *text = NULL;
	size_t len;
	struct error e;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(writer_print(w, root, out, true, "print it", &e), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
writer_tells_null_from_nothing(void **state)
{
	struct writer w = {0};
	auto_json cJSON *root = cJSON_CreateObject();
	struct cpus none = {0}, some = {0};
	cJSON *array;
	char *text;

	(void)state;
	cpus_add(&some, 2);
	cpus_add(&some, 3);
	writer_bool(&w, root, "yes", true);
	writer_number(&w, root, "seven", 7);
	writer_known(&w, root, "unknown", false, 7);
	writer_id(&w, root, "zero", 0);
	writer_id(&w, root, "absent", -1);
	writer_text(&w, root, "null", NULL);
	writer_text(&w, root, "empty", "");
	writer_filled(&w, root, "blank", "");
	writer_filled(&w, root, "word", "a\"b");
	writer_cpus(&w, root, "none", &none);
	writer_given_cpus(&w, root, "not_given", &none);
	writer_given_cpus(&w, root, "given", &some);
	array = writer_array(&w, writer_object(&w, root, "inner"), "list");
	writer_append_text(&w, array, "x");
	writer_number(&w, writer_append(&w, array), "y", 1);
	text = printed(&w, root);
	assert_string_equal(text,
		"{\"yes\":true,\"seven\":7,\"unknown\":null,\"zero\":0,\"absent\":null,"
		"\"null\":null,\"empty\":\"\",\"blank\":null,\"word\":\"a\\\"b\",\"none\":\"\","
		"\"not_given\":null,\"given\":\"2-3\","
		"\"inner\":{\"list\":[\"x\",{\"y\":1}]}}\n");
	free(text);
}

static void
writer_remembers_want_of_memory(void **state)
{
	struct writer w = {0};
	struct error e;

	(void)state;
	/* NULL is what cJSON gives without memory */
	writer_text(&w, writer_append(&w, writer_array(&w, NULL, "list")), "key", "text");
	assert_true(w.failed);
	assert_int_equal(writer_print(&w, NULL, stdout, false, "print it", &e), -ENOMEM);
	assert_string_equal(e.what, "print it");
}

static void
writer_print_tells_a_full_disk(void **state)
{
	const struct writer w = {0};
	auto_json cJSON *root = cJSON_CreateObject();
	FILE *full = fopen("/dev/full", "w");
	struct error e;

	(void)state;
	assert_non_null(full);
	assert_int_equal(writer_print(&w, root, full, false, "print it", &e), -ENOSPC);
	(void)fclose(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writer_tells_null_from_nothing),
		cmocka_unit_test(writer_remembers_want_of_memory),
		cmocka_unit_test(writer_print_tells_a_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
