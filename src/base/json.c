/* SPDX-License-Identifier: MIT */
/* JSON through cJSON, with its habits turned into ours: strict, bounded, typed. */
#include "base/json.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

int
json_parse(const char *text, size_t len, const char *where, cJSON **ret, struct error *e)
{
	const char *end = NULL;
	cJSON *json;

	if (memchr(text, '\0', len) != NULL) {
		error_refuse(e, ERROR_HOST, where, "read JSON");
		return error_why(e, "it has a NUL byte");
	}
	json = cJSON_ParseWithLengthOpts(text, len, &end, false);
	for (; json != NULL && end < text + len; end++) {
		if (strchr(" \t\r\n", *end) == NULL) {
			cJSON_Delete(json);
			json = NULL;
			break;
		}
	}
	if (json == NULL) {
		error_refuse(e, ERROR_HOST, where, "read JSON");
		return error_why(e, "it is malformed at byte %zu of %zu",
			end != NULL ? (size_t)(end - text) : 0, len);
	}
	if (!cJSON_IsObject(json)) {
		cJSON_Delete(json);
		error_refuse(e, ERROR_HOST, where, "read JSON");
		return error_why(e, "it is no object");
	}
	*ret = json;
	return 0;
}

const char *
json_string(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

bool
json_int(const cJSON *object, const char *key, int64_t min, int64_t max, int64_t *ret)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
	double value;

	if (!cJSON_IsNumber(item))
		return false;
	value = cJSON_GetNumberValue(item);
	if (!(value >= (double)min && value <= (double)max) || value != (double)(int64_t)value)
		return false;
	*ret = (int64_t)value;
	return true;
}
