/* SPDX-License-Identifier: MIT */
/* From a command line, or a domain of libvirt's, to the text of a definition. */
#ifndef QPIN_IMPORT_IMPORT_H
#define QPIN_IMPORT_IMPORT_H

#include "base/text.h"
#include "import/remarks.h"
#include "qemu/argv.h"

/* A domain's XML. */
struct import_xml {
	const char *text; /* borrowed */
	size_t len;
	const char *path; /* borrowed; for messages */
};

/*
 * import_text - write a definition to the end of @out
 * @words:   a command line, which may begin with assignments to variables; NULL: there is none, and
 *           @xml tells what it can of one
 * @xml:     the pins and schedulers; NULL: there are none
 * @remarks: gets what is left out, and what needs a look
 *
 * The definition is read back, and gives the very words, before it is taken for written. Returns 0;
 * -EINVAL (ERROR_USAGE or ERROR_DEFINITION) for what can't be a definition; -ENOMEM.
 */
int import_text(const struct argv *words, const struct import_xml *xml, struct buf *out,
	struct remarks *remarks, struct error *e);

#endif
