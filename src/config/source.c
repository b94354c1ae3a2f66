/* SPDX-License-Identifier: MIT */
/* The bytes of a definition, before YAML sees them. */
#include "config/source.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "config/findings.h"

/* The ranges of the second byte that rule out overlong forms, surrogates and > U+10FFFF. */
struct utf8_row {
	unsigned char first, last; /* of the leading byte */
	unsigned char length;
	unsigned char second_min, second_max;
};

/* Source: The Unicode Standard, table 3-7, "Well-Formed UTF-8 Byte Sequences". */
static const struct utf8_row utf8_rows[] = {
	{.first = 0x00, .last = 0x7f, .length = 1},
	{.first = 0xc2, .last = 0xdf, .length = 2, .second_min = 0x80, .second_max = 0xbf},
	{.first = 0xe0, .last = 0xe0, .length = 3, .second_min = 0xa0, .second_max = 0xbf},
	{.first = 0xe1, .last = 0xec, .length = 3, .second_min = 0x80, .second_max = 0xbf},
	{.first = 0xed, .last = 0xed, .length = 3, .second_min = 0x80, .second_max = 0x9f},
	{.first = 0xee, .last = 0xef, .length = 3, .second_min = 0x80, .second_max = 0xbf},
	{.first = 0xf0, .last = 0xf0, .length = 4, .second_min = 0x90, .second_max = 0xbf},
	{.first = 0xf1, .last = 0xf3, .length = 4, .second_min = 0x80, .second_max = 0xbf},
	{.first = 0xf4, .last = 0xf4, .length = 4, .second_min = 0x80, .second_max = 0x8f},
};

static size_t
utf8_row_length(const struct utf8_row *row, const unsigned char *byte, size_t len)
{
	if (len < row->length)
		return 0;
	if (row->length > 1 && (byte[1] < row->second_min || byte[1] > row->second_max))
		return 0;
	for (size_t i = 2; i < row->length; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	}
	return row->length;
}

size_t
utf8_length(const char *text, size_t len)
{
	const unsigned char *byte = (const unsigned char *)text;

	for (size_t i = 0; len > 0 && i < sizeof(utf8_rows) / sizeof(utf8_rows[0]); i++) {
		if (byte[0] >= utf8_rows[i].first && byte[0] <= utf8_rows[i].last)
			return utf8_row_length(&utf8_rows[i], byte, len);
	}
	return 0;
}

static bool
is_utf16(const char *text, size_t len)
{
	return len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
}

/* C0 but tab and line ends, DEL, and C1 but NEL (which YAML takes as a line end). */
static bool
is_control(const char *text, size_t length)
{
	unsigned char c = (unsigned char)text[0];

	if (length == 1)
		return (c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
	return length == 2 && c == 0xc2 && (unsigned char)text[1] < 0xa0 &&
	       (unsigned char)text[1] != 0x85;
}

static int
character_check(const char *text, size_t length, struct place place, struct findings *f)
{
	unsigned char c = (unsigned char)text[0];

	if (length == 0) {
		(void)error_hint(finding_add(f, place, "byte 0x%02x here is not UTF-8 text", c),
			"save the file as UTF-8");
		return -EINVAL;
	}
	if (c == '\0') {
		(void)error_hint(finding_add(f, place, "a NUL byte is not allowed"),
			"save the file as UTF-8, not as UTF-16");
		return -EINVAL;
	}
	if (is_control(text, length)) {
		(void)finding_add(f, place, "control character U+%04X is not allowed",
			length == 1 ? c : (unsigned char)text[1]);
		return -EINVAL;
	}
	return 0;
}

int
source_check(const char *text, size_t len, struct findings *f)
{
	struct place place = {1, 1};
	size_t length;

	if (len > SOURCE_MAX_BYTES) {
		(void)finding_add(f, place, "the file is larger than 1 MiB");
		return -EINVAL;
	}
	if (is_utf16(text, len)) {
		(void)error_hint(finding_add(f, place, "the file is UTF-16, not UTF-8"),
			"save the file as UTF-8");
		return -EINVAL;
	}
	for (size_t i = 0; i < len; i += length) {
		length = utf8_length(text + i, len - i);
		if (character_check(text + i, length, place, f) < 0)
			return -EINVAL;
		place.column++;
		if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == len || text[i + 1] != '\n')))
			place = (struct place){place.line + 1, 1};
	}
	return 0;
}

bool
source_find_tab(const char *text, size_t len, unsigned line, struct place *ret)
{
	const char *p = text, *end = text + len;
	unsigned column = 1;

	for (unsigned i = 1; i < line && p != NULL; i++) {
		p = memchr(p, '\n', (size_t)(end - p));
		p = p != NULL ? p + 1 : NULL;
	}
	for (; p != NULL && p < end && *p == ' '; p++)
		column++;
	if (p == NULL || p == end || *p != '\t')
		return false;
	*ret = (struct place){line, column};
	return true;
}
