/* SPDX-License-Identifier: MIT */
#include "report/topology_svg.h"

#include <errno.h>
#include <stdio.h>

#include <expat.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "report/scene.h"

/* What an XML parser sees of a picture. */
struct picture {
	unsigned cores, texts, others;
	unsigned width, height; /* of the whole */
	bool outside;           /* a box is not within that */
	struct buf words;       /* of all texts, a line each */
};

static unsigned
attribute(const char *const *attributes, const char *name)
{
	for (; attributes[0] != NULL; attributes += 2) {
		if (str_eq(attributes[0], name))
			return (unsigned)strtoul(attributes[1], NULL, 10);
	}
	return 0;
}

static bool
is_of_class(const char *const *attributes, const char *class)
{
	for (; attributes[0] != NULL; attributes += 2) {
		if (str_eq(attributes[0], "class") && str_eq(attributes[1], class))
			return true;
	}
	return false;
}

static void
element_begin(void *data, const char *name, const char **attributes)
{
	const char *const *a = attributes;
	struct picture *p = data;

	if (str_eq(name, "svg")) {
		p->width = attribute(a, "width");
		p->height = attribute(a, "height");
	} else if (str_eq(name, "rect")) {
		p->cores += is_of_class(a, "core");
		p->outside |= attribute(a, "x") + attribute(a, "width") > p->width ||
			      attribute(a, "y") + attribute(a, "height") > p->height;
	} else if (str_eq(name, "text")) {
		p->texts++;
		p->outside |= attribute(a, "x") + attribute(a, "textLength") > p->width ||
			      attribute(a, "y") > p->height;
	} else if (!str_eq(name, "style") && !str_eq(name, "title")) {
		p->others++;
	}
}

static void
element_end(void *data, const char *name)
{
	struct picture *p = data;

	if (str_eq(name, "text"))
		buf_add(&p->words, "\n");
}

static void
characters(void *data, const char *text, int len)
{
	struct picture *p = data;

	buf_add_bytes(&p->words, text, (size_t)len);
}

static struct picture
parse(const char *svg)
{
	XML_Parser parser = XML_ParserCreate(NULL);
	struct picture p = {0};

	assert_non_null(parser);
	XML_SetUserData(parser, &p);
	XML_SetElementHandler(parser, element_begin, element_end);
	XML_SetCharacterDataHandler(parser, characters);
	if (XML_Parse(parser, svg, (int)strlen(svg), 1) != XML_STATUS_OK)
		fail_msg("line %lu: %s", (unsigned long)XML_GetCurrentLineNumber(parser),
			XML_ErrorString(XML_GetErrorCode(parser)));
	XML_ParserFree(parser);
	return p;
}

static char *
draw(struct scene *s)
{
	struct text text;
	struct error e;

	text_open(&text);
	assert_int_equal(report_topology_svg(text.out, scene_map(s), &e), 0);
	return text_close(&text);
}

static void
svg_is_xml_with_all_within_it(void **state)
{
	struct {
		struct scene *s;
		unsigned cores;
	} row[] = {
		{scene_small(), 4}, {scene_of(&host_hybrid), 12}, {scene_server(), 128},
		{scene_new("pack:8 [numa] l3:4(size=16777216) core:16 pu:2"), 512},
		{scene_new("pack:1 core:1 pu:64"), 1}, /* wider than the picture */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char *svg = draw(row[i].s);
		struct picture p = parse(svg);

		assert_int_equal(p.cores, row[i].cores);
		assert_true(p.texts >= row[i].s->map.count);
		assert_int_equal(p.others, 0); /* no scripts, no links, no images */
		assert_false(p.outside);
		assert_null(strstr(svg, "url("));
		assert_null(strstr(svg, "@import"));
		buf_done(&p.words);
		free(svg);
		scene_free(row[i].s);
	}
}

static void
svg_has_the_words_of_the_map(void **state)
{
	static const char *const words[] = {"package 0\n", "node 0\n", "L3 16M\n",
		"0000:01:00.0/vfio\n", "2B\n", "7-\n", "win11, running\n", "2,\n\n6\n"};
	struct scene *s = scene_small();
	char *svg = draw(s);
	struct picture p = parse(svg);

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		if (strstr(p.words.text, words[i]) == NULL)
			fail_msg("\"%s\" isn't in it", words[i]);
	}
	assert_non_null(strstr(svg, "prefers-color-scheme: dark"));
	buf_done(&p.words);
	free(svg);
	scene_free(s);
}

static void
svg_escapes_what_is_xml(void **state)
{
	struct scene *s = scene_small();
	struct picture p;
	char *svg;

	(void)state;
	(void)snprintf(s->tenant[1].name, sizeof(s->tenant[1].name), "<script>&\"\033\xff]]>");
	svg = draw(s);
	p = parse(svg);
	assert_int_equal(p.others, 0);
	assert_non_null(strstr(p.words.text, "<script>&\"??]]>, running"));
	buf_done(&p.words);
	free(svg);
	scene_free(s);
}

static void
svg_tells_that_it_cannot_be_written(void **state)
{
	struct scene *s = scene_small();
	FILE *full = fopen("/dev/full", "w");
	struct error e;

	(void)state;
	assert_non_null(full);
	assert_int_equal(report_topology_svg(full, scene_map(s), &e), -ENOSPC);
	(void)fclose(full);
	scene_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(svg_is_xml_with_all_within_it),
		cmocka_unit_test(svg_has_the_words_of_the_map),
		cmocka_unit_test(svg_escapes_what_is_xml),
		cmocka_unit_test(svg_tells_that_it_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
