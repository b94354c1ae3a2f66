/* SPDX-License-Identifier: MIT */
/* An XML file as a tree that knows where everything stands. expat begins and ends here. */
#include "import/xml.h"

#include <errno.h>
#include <expat.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/library.h"
#include "base/text.h"

#define EXPAT(X)                                                                                   \
	X(XML_, ErrorString)                                                                       \
	X(XML_, GetCurrentColumnNumber)                                                            \
	X(XML_, GetCurrentLineNumber)                                                              \
	X(XML_, GetErrorCode)                                                                      \
	X(XML_, Parse)                                                                             \
	X(XML_, ParserCreate)                                                                      \
	X(XML_, ParserFree)                                                                        \
	X(XML_, SetCharacterDataHandler)                                                           \
	X(XML_, SetElementHandler)                                                                 \
	X(XML_, SetStartDoctypeDeclHandler)                                                        \
	X(XML_, SetUserData)                                                                       \
	X(XML_, StopParser)

static struct {
	EXPAT(LIBRARY_MEMBER)
} xml;

static struct library library = LIBRARY("libexpat.so.1", "libexpat1", EXPAT, xml);

struct reader {
	XML_Parser parser;
	const char *path;
	struct xml_element *root;
	struct xml_element *open;   /* the element that is being read; NULL outside of the root */
	struct xml_element *newest; /* of all */
	struct error *e;
	int failed; /* 0, or the -errno of e */
};

static void
stop(struct reader *r, int code)
{
	r->failed = code;
	(void)xml.StopParser(r->parser, XML_FALSE);
}

static void
stop_without_memory(struct reader *r)
{
	stop(r, error_sys(r->e, ENOMEM, r->path, "read an XML file"));
}

static int
refuse(struct reader *r, const char *why)
{
	return error_definition(r->e, r->path, (unsigned)xml.GetCurrentLineNumber(r->parser),
		(unsigned)xml.GetCurrentColumnNumber(r->parser) + 1, "%s", why);
}

/* expat's list of names and values, which ends in NULL. */
static bool
attributes_copy(struct xml_element *element, const XML_Char **list)
{
	size_t count = 0;

	while (list[2 * count] != NULL)
		count++;
	element->attributes = calloc(count + 1, sizeof(*element->attributes));
	if (element->attributes == NULL)
		return false;
	element->attribute_count = count;
	for (size_t i = 0; i < count; i++) {
		struct xml_attribute *a = &element->attributes[i];

		a->name = strdup(list[2 * i]);
		a->value = strdup(list[2 * i + 1]);
		if (a->name == NULL || a->value == NULL)
			return false;
	}
	return true;
}

static void
element_link(struct reader *r, struct xml_element *element)
{
	element->parent = r->open;
	if (r->newest != NULL)
		r->newest->in_turn = element;
	else
		r->root = element;
	r->newest = element;
	if (r->open != NULL && r->open->last != NULL)
		r->open->last->next = element;
	else if (r->open != NULL)
		r->open->first = element;
	if (r->open != NULL)
		r->open->last = element;
	r->open = element;
}

static void
on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
	struct reader *r = data;
	struct xml_element *element;

	if (r->failed != 0)
		return;
	element = calloc(1, sizeof(*element));
	if (element == NULL) {
		stop_without_memory(r);
		return;
	}
	element->line = (unsigned)xml.GetCurrentLineNumber(r->parser);
	element->column = (unsigned)xml.GetCurrentColumnNumber(r->parser) + 1;
	element_link(r, element);
	element->name = strdup(name);
	if (element->name == NULL || !attributes_copy(element, attributes))
		stop_without_memory(r);
}

static void
on_end(void *data, const XML_Char *name)
{
	struct reader *r = data;

	(void)name;
	if (r->failed != 0)
		return;
	if (r->open->text.failed)
		stop_without_memory(r);
	r->open = r->open->parent;
}

static void
on_text(void *data, const XML_Char *text, int len)
{
	struct reader *r = data;

	if (r->failed == 0)
		buf_add_bytes(&r->open->text, text, (size_t)len);
}

static void
on_doctype(void *data, const XML_Char *name, const XML_Char *system, const XML_Char *public,
	int has_internal)
{
	struct reader *r = data;

	(void)name;
	(void)system;
	(void)public;
	(void)has_internal;
	if (r->failed == 0)
		stop(r, refuse(r, "a document type is no part of a domain's XML"));
}

static int
reader_run(struct reader *r, const char *text, size_t len)
{
	xml.SetUserData(r->parser, r);
	xml.SetElementHandler(r->parser, on_start, on_end);
	xml.SetCharacterDataHandler(r->parser, on_text);
	xml.SetStartDoctypeDeclHandler(r->parser, on_doctype);
	if (xml.Parse(r->parser, text, (int)len, XML_TRUE) == XML_STATUS_OK || r->failed != 0)
		return r->failed;
	if (xml.GetErrorCode(r->parser) == XML_ERROR_NO_MEMORY)
		return error_sys(r->e, ENOMEM, r->path, "read an XML file");
	return refuse(r, xml.ErrorString(xml.GetErrorCode(r->parser)));
}

static int
parse(const char *text, size_t len, const char *path, struct xml_element **ret, struct error *e)
{
	struct reader r = {.path = path, .e = e};
	int code;

	r.parser = xml.ParserCreate(NULL);
	if (r.parser == NULL)
		return error_sys(e, ENOMEM, path, "read an XML file");
	code = reader_run(&r, text, len);
	xml.ParserFree(r.parser);
	if (code < 0)
		xml_done(r.root);
	else
		*ret = r.root;
	return code;
}

int
xml_parse(const char *text, size_t len, const char *path, struct xml_element **ret, struct error *e)
{
	int r;

	if (len > XML_MAX_BYTES)
		return error_definition(e, path, 1, 1, "the file is larger than 1 MiB");
	r = library_open(&library, e);
	if (r < 0)
		return r;
	r = parse(text, len, path, ret, e);
	library_close(&library);
	return r;
}

void
xml_done(struct xml_element *root)
{
	while (root != NULL) {
		struct xml_element *after = root->in_turn;

		for (size_t i = 0; i < root->attribute_count; i++) {
			free(root->attributes[i].name);
			free(root->attributes[i].value);
		}
		free(root->attributes);
		free(root->name);
		buf_done(&root->text);
		free(root);
		root = after;
	}
}

static const struct xml_element *
find(const struct xml_element *element, const char *name)
{
	while (element != NULL && !str_eq(element->name, name))
		element = element->next;
	return element;
}

const struct xml_element *
xml_child(const struct xml_element *parent, const char *name)
{
	return parent != NULL ? find(parent->first, name) : NULL;
}

const struct xml_element *
xml_next(const struct xml_element *element)
{
	return find(element->next, element->name);
}

const char *
xml_text(const struct xml_element *element)
{
	return element->text.text != NULL ? element->text.text : "";
}

const char *
xml_attribute(const struct xml_element *element, const char *name)
{
	for (size_t i = 0; element != NULL && i < element->attribute_count; i++) {
		if (str_eq(element->attributes[i].name, name))
			return element->attributes[i].value;
	}
	return NULL;
}
