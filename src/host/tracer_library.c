/* SPDX-License-Identifier: MIT */
/* libtracefs and libtraceevent, which only who traces needs. */
#include "host/tracer_library.h"

#include "base/cleanup.h"

struct tracefs tracefs;
struct tep tep;

static struct library libraries[] = {
	LIBRARY("libtracefs.so.1", "libtracefs1", TRACEFS, tracefs),
	LIBRARY("libtraceevent.so.1", "libtraceevent1", TEP, tep),
};

int
tracer_library_load(struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < COUNT(libraries) && r == 0; i++)
		r = library_open(&libraries[i], e);
	return r;
}
