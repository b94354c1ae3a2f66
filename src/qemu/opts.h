/* SPDX-License-Identifier: MIT */
/* The value of one of QEMU's options: "first,key=value,flag,…". Pure. */
#ifndef QPIN_QEMU_OPTS_H
#define QPIN_QEMU_OPTS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * opts_find - what @text says of @key
 * @implied: the key of a first item that has none: "guest" of -name; NULL: there is no such key
 * @ret:     of @size bytes; a flag's value is "on"
 *
 * The last one counts, and two commas are one of the value. False when there is none, or when it is
 * too long for @ret.
 * Source: QEMU util/qemu-option.c, get_opt_name_value().
 */
bool opts_find(const char *text, const char *implied, const char *key, char *ret, size_t size);

/* opts_is_on - whether @key of @text is true: "on", "yes", "true" or "y" */
bool opts_is_on(const char *text, const char *implied, const char *key);

#endif
