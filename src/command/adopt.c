/* SPDX-License-Identifier: MIT */
/* qpin adopt: watch over a VM again whose qpin died. */
#include <stdbool.h>

#include "base/files.h"
#include "base/log.h"
#include "base/text.h"
#include "command/command.h"
#include "supervise/adopt.h"

struct options {
	bool help;
	bool background;
	bool verbose;
	const char *name; /* borrowed */
};

static int
options_parse(int argc, char **argv, struct options *ret, struct error *e)
{
	*ret = (struct options){0};
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];

		if (str_eq(word, "--help") || str_eq(word, "-h"))
			ret->help = true;
		else if (str_eq(word, "--background"))
			ret->background = true;
		else if (str_eq(word, "--verbose") || str_eq(word, "-v"))
			ret->verbose = true;
		else if (ret->name != NULL)
			return command_usage(&command_adopt, e, "it takes the name of one VM");
		else
			ret->name = word;
	}
	if (ret->help)
		return 0;
	if (ret->name == NULL)
		return command_usage(&command_adopt, e, "it takes the name of one VM");
	if (!name_is_safe(ret->name))
		return command_usage(&command_adopt, e, "\"%s\" is no name of a VM", ret->name);
	return 0;
}

static int
adopt_main(int argc, char **argv, struct error *e)
{
	struct options options;
	int r = options_parse(argc, argv, &options, e);

	if (r < 0)
		return r;
	if (options.help) {
		command_help(&command_adopt);
		return EXIT_STATUS_OK;
	}
	if (options.verbose)
		log_init(LOG_LEVEL_INFO);
	return adopt(options.name, options.background, e);
}

const struct command command_adopt = {
	.name = "adopt",
	.on_behalf = true,
	.synopsis = "[-v] [--background] NAME",
	.summary = "watch over a VM again whose qpin died, and put everything back",
	.help = "  NAME           the VM\n"
		"  --background   return when that has begun\n"
		"  -v, --verbose  tell more\n"
		"\n"
		"Its QEMU has run on meanwhile, pinned as it was. What is no longer so is told,\n"
		"and mended where it can be. From then on it is as under qpin run: Ctrl-C or\n"
		"SIGTERM presses the guest's power button, and QEMU's end puts everything back;\n"
		"but its exit status isn't known. NAME.yml tells where threads go that QEMU\n"
		"starts later, such as plugged vCPUs; if it leads to another plan by now, they\n"
		"aren't placed, which is told. A QEMU that qpin attach --isolate took over is let\n"
		"go as before.\n"
		"\n"
		"  sudo qpin adopt win11\n",
	.run = adopt_main,
};
