/* SPDX-License-Identifier: MIT */
/* Libraries that are loaded when they are needed. */
#include "base/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "base/error.h"

/* Where the pointer to function @i is; ISO C knows no way from dlsym()'s void * to a function. */
static void
place(const struct library *l, size_t i, void *function)
{
	memcpy((char *)l->table + i * sizeof(function), &function, sizeof(function));
}

static void
unload(struct library *l)
{
	for (size_t i = 0; i < l->count; i++)
		place(l, i, NULL);
	if (l->handle != NULL)
		(void)dlclose(l->handle);
	l->handle = NULL;
}

/* Before unload(), which has words of its own for dlerror(). */
static int
missing(const struct library *l, struct error *e)
{
	const char *why = dlerror();

	error_sys(e, ELIBACC, NULL, "load the library %s", l->file);
	error_why(e, "%s", why != NULL ? why : "it lacks a function");
	return error_hint(e, "install %s", l->package);
}

static int
load(struct library *l, struct error *e)
{
	int r = 0;

	l->handle = dlopen(l->file, RTLD_NOW | RTLD_LOCAL);
	if (l->handle == NULL)
		return missing(l, e);
	for (size_t i = 0; i < l->count && r == 0; i++) {
		void *function = dlsym(l->handle, l->names[i]);

		place(l, i, function);
		if (function == NULL)
			r = missing(l, e);
	}
	if (r < 0)
		unload(l);
	return r;
}

int
library_open(struct library *l, struct error *e)
{
	int r = l->handle == NULL ? load(l, e) : 0;

	if (r == 0)
		l->users++;
	return r;
}

void
library_close(struct library *l)
{
	if (l->users == 0)
		return;
	l->users--;
	if (l->users == 0)
		unload(l);
}
