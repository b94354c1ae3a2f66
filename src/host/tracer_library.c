/* SPDX-License-Identifier: MIT */
/* libtracefs and libtraceevent, which only who traces needs. */
#include "host/tracer_library.h"

#include "base/cleanup.h"

struct tracefs tracefs;
struct tep tep;

static const char *const tracefs_names[] = {TRACEFS(LIBRARY_NAME)};
static const char *const tep_names[] = {TEP(LIBRARY_NAME)};

static struct library libraries[] = {
	{.file = "libtracefs.so.1",
		.package = "libtracefs1",
		.names = tracefs_names,
		.count = COUNT(tracefs_names),
		.table = &tracefs},
	{.file = "libtraceevent.so.1",
		.package = "libtraceevent1",
		.names = tep_names,
		.count = COUNT(tep_names),
		.table = &tep},
};

int
tracer_library_load(struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < COUNT(libraries) && r == 0; i++)
		r = library_open(&libraries[i], e);
	return r;
}
