/* SPDX-License-Identifier: MIT */
#include "command/attach_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"

enum {
	CPUS = 8,
	WORDS_MAX = 24,
};

static int
parse(const char *line, char *copy, size_t size, struct attach_options *ret, struct error *e)
{
	char *argv[WORDS_MAX + 1], *rest = copy;
	int argc = 0;

	(void)snprintf(copy, size, "attach%s%s", line[0] != '\0' ? " " : "", line);
	while (rest != NULL && argc < WORDS_MAX)
		argv[argc++] = strsep(&rest, " ");
	argv[argc] = NULL;
	return attach_options_parse(argc, argv, CPUS, ret, e);
}

/* "4711 -k 2 -k 3": the PID, and all selectors with their options. */
static char *
options_text(const struct attach_options *o)
{
	struct buf b = {0};

	if (o->help)
		buf_add(&b, "help ");
	if (o->dry_run)
		buf_add(&b, "dry ");
	if (o->follow)
		buf_add(&b, "follow ");
	if (o->verbose)
		buf_add(&b, "verbose ");
	if (o->confinement != CONFINE_REFUSE)
		buf_add(&b, o->confinement == CONFINE_NOT ? "no-seccomp " : "log-seccomp ");
	if (o->save != NULL)
		buf_printf(&b, "save=%s ", o->save);
	if (o->undo != NULL)
		buf_printf(&b, "undo=%s ", o->undo);
	if (o->qmp != NULL)
		buf_printf(&b, "qmp=%s ", o->qmp);
	if (o->name != NULL)
		buf_printf(&b, "name=%s ", o->name);
	if (o->isolate)
		buf_add(&b, o->background ? "isolate background " : "isolate ");
	if (o->definition != NULL)
		buf_printf(&b, "definition=%s ", o->definition);
	buf_printf(&b, "%d", (int)o->pid);
	for (size_t i = 0; i < o->selection.count; i++) {
		const struct selector *s = &o->selection.list[i];

		buf_printf(&b, " %s %s", select_option(s->group), s->word);
	}
	return buf_take(&b);
}

static void
options_are_those_of_qemu_affinity(void **state)
{
	static const struct {
		const char *line, *want;
	} row[] = {
		{"4711 -k 2 3", "4711 -k 2 -k 3"}, {"-k 2 3 -- 4711", "4711 -k 2 -k 3"},
		{"-k 2 3 4711", "4711 -k 2 -k 3"}, {"-k 2 4711 -i *:0", "4711 -k 2 -i *:0"},
		{"-k 2 9999999", "9999999 -k 2"}, {"-p 0-1 4711", "4711 -p 0-1"},
		{"4711 -p", "4711"}, {"-p -- 4711", "4711"},
		{"4711 -p 0-1 -i *:0-1 -q 0-1 -w *:0-1 -k 2 3 4 5",
			"4711 -p 0-1 -i *:0-1 -q 0-1 -w *:0-1 -k 2 -k 3 -k 4 -k 5"},
		{"4711 --process-affinity=0 --kvm-affinity 1 2 --thread-affinity a:3",
			"4711 -p 0 -k 1 -k 2 -t a:3"},
		{"4711 --kvm 1 --dry --verb", "dry verbose 4711 -k 1"},
		{"-v --dry-run -k1 4711", "dry verbose 4711 -k 1"},
		{"4711 -vk 1 2", "verbose 4711 -k 1 -k 2"}, {"5 -k 1", "5 -k 1"},
		{"--save f 4711 -k 1", "save=f 4711 -k 1"},
		{"4711 --follow -k 1", "follow 4711 -k 1"}, {"--undo f", "undo=f 0"},
		{"-h", "help 0"}, {"--qmp s -k 1", "qmp=s 0 -k 1"},
		{"-k 1 --qmp s 4711", "qmp=s 4711 -k 1"},
		{"--qmp=s -k 1 -- 4711", "qmp=s 4711 -k 1"}, {"--name n -t *:0", "name=n 0 -t *:0"},
		{"--definition d 4711", "definition=d 4711"},
		{"--name n --definition d", "name=n definition=d 0"},
		{"--isolate 4711 --definition d", "isolate definition=d 4711"},
		{"--isolate --background 4711 --definition d",
			"isolate background definition=d 4711"},
		{"4711 --no-seccomp -k 1", "no-seccomp 4711 -k 1"},
		{"4711 -k 1 --log-seccomp", "log-seccomp 4711 -k 1"},
		{"4711 --q 0 --d", "dry 4711 -q 0"}, /* as they could be cut before */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct attach_options options;
		auto_free char *got = NULL;
		char copy[256];
		struct error e;

		if (parse(row[i].line, copy, sizeof(copy), &options, &e) != 0)
			fail_msg("%s: %s: %s", row[i].line, e.what, e.why);
		got = options_text(&options);
		if (!str_eq(got, row[i].want))
			fail_msg("%s: %s", row[i].line, got);
		attach_options_done(&options);
	}
}

static void
options_that_are_none_are_refused(void **state)
{
	static const struct {
		const char *line, *why;
	} row[] = {
		{"", "there is no PID: put it first, or behind \"--\" at the end"},
		{"-k 2 3", "there is no PID: put it first, or behind \"--\" at the end"},
		{"4711 12", "it takes one PID, and not \"12\", too"},
		{"4711 -k 1 -- 12", "it takes one PID, and not \"12\", too"},
		{"-k 99 4711", "either of 99 and 4711 may be the PID: put it first"},
		{"4711 -k", "--kvm-affinity has no value"},
		{"4711 -k -i 0", "--kvm-affinity has no value"},
		{"4711 --save", "--save has no value"},
		{"4711 -k 1 -i 1 -k 2", "--kvm-affinity is given twice"},
		{"4711 -x", "there is no option -x"},
		{"4711 --no-such", "there is no option --no-such"},
		{"4711 --no-seccom", "there is no option --no-seccom"},
		{"4711 --verbose=1", "there is no option --verbose=1"},
		{"0 -k 1", "\"0\" is no PID"},
		{"qemu -k 1", "\"qemu\" is no PID"},
		{"4711 --follow --dry-run", "--dry-run has nothing to follow"},
		{"--undo f 4711", "--undo goes with no PID and no CPUs"},
		{"--undo f --qmp s", "--undo goes with no PID and no CPUs"},
		{"--undo f --name n", "--undo goes with no PID and no CPUs"},
		{"--undo f --definition d", "--undo goes with no PID and no CPUs"},
		{"--definition d", "there is no PID: put it first, or behind \"--\" at the end"},
		{"--isolate --dry-run 4711 -k 1",
			"--isolate goes with no --dry-run, --follow or --save"},
		{"--isolate --follow 4711 -k 1",
			"--isolate goes with no --dry-run, --follow or --save"},
		{"--isolate --save f 4711 -k 1",
			"--isolate goes with no --dry-run, --follow or --save"},
		{"--background 4711 -k 1", "--background goes with --isolate alone"},
		{"--iso 4711 -k 1", "there is no option --iso"},
		{"--definition d 4711 -i 1", "--definition names all CPUs: it goes with no -i"},
		{"--name n 4711 -k 1", "--name goes with no PID and no --qmp"},
		{"--name n --qmp s", "--name goes with no PID and no --qmp"},
		{"-k 1 8 --qmp s", "the host has no CPU 8"},
		{"-k 1 8 --name n", "the host has no CPU 8"},
		{"--qmp s qemu", "\"qemu\" is no PID"},
		{"--qmp", "--qmp has no value"},
		{"--qmp a --qmp b", "--qmp is given twice"},
		{"4711 --nam n", "there is no option --nam"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct attach_options options;
		struct error e = {0};
		char copy[256];

		if (parse(row[i].line, copy, sizeof(copy), &options, &e) != -EINVAL ||
			e.kind != ERROR_USAGE || !str_eq(e.why, row[i].why))
			fail_msg("%s: %s: %s", row[i].line, e.what, e.why);
		attach_options_done(&options);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_those_of_qemu_affinity),
		cmocka_unit_test(options_that_are_none_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
