/* SPDX-License-Identifier: MIT */
/* An XML file as a tree that knows where everything stands. expat begins and ends here. */
#ifndef QPIN_IMPORT_XML_H
#define QPIN_IMPORT_XML_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

enum {
	XML_MAX_BYTES = 1024 * 1024, /* a large domain's file has some 50 KiB */
};

struct xml_attribute {
	char *name;  /* owned */
	char *value; /* owned */
};

/* Starts as {0}; ends with xml_done(). */
struct xml_element {
	char *name;                       /* owned */
	struct buf text;                  /* without what its children have */
	struct xml_attribute *attributes; /* owned */
	size_t attribute_count;
	unsigned line, column;      /* of its "<", both from 1; a column is a byte */
	struct xml_element *parent; /* borrowed, as are the next ones; NULL: none */
	struct xml_element *first, *last;
	struct xml_element *next;    /* its parent's next child */
	struct xml_element *in_turn; /* the next of all in the file */
};

/*
 * xml_parse - the tree of @text
 * @path: for messages
 * @ret:  the root, which the caller frees with xml_done()
 *
 * A file with a document type is refused, and with it all entities but XML's own five: nothing
 * outside of @text is read, and what it becomes is no larger than it. Returns 0; -EINVAL
 * (ERROR_DEFINITION) with line and column; -ENOMEM.
 */
int xml_parse(
	const char *text, size_t len, const char *path, struct xml_element **ret, struct error *e);

/* xml_done - free the tree of @root, which may be NULL */
void xml_done(struct xml_element *root);

/* xml_child - the first child of that name, xml_next - the next sibling with @element's name;
 * NULL: none, also of a parent that is NULL */
const struct xml_element *xml_child(const struct xml_element *parent, const char *name);
const struct xml_element *xml_next(const struct xml_element *element);

/* xml_text - what stands between the tags, "" when nothing does; borrowed */
const char *xml_text(const struct xml_element *element);

/* xml_attribute - the value, NULL without one, also of an element that is NULL */
const char *xml_attribute(const struct xml_element *element, const char *name);

#endif
