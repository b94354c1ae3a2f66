/* SPDX-License-Identifier: MIT */
/* Reading strictly: a message is exactly one of event, return and error. */
#include "qemu/message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const int64_t id_max = INT64_C(1) << 53; /* where a double is exact */

bool
message_read(const cJSON *json, struct qmp_message *ret)
{
	const cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "return");
	const cJSON *error = cJSON_GetObjectItemCaseSensitive(json, "error");
	const char *event = json_string(json, "event");
	int64_t id = 0;

	*ret = (struct qmp_message){0};
	if ((data != NULL) + (error != NULL) + (event != NULL) != 1)
		return false;
	if (event != NULL) {
		ret->kind = QMP_EVENT;
		ret->name = event;
		ret->data = cJSON_GetObjectItemCaseSensitive(json, "data");
		return true;
	}
	(void)json_int(json, "id", 1, id_max, &id);
	ret->id = (uint64_t)id;
	ret->kind = data != NULL ? QMP_RETURN : QMP_ERROR;
	ret->data = data;
	if (error != NULL)
		ret->name = json_string(error, "desc");
	return error == NULL || ret->name != NULL;
}

/* {"QMP": {"version": {"qemu": {"major": 7, "minor": 2, "micro": 22}, …}, …}} */
bool
message_read_greeting(const cJSON *json, struct qmp_greeting *ret)
{
	const cJSON *qmp = cJSON_GetObjectItemCaseSensitive(json, "QMP");
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(qmp, "version");
	const cJSON *qemu = cJSON_GetObjectItemCaseSensitive(version, "qemu");
	int64_t major, minor, micro;

	if (!json_int(qemu, "major", 0, INT32_MAX, &major) ||
		!json_int(qemu, "minor", 0, INT32_MAX, &minor) ||
		!json_int(qemu, "micro", 0, INT32_MAX, &micro))
		return false;
	*ret = (struct qmp_greeting){(unsigned)major, (unsigned)minor, (unsigned)micro};
	return true;
}

int
message_format_take(const char *name, cJSON *arguments, uint64_t id, char **ret)
{
	auto_json cJSON *command = cJSON_CreateObject();
	auto_json cJSON *owned = arguments;
	size_t len;
	char *text;

	if (cJSON_AddStringToObject(command, "execute", name) == NULL ||
		cJSON_AddNumberToObject(command, "id", (double)id) == NULL)
		return -ENOMEM;
	if (arguments != NULL) {
		if (!cJSON_AddItemToObject(command, "arguments", arguments))
			return -ENOMEM;
		owned = NULL;
	}
	text = cJSON_PrintUnformatted(command);
	if (text == NULL)
		return -ENOMEM;
	len = strlen(text);
	*ret = realloc(text, len + 2);
	if (*ret == NULL) {
		free(text);
		return -ENOMEM;
	}
	memcpy(*ret + len, "\n", 2);
	return 0;
}
