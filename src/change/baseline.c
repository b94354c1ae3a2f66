/* SPDX-License-Identifier: MIT */
/* From when on it is counted who else is put on a vCPU's CPU. */
#include "change/baseline.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/cpus.h"
#include "base/text.h"

enum {
	ID_MAX = 1 << 30, /* above the kernel's PID_MAX_LIMIT, 4 Mi */
};

static const int64_t count_max = INT64_C(1) << 53; /* what a JSON number holds */

/* The numbers of a baseline, by their names in a line. */
static const struct {
	const char *key;
	int64_t min;
	size_t offset;
} numbers[] = {
	{"start", 1, offsetof(struct baseline, start)},
	{"switches", 0, offsetof(struct baseline, switches)},
	{"turns", 0, offsetof(struct baseline, turns)},
	{"migrations", -1, offsetof(struct baseline, migrations)},
	{"ns", 0, offsetof(struct baseline, taken_ns)},
};

static int64_t *
number_of(struct baseline *b, size_t i)
{
	return (int64_t *)(void *)((char *)b + numbers[i].offset);
}

int
baselines_add(struct baselines *baselines, const struct baseline *b)
{
	struct baseline *bigger =
		reallocarray(baselines->list, baselines->count + 1, sizeof(*baselines->list));

	if (bigger == NULL)
		return -ENOMEM;
	baselines->list = bigger;
	bigger[baselines->count++] = *b;
	return 0;
}

void
baselines_done(struct baselines *baselines)
{
	free(baselines->list);
	*baselines = (struct baselines){0};
}

char *
baseline_line(const struct baseline *b)
{
	struct baseline copy = *b;
	auto_json cJSON *json = cJSON_CreateObject();
	cJSON *inner = cJSON_AddObjectToObject(json, "baseline");
	bool whole = cJSON_AddNumberToObject(inner, "cpu", b->os_cpu) != NULL &&
		     cJSON_AddNumberToObject(inner, "id", b->tid) != NULL;
	char *text, *line;

	for (size_t i = 0; i < COUNT(numbers) && whole; i++)
		whole = cJSON_AddNumberToObject(
				inner, numbers[i].key, (double)*number_of(&copy, i)) != NULL;
	text = whole ? cJSON_PrintUnformatted(json) : NULL;
	line = text != NULL ? text_printf("%s\n", text) : NULL;
	free(text);
	return line;
}

int
baseline_parse(const cJSON *json, struct baseline *ret)
{
	struct baseline b = {0};
	int64_t os_cpu, id;

	if (!json_int(json, "cpu", 0, CPUS_MAX - 1, &os_cpu) ||
		!json_int(json, "id", 1, ID_MAX, &id))
		return -EINVAL;
	b.os_cpu = (unsigned)os_cpu;
	b.tid = (pid_t)id;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		if (!json_int(json, numbers[i].key, numbers[i].min, count_max, number_of(&b, i)))
			return -EINVAL;
	}
	*ret = b;
	return 0;
}
