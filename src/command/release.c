/* SPDX-License-Identifier: MIT */
/* qpin release: undo what a qpin that died left behind, and let go of what one is attached to. */
#include <errno.h>

#include "base/files.h"
#include "base/text.h"
#include "command/command.h"
#include "host/host.h"
#include "supervise/unwind.h"

/* Who keeps an attached VM lets go of it; any other that runs stays, with the error that told so.
 */
static int
keeper_tell(struct host *host, const char *name, int busy, struct error *e)
{
	struct error second;
	int r;

	host_unlock(host);
	r = let_go(host, name, &second);
	if (r < 0)
		*e = second;
	return r > 0 ? busy : r;
}

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
	if (r == -EBUSY && !str_eq(argv[1], "--all"))
		r = keeper_tell(&host, argv[1], r, e);
	host_close(&host);
	return r;
}

const struct command command_release = {
	.name = "release",
	.synopsis = "NAME | --all",
	.summary = "let go of an attached VM, or undo what a qpin that died left",
	.help = "  NAME   the VM\n"
		"  --all  every VM whose qpin is dead\n"
		"\n"
		"A QEMU that qpin attach --isolate took over runs on as it did before. A VM that\n"
		"qpin started and that runs, or one whose QEMU still does, is left alone.\n"
		"\n"
		"  sudo qpin release win11\n",
	.run = release_main,
};
