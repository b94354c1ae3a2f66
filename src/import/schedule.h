/* SPDX-License-Identifier: MIT */
/* <vcpusched>, <iothreadsched> and <emulatorsched> of a domain. */
#ifndef QPIN_IMPORT_SCHEDULE_H
#define QPIN_IMPORT_SCHEDULE_H

#include "base/cpus.h"
#include "config/definition.h"
#include "import/remarks.h"
#include "import/xml.h"

/* The elements of one role. */
struct schedule {
	const char *element; /* "vcpusched" */
	const char *members; /* the attribute that names some of the role's threads; NULL: none */
	const struct cpus *all; /* the numbers of all its threads; borrowed */
};

/*
 * schedule_read - the scheduling of a role's threads from <cputune>, which may be NULL
 *
 * A definition has one for all threads of a role. What is for some of them alone is left out with
 * a remark, and @ret is not set then. Returns 0 or -EINVAL (ERROR_DEFINITION).
 */
int schedule_read(const struct xml_element *cputune, const struct schedule *role, const char *path,
	struct scheduling *ret, struct remarks *remarks, struct error *e);

#endif
