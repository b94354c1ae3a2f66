/* SPDX-License-Identifier: MIT */
/* JSON through cJSON, with its habits turned into ours: strict, bounded, typed. */
#ifndef QPIN_BASE_JSON_H
#define QPIN_BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

/*
 * json_parse - parse all of @text (@len bytes, no NUL inside) as one JSON object
 * @where: what is named in an error
 *
 * Nothing but white space may follow the object. Depth is bounded by cJSON (1000), size by the
 * caller. Returns 0, or -EINVAL / -ENOMEM; the caller frees @ret with cJSON_Delete().
 */
int json_parse(const char *text, size_t len, const char *where, cJSON **ret, struct error *e);

/* json_string - member @key of @object when it is a string, else NULL; borrowed from @object */
const char *json_string(const cJSON *object, const char *key);

/*
 * json_int - member @key of @object when it is a whole number in @min..@max: true, and *@ret
 * (@min and @max within ±2^53, where a double is exact)
 */
bool json_int(const cJSON *object, const char *key, int64_t min, int64_t max, int64_t *ret);

static inline void
json_cleanup(cJSON **json)
{
	cJSON_Delete(*json);
}

#define auto_json __attribute__((cleanup(json_cleanup)))

#endif
