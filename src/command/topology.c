/* SPDX-License-Identifier: MIT */
/* qpin topology: the host's CPUs, and who has them; nothing is touched. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "command/command.h"
#include "host/load.h"
#include "report/topology_json.h"
#include "report/topology_svg.h"
#include "report/topology_text.h"

enum {
	WIDTH = 80,          /* of what is no terminal, or tells no width */
	PICTURE_MODE = 0666, /* less what the umask says */
};

struct options {
	bool help;
	bool json;
	const char *svg; /* borrowed; NULL without */
};

static int
options_parse(int argc, char **argv, struct options *ret, struct error *e)
{
	static const struct option table[] = {
		{.name = "help", .val = 'h'},
		{.name = "json", .val = 'j'},
		{.name = "svg", .has_arg = required_argument, .val = 's'},
		{0},
	};
	int c;

	*ret = (struct options){0};
	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, ":h", table, NULL)) != -1) {
		if (c == 'h')
			ret->help = true;
		else if (c == 'j')
			ret->json = true;
		else if (c == 's')
			ret->svg = optarg;
		else if (c == ':')
			return command_usage(&command_topology, e, "%s needs the name of a file",
				argv[optind - 1]);
		else
			return command_usage(
				&command_topology, e, "there is no option %s", argv[optind - 1]);
	}
	if (ret->help)
		return 0;
	if (argc > optind)
		return command_usage(
			&command_topology, e, "it takes options only, no \"%.64s\"", argv[optind]);
	if (ret->json && ret->svg != NULL)
		return command_usage(&command_topology, e, "it is either --json or --svg");
	if (ret->svg != NULL && ret->svg[0] == '\0')
		return command_usage(&command_topology, e, "the picture's file has no name");
	return 0;
}

static unsigned
width_find(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return WIDTH;
	return size.ws_col > 0 ? size.ws_col : WIDTH;
}

static int
picture_open(const char *path, FILE **ret, struct error *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, PICTURE_MODE);
	FILE *file;

	if (fd < 0) {
		int r = error_sys(e, errno, path, "make the picture");

		if (r != -EEXIST)
			return r;
		e->kind = ERROR_USAGE;
		return error_hint(e, "name a new file, or remove that one first");
	}
	file = fdopen(fd, "w");
	if (file == NULL) {
		int r = error_sys(e, errno, path, "make the picture");

		(void)close(fd);
		return r;
	}
	*ret = file;
	return 0;
}

/* A picture that isn't whole doesn't stay. */
static int
picture_write(const char *path, const struct map *map, struct error *e)
{
	FILE *file = NULL;
	int r = picture_open(path, &file, e);

	if (r < 0)
		return r;
	r = report_topology_svg(file, map, e);
	if (r < 0)
		(void)snprintf(e->where, sizeof(e->where), "%s", path);
	if (fclose(file) != 0 && r == 0)
		r = error_sys(e, errno, path, "write the picture");
	if (r < 0)
		(void)unlink(path);
	return r;
}

static int
map_show(const struct map_source *from, const struct options *o, struct error *e)
{
	auto_map struct map map = {0};
	int r = map_make(from, &map, e);

	if (r < 0)
		return r;
	if (o->json)
		return report_topology_json(stdout, &map, e);
	if (o->svg != NULL)
		return picture_write(o->svg, &map, e);
	return report_topology(stdout, &map, width_find(), command_colour(), e);
}

/* Who has CPUs, and the devices: the map has a gap where that can't be read, which is told. */
static int
rest_load(struct host *host, const struct facts *facts, const struct options *o, struct error *e)
{
	struct tenants tenants = {0};
	struct pci_entry *devices = NULL;
	struct map_source from = {.facts = facts, .tenants = &tenants};
	int r = tenants_load(host, &tenants, e), count;

	if (r < 0)
		log_failure(LOG_LEVEL_WARNING, e);
	count = pci_list(&host->roots.sys, &devices, e);
	if (count >= 0) {
		from.devices = devices;
		from.device_count = (size_t)count;
		r = map_show(&from, o, e);
	}
	free(devices);
	tenants_done(&tenants);
	return count < 0 ? count : r;
}

static int
topology_show(const struct options *o, struct error *e)
{
	struct host host = HOST_CLOSED;
	struct facts facts = {0};
	int r = host_open(&host, e);

	/* The state directory, which comes last, may be another user's. */
	if (r < 0 && host.roots.proc.fd >= 0) {
		log_failure(LOG_LEVEL_WARNING, e);
		r = 0;
	}
	if (r == 0)
		r = facts_look(&host, &facts, e);
	if (r == 0)
		r = rest_load(&host, &facts, o, e);
	facts_done(&facts);
	host_close(&host);
	return r;
}

static int
topology_main(int argc, char **argv, struct error *e)
{
	struct options options;
	int r = options_parse(argc, argv, &options, e);

	if (r < 0)
		return r;
	if (options.help) {
		command_help(&command_topology);
		return EXIT_STATUS_OK;
	}
	return topology_show(&options, e);
}

const struct command command_topology = {
	.name = "topology",
	.synopsis = "[--json|--svg FILE]",
	.summary = "draw the host's CPUs, and who has them",
	.help = "  --json      everything, for programs\n"
		"  --svg FILE  the same as a picture, in a new file\n"
		"\n"
		"A paragraph is a package and its NUMA node, with the PCI devices near it; then\n"
		"come its caches, each with its cores. [0. 4A] is a core with CPUs 0 and 4: the\n"
		"first is the pool's, the second VM A's. What the signs mean is told below the\n"
		"map. On a terminal they have colours, too, unless NO_COLOR is set.\n"
		"\n"
		"Nothing is touched. Who isn't root sees other users' VMs as far as they are in\n"
		"cgroups of cgroup v2, and grants while they are in force.\n"
		"\n"
		"  qpin topology\n"
		"  qpin topology --svg host.svg\n"
		"  qpin topology --json | jq -r .pool_cpus\n",
	.run = topology_main,
};
