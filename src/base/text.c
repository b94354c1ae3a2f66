/* SPDX-License-Identifier: MIT */
/* Texts: comparing, numbers in them, and a buffer that grows. */
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	BUF_FIRST_BYTES = 128,
};

bool
str_ends(const char *text, const char *suffix)
{
	size_t len = strlen(text), tail = strlen(suffix);

	return len >= tail && memcmp(text + len - tail, suffix, tail) == 0;
}

char
byte_clean(char byte)
{
	return (char)((unsigned char)byte < ' ' || byte == 0x7f ? '?' : byte);
}

char *
str_clean(char *text)
{
	for (char *at = text; *at != '\0'; at++)
		*at = byte_clean(*at);
	return text;
}

char *
str_trim(char *text)
{
	size_t len = strlen(text);

	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	text[len] = '\0';
	return text;
}

int
num_parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (*text == '\0')
		return -EINVAL;
	for (const char *p = text; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return -EINVAL;
	}
	for (const char *p = text; *p != '\0'; p++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
			return -ERANGE;
	}
	if (value < min || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

int
num_parse_u32(const char *text, uint32_t min, uint32_t max, uint32_t *ret)
{
	uint64_t wide;
	int r = num_parse_u64(text, min, max, &wide);

	if (r == 0)
		*ret = (uint32_t)wide;
	return r;
}

static bool
buf_reserve(struct buf *b, size_t more)
{
	size_t size = b->size > 0 ? b->size : BUF_FIRST_BYTES;
	char *bigger;

	if (b->failed)
		return false;
	while (size - b->len <= more)
		size *= 2;
	if (size == b->size)
		return true;
	bigger = realloc(b->text, size);
	if (bigger == NULL) {
		b->failed = true;
		return false;
	}
	b->text = bigger;
	b->size = size;
	return true;
}

void
buf_add_bytes(struct buf *b, const char *bytes, size_t len)
{
	if (!buf_reserve(b, len))
		return;
	memcpy(b->text + b->len, bytes, len);
	b->len += len;
	b->text[b->len] = '\0';
}

void
buf_add(struct buf *b, const char *text)
{
	buf_add_bytes(b, text, strlen(text));
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list args, again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		b->failed = true;
	else if (buf_reserve(b, (size_t)len + 1)) {
		(void)vsnprintf(b->text + b->len, (size_t)len + 1, format, again);
		b->len += (size_t)len;
	}
	va_end(again);
}

void
buf_add_shell(struct buf *b, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789@%+=:,./_-";

	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		buf_add(b, word);
		return;
	}
	buf_add(b, "'");
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			buf_add(b, "'\\''");
		else
			buf_add_bytes(b, word, 1);
	}
	buf_add(b, "'");
}

char *
buf_take(struct buf *b)
{
	char *text;

	buf_add(b, "");
	text = b->failed ? NULL : b->text;
	if (b->failed)
		free(b->text);
	*b = (struct buf){0};
	return text;
}

void
buf_done(struct buf *b)
{
	free(b->text);
	*b = (struct buf){0};
}

char *
text_printf(const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	return len < 0 ? NULL : text;
}
