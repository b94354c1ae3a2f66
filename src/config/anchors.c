/* SPDX-License-Identifier: MIT */
/* The anchors ("&name") of a YAML file, for the aliases ("*name") that follow. */
#include "config/anchors.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

int
anchors_add(struct anchors *a, const char *name, struct anchor **ret)
{
	struct anchor *anchor = &a->list[a->count];

	if (a->count == ANCHORS_MAX)
		return -E2BIG;
	*anchor = (struct anchor){.name = strdup(name)};
	if (anchor->name == NULL)
		return -ENOMEM;
	a->count++;
	*ret = anchor;
	return 0;
}

const struct anchor *
anchors_find(const struct anchors *a, const char *name)
{
	for (size_t i = a->count; i > 0; i--) {
		if (str_eq(a->list[i - 1].name, name))
			return &a->list[i - 1];
	}
	return NULL;
}

void
anchors_done(struct anchors *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->list[i].name);
	a->count = 0;
}
