/* SPDX-License-Identifier: MIT */
/* How often the kernel put tasks on CPUs. */
#include "host/switches.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

enum {
	SCHEDSTAT_BYTES = 64 * 1024 * 1024, /* 8,192 CPUs, each with a line for some domains */
	LINE_BYTES = 1024,
	NUMBERS = 9, /* of a CPU's line */
};

/* "cpu3 0 0 0 0 0 0 RUN_NS DELAY_NS COUNT", cut into words; a domain's line is none. */
static int
line_parse(char *line, struct switches *ret)
{
	char *word = strsep(&line, " "), *last = NULL;
	uint32_t os_cpu;
	size_t words = 0;

	if (!str_starts(word, "cpu"))
		return 0;
	if (num_parse_u32(word + strlen("cpu"), 0, CPUS_MAX - 1, &os_cpu) < 0)
		return -EINVAL;
	while ((word = strsep(&line, " ")) != NULL) {
		last = word;
		words++;
	}
	if (words != NUMBERS || num_parse_u64(last, 0, UINT64_MAX, &ret->count[os_cpu]) < 0)
		return -EINVAL;
	cpus_add(&ret->known, os_cpu);
	return 0;
}

int
switches_parse(const char *text, struct switches *ret)
{
	struct switches s = {.count = calloc(CPUS_MAX, sizeof(*s.count))};
	int r = s.count == NULL ? -ENOMEM : 0;

	while (r == 0 && *text != '\0') {
		size_t len = strcspn(text, "\n");
		char line[LINE_BYTES];

		if (len < sizeof(line)) {
			memcpy(line, text, len);
			line[len] = '\0';
			r = line_parse(line, &s);
		}
		text += len + (text[len] == '\n');
	}
	if (r == 0 && cpus_empty(&s.known))
		r = -EINVAL;
	if (r < 0)
		switches_done(&s);
	else
		*ret = s;
	return r;
}

int
switches_load(const struct root *proc, struct switches *ret, struct error *e)
{
	auto_free char *text = NULL;
	int r = file_load(proc, "schedstat", SCHEDSTAT_BYTES, &text, e);

	if (r < 0)
		return r;
	r = switches_parse(text, ret);
	return r < 0 ? error_sys(e, -r, "/proc/schedstat", "count what ran") : 0;
}

void
switches_done(struct switches *s)
{
	free(s->count);
	*s = (struct switches){0};
}

/* "RUN_NS DELAY_NS COUNT" */
int
turns_read(const struct root *proc, pid_t pid, pid_t tid, struct turns *ret, struct error *e)
{
	uint64_t *const numbers[] = {&ret->run_ns, &ret->delay_ns, &ret->count};
	char name[64], text[128];
	char *rest = text, *word;
	size_t found = 0;
	int r;

	(void)snprintf(name, sizeof(name), "%d/task/%d/schedstat", (int)pid, (int)tid);
	r = file_read(proc, name, text, sizeof(text), e);
	if (r == -ENOENT || r == -ESRCH)
		return error_sys(e, ESRCH, NULL, "look at thread %d", (int)tid);
	if (r < 0)
		return r;
	while (found < COUNT(numbers) && (word = strsep(&rest, " ")) != NULL &&
		num_parse_u64(word, 0, UINT64_MAX, numbers[found]) == 0)
		found++;
	if (found < COUNT(numbers) || rest != NULL)
		return error_sys(e, EINVAL, name, "look at thread %d", (int)tid);
	return 0;
}
