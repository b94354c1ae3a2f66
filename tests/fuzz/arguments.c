/* SPDX-License-Identifier: MIT */
/* The command lines of qemu-launcher and qemu-affinity; words end in newlines. */
#include "command/attach_options.h"
#include "command/launcher.h"
#include "fuzz.h"
#include "qemu/select.h"

enum {
	WORDS_MAX = 32,
	HOST_CPUS = 16,
};

static void
selection_check(const struct selection *selection)
{
	for (size_t i = 0; i < selection->count; i++) {
		const struct selector *s = &selection->list[i];

		must(s->group < SELECT_GROUP_COUNT && s->word != NULL);
		must(!cpus_empty(&s->cpus));
		must(memchr(s->name, '\0', sizeof(s->name)) != NULL);
	}
}

static void
attach_try(int argc, char **argv)
{
	struct attach_options options;
	struct error e = {0};

	if (attach_options_parse(argc, argv, HOST_CPUS, &options, &e) == 0) {
		must(options.help || options.pid > 0 || options.qmp != NULL ||
			options.name != NULL || options.undo != NULL);
		selection_check(&options.selection);
	} else {
		must(e.what[0] != '\0');
	}
	attach_options_done(&options);
}

static void
launcher_try(int argc, char **argv)
{
	struct launcher_options options;
	struct error e = {0};

	if (launcher_options_parse(argc, argv, &options, &e) == 0)
		must(options.help || options.name != NULL);
	else
		must(e.what[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char program[] = "qpin", *argv[WORDS_MAX + 2] = {program};
	char *text = fuzz_text(data, size), *rest = text, *word;
	int argc = 1;

	while (argc <= WORDS_MAX && (word = strsep(&rest, "\n")) != NULL)
		argv[argc++] = word;
	attach_try(argc, argv);
	launcher_try(argc, argv);
	free(text);
	return 0;
}
