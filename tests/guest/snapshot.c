/* SPDX-License-Identifier: MIT */
/* snapshot: print the host's state; what cases of the test VMs compare. */
#include <stdio.h>

#include "hostlook.h"

int
main(void)
{
	struct lines now;

	host_summary(&now);
	for (size_t i = 0; i < now.count; i++)
		(void)puts(now.list[i]);
	lines_done(&now);
	return ferror(stdout) != 0;
}
