/* SPDX-License-Identifier: MIT */
/* What a person should know of an import: what was left out, and what needs a look. */
#include "import/remarks.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
remarks_add(struct remarks *remarks, unsigned line, const char *format, ...)
{
	struct remark *bigger =
		realloc(remarks->list, (remarks->count + 1) * sizeof(*remarks->list));
	va_list args;
	char *text;
	size_t at;
	int len;

	if (bigger == NULL) {
		remarks->no_memory = true;
		return;
	}
	remarks->list = bigger;
	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0) {
		remarks->no_memory = true;
		return;
	}
	at = remarks->count++;
	for (; at > 0 && bigger[at - 1].line > line; at--)
		bigger[at] = bigger[at - 1];
	bigger[at] = (struct remark){.text = text, .line = line};
}

void
remarks_done(struct remarks *remarks)
{
	for (size_t i = 0; i < remarks->count; i++)
		free(remarks->list[i].text);
	free(remarks->list);
	*remarks = (struct remarks){0};
}
