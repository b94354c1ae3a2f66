/* SPDX-License-Identifier: MIT */
/* A tool of the build: the part of qpin-check(1) that lists all that `qpin check` looks at. */
#include <stdio.h>

#include "report/check.h"

int
main(void)
{
	return report_check_manual(stdout) < 0;
}
