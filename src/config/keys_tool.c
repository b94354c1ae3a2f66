/* SPDX-License-Identifier: MIT */
/* A tool of the build: what is generated from the table of keys, on standard output. */
#include <stdio.h>

#include "base/text.h"
#include "config/manual.h"
#include "config/schema.h"

int
main(int argc, char **argv)
{
	if (argc == 2 && str_eq(argv[1], "schema"))
		return schema_write(stdout) < 0;
	if (argc == 2 && str_eq(argv[1], "man"))
		return manual_write(stdout) < 0;
	(void)fputs("usage: keys schema|man\n", stderr);
	return 2;
}
