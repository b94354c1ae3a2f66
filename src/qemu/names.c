/* SPDX-License-Identifier: MIT */
/* What QEMU calls its threads. */
#include "qemu/names.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum {
	VCPU_MAX = 8191,
};

static const char cpu_prefix[] = "CPU ", all_cpus[] = "ALL CPUs/", io_prefix[] = "IO ";

/* "3/KVM": a number, and the accelerator's name. */
static bool
vcpu_parse(const char *text, struct thread_name *ret)
{
	const char *slash = strchr(text, '/');
	char number[16];
	uint32_t index;

	if (slash == NULL || slash[1] == '\0' || (size_t)(slash - text) >= sizeof(number))
		return false;
	(void)snprintf(number, sizeof(number), "%.*s", (int)(slash - text), text);
	if (num_parse_u32(number, 0, VCPU_MAX, &index) < 0)
		return false;
	ret->kind = THREAD_VCPU;
	ret->index = index;
	(void)snprintf(ret->part, sizeof(ret->part), "%u", index);
	return true;
}

void
thread_name_parse(const char *name, struct thread_name *ret)
{
	*ret = (struct thread_name){0};
	if (str_starts(name, cpu_prefix) && vcpu_parse(name + strlen(cpu_prefix), ret))
		return;
	if (str_starts(name, all_cpus)) {
		ret->kind = THREAD_VCPU;
		(void)snprintf(ret->part, sizeof(ret->part), "0");
		return;
	}
	if (str_starts(name, io_prefix) && name[strlen(io_prefix)] != '\0') {
		ret->kind = THREAD_IO;
		name += strlen(io_prefix);
	} else if (str_eq(name, "worker")) {
		ret->kind = THREAD_WORKER;
	}
	(void)snprintf(ret->part, sizeof(ret->part), "%s", name);
}
