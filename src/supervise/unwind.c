/* SPDX-License-Identifier: MIT */
/* Undoing: the one way in which a VM's changes, and those that all VMs share, are taken back. */
#include "supervise/unwind.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "cgroup/masks.h"
#include "change/claims.h"
#include "host/online.h"
#include "host/task.h"
#include "qemu/spawn.h"
#include "supervise/kinds.h"
#include "supervise/orphan.h"

enum {
	LET_GO_MS = 60 * 1000, /* on a big host putting back takes seconds */
};

void
unwind_tell(const struct change *c, const struct error *e)
{
	char text[512];

	c->kind->describe(c, text, sizeof(text));
	log_warning("this stays: %s", text);
	log_failure(LOG_LEVEL_WARNING, e);
}

int
shared_apply(struct host *host, const struct change *c, struct error *e)
{
	static const struct cpus none;
	auto_journal struct journal shared = JOURNAL_CLOSED;
	int r = journal_load(&host->state, JOURNAL_SHARED, change_kinds, &shared, e);

	if (r == -ENOENT)
		r = journal_create(&host->state, JOURNAL_SHARED, &none, &shared, e);
	return r < 0 ? r : journal_apply(&shared, host, c, e);
}

static bool
had_partitions(const struct journal *j)
{
	for (size_t i = 0; i < j->changes.count; i++) {
		if (j->changes.list[i].kind == &change_partition)
			return true;
	}
	return false;
}

/*
 * After its partitions a VM's CPUs are the host's again; a kernel may have lost one on the way (7.2
 * does when a partition over CPUs isolated at boot changes its type).
 */
static int
cpus_are_back(const struct host *host, const struct journal *j, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus wanted = j->cpus, online, effective;
	struct error ignored;

	if (!had_partitions(j))
		return 0;
	if (online_read(&host->roots.sys, &online, &ignored) < 0 ||
		group_read_cpus(host, "/", CPUSET_CPUS_EFFECTIVE, &effective, &ignored) < 0)
		return 0;
	cpus_keep(&wanted, &online);
	if (cpus_within(&wanted, &effective))
		return 0;
	cpus_subtract(&wanted, &effective);
	error_refuse(e, ERROR_HOST, host->roots.cgroup.path, "have CPUs %s back for the host",
		cpus_format(&wanted, text));
	error_why(e, "its " CPUSET_CPUS_EFFECTIVE " lacks them");
	return error_hint(e, "see who has them: grep -r . --include=cpuset.cpus.partition %s",
		host->roots.cgroup.path);
}

/* What takes back what stays of @j, once it is mended. */
static int
unwind_hint(const struct journal *j, const char *dir, struct error *e)
{
	const char *uid = strrchr(j->name, '-');

	if (str_eq(j->name, JOURNAL_SHARED))
		return error_hint(e, "mend what is named above, then: qpin release --all");
	if (j->name[0] == '.' && uid != NULL)
		return error_hint(e, "mend what is named above, then: qpin revoke %s", uid + 1);
	return error_hint(e, "mend what is named above, then: qpin %s %s",
		str_starts(dir, STATEDIR) ? "revoke" : "release", j->name);
}

int
unwind_journal(struct host *host, const struct root *dir, struct journal *j, struct error *e)
{
	size_t left = journal_undo(j, host, unwind_tell);
	struct error trouble;
	int r;

	if (left == 0) {
		if (cpus_are_back(host, j, &trouble) < 0)
			log_failure(LOG_LEVEL_WARNING, &trouble);
		return journal_remove(dir, j, e);
	}
	error_sys(e, EIO, j->dir.path, "undo all changes");
	error_why(e, "%zu of them stay", left);
	r = unwind_hint(j, dir->path, e);
	journal_close(j);
	return r;
}

int
unwind_locked(struct host *host, struct journal *j, struct error *e)
{
	struct error trouble;
	int r;

	if (masks_watch(host, &trouble) < 0)
		log_failure(LOG_LEVEL_WARNING, &trouble);
	r = unwind_journal(host, &host->state, j, e);
	if (masks_mend(host, &trouble) < 0)
		log_failure(LOG_LEVEL_WARNING, &trouble);
	return r;
}

/* The list of masks is begun before a journal tells of it: whoever died there left it alone. */
static int
masks_forget(struct host *host, struct error *e)
{
	static const struct change forgotten = {.kind = &change_masks};

	return change_masks.undo(host, &forgotten, e);
}

/* Whether @r is of a journal that isn't there, which a look confirms: what it needs is forgotten.
 */
static bool
is_absent(const struct host *host, int r)
{
	return r == -ENOENT && !file_exists(&host->state, JOURNAL_SHARED "/" JOURNAL_FILE);
}

int
shared_unwind(struct host *host, struct error *e)
{
	auto_journal struct journal shared = JOURNAL_CLOSED;
	auto_free struct claim *claims = NULL;
	int r = 0;

	if (host->state.fd < 0) /* tidied away already */
		return 0;
	claims_tidy(&host->state);
	r = claims_list(&host->state, &claims, e);
	if (r != 0)
		return r < 0 ? r : 0;
	r = journal_load(&host->state, JOURNAL_SHARED, change_kinds, &shared, e);
	if (r == 0)
		r = unwind_locked(host, &shared, e);
	if (r == 0 || is_absent(host, r))
		r = masks_forget(host, e);
	if (r < 0)
		return r;
	host_tidy(host);
	return 0;
}

int
unwind(struct host *host, struct journal *j, struct error *e)
{
	int r = host_lock(host, e);

	if (r == 0)
		r = unwind_locked(host, j, e);
	else
		journal_close(j);
	return r < 0 ? r : shared_unwind(host, e);
}

int
release(struct host *host, const char *name, bool kill, struct error *e)
{
	auto_journal struct journal j = JOURNAL_CLOSED;
	pid_t guest = host->guest;
	struct error ignored;
	int r;

	if (host->state.fd < 0)
		r = error_sys(e, ENOENT, host->state_path, "release VM %s", name);
	else
		r = journal_load(&host->state, name, change_kinds, &j, e);
	if (r == -ENOENT) {
		error_why(e, "there is nothing left of it");
		if (host->state.fd >= 0)
			(void)shared_unwind(host, &ignored); /* but maybe its directory */
	}
	if (r == 0)
		r = owner_check(&j, e);
	if (r == 0 && kill)
		r = orphan_end(host, &j, e);
	if (r == 0)
		r = orphan_check(host, &j, e);
	if (r < 0)
		return r;
	host->guest = j.keeper.pid != 0 ? j.qemu.pid : 0;
	r = unwind(host, &j, e);
	host->guest = guest;
	return r;
}

int
let_go(struct host *host, const char *name, struct error *e)
{
	struct record_process keeper;
	int r = claims_read_process(&host->state, name, RECORD_KEEPER, &keeper, e);
	auto_fd int fd =
		r == 0 && keeper.pid != 0 ? (int)syscall(SYS_pidfd_open, keeper.pid, 0) : -1;
	struct pollfd wait = {.fd = fd, .events = POLLIN};

	if (r < 0)
		return r;
	if (fd < 0 || task_lives(&host->roots.proc, keeper.pid, keeper.start, e) <= 0)
		return 1;
	root_close(&host->roots.cpuset_v1); /* it may have to unmount that: not while it's open */
	if (spawn_signal(fd, SIGTERM) < 0)
		return error_sys(e, errno, NULL, "tell process %d to let go", (int)keeper.pid);
	if (poll(&wait, 1, LET_GO_MS) == 1)
		return 0;
	error_sys(e, ETIMEDOUT, NULL, "see process %d let go of VM %s", (int)keeper.pid, name);
	return error_hint(e, "kill it, and then: qpin release %s", name);
}

/* Of two failures the first is @e's; a later one is told here. */
static int
failure_join(int first, struct error *e, int later, const struct error *second)
{
	if (later >= 0)
		return first;
	if (first < 0)
		log_failure(LOG_LEVEL_WARNING, second);
	else
		*e = *second;
	return first < 0 ? first : later;
}

int
release_all(struct host *host, bool kill, struct error *e)
{
	auto_free struct claim *claims = NULL;
	int count = claims_list(&host->state, &claims, e);
	int first = count < 0 ? count : 0;
	struct error second;

	for (int i = 0; i < count; i++) {
		int r;

		if (claims[i].alive)
			continue;
		r = release(host, claims[i].name, kill, &second);
		if (r == 0)
			log_notice("released %s", claims[i].name);
		first = failure_join(first, e, r, &second);
	}
	/* Also where there was no VM: those that died may have left what they shared. */
	return count < 0 ? first : failure_join(first, e, shared_unwind(host, &second), &second);
}
