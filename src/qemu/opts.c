/* SPDX-License-Identifier: MIT */
/* The value of one of QEMU's options. */
#include "qemu/opts.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

enum {
	SWITCH_BYTES = 16, /* longer than any word for yes or no */
};

/*
 * The bytes up to a comma that stands alone, into @ret as far as it is; returns what is behind
 * them, with the comma. @ret_fits: whether they were not cut.
 */
static const char *
value_copy(const char *at, char *ret, size_t size, bool *ret_fits)
{
	size_t len = 0;

	for (; *at != '\0'; at++) {
		if (at[0] == ',' && at[1] != ',')
			break;
		at += at[0] == ',';
		if (len + 1 < size)
			ret[len] = *at;
		len++;
	}
	ret[len < size ? len : size - 1] = '\0';
	*ret_fits = len < size;
	return at;
}

/* The same without keeping it. */
static const char *
value_skip(const char *at)
{
	char ignored[1];
	bool fits;

	return value_copy(at, ignored, sizeof(ignored), &fits);
}

/*
 * One item. @ret_value is what stands for its value, NULL for a flag; returns what is behind it.
 */
static const char *
item_read(const char *at, const char *implied, const char **ret_key, size_t *ret_len,
	const char **ret_value)
{
	size_t len = strcspn(at, "=,");

	*ret_key = at;
	*ret_len = len;
	*ret_value = NULL;
	if (at[len] == '=') {
		*ret_value = at + len + 1;
	} else if (implied != NULL) {
		*ret_key = implied;
		*ret_len = strlen(implied);
		*ret_value = at;
	}
	return *ret_value != NULL ? value_skip(*ret_value) : at + len;
}

bool
opts_find(const char *text, const char *implied, const char *key, char *ret, size_t size)
{
	bool found = false;

	for (const char *at = text; *at != '\0';) {
		const char *name, *value, *end;
		size_t len;

		end = item_read(at, at == text ? implied : NULL, &name, &len, &value);
		if (len == strlen(key) && strncmp(name, key, len) == 0)
			(void)value_copy(value != NULL ? value : "on", ret, size, &found);
		at = *end == ',' ? end + 1 : end;
	}
	return found;
}

bool
opts_is_on(const char *text, const char *implied, const char *key)
{
	static const char *const words[] = {"on", "yes", "true", "y"};
	char value[SWITCH_BYTES];

	if (!opts_find(text, implied, key, value, sizeof(value)))
		return false;
	for (size_t i = 0; i < COUNT(words); i++) {
		if (str_eq(value, words[i]))
			return true;
	}
	return false;
}
