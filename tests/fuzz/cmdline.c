/* SPDX-License-Identifier: MIT */
/* The command line of a QEMU that runs, which it can overwrite: its name, and where its QMP is. */
#include "qemu/cmdline.h"

#include "fuzz.h"
#include "qemu/opts.h"

enum {
	SMALL_BYTES = 8,
};

static void
opts_try(const char *word)
{
	char small[SMALL_BYTES + 1], large[CMDLINE_NAME_BYTES];

	small[SMALL_BYTES] = 'x';
	if (opts_find(word, "guest", "guest", small, SMALL_BYTES)) {
		must(strlen(small) < SMALL_BYTES);
		must(opts_find(word, "guest", "guest", large, sizeof(large)));
		must(strcmp(small, large) == 0);
	}
	must(small[SMALL_BYTES] == 'x');
	(void)opts_is_on(word, NULL, "server");
}

static void
words_check(const struct cmdline *c)
{
	char name[CMDLINE_NAME_BYTES];
	struct monitors monitors;

	for (size_t i = 0; i < c->count; i++)
		opts_try(c->words[i]);
	if (cmdline_name(c, name))
		must(strlen(name) < sizeof(name));
	must(cmdline_monitors(c, &monitors) == 0);
	must(monitors.count <= CMDLINE_MONITORS_MAX);
	for (size_t i = 0; i < monitors.count; i++)
		must(monitors.paths[i][0] != '\0');
	monitors_done(&monitors);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cmdline c = {0};
	struct error e;

	if (cmdline_split_take(fuzz_text(data, size), size, &c, &e) == 0)
		words_check(&c);
	cmdline_done(&c);
	return 0;
}
