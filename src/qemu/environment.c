/* SPDX-License-Identifier: MIT */
/* "NAME=VALUE" texts, each name once. */
#include "qemu/environment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

enum {
	LOGIN_VARIABLES = 3, /* HOME, USER, LOGNAME */
};

/* Put @text (taken; NULL: out of memory) in the place of its name's, or behind all. */
static int
variable_put_take(char **environment, size_t *count, char *text)
{
	size_t len, i = 0;

	if (text == NULL)
		return -ENOMEM;
	len = strcspn(text, "=") + 1;
	while (i < *count && strncmp(environment[i], text, len) != 0)
		i++;
	if (i == *count)
		(*count)++;
	free(environment[i]);
	environment[i] = text;
	return 0;
}

static int
login_put(char **environment, size_t *count, const struct identity *identity)
{
	int r = variable_put_take(environment, count, text_printf("HOME=%s", identity->home));

	if (r == 0)
		r = variable_put_take(environment, count, text_printf("USER=%s", identity->name));
	if (r == 0)
		r = variable_put_take(
			environment, count, text_printf("LOGNAME=%s", identity->name));
	return r;
}

static int
environment_fill(char **environment, const struct environment_request *request)
{
	const struct identity *identity = request->identity;
	size_t count = 0;
	int r = 0;

	for (size_t i = 0; !request->clear && r == 0 && request->inherited[i] != NULL; i++) {
		if (strchr(request->inherited[i], '=') != NULL)
			r = variable_put_take(environment, &count, strdup(request->inherited[i]));
	}
	if (r == 0 && !request->clear && identity != NULL && identity->name != NULL)
		r = login_put(environment, &count, identity);
	for (size_t i = 0; r == 0 && i < request->entry_count; i++)
		r = variable_put_take(environment, &count,
			text_printf("%s=%s", request->entries[i].name, request->entries[i].value));
	return r;
}

int
environment_make(const struct environment_request *request, char ***ret, struct error *e)
{
	size_t most = request->entry_count + LOGIN_VARIABLES + 1;
	char **environment;
	int r = -ENOMEM;

	for (size_t i = 0; !request->clear && request->inherited[i] != NULL; i++)
		most++;
	environment = calloc(most, sizeof(*environment));
	if (environment != NULL)
		r = environment_fill(environment, request);
	if (r < 0) {
		environment_free(environment);
		return error_sys(e, -r, NULL, "make QEMU's environment");
	}
	*ret = environment;
	return 0;
}

void
environment_free(char **environment)
{
	for (size_t i = 0; environment != NULL && environment[i] != NULL; i++)
		free(environment[i]);
	free(environment);
}
