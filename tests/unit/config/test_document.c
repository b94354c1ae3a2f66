/* SPDX-License-Identifier: MIT */
#include "config/document.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "config/bad.h"
#include "config/findings.h"

static void
document_parse_refuses_what_is_no_definition_file(void **state)
{
	static const struct bad_row row[] = {
		{.text = "", .line = 1, .column = 1, .why = "the file is empty"},
		{.text = "# nothing\n\n", .line = 1, .column = 1, .why = "the file is empty"},
		{.text = "---\n", .line = 1, .column = 1, .why = "the file is empty"},
		{.text = "---\n...\n", .line = 1, .column = 1, .why = "the file is empty"},
		{LAUNCHER("") "---\nlauncher: {}\n", .line = 4, .column = 1,
			.why = "a second document", .hint = "file of its own"},
		{LAUNCHER("") "...\nmore\n", .line = 5, .column = 1,
			.why = "goes on after its end"},
		{"launcher:\n\tbinary: q\n", .line = 2, .column = 1,
			.why = "a tab is used as indentation", .hint = "spaces"},
		{"launcher:\n  binary: q\n\tdebug: yes\n", .line = 3, .column = 1,
			.why = "a tab is used as indentation"},
		{"launcher:\n  binary: q\n  \tdebug: yes\n", .line = 3, .column = 3,
			.why = "a tab is used as indentation"},
		{"qemu:\n- nographic\n\t- S\n", .line = 3, .column = 1,
			.why = "a tab is used as indentation"},
		{"launcher: { binary: q\nqemu: []\n", .line = 2, .column = 5,
			.why = "without ',' or '}' (it began in line 1)", .hint = "'}'"},
		{"qemu: [ a, b\nlauncher: { binary: q }\n", .line = 2, .column = 9,
			.why = "without ',' or ']'", .hint = "']'"},
		{"launcher:\n  binary: q\n debug: yes\n", .line = 3, .column = 2,
			.why = "a key is expected here"},
		{"launcher:\n  binary: q\n   debug: yes\n", .line = 3, .column = 9,
			.why = "a ':' is not allowed here", .hint = "indent"},
		{"launcher:\n  binary q\nqemu: []\n", .line = 2, .column = 3,
			.why = "'launcher' wants a mapping", .hint = "key: value"},
		{QEMU("- a:b\n  c: d\n"), .line = 4, .column = 4,
			.why = "a ':' is not allowed here"},
		{"launcher:\n  binary: q\n  debug\nqemu: []\n", .line = 3, .column = 3,
			.why = "a key without ':'"},
		{"launcher: { binary: 'q }\nqemu: []\n", .line = 1, .column = 21,
			.why = "a text in quotes isn't closed"},
		{"launcher: { binary: \"C:\\qemu\" }\n", .line = 1, .column = 24,
			.why = "'\\' with this character means nothing", .hint = "single quotes"},
		{QEMU("- a: @b\n"), .line = 3, .column = 6, .why = "can't begin with",
			.hint = "quotes"},
		{QEMU("- a: %b\n"), .line = 3, .column = 6, .why = "can't begin with"},
		{QEMU("- a: *\n"), .line = 3, .column = 7, .why = "a name is missing"},
		{QEMU("- a: - b\n"), .line = 3, .column = 6, .why = "a list item"},
		{QEMU("- a\nb\n"), .line = 4, .column = 1, .why = "a key without ':'"},
		{QEMU("- a: !foo b\n"), .line = 3, .column = 6, .why = "tag '!foo'",
			.hint = "quotes"},
		{QEMU("- a: !!binary b\n"), .line = 3, .column = 6, .why = "tag 'tag:yaml.org"},
		{QEMU("- a: !e!x b\n"), .line = 3, .column = 6, .why = "an unknown tag"},
		{QEMU("- ? [ a, b ]\n  : c\n"), .line = 3, .column = 5, .why = "a key must be a"},
		{QEMU("- { { a: 1 }: c }\n"), .line = 3, .column = 5, .why = "a key must be a"},
		{QEMU("- &x a: { b: *y }\n"), .line = 3, .column = 14, .why = "has no anchor '&y'"},
		{QEMU("- &x [ *x ]\n"), .line = 3, .column = 8, .why = "inside of what it names"},
		{QEMU("- &x { a: *x }\n"), .line = 3, .column = 11, .why = "inside of what it"},
		{QEMU("- a: [[[[[[[[[[[[[[[[[[[[[[[[ b ]]]]]]]]]]]]]]]]]]]]]]]]\n"), .line = 3,
			.column = 19, .why = "nested deeper than 16 levels"},
		{LAUNCHER("  debug: yes\n  debug: no\n"), .line = 4, .column = 3,
			.why = "key 'debug' is given twice, first in line 3"},
		{LAUNCHER("  env: { A: 1, 'A': 2 }\n"), .line = 3, .column = 16,
			.why = "key 'A' is given twice"},
		{LAUNCHER("  <<: { debug: yes }\n"), .line = 3, .column = 3, .why = "merge keys"},
		{LAUNCHER("  env: { A: \"x\\0y\" }\n"), .line = 3, .column = 13,
			.why = "escaped control character"},
		{LAUNCHER("  env: { A: \"\\x1b[0m\" }\n"), .line = 3, .column = 13,
			.why = "escaped control character"},
		{"%YAML 3.0\n---\n" LAUNCHER(""), .line = 1, .column = 1, .why = "YAML version"},
	};

	(void)state;
	bad_rows_check(row, COUNT(row));
}

/* Ten aliases of ten aliases of …: some kilobytes that would be a billion values. */
static void
document_parse_refuses_a_billion_laughs(void **state)
{
	auto_buf struct buf text = {0};
	struct bad_row row = {.line = 6,
		.column = 7,
		.why = "more than 32768 values",
		.hint = "aliases multiply"};

	(void)state;
	buf_add(&text, "launcher: { binary: q }\na0: &a0 [ x, x, x, x, x, x, x, x, x, x ]\n");
	for (unsigned i = 1; i < 9; i++) {
		buf_printf(&text, "a%u: &a%u [ ", i, i);
		for (unsigned k = 0; k < 10; k++)
			buf_printf(&text, "*a%u%s", i - 1, k < 9 ? ", " : " ]\n");
	}
	row.text = text.text;
	row.column = 5;
	bad_rows_check(&row, 1);
}

static void
document_parse_counts_the_depth_through_aliases(void **state)
{
	static const struct bad_row row = {
		QEMU("- &a [[[[[[[[[ x ]]]]]]]]]\n- [[[[[ *a ]]]]]\n"),
		.line = 4,
		.column = 9,
		.why = "nested deeper than 16 levels",
	};

	(void)state;
	bad_rows_check(&row, 1);
}

static void
document_parse_bounds_values_and_anchors(void **state)
{
	auto_buf struct buf values = {0}, anchors = {0};
	struct bad_row row = {.line = 2, .column = 65542, .why = "more than 32768 values"};

	(void)state;
	buf_add(&values, "launcher: { binary: q }\nqemu: [");
	for (unsigned i = 0; i < 32770; i++)
		buf_add(&values, "a,");
	buf_add(&values, "]\n");
	row.text = values.text;
	row.column = 8 + 2 * (32768 - 7);
	bad_rows_check(&row, 1);

	buf_add(&anchors, "launcher: { binary: q }\nqemu:\n");
	for (unsigned i = 0; i < 257; i++)
		buf_printf(&anchors, "- &a%u x\n", i);
	row = (struct bad_row){
		.text = anchors.text, .line = 259, .column = 3, .why = "more than 256 anchors"};
	bad_rows_check(&row, 1);
}

static void
document_parse_keeps_text_quotes_and_places(void **state)
{
	static const char text[] = "\xef\xbb\xbf# BOM\n"
				   "a: 007\n"
				   "'\xc3\xa4': \"x y\"\n"
				   "\xc3\xb6: [ 1, { b: } ]\n"
				   "c: |\n"
				   "  1\n"
				   "  2\n"
				   "d: !!str yes\n";
	struct problems problems = {0};
	struct findings f = {.path = "x.yml", .problems = &problems};
	auto_document struct document doc = {0};
	const struct node_item *item;

	(void)state;
	assert_int_equal(document_parse(text, strlen(text), &doc, &f), 0);
	assert_int_equal(doc.root->count, 5);
	item = doc.root->items;
	assert_string_equal(item[0].value->text, "007");
	assert_false(item[0].value->quoted);
	assert_int_equal(item[0].value->place.line, 2);
	assert_int_equal(item[0].value->place.column, 4);
	assert_string_equal(item[1].value->text, "x y");
	assert_true(item[1].value->quoted);
	assert_int_equal(item[1].value->place.column, 6); /* characters, not bytes */
	assert_int_equal(item[2].value->type, NODE_LIST);
	assert_int_equal(item[2].value->count, 2);
	assert_int_equal(item[2].value->height, 3);
	assert_true(node_is_empty(item[2].value->items[1].value->items[0].value));
	assert_string_equal(item[3].value->text, "1\n2"); /* no line end of the last line */
	assert_string_equal(item[4].value->text, "yes");
	assert_true(item[4].value->quoted);
	assert_int_equal(problems.count, 0);
}

static void
document_parse_follows_aliases(void **state)
{
	struct definition d = good("launcher:\n"
				   "  binary: &b q\n"
				   "  user: *b\n"
				   "  emulator_cpus: &cpus 0-1\n"
				   "  iothread_pinning: { io0: *cpus, io1: *cpus }\n"
				   "qemu:\n"
				   "- device: &dev [ virtio-blk, drive: &id d0 ]\n"
				   "- device: *dev\n"
				   "- drive: [ id: *id, &id if: none ]\n"
				   "- S: *id\n");

	(void)state;
	assert_string_equal(d.user, "q");
	assert_true(cpus_equal(&d.iothread_pins[1].cpus, &d.emulator_cpus));
	assert_string_equal(d.options[1].value, "virtio-blk,drive=d0");
	assert_string_equal(d.options[2].value, "id=d0,if=none");
	assert_string_equal(d.options[3].value, "if"); /* the last anchor of a name counts */
	definition_done(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(document_parse_refuses_what_is_no_definition_file),
		cmocka_unit_test(document_parse_refuses_a_billion_laughs),
		cmocka_unit_test(document_parse_counts_the_depth_through_aliases),
		cmocka_unit_test(document_parse_bounds_values_and_anchors),
		cmocka_unit_test(document_parse_keeps_text_quotes_and_places),
		cmocka_unit_test(document_parse_follows_aliases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
