/* SPDX-License-Identifier: MIT */
/* Domains for tests: parsed, and what is said of them. */
#ifndef QPIN_TESTS_IMPORT_DOMAIN_XML_H
#define QPIN_TESTS_IMPORT_DOMAIN_XML_H

#include <string.h>

#include "check.h"
#include "import/xml.h"

/* A domain with some elements, which begin in line 2. */
#define DOMAIN(elements) "<domain type='kvm'>\n" elements "</domain>\n"

/* domain_of - the tree of @text, which is well-formed; the caller calls xml_done() */
static inline struct xml_element *
domain_of(const char *text)
{
	struct xml_element *root = NULL;
	struct error e = {0};

	if (xml_parse(text, strlen(text), "d.xml", &root, &e) != 0)
		fail_msg("%s: %u:%u %s", text, e.line, e.column, e.why);
	return root;
}

#endif
