/* SPDX-License-Identifier: MIT */
/*
 * Libraries that few commands need, or for a moment only: loaded when they are needed, for the
 * dynamic linker's work on them is most of a short command's, and their memory a supervisor's.
 */
#ifndef QPIN_BASE_LIBRARY_H
#define QPIN_BASE_LIBRARY_H

#include <stddef.h>

struct error;

/*
 * Of a list of functions such as
 *	#define HWLOC(X) X(hwloc_, bitmap_first) X(hwloc_, bitmap_next)
 * the members of the table through which they are called (hwloc.bitmap_first(set)), each of the
 * type that the library's header gives it; and their names, in the same order.
 */
#define LIBRARY_MEMBER(prefix, name) __typeof__ (&prefix##name)(name);
#define LIBRARY_NAME(prefix, name)   #prefix #name,

struct library {
	const char *file;         /* "libhwloc.so.15" */
	const char *package;      /* Debian's, which brings it */
	const char *const *names; /* of its functions */
	size_t count;             /* of names */
	void *table;    /* borrowed: as many pointers to functions; NULL each, until it is loaded */
	void *handle;   /* NULL: not loaded */
	unsigned users; /* library_open() less library_close() */
};

/* A struct library: file and package, such a list of functions, and its table. */
#define LIBRARY(file_name, package_name, functions, calls)                                         \
	{                                                                                          \
		.file = (file_name), .package = (package_name),                                    \
		.names = (const char *const[]){functions(LIBRARY_NAME)},                           \
		.count = sizeof(calls) / sizeof(void (*)(void)), .table = &(calls),                \
	}

/*
 * library_open - fill the table, once
 *
 * The file is looked for where the dynamic linker looks for those that a program is linked with: of
 * a set-uid program the environment has no say in that. Not for who is confined already
 * (confine()), unless it has been loaded before. Returns 0; -ELIBACC when the library or one of the
 * functions isn't there, and then nothing is loaded.
 */
int library_open(struct library *l, struct error *e);

/* library_close - as often as library_open(): the last time, the library is let go */
void library_close(struct library *l);

#endif
