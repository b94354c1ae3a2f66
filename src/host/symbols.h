/* SPDX-License-Identifier: MIT */
/* What the kernel's functions are called. */
#ifndef QPIN_HOST_SYMBOLS_H
#define QPIN_HOST_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

struct root;

enum {
	SYMBOL_BYTES = 64,
};

struct symbol {
	uint64_t address;
	char name[SYMBOL_BYTES]; /* may be cut; "" when there is none */
};

/*
 * symbols_find - give each of @list the name of the function that begins at its address
 *
 * The list in /proc may hide addresses (kernel.kptr_restrict): then there are no names.
 * Source: Linux kernel/kallsyms.c, s_show().
 */
void symbols_find(const struct root *proc, struct symbol *list, size_t count);

#endif
