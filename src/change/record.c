/* SPDX-License-Identifier: MIT */
/* A journal's lines: JSON objects, each on a line of its own. */
#include "change/record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"

enum {
	STOP_MAX_S = 24 * 60 * 60,
	ID_MAX = 1 << 30, /* above the kernel's PID_MAX_LIMIT, 4 Mi */
};

static const int64_t start_max = INT64_C(1) << 53; /* what a JSON number holds */
static const int64_t owner_max = UINT32_MAX - 1;   /* the last one means "none" to the kernel */

/* The texts of a change, by their name in a record. */
static const struct {
	const char *key;
	size_t offset;
	unsigned need; /* of enum change_need; 0: of every kind */
} change_texts[] = {
	{"target", offsetof(struct change, target), 0},
	{"key", offsetof(struct change, key), CHANGE_KEY},
	{"value", offsetof(struct change, value), CHANGE_VALUE},
	{"before", offsetof(struct change, before), CHANGE_BEFORE},
	{"role", offsetof(struct change, role), CHANGE_ROLE},
};

/* Text @i of @c, and where it is kept. */
static const char *
text_get(const struct change *c, size_t i)
{
	const char *text;

	memcpy(&text, (const char *)c + change_texts[i].offset, sizeof(text));
	return text;
}

static char **
text_place(struct change *c, size_t i)
{
	return (char **)(void *)((char *)c + change_texts[i].offset);
}

/* The name of a process's record. */
static const char *
process_key(enum record_type type)
{
	return type == RECORD_KEEPER ? "keeper" : "qemu";
}

/* Print and free @json, with a newline; NULL when anything before went wrong. */
static char *
line_take(cJSON *json, bool whole)
{
	auto_free char *text = whole ? cJSON_PrintUnformatted(json) : NULL;

	cJSON_Delete(json);
	return text != NULL ? text_printf("%s\n", text) : NULL;
}

char *
record_header_line(const struct record_header *header)
{
	char text[CPUS_TEXT_BYTES];
	cJSON *json = cJSON_CreateObject();
	bool whole =
		cJSON_AddStringToObject(json, "qpin", VERSION) != NULL &&
		cJSON_AddStringToObject(json, "vm", header->name) != NULL &&
		cJSON_AddStringToObject(json, "cpus", cpus_format(&header->cpus, text)) != NULL;

	if (whole && header->owner != 0)
		whole = cJSON_AddNumberToObject(json, "owner", (double)header->owner) != NULL;
	return line_take(json, whole);
}

char *
record_change_line(const struct change *c)
{
	cJSON *json = cJSON_CreateObject();
	cJSON *inner = cJSON_AddObjectToObject(json, "change");
	bool whole = inner != NULL && cJSON_AddStringToObject(inner, "kind", c->kind->name) != NULL;

	for (size_t i = 0; i < COUNT(change_texts) && whole; i++) {
		const char *text = text_get(c, i);

		if (text != NULL)
			whole = cJSON_AddStringToObject(inner, change_texts[i].key, text) != NULL;
	}
	if (whole && c->id != 0)
		whole = cJSON_AddNumberToObject(inner, "id", (double)c->id) != NULL;
	if (whole && c->start != 0)
		whole = cJSON_AddNumberToObject(inner, "start", (double)c->start) != NULL;
	if (whole && c->shared)
		whole = cJSON_AddTrueToObject(inner, "shared") != NULL;
	return line_take(json, whole);
}

char *
record_undone_line(size_t index)
{
	cJSON *json = cJSON_CreateObject();

	return line_take(json, cJSON_AddNumberToObject(json, "undone", (double)index) != NULL);
}

char *
record_process_line(enum record_type type, const struct record_process *process)
{
	cJSON *json = cJSON_CreateObject();
	cJSON *inner = cJSON_AddObjectToObject(json, process_key(type));
	bool whole = cJSON_AddNumberToObject(inner, "pid", (double)process->pid) != NULL &&
		     cJSON_AddNumberToObject(inner, "start", (double)process->start) != NULL;

	if (whole && process->placed)
		whole = cJSON_AddTrueToObject(inner, "placed") != NULL;
	if (whole && process->paused)
		whole = cJSON_AddTrueToObject(inner, "paused") != NULL;
	if (whole && process->stop_s != 0)
		whole = cJSON_AddNumberToObject(inner, "stop_s", (double)process->stop_s) != NULL;
	if (whole && process->level[0] != '\0')
		whole = cJSON_AddStringToObject(inner, "level", process->level) != NULL;
	if (whole && process->reason[0] != '\0')
		whole = cJSON_AddStringToObject(inner, "reason", process->reason) != NULL;
	return line_take(json, whole);
}

/* A number from 1 that may be missing when @needed is 0. */
static bool
number_parse(const cJSON *json, const char *key, int64_t max, unsigned needed, int64_t *ret)
{
	if (needed == 0 && cJSON_GetObjectItemCaseSensitive(json, key) == NULL)
		return true;
	return json_int(json, key, 1, max, ret);
}

static int
header_parse(const cJSON *json, struct record_header *ret)
{
	const char *name = json_string(json, "vm"), *cpus = json_string(json, "cpus");
	int64_t owner = 0;

	if (name == NULL || cpus == NULL || !name_is_safe(name) ||
		!number_parse(json, "owner", owner_max, 0, &owner))
		return -EINVAL;
	ret->owner = (uid_t)owner;
	(void)snprintf(ret->name, sizeof(ret->name), "%s", name);
	return cpus_parse(cpus, &ret->cpus);
}

static const struct change_kind *
kind_find(const struct change_kind *const *kinds, const char *name)
{
	while (name != NULL && *kinds != NULL && !str_eq((*kinds)->name, name))
		kinds++;
	return name != NULL ? *kinds : NULL;
}

/* Whether @json has all texts that a change of @kind needs. */
static bool
texts_suffice(const cJSON *json, const struct change_kind *kind)
{
	for (size_t i = 0; i < COUNT(change_texts); i++) {
		unsigned need = change_texts[i].need;

		if ((need == 0 || (kind->needs & need) != 0) &&
			json_string(json, change_texts[i].key) == NULL)
			return false;
	}
	return true;
}

/* A text that may be missing; it is for a person alone, so that no length of it is wrong. */
static void
text_parse(const cJSON *json, const char *key, char *ret, size_t size)
{
	const char *text = json_string(json, key);

	(void)snprintf(ret, size, "%s", text != NULL ? text : "");
}

static int
process_parse(const cJSON *json, struct record_process *ret)
{
	int64_t pid;

	*ret = (struct record_process){
		.placed = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "placed")),
		.paused = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "paused")),
	};
	if (!json_int(json, "pid", 1, ID_MAX, &pid) ||
		!json_int(json, "start", 1, start_max, &ret->start) ||
		!number_parse(json, "stop_s", STOP_MAX_S, 0, &ret->stop_s))
		return -EINVAL;
	ret->pid = (pid_t)pid;
	text_parse(json, "level", ret->level, sizeof(ret->level));
	text_parse(json, "reason", ret->reason, sizeof(ret->reason));
	return 0;
}

static int
change_parse(const cJSON *json, const struct change_kind *const *kinds, struct change *ret)
{
	const struct change_kind *kind = kind_find(kinds, json_string(json, "kind"));

	*ret = (struct change){.kind = kind};
	if (kind == NULL || !texts_suffice(json, kind) ||
		!number_parse(json, "id", ID_MAX, kind->needs & CHANGE_ID, &ret->id) ||
		!number_parse(json, "start", start_max, kind->needs & CHANGE_START, &ret->start))
		return -EINVAL;
	ret->shared = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "shared"));
	for (size_t i = 0; i < COUNT(change_texts); i++) {
		const char *text = json_string(json, change_texts[i].key);
		char **place = text_place(ret, i);

		if (text == NULL)
			continue;
		*place = strdup(text);
		if (*place == NULL) {
			change_done(ret);
			return -ENOMEM;
		}
	}
	return 0;
}

static int
record_read(const cJSON *json, const struct change_kind *const *kinds, struct record *ret)
{
	const cJSON *change = cJSON_GetObjectItemCaseSensitive(json, "change");
	const cJSON *baseline = cJSON_GetObjectItemCaseSensitive(json, "baseline");
	int64_t index;

	if (json_string(json, "qpin") != NULL) {
		ret->type = RECORD_HEADER;
		return header_parse(json, &ret->header);
	}
	if (change != NULL) {
		ret->type = RECORD_CHANGE;
		return change_parse(change, kinds, &ret->change);
	}
	if (baseline != NULL) {
		ret->type = RECORD_BASELINE;
		return baseline_parse(baseline, &ret->baseline);
	}
	for (enum record_type type = RECORD_QEMU; type <= RECORD_KEEPER; type++) {
		const cJSON *process = cJSON_GetObjectItemCaseSensitive(json, process_key(type));

		ret->type = type;
		if (process != NULL)
			return process_parse(process, &ret->process);
	}
	ret->type = RECORD_UNDONE;
	if (!json_int(json, "undone", 0, JOURNAL_MAX_BYTES, &index))
		return -EINVAL;
	ret->index = (size_t)index;
	return 0;
}

int
record_parse(const char *line, size_t len, const struct change_kind *const *kinds,
	const char *where, struct record *ret, struct error *e)
{
	auto_json cJSON *json = NULL;
	struct record record = {0};
	int r = json_parse(line, len, where, &json, e);

	if (r < 0)
		return r;
	r = record_read(json, kinds, &record);
	if (r == -ENOMEM)
		return error_sys(e, ENOMEM, where, "read a journal");
	if (r < 0) {
		error_refuse(e, ERROR_HOST, where, "read a journal");
		return error_why(
			e, "this line is no record: %.*s", (int)(len < 200 ? len : 200), line);
	}
	*ret = record;
	return 0;
}

int
record_hint(struct error *e, const char *where)
{
	const char *slash = strrchr(where, '/');

	return error_hint(e,
		"look at it, put back what it names, then remove its directory: rm -r %.*s",
		(int)(slash != NULL ? slash - where : 0), where);
}
