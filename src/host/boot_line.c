/* SPDX-License-Identifier: MIT */
/* Parameters of the kernel's command line that matter to virtual machines. */
#include "host/boot_line.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "host/survey.h"

static void
word_take(const char *word, struct boot_line *ret)
{
	const struct {
		const char *name;
		char *value;
		size_t size;
	} parameter[] = {
		{"isolcpus", ret->isolcpus, sizeof(ret->isolcpus)},
		{"cgroup_disable", ret->cgroup_disable, sizeof(ret->cgroup_disable)},
		{"cgroup_no_v1", ret->cgroup_no_v1, sizeof(ret->cgroup_no_v1)},
		{"systemd.unified_cgroup_hierarchy", ret->unified, sizeof(ret->unified)},
	};
	size_t len = strcspn(word, "=");

	for (size_t i = 0; i < COUNT(parameter); i++) {
		if (strncmp(word, parameter[i].name, len) != 0 || parameter[i].name[len] != '\0')
			continue;
		(void)snprintf(parameter[i].value, parameter[i].size, "%s",
			word[len] == '=' ? word + len + 1 : "1");
	}
	ret->threadirqs = ret->threadirqs || str_eq(word, "threadirqs");
	ret->idle_poll = ret->idle_poll || str_eq(word, "idle=poll");
}

void
boot_line_parse(const char *cmdline, struct boot_line *ret)
{
	char text[FILE_TEXT_BYTES], *rest = text, *word;

	*ret = (struct boot_line){.is_known = true};
	(void)snprintf(text, sizeof(text), "%s", cmdline);
	while ((word = strsep(&rest, " \t\n")) != NULL && !str_eq(word, "--")) {
		if (word[0] != '\0')
			word_take(word, ret);
	}
}

void
boot_line_load(const struct root *proc, struct boot_line *ret)
{
	char text[FILE_TEXT_BYTES];
	struct error ignored;

	*ret = (struct boot_line){0};
	if (file_read(proc, "cmdline", text, sizeof(text), &ignored) >= 0)
		boot_line_parse(text, ret);
}
