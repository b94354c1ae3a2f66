/* SPDX-License-Identifier: MIT */
/* Texts: comparing, numbers in them, and a buffer that grows. */
#ifndef QPIN_BASE_TEXT_H
#define QPIN_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline bool
str_eq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static inline bool
str_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *text, const char *suffix);

/* str_trim - cut trailing white space (a control file's newline) in place; returns @text */
char *str_trim(char *text);

/*
 * byte_clean - @byte, or '?' for a control character; str_clean - the same of all of @text, in
 * place; returns it
 *
 * Names of threads, devices and files are others' to choose, and must not act on a terminal.
 */
char byte_clean(char byte);
char *str_clean(char *text);

/*
 * num_parse_u64, num_parse_u32 - the whole of @text as a decimal number
 *
 * Digits alone: no sign, no blank, no "0x". Returns 0, -EINVAL when it's no such number,
 * -ERANGE outside @min..@max; @ret is untouched on failure.
 */
int num_parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *ret);
int num_parse_u32(const char *text, uint32_t min, uint32_t max, uint32_t *ret);

/*
 * A text that grows. Starts as {0}; out of memory is remembered (failed), and further appends
 * do nothing, so that a caller checks once at the end.
 */
struct buf {
	char *text; /* owned; NULL while empty, else ends in NUL */
	size_t len;
	size_t size;
	bool failed;
};

void buf_add(struct buf *b, const char *text);
void buf_add_bytes(struct buf *b, const char *bytes, size_t len);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* buf_add_shell - append @word so that a POSIX shell reads it back as one word */
void buf_add_shell(struct buf *b, const char *word);

/* buf_take - the text (the caller frees it; "" when nothing was added), or NULL without memory */
char *buf_take(struct buf *b);
void buf_done(struct buf *b);

#define auto_buf __attribute__((cleanup(buf_done)))

/* text_printf - a new string, which the caller frees; NULL without memory */
char *text_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
