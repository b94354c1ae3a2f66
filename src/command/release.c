/* SPDX-License-Identifier: MIT */
/* qpin release: undo what a qpin that died left behind, and let go of what one is attached to. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/files.h"
#include "base/privilege.h"
#include "base/text.h"
#include "command/command.h"
#include "host/host.h"
#include "supervise/unwind.h"

struct options {
	bool help;
	bool kill;
	bool all;
	const char *name; /* borrowed; of a VM, if not all */
};

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
options_parse(int argc, char **argv, struct options *ret, struct error *e)
{
	*ret = (struct options){0};
	for (int i = 1; i < argc; i++) {
		if (str_eq(argv[i], "--help") || str_eq(argv[i], "-h"))
			ret->help = true;
		else if (str_eq(argv[i], "--kill"))
			ret->kill = true;
		else if (ret->name != NULL)
			return command_usage(
				&command_release, e, "it takes the name of one VM, or --all");
		else
			ret->name = argv[i];
	}
	if (ret->help)
		return 0;
	if (ret->name == NULL)
		return command_usage(&command_release, e, "it takes the name of one VM, or --all");
	ret->all = str_eq(ret->name, "--all");
	if (command_permit(!ret->all, "--all", e) < 0)
		return error_code(e);
	if (!ret->all && !name_is_safe(ret->name))
		return command_usage(&command_release, e, "\"%s\" is no name of a VM", ret->name);
	return 0;
}

static int
release_main(int argc, char **argv, struct error *e)
{
	struct host host = HOST_CLOSED;
	struct options o;
	int r = options_parse(argc, argv, &o, e);

	if (r < 0)
		return r;
	if (o.help) {
		command_help(&command_release);
		return EXIT_STATUS_OK;
	}
	r = host_open(&host, e);
	if (r == 0 && host.state.fd >= 0)
		r = host_lock(&host, e);
	if (r == 0)
		r = o.all ? release_all(&host, o.kill, e) : release(&host, o.name, o.kill, e);
	if (r == -EBUSY && !o.all && privilege_caller() == NULL) /* who has one, root attached */
		r = keeper_tell(&host, o.name, r, e);
	host_close(&host);
	return r;
}

const struct command command_release = {
	.name = "release",
	.on_behalf = true,
	.synopsis = "[--kill] NAME | --all",
	.summary = "let go of an attached VM, or undo what a qpin that died left",
	.help = "  NAME    the VM\n"
		"  --all   every VM whose qpin is dead\n"
		"  --kill  end a QEMU whose qpin is dead first, with all that it has started\n"
		"\n"
		"A QEMU that qpin attach --isolate took over runs on as it did before, also\n"
		"with --kill. A VM that qpin started and that runs is left alone; so is one whose\n"
		"qpin died while its QEMU runs on, without --kill: qpin adopt watches over it\n"
		"again.\n"
		"\n"
		"  sudo qpin release win11\n"
		"  sudo qpin release --kill win11\n",
	.run = release_main,
};
