/* SPDX-License-Identifier: MIT */
/* JSON for programs, member by member. */
#include "report/writer.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"

void
writer_add(struct writer *w, cJSON *object, const char *key, cJSON *item)
{
	if (item != NULL && cJSON_AddItemToObject(object, key, item))
		return;
	cJSON_Delete(item);
	w->failed = true;
}

void
writer_bool(struct writer *w, cJSON *object, const char *key, bool value)
{
	writer_add(w, object, key, cJSON_CreateBool(value));
}

void
writer_number(struct writer *w, cJSON *object, const char *key, double value)
{
	writer_known(w, object, key, true, value);
}

void
writer_known(struct writer *w, cJSON *object, const char *key, bool known, double value)
{
	writer_add(w, object, key, known ? cJSON_CreateNumber(value) : cJSON_CreateNull());
}

void
writer_id(struct writer *w, cJSON *object, const char *key, int id)
{
	writer_known(w, object, key, id >= 0, id);
}

void
writer_text(struct writer *w, cJSON *object, const char *key, const char *text)
{
	writer_add(w, object, key, text != NULL ? cJSON_CreateString(text) : cJSON_CreateNull());
}

void
writer_filled(struct writer *w, cJSON *object, const char *key, const char *text)
{
	writer_text(w, object, key, text[0] != '\0' ? text : NULL);
}

void
writer_cpus(struct writer *w, cJSON *object, const char *key, const struct cpus *cpus)
{
	char text[CPUS_TEXT_BYTES];

	writer_text(w, object, key, cpus_format(cpus, text));
}

void
writer_given_cpus(struct writer *w, cJSON *object, const char *key, const struct cpus *cpus)
{
	if (cpus_empty(cpus))
		writer_text(w, object, key, NULL);
	else
		writer_cpus(w, object, key, cpus);
}

cJSON *
writer_object(struct writer *w, cJSON *object, const char *key)
{
	cJSON *member = cJSON_AddObjectToObject(object, key);

	w->failed |= member == NULL;
	return member;
}

cJSON *
writer_array(struct writer *w, cJSON *object, const char *key)
{
	cJSON *member = cJSON_AddArrayToObject(object, key);

	w->failed |= member == NULL;
	return member;
}

static cJSON *
append(struct writer *w, cJSON *array, cJSON *item)
{
	if (item != NULL && cJSON_AddItemToArray(array, item))
		return item;
	cJSON_Delete(item);
	w->failed = true;
	return NULL;
}

cJSON *
writer_append(struct writer *w, cJSON *array)
{
	return append(w, array, cJSON_CreateObject());
}

void
writer_append_text(struct writer *w, cJSON *array, const char *text)
{
	(void)append(w, array, cJSON_CreateString(text));
}

int
writer_print(const struct writer *w, const cJSON *root, FILE *out, bool line, const char *what,
	struct error *e)
{
	auto_free char *text = NULL;

	if (!w->failed)
		text = line ? cJSON_PrintUnformatted(root) : cJSON_Print(root);
	if (text == NULL)
		return error_sys(e, ENOMEM, NULL, "%s", what);
	if (fprintf(out, "%s\n", text) < 0 || fflush(out) != 0)
		return error_sys(e, errno, NULL, "%s", what);
	return 0;
}
