/* SPDX-License-Identifier: MIT */
#include "config/emitter.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "config/document.h"
#include "config/findings.h"

/* { a: @text } as YAML. */
static int
emit_one(const char *text, struct buf *out, struct error *e)
{
	struct emitter m;

	emitter_begin(&m, out);
	emit_map(&m, false);
	emit_text(&m, "a");
	emit_text(&m, text);
	emit_map_end(&m);
	return emitter_end(&m, e);
}

static void
emit_text_is_read_back_as_it_was(void **state)
{
	static const char *const row[] = {"", " ", "  x  ", "x", "x y", "a: b", "a:", ":", "#",
		"a #b", "#a", "-", "- a", "--", "---", "...", "? a", "!x", "&x", "*x", "%x", "@x",
		"`x`", "{a}", "[a", "],", ",", "a,,b", "'", "\"", "it's", "\\", "\\n", "\n", "\n\n",
		"a\nb", "a\n", "\na", " \n ", "a \n b", "\t", "a\tb", "\t\n", "~", "null", "yes",
		"<<", "=", "0x10", "007", "1e3", "|", ">", "> x", "%YAML 1.1", "\xc3\xa4",
		"\xc2\x85", "\xc2\xa0x", "\xe2\x80\xa8", "\xe2\x80\xa9y", "\xef\xbb\xbfz",
		"\xef\xbf\xbe", "\xf0\x9f\x90\xa7", "\xf4\x8f\xbf\xbf", "\xc2\x80",
		"{\"a\": [1, \"b\"]}",
		"a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e "
		"f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s "
		"t"};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_buf struct buf out = {0};
		auto_document struct document doc = {0};
		struct problems problems = {0};
		struct findings f = {.path = "x.yml", .problems = &problems};
		const struct node *value;
		struct error e;

		if (emit_one(row[i], &out, &e) != 0)
			fail_msg("\"%s\": %s", row[i], e.why);
		if (document_parse(out.text, out.len, &doc, &f) != 0 || problems.count > 0)
			fail_msg("\"%s\" is written as %s, which is no YAML", row[i], out.text);
		value = doc.root->items[0].value;
		if (!str_eq(value->text, row[i]) || node_is_empty(value))
			fail_msg("\"%s\" is written as %s", row[i], out.text);
	}
}

static void
emit_text_refuses_what_a_definition_cant_hold(void **state)
{
	static const struct {
		const char *text, *why;
	} row[] = {
		{"a\x01", "control character, U+0001"},
		{"a\rb", "control character, U+000D"},
		{"\x1b[0m", "control character, U+001B"},
		{"\x7f", "control character, U+007F"},
		{"\xff", "byte 0xff in it is not UTF-8"},
		{"caf\xe9", "byte 0xe9"},
		{"\xc0\x80", "byte 0xc0"},
		{"\xed\xa0\x80", "byte 0xed"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_buf struct buf out = {0};
		struct error e = {0};

		if (emit_one(row[i].text, &out, &e) != -EINVAL || e.kind != ERROR_USAGE ||
			strstr(e.why, row[i].why) == NULL)
			fail_msg("row %zu: \"%s\"", i, e.why);
	}
}

static void
emitter_writes_maps_and_lists_in_the_usual_layout(void **state)
{
	auto_buf struct buf out = {0};
	struct emitter m;
	struct error e;

	(void)state;
	emitter_begin(&m, &out);
	emit_map(&m, false);
	emit_text(&m, "a");
	emit_map(&m, true);
	emit_number(&m, 0);
	emit_number(&m, 7);
	emit_map_end(&m);
	emit_text(&m, "b");
	emit_list(&m);
	emit_text(&m, "c");
	emit_list_end(&m);
	emit_map_end(&m);
	assert_int_equal(emitter_end(&m, &e), 0);
	assert_string_equal(out.text, "a: {0: 7}\nb:\n- c\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(emit_text_is_read_back_as_it_was),
		cmocka_unit_test(emit_text_refuses_what_a_definition_cant_hold),
		cmocka_unit_test(emitter_writes_maps_and_lists_in_the_usual_layout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
