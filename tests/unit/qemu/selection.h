/* SPDX-License-Identifier: MIT */
/* Selections as a command line gives them. */
#ifndef QPIN_TESTS_QEMU_SELECTION_H
#define QPIN_TESTS_QEMU_SELECTION_H

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "qemu/select.h"

/* @words: "-k 2 3 -i *:0"; they are copied to @copy, of @size bytes, which @s borrows from */
static inline int
selection_add_words(
	const char *words, char *copy, size_t size, struct selection *s, struct error *e)
{
	enum select_group group = SELECT_PROCESS;
	char *rest = copy, *word;
	int r = 0;

	(void)snprintf(copy, size, "%s", words);
	while (r == 0 && (word = strsep(&rest, " ")) != NULL) {
		enum select_group option = SELECT_PROCESS;

		while (option < SELECT_GROUP_COUNT && !str_eq(word, select_option(option)))
			option++;
		if (option < SELECT_GROUP_COUNT)
			group = option;
		else
			r = select_add(s, group, word, e);
	}
	return r;
}

#endif
