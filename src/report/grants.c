/* SPDX-License-Identifier: MIT */
/* What `qpin grant --list` shows. */
#include "report/grants.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "host/grants.h"
#include "report/table.h"

int
report_grants(FILE *out, const struct grant *grants, size_t count, struct error *e)
{
	static const struct table_column columns[] = {{.title = "USER"},
		{.title = "UID", .is_number = true}, {.title = "CPUS"}, {.title = "STATE"}};
	auto_table struct table *table = NULL;
	char cpus[CPUS_TEXT_BYTES], uid[16];
	int r = table_new(columns, COUNT(columns), &table, e);

	for (size_t i = 0; i < count && r == 0; i++) {
		const char *const cells[] = {
			grants[i].user, uid, cpus_format(&grants[i].cpus, cpus), grants[i].state};

		(void)snprintf(uid, sizeof(uid), "%u", (unsigned)grants[i].uid);
		r = table_add(table, cells, e);
	}
	return r < 0 ? r : table_print(table, out, e);
}

static bool
grant_append(cJSON *all, const struct grant *grant)
{
	char text[CPUS_TEXT_BYTES];
	cJSON *json = cJSON_CreateObject();
	bool whole =
		cJSON_AddStringToObject(json, "user", grant->user) != NULL &&
		cJSON_AddNumberToObject(json, "uid", grant->uid) != NULL &&
		cJSON_AddStringToObject(json, "cpus", cpus_format(&grant->cpus, text)) != NULL &&
		cJSON_AddBoolToObject(json, "in_force", grant->in_force) != NULL &&
		cJSON_AddStringToObject(json, "state", grant->state) != NULL;

	if (whole && cJSON_AddItemToArray(all, json))
		return true;
	cJSON_Delete(json);
	return false;
}

int
report_grants_json(FILE *out, const struct grant *grants, size_t count, struct error *e)
{
	auto_json cJSON *all = cJSON_CreateArray();
	auto_free char *text = NULL;
	bool whole = all != NULL;

	for (size_t i = 0; i < count && whole; i++)
		whole = grant_append(all, &grants[i]);
	text = whole ? cJSON_Print(all) : NULL;
	if (text == NULL)
		return error_sys(e, ENOMEM, NULL, "print the grants");
	if (fprintf(out, "%s\n", text) < 0 || fflush(out) != 0)
		return error_sys(e, errno, NULL, "print the grants");
	return 0;
}
