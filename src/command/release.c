/* SPDX-License-Identifier: MIT */
/* qpin release: undo what a qpin that died left behind. */
#include "base/files.h"
#include "base/text.h"
#include "command/command.h"
#include "host/host.h"
#include "supervise/unwind.h"

static int
release_main(int argc, char **argv, struct error *e)
{
	struct host host = HOST_CLOSED;
	int r;

	if (argc == 2 && (str_eq(argv[1], "--help") || str_eq(argv[1], "-h"))) {
		command_help(&command_release);
		return EXIT_STATUS_OK;
	}
	if (argc != 2)
		return command_usage(&command_release, e, "it takes the name of one VM, or --all");
	if (!str_eq(argv[1], "--all") && !name_is_safe(argv[1]))
		return command_usage(&command_release, e, "\"%s\" is no name of a VM", argv[1]);
	r = host_open(&host, e);
	if (r == 0 && host.state.fd >= 0)
		r = host_lock(&host, e);
	if (r == 0)
		r = str_eq(argv[1], "--all") ? release_all(&host, e) : release(&host, argv[1], e);
	host_close(&host);
	return r;
}

const struct command command_release = {
	.name = "release",
	.synopsis = "NAME | --all",
	.summary = "undo what a qpin that died left of a VM",
	.help = "  NAME   the VM\n"
		"  --all  every VM whose qpin is dead\n"
		"\n"
		"A VM that is running, and one whose QEMU still is, is left alone.\n"
		"\n"
		"  sudo qpin release win11\n",
	.run = release_main,
};
