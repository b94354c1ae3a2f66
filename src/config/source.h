/* SPDX-License-Identifier: MIT */
/* The bytes of a definition, before YAML sees them. */
#ifndef QPIN_CONFIG_SOURCE_H
#define QPIN_CONFIG_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct findings;
struct place;

enum {
	SOURCE_MAX_BYTES = 1024 * 1024, /* the largest sensible definition has some 50 KiB */
};

/*
 * source_check - refuse what is no text: more than SOURCE_MAX_BYTES, UTF-16, bytes that aren't
 * UTF-8, control characters
 *
 * Returns 0, or -EINVAL with the first such thing in @f.
 */
int source_check(const char *text, size_t len, struct findings *f);

/*
 * source_find_tab - whether the white space that @line (from 1) begins with has a tab; its place
 * is then in @ret
 */
bool source_find_tab(const char *text, size_t len, unsigned line, struct place *ret);

/* utf8_length - bytes of the UTF-8 character at @text (@len bytes are there), 0 when it's none */
size_t utf8_length(const char *text, size_t len);

#endif
