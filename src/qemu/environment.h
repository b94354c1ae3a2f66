/* SPDX-License-Identifier: MIT */
/* The environment that QEMU is started with. */
#ifndef QPIN_QEMU_ENVIRONMENT_H
#define QPIN_QEMU_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "config/definition.h"
#include "qemu/identity.h"

/* All pointers are borrowed for the call. */
struct environment_request {
	char *const *inherited;          /* "NAME=VALUE" texts, ends in NULL: environ */
	bool clear;                      /* without the inherited ones and the login's */
	const struct identity *identity; /* gives HOME, USER, LOGNAME, if it has them; or NULL */
	const struct env_entry *entries; /* the definition's */
	size_t entry_count;
};

/*
 * environment_make - the inherited variables, a login's of the new user, and the entries; the
 * later wins
 * @ret: ends in NULL; the caller frees it with environment_free()
 *
 * Returns 0 or -ENOMEM.
 */
int environment_make(const struct environment_request *request, char ***ret, struct error *e);

/* environment_free - NULL is fine */
void environment_free(char **environment);

#endif
