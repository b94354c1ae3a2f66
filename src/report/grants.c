/* SPDX-License-Identifier: MIT */
/* What `qpin grant --list` shows. */
#include "report/grants.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "host/grants.h"
#include "report/table.h"
#include "report/writer.h"

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

static void
grant_write(struct writer *w, const struct grant *grant, cJSON *object)
{
	writer_text(w, object, "user", grant->user);
	writer_number(w, object, "uid", grant->uid);
	writer_cpus(w, object, "cpus", &grant->cpus);
	writer_bool(w, object, "in_force", grant->in_force);
	writer_text(w, object, "state", grant->state);
}

int
report_grants_json(FILE *out, const struct grant *grants, size_t count, struct error *e)
{
	struct writer w = {0};
	auto_json cJSON *all = cJSON_CreateArray();

	for (size_t i = 0; i < count; i++)
		grant_write(&w, &grants[i], writer_append(&w, all));
	return writer_print(&w, all, out, false, "print the grants", e);
}
