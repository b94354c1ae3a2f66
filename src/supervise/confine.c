/* SPDX-License-Identifier: MIT */
/*
 * A QEMU that a guest broke out of may send us anything. What reads it runs with what undoing and
 * hot-plugging take, and without the rest: what it is asked for beyond that gets EPERM. It isn't
 * killed for it: then nobody would put the host back.
 */
#include "supervise/confine.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/capabilities.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/filter.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "host/bus.h"
#include "host/manager.h"
#include "host/mount.h"
#include "host/topology_library.h"
#include "qemu/parser.h"
#include "supervise/notify.h"

enum {
	MOUNTINFO_MAX_BYTES = 4 * 1024 * 1024, /* hosts of containers have thousands of mounts */
};

/* The list names what it compares with by numbers. */
_Static_assert(AF_UNIX == 1 && PROT_EXEC == 4, "supervisor.list has them right");

static const struct filter_rule rules[] = {
#include "seccomp/supervisor.inc"
};

static const struct filter_rule parser_rules[] = {
#include "seccomp/parser.inc"
};

uint64_t
confine_capabilities(const struct confine_facts *facts)
{
	uint64_t set = CAPABILITY(CAP_SYS_NICE) |     /* masks, scheduling, cpusets of all tasks */
		       CAPABILITY(CAP_DAC_OVERRIDE) | /* cgroups of users, where tasks go back to */
		       CAPABILITY(CAP_KILL);          /* a QEMU that runs as another user */

	/* What systemd delegated; unmounting; a remote partition, which is made anew when a CPU
	 * comes back, or for a vCPU that is plugged. */
	if (facts->task == CONFINE_ATTACH || facts->v1 || facts->remote)
		set |= CAPABILITY(CAP_SYS_ADMIN);
	if (facts->task == CONFINE_ATTACH || facts->proc_hides)
		set |= CAPABILITY(CAP_SYS_PTRACE); /* /proc/PID/exe and cwd; all of it */
	return set;
}

/* Source: proc(5), mountinfo: "… - TYPE SOURCE OPTIONS". */
static bool
line_hides(const char *line)
{
	static const char type[] = " - proc ", option[] = "hidepid=";
	const char *at = strstr(line, type);

	at = at != NULL ? strstr(at, option) : NULL;
	return at != NULL && !str_starts(at + strlen(option), "0") &&
	       !str_starts(at + strlen(option), "off");
}

bool
confine_proc_hides(char *mountinfo)
{
	const char *line;

	while ((line = strsep(&mountinfo, "\n")) != NULL) {
		if (line_hides(line))
			return true;
	}
	return false;
}

/* Whether the cpuset controller is v1's, or may become that by our mounting it. */
static bool
may_be_v1(const struct host *host)
{
	char text[FILE_TEXT_BYTES];
	struct error ignored;

	if (host->roots.cpuset_v1.fd >= 0 || host->roots.cgroup.fd < 0)
		return true;
	return file_read(&host->roots.cgroup, "cgroup.controllers", text, sizeof(text), &ignored) <
		       0 ||
	       strstr(text, "cpuset") == NULL;
}

int
confine_narrow(const struct host *host, enum confine_task task, struct error *e)
{
	struct confine_facts facts = {
		.task = task,
		.v1 = may_be_v1(host),
		.remote = host->roots.cgroup.fd >= 0 &&
			  file_exists(&host->roots.cgroup, CPUSET_CPUS_ISOLATED),
	};
	auto_free char *mountinfo = NULL;
	int r = file_load(&host->roots.proc, "self/mountinfo", MOUNTINFO_MAX_BYTES, &mountinfo, e);

	if (r < 0)
		return r;
	facts.proc_hides = confine_proc_hides(mountinfo);
	if (task == CONFINE_WATCH)
		topology_library_close();
	return capabilities_keep(confine_capabilities(&facts), e);
}

static int
calls_confine(const struct host *host, enum filter_kind kind, struct error *e)
{
	static const char *const v1s[] = {"mount", "umount2", NULL};
	const struct filter_request request = {
		.kind = kind,
		.rules = rules,
		.count = COUNT(rules),
		.without = may_be_v1(host) ? NULL : v1s,
	};
	auto_filter struct filter filter = {0};
	int r = filter_make(&request, &filter, e);

	if (r == 0 && filter_install(&filter) < 0)
		r = error_sys(e, errno, NULL, "confine qpin's own system calls");
	return r < 0 ? error_hint(e, "--no-seccomp does without") : 0;
}

/* The parser is a process of its own from before we can't start one any more. */
static int
parser_begin(enum filter_kind kind, struct error *e)
{
	const struct filter_request request = {
		.kind = kind,
		.rules = parser_rules,
		.count = COUNT(parser_rules),
	};
	auto_filter struct filter filter = {0};
	int r = filter_make(&request, &filter, e);

	return r < 0 ? error_hint(e, "--no-seccomp does without") : parser_start(&filter, e);
}

/* Later nothing can be: see the list's mmap. The parser needs none of them. */
static int
libraries_load(const struct host *host, enum confine_task task, struct error *e)
{
	int r = manager_is_systemd() || notify_is_awaited() ? bus_load(e) : 0;

	if (r == 0 && may_be_v1(host))
		r = mount_library_open(e);
	return r == 0 && task == CONFINE_ATTACH ? topology_library_open(e) : r;
}

int
confine(struct host *host, enum confine_task task, enum confinement confinement, struct error *e)
{
	enum filter_kind kind = confinement == CONFINE_LOG ? FILTER_LOGS : FILTER_ALLOWS;
	bool filters = confinement != CONFINE_NOT && filter_is_available();
	int r;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_sys(e, errno, NULL, "give up new privileges");
	if (confinement != CONFINE_NOT && !filters)
		log_warning("qpin's own system calls can't be confined: the kernel, or a "
			    "container, has no filters");
	r = filters ? parser_begin(kind, e) : parser_start(NULL, e);
	if (r == 0)
		r = libraries_load(host, task, e);
	if (r == 0 && filters)
		r = calls_confine(host, kind, e);
	host->confined = true;
	return r < 0 ? r : confine_narrow(host, task, e);
}
