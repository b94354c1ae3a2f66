/* SPDX-License-Identifier: MIT */
/* What the kernel counts of a thread, and of the interrupts of a CPU. */
#include "host/usage.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/cpus.h"
#include "base/error.h"
#include "base/text.h"

enum {
	STATUS_BYTES = 16 * 1024,             /* with two lists of CPUs and two of nodes */
	INTERRUPTS_BYTES = 128 * 1024 * 1024, /* 8,192 CPUs of 11 bytes, 1,024 lines */
};

static void
count_set(struct usage *usage, enum usage_count count, uint64_t value)
{
	usage->has[count] = true;
	usage->of[count] = value;
}

/* The decimal number that @text begins with, and what is behind it; false when it is none. */
static bool
number_next(const char **text, uint64_t *ret)
{
	char *end;

	*text += strspn(*text, " \t");
	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	*ret = strtoull(*text, &end, 10);
	*text = end;
	return errno == 0;
}

/* A file of the thread's; "" when it can't be read. */
static const char *
thread_file(const struct root *proc, pid_t pid, pid_t tid, const char *file, char *text)
{
	char name[64];
	struct error ignored;

	(void)snprintf(name, sizeof(name), "%d/task/%d/%s", (int)pid, (int)tid, file);
	text[0] = '\0';
	return file_read(proc, name, text, STATUS_BYTES, &ignored) >= 0 ? text : "";
}

/* "RUN_NS DELAY_NS TIMESLICES" */
static void
schedstat_parse(const char *text, struct usage *ret)
{
	uint64_t run_ns, delay_ns;

	if (!number_next(&text, &run_ns) || !number_next(&text, &delay_ns))
		return;
	count_set(ret, USAGE_CPU_TIME_NS, run_ns);
	count_set(ret, USAGE_RUN_DELAY_NS, delay_ns);
}

/* The number behind "KEY" and a ":", which begins a line of @text. */
static void
line_parse(const char *text, const char *key, enum usage_count count, struct usage *ret)
{
	size_t len = strlen(key);
	uint64_t value;

	while (text != NULL && *text != '\0') {
		const char *rest = text + len;

		if (strncmp(text, key, len) == 0) {
			rest += strspn(rest, " \t");
			if (*rest++ == ':' && number_next(&rest, &value))
				count_set(ret, count, value);
			return;
		}
		text = strchr(text, '\n');
		text = text != NULL ? text + 1 : NULL;
	}
}

static void
migrations_read(const struct root *proc, pid_t pid, pid_t tid, struct usage *ret)
{
	char text[STATUS_BYTES];

	line_parse(thread_file(proc, pid, tid, "sched", text), "se.nr_migrations", USAGE_MIGRATIONS,
		ret);
}

void
usage_read(const struct root *proc, pid_t pid, pid_t tid, bool migrations, struct usage *ret)
{
	char text[STATUS_BYTES];
	const char *read;

	*ret = (struct usage){0};
	schedstat_parse(thread_file(proc, pid, tid, "schedstat", text), ret);
	read = thread_file(proc, pid, tid, "status", text);
	line_parse(read, "nonvoluntary_ctxt_switches", USAGE_INVOLUNTARY, ret);
	line_parse(read, "voluntary_ctxt_switches", USAGE_VOLUNTARY, ret);
	if (migrations)
		migrations_read(proc, pid, tid, ret);
}

int64_t
usage_read_migrations(const struct root *proc, pid_t pid, pid_t tid)
{
	struct usage usage = {0};

	migrations_read(proc, pid, tid, &usage);
	return usage.has[USAGE_MIGRATIONS] ? (int64_t)usage.of[USAGE_MIGRATIONS] : -1;
}

/* The CPUs that have a column: "CPU0 CPU1 …"; how many there are, or -EINVAL. */
static int
columns_parse(const char *line, size_t len, unsigned *columns)
{
	const char *end = line + len;
	int count = 0;

	while ((line += strspn(line, " \t")) < end) {
		uint64_t os_cpu;

		if (!str_starts(line, "CPU"))
			return -EINVAL;
		line += strlen("CPU");
		if (!number_next(&line, &os_cpu) || os_cpu >= CPUS_MAX || count == CPUS_MAX)
			return -EINVAL;
		columns[count++] = (unsigned)os_cpu;
	}
	return count > 0 ? count : -EINVAL;
}

/* "NAME: N N … WORDS": one with fewer numbers than there are CPUs is of no CPU ("ERR: 0"). */
static void
row_add(const char *row, const unsigned *columns, size_t count, uint64_t *sum)
{
	const char *text = strchr(row, ':'), *line_end = strchr(row, '\n');
	const char *numbers;
	uint64_t value;
	size_t found = 0;

	if (text == NULL || (line_end != NULL && text > line_end))
		return;
	numbers = ++text;
	while (found < count && number_next(&text, &value))
		found++;
	if (found < count)
		return;
	for (size_t i = 0; i < count && number_next(&numbers, &value); i++)
		sum[columns[i]] += value;
}

static bool
row_is_nmi(const char *row)
{
	return str_starts(row + strspn(row, " "), "NMI:");
}

int
irq_counts_parse(const char *text, struct irq_counts *ret)
{
	unsigned columns[CPUS_MAX];
	const char *row = strchr(text, '\n');
	int count = row != NULL ? columns_parse(text, (size_t)(row - text), columns) : -EINVAL;
	bool has_nmi = false;
	uint64_t *sum;

	if (count < 0)
		return count;
	sum = calloc(2 * (size_t)CPUS_MAX, sizeof(*sum));
	if (sum == NULL)
		return -ENOMEM;
	for (; row != NULL; row = strchr(row + 1, '\n')) {
		row_add(row + 1, columns, (size_t)count, sum);
		if (row_is_nmi(row + 1)) {
			row_add(row + 1, columns, (size_t)count, sum + CPUS_MAX);
			has_nmi = true;
		}
	}
	*ret = (struct irq_counts){
		.count = sum, .nmi = has_nmi ? sum + CPUS_MAX : NULL, .cpu_count = CPUS_MAX};
	return 0;
}

int
irq_counts_load(const struct root *proc, struct irq_counts *ret, struct error *e)
{
	auto_free char *text = NULL;
	int r = file_load(proc, "interrupts", INTERRUPTS_BYTES, &text, e);

	if (r < 0)
		return r;
	r = irq_counts_parse(text, ret);
	return r < 0 ? error_sys(e, -r, "/proc/interrupts", "count interrupts") : 0;
}

void
irq_counts_done(struct irq_counts *irqs)
{
	free(irqs->count);
	*irqs = (struct irq_counts){0};
}
