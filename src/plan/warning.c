/* SPDX-License-Identifier: MIT */
/* The warnings of a plan. */
#include "plan/warning.h"

#include <errno.h>
#include <stdlib.h>

void
warning_done(struct plan_warning *warning)
{
	free(warning->text);
	free(warning->hint);
	warning->text = warning->hint = NULL;
}

int
warning_add_take(struct plan *plan, char *text, char *hint, struct error *e)
{
	struct plan_warning warning = {.text = text, .hint = hint};
	struct plan_warning *list = NULL;

	if (text != NULL && hint != NULL)
		list = realloc(plan->warnings, (plan->warning_count + 1) * sizeof(*list));
	if (list == NULL) {
		warning_done(&warning);
		return error_sys(e, ENOMEM, NULL, "note a warning");
	}
	list[plan->warning_count++] = warning;
	plan->warnings = list;
	return 0;
}
