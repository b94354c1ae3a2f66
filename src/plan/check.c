/* SPDX-License-Identifier: MIT */
/* Judging a host. */
#include "plan/check.h"

#include "base/cleanup.h"

void
check_host(const struct check_input *in, struct checkup *ret)
{
	static void (*const part[])(const struct check_input *in, struct checkup *ret) = {
		check_kernel,
		check_levels,
		check_boot,
		check_cgroups,
		check_cpus,
		check_programs,
		check_kvm,
		check_memory,
	};

	for (size_t i = 0; i < COUNT(part); i++)
		part[i](in, ret);
}
