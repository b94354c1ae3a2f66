/* SPDX-License-Identifier: MIT */
#include "import/xml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"

enum {
	MUTANTS = 20000,
	MUTANT_BYTES = 512,
};

static void
xml_parse_gives_a_tree_with_lines(void **state)
{
	static const char text[] =
		"<?xml version='1.0'?>\n<!-- x -->\n<domain type=\"kvm\">\n"
		"  <name>a&amp;<![CDATA[<b>]]></name>\n"
		"  <cputune>\n    <pin a='1' b='&lt;&#65;'/><x/><pin a='2'></pin>\n"
		"  </cputune>\n"
		"  <q:y xmlns:q='u'/> tail</domain>\n";
	struct xml_element *root = NULL;
	const struct xml_element *pin;
	struct error e;

	(void)state;
	assert_int_equal(xml_parse(text, strlen(text), "f.xml", &root, &e), 0);
	assert_string_equal(root->name, "domain");
	assert_int_equal(root->line, 3);
	assert_int_equal(root->column, 1);
	assert_string_equal(xml_attribute(root, "type"), "kvm");
	assert_null(xml_attribute(root, "typ"));
	assert_string_equal(xml_text(xml_child(root, "name")), "a&<b>");
	pin = xml_child(xml_child(root, "cputune"), "pin");
	assert_int_equal(pin->line, 6);
	assert_int_equal(pin->column, 5);
	assert_string_equal(xml_attribute(pin, "b"), "<A");
	assert_string_equal(xml_text(pin), "");
	pin = xml_next(pin);
	assert_string_equal(xml_attribute(pin, "a"), "2");
	assert_null(xml_next(pin));
	assert_non_null(xml_child(root, "q:y"));
	assert_null(xml_child(root, "pin"));
	assert_null(xml_child(NULL, "pin"));
	assert_null(xml_attribute(NULL, "a"));
	xml_done(root);
	xml_done(NULL);
}

static void
xml_parse_refuses_what_is_no_plain_xml(void **state)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *why;
	} row[] = {
		{"", 1, 1, "no element found"},
		{"x", 1, 1, "syntax error"},
		{"<a>", 1, 4, "no element found"},
		{"<a>\n <b>\n</a>", 3, 3, "mismatched tag"},
		{"<a/>\n<b/>", 2, 1, "junk after"},
		{"<a b='1' b='2'/>", 1, 10, "duplicate attribute"},
		{"<a>&x;</a>", 1, 4, "undefined entity"},
		{"<a b=1/>", 1, 6, "not well-formed"},
		{"<a>\xff</a>", 1, 4, "not well-formed"},
		{"<a>\n  &#0;</a>", 2, 3, "invalid character number"},
		{"<!DOCTYPE a>\n<a/>", 1, 12, "document type"},
		{"\n<!DOCTYPE a SYSTEM 'http://127.0.0.1/x'><a/>", 2, 0, "document type"},
		{"<!DOCTYPE a [<!ENTITY x SYSTEM '/etc/passwd'>]><a>&x;</a>", 1, 0,
			"document type"},
		{"<!DOCTYPE a [<!ENTITY x 'y'><!ENTITY z '&x;&x;'>]><a>&z;</a>", 1, 0,
			"document type"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct xml_element *root = NULL;
		struct error e = {0};
		int r = xml_parse(row[i].text, strlen(row[i].text), "f.xml", &root, &e);

		if (r != -EINVAL || root != NULL || e.kind != ERROR_DEFINITION ||
			e.line != row[i].line || strstr(e.why, row[i].why) == NULL ||
			(row[i].column != 0 && e.column != row[i].column))
			fail_msg("row %zu: %d, %u:%u %s", i, r, e.line, e.column, e.why);
	}
}

static void
xml_parse_is_bounded(void **state)
{
	auto_buf struct buf text = {0};
	struct xml_element *root = NULL;
	struct error e;

	(void)state;
	while (text.len < XML_MAX_BYTES / 2)
		buf_add(&text, "<a> ");
	while (text.len < XML_MAX_BYTES)
		buf_add(&text, " ");
	assert_int_equal(
		xml_parse(text.text, text.len, "f.xml", &root, &e), -EINVAL); /* not closed */
	buf_add(&text, " ");
	assert_int_equal(xml_parse(text.text, text.len, "f.xml", &root, &e), -EINVAL);
	assert_non_null(strstr(e.why, "larger than 1 MiB"));
	buf_done(&text);
	for (size_t i = 0; i < 100000; i++) /* as deep as it may be: nothing here recurses */
		buf_add(&text, "<a>");
	for (size_t i = 0; i < 100000; i++)
		buf_add(&text, "</a>");
	assert_int_equal(xml_parse(text.text, text.len, "f.xml", &root, &e), 0);
	xml_done(root);
}

/* Bytes of a good file changed, cut and doubled: each end is a tree or an error with a place. */
static void
xml_parse_survives_damage(void **state)
{
	static const char good[] =
		"<domain type='kvm'><name>a</name><!-- c --><vcpu x=\"1\">4</vcpu>"
		"<![CDATA[<]]>&amp;&#65;<cputune><vcpupin vcpu='0' cpuset='1-2'/>"
		"</cputune><?pi x?></domain>";
	static const char letters[] = "<>/&;'\"=![]-?# ax1\n\t";
	size_t trees = 0;

	(void)state;
	srandom(2);
	for (size_t i = 0; i < MUTANTS; i++) {
		char text[MUTANT_BYTES];
		size_t len = sizeof(good) - 1;
		struct xml_element *root = NULL;
		struct error e = {0};
		int r;

		memcpy(text, good, len);
		for (long n = 1 + random() % 3; n > 0; n--) {
			size_t at = (size_t)random() % len, from = (size_t)random() % len;
			size_t part = (size_t)random() % (len - (at > from ? at : from));

			if (random() % 3 == 0)
				memmove(text + at, text + from, part);
			else if (random() % 4 == 0)
				len = at + 1;
			else if (random() % 4 == 0)
				text[at] = (char)random();
			else
				text[at] = letters[(size_t)random() % (sizeof(letters) - 1)];
		}
		r = xml_parse(text, len, "f.xml", &root, &e);
		if (r != 0 && (r != -EINVAL || e.line == 0 || e.column == 0 || root != NULL))
			fail_msg("%.*s: %d, %u:%u", (int)len, text, r, e.line, e.column);
		trees += r == 0;
		xml_done(root);
	}
	assert_in_range(trees, MUTANTS / 100, MUTANTS - MUTANTS / 10);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(xml_parse_gives_a_tree_with_lines),
		cmocka_unit_test(xml_parse_refuses_what_is_no_plain_xml),
		cmocka_unit_test(xml_parse_is_bounded),
		cmocka_unit_test(xml_parse_survives_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
