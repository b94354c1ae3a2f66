/* SPDX-License-Identifier: MIT */
/* qpin attach, and qemu-affinity: pin the threads of a QEMU that runs already. */
#include <stdbool.h>
#include <unistd.h>

#include "base/log.h"
#include "command/attach_options.h"
#include "command/command.h"
#include "host/host.h"
#include "supervise/attach.h"
#include "supervise/isolate.h"

static int
pin(struct host *host, const struct attach_options *o, struct error *e)
{
	struct definition definition = {0};
	const struct attach attach = {
		.pid = o->pid,
		.qmp = o->qmp,
		.name = o->name,
		.selection = &o->selection,
		.definition = o->definition != NULL ? &definition : NULL,
		.dry_run = o->dry_run,
		.follow = o->follow,
		.save = o->save,
		.confinement = o->confinement,
	};
	int r = o->definition != NULL
			? command_definition(o->definition, DIALECT_QPIN, &definition, e)
			: 0;

	if (r == 0)
		r = attach_pin(host, &attach, e);
	definition_done(&definition);
	return r;
}

static int
isolate(const struct attach_options *o, struct error *e)
{
	struct definition definition = {0};
	const struct isolate ask = {
		.pid = o->pid,
		.qmp = o->qmp,
		.name = o->name,
		.selection = &o->selection,
		.definition = o->definition != NULL ? &definition : NULL,
		.background = o->background,
		.confinement = o->confinement,
	};
	int r = o->definition != NULL
			? command_definition(o->definition, DIALECT_QPIN, &definition, e)
			: 0;

	if (r == 0)
		r = attach_isolate(&ask, e);
	definition_done(&definition);
	return r;
}

static int
act(const struct attach_options *o, struct error *e)
{
	struct host host = HOST_CLOSED;
	int r = host_open(&host, e);

	if (r == 0)
		r = o->undo != NULL ? attach_undo(&host, o->undo, e) : pin(&host, o, e);
	host_close(&host);
	return r;
}

static int
attach_main(int argc, char **argv, struct error *e)
{
	long cpu_count = sysconf(_SC_NPROCESSORS_CONF);
	struct attach_options options;
	int r = attach_options_parse(
		argc, argv, cpu_count > 0 ? (unsigned)cpu_count : 1, &options, e);

	if (r == 0 && options.help) {
		command_help(&command_attach);
	} else if (r == 0) {
		if (options.verbose)
			log_init(LOG_LEVEL_INFO);
		r = options.isolate ? isolate(&options, e) : act(&options, e);
	}
	attach_options_done(&options);
	return r;
}

const struct command command_attach = {
	.name = "attach",
	.synopsis = "PID|--qmp SOCKET|--name NAME [OPTION CPUS...]",
	.summary = "pin the threads of a QEMU that runs already",
	.help = "  PID                            QEMU's process\n"
		"  --qmp SOCKET                   who listens there: its QMP, a Unix socket\n"
		"  --name NAME                    the one that was started with this -name\n"
		"  -p, --process-affinity CPUS    the main thread; new threads have what it has\n"
		"  -q, --qemu-affinity SELECT…    threads that are called as the main one, and it\n"
		"  -k, --kvm-affinity SELECT…     vCPUs: by number\n"
		"  -i, --io-affinity SELECT…      iothreads: by id\n"
		"  -w, --worker-affinity SELECT…  workers\n"
		"  -t, --thread-affinity SELECT…  any threads: by name\n"
		"  --definition NAME              all threads, as this VM's definition says\n"
		"  --dry-run                      tell what would be done, and do nothing\n"
		"  --follow                       stay, and pin threads that appear later, too\n"
		"  --isolate                      leaves and partitions as run makes them; stays, "
		"and\n"
		"                                 puts all back at QEMU's end, a signal, or "
		"release\n"
		"  --background                   with --isolate: return when it is done\n"
		"  --no-seccomp, --log-seccomp    as those of run\n"
		"  --save FILE                    write what the threads had before to a new file\n"
		"  --undo FILE                    give it back to those that still live\n"
		"  -v, --verbose                  tell each thread\n"
		"\n"
		"SELECT is CPUS (a list, such as 0,2-4), for the threads by their order, or\n"
		"NAME:CPUS, NAME#2:CPUS (of several the second), #2:CPUS, or *:CPUS (the rest).\n"
		"Options take effect in the order above. What can't be done leaves all threads\n"
		"as they are. vCPUs and iothreads are known by QMP, if QEMU's command line tells\n"
		"its socket and nobody else is connected; else by their names: QEMU has to run\n"
		"with -name NAME,debug-threads=on then, and an iothread whose id has more than\n"
		"12 bytes has no name. Workers have a name, or can't be told.\n"
		"Installed as qemu-affinity it is this command.\n"
		"\n"
		"  sudo qpin attach $(pidof qemu-system-x86_64) -p 0-1 -i '*:0-1' -k 2 3 4 5\n"
		"  sudo qpin attach --qmp /run/vm.qmp --definition vm --dry-run\n",
	.run = attach_main,
};
