/* SPDX-License-Identifier: MIT */
/* Definitions in both dialects: either a whole one, or findings that a person can read. */
#include "config/definition.h"

#include <errno.h>

#include "fuzz.h"
#include "qemu/argv.h"
#include "qemu/smp.h"

/* No control byte of the file gets to a terminal. */
static void
printable_check(const char *text)
{
	for (; *text != '\0'; text++)
		must((unsigned char)*text >= ' ' && *text != 0x7f);
}

static void
problems_check(const struct problems *problems)
{
	for (size_t i = 0; i < problems->count; i++) {
		const struct error *e = &problems->list[i];

		printable_check(e->what);
		printable_check(e->why);
		printable_check(e->hint);
		must(i == 0 || e->line >= problems->list[i - 1].line);
	}
}

static bool
pin_is_before(const struct pin *a, const struct pin *b)
{
	if (a->socket != b->socket)
		return a->socket < b->socket;
	return a->core != b->core ? a->core < b->core : a->thread < b->thread;
}

static void
definition_check(const struct definition *d)
{
	struct argv argv = {0};
	struct smp smp;
	struct error e;

	must(d->name != NULL && d->path != NULL);
	for (size_t i = 0; i < d->pin_count; i++) {
		must(d->pins[i].os_cpu < CPUS_MAX);
		must(i == 0 || pin_is_before(&d->pins[i - 1], &d->pins[i]));
	}
	for (size_t i = 0; i < d->iothread_pin_count; i++)
		must(d->iothread_pins[i].id != NULL && !cpus_empty(&d->iothread_pins[i].cpus));
	must(argv_build(d, &argv, &e) == 0);
	must(argv.count >= 1 + d->option_count && argv.list[argv.count] == NULL);
	if (smp_read(d, &smp, &e) == 0)
		must(smp.cpus >= 1 && smp.cpus <= smp.maxcpus &&
			(uint64_t)smp.sockets * smp.cores * smp.threads >= smp.maxcpus);
	argv_done(&argv);
}

static int
dialect_try(const uint8_t *data, size_t size, enum dialect dialect)
{
	const struct definition_text from = {
		.text = (const char *)data, .len = size, .path = "fuzz.yml", .dialect = dialect};
	struct definition d;
	struct problems problems;
	struct error e = {0};
	int r = definition_parse(&from, &d, &problems, &e);

	must(r == 0 || r == -EINVAL);
	problems_check(&problems);
	if (r == 0)
		definition_check(&d);
	else
		must(problems.count > 0 && e.why[0] != '\0');
	definition_done(&d);
	problems_done(&problems);
	return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int r = dialect_try(data, size, DIALECT_QPIN);

	/* What is good for qpin is good for qemu-launcher, which takes less notice. */
	must(dialect_try(data, size, DIALECT_LAUNCHER) == 0 || r < 0);
	return 0;
}
