/* SPDX-License-Identifier: MIT */
/* A grant as it is in the cgroup tree, while the user's service manager runs. */
#include "supervise/enforcement.h"

#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "base/log.h"
#include "cgroup/masks.h"
#include "change/journal.h"
#include "host/scope.h"
#include "host/unitfiles.h"
#include "plan/grant.h"
#include "supervise/kinds.h"
#include "supervise/unwind.h"

enum {
	NAME_BYTES = 64,
	PATH_BYTES = 256,
};

/*
 * What is done while the user's manager runs is in two journals. His slice is made by his manager,
 * which may take as long as he likes: nobody else shall wait for that.
 */
struct part {
	const char *prefix; /* of the journal's name */
	bool locked;        /* made and undone under the global lock */
};

static const struct part part_slice = {.prefix = JOURNAL_SLICE};
static const struct part part_cpus = {.prefix = JOURNAL_GRANT, .locked = true};

static char *
part_name(const struct part *part, uid_t uid, char *name)
{
	(void)snprintf(name, NAME_BYTES, "%s%u", part->prefix, (unsigned)uid);
	return name;
}

/* The part's journal; one of other CPUs is left over, and undone. */
static int
part_open(struct host *host, const char *name, const struct cpus *cpus, struct journal *ret,
	struct error *e)
{
	int r = journal_load(&host->state, name, change_kinds, ret, e);

	if (r == 0 && !cpus_equal(&ret->cpus, cpus)) {
		r = unwind_locked(host, ret, e);
		*ret = (struct journal)JOURNAL_CLOSED;
		if (r == 0)
			r = -ENOENT;
	}
	return r == -ENOENT ? journal_create(&host->state, name, cpus, ret, e) : r;
}

/* The kernel may change the masks of tasks whose VMs keep a list of them. */
static int
cpus_move(struct host *host, struct journal *j, const struct change_list *list, struct error *e)
{
	struct error second;
	int r = masks_watch(host, e);
	int mended;

	if (r == 0)
		r = journal_apply_all(j, host, list, e);
	mended = masks_mend(host, r < 0 ? &second : e);
	if (r < 0 && mended < 0)
		log_failure(LOG_LEVEL_WARNING, &second);
	return r < 0 ? r : mended;
}

static int
part_make(struct host *host, const struct part *part, const struct grant *grant,
	const struct change_list *list, struct error *e)
{
	auto_journal struct journal j = JOURNAL_CLOSED;
	char name[NAME_BYTES];
	int r = host_lock(host, e);

	if (r == 0)
		r = part_open(host, part_name(part, grant->uid, name), &grant->cpus, &j, e);
	if (!part->locked)
		host_unlock(host);
	if (r == 0 && part->locked)
		r = cpus_move(host, &j, list, e);
	else if (r == 0)
		r = journal_apply_all(&j, host, list, e);
	host_unlock(host);
	return r;
}

static int
part_undo(struct host *host, const struct part *part, uid_t uid, struct error *e)
{
	auto_journal struct journal j = JOURNAL_CLOSED;
	char name[NAME_BYTES];
	int r = host_lock(host, e);

	if (r == 0)
		r = journal_load(&host->state, part_name(part, uid, name), change_kinds, &j, e);
	if (!part->locked)
		host_unlock(host);
	if (r == 0)
		r = part->locked ? unwind_locked(host, &j, e)
				 : unwind_journal(host, &host->state, &j, e);
	host_unlock(host);
	return r == -ENOENT ? 0 : r;
}

/* Remove the state directory that a lock made, if nothing else is in it. */
static int
tidy(struct host *host, struct error *e)
{
	int r = host->state.fd >= 0 ? host_lock(host, e) : 0;

	if (r == 0)
		r = shared_unwind(host, e);
	host_unlock(host);
	return r;
}

int
enforcement_end(struct host *host, uid_t uid, struct error *e)
{
	int r = part_undo(host, &part_cpus, uid, e);

	if (r == 0)
		r = part_undo(host, &part_slice, uid, e);
	return r < 0 ? r : tidy(host, e);
}

static int
parts_make(struct host *host, const struct grant *grant, const char *manager, struct error *e)
{
	auto_change_list struct change_list slice = {0}, cpus = {0};
	int r;

	if (grant_prepare(grant->uid, manager, &grant->cpus, &slice) < 0 ||
		grant_enforce(manager, &grant->cpus, &cpus) < 0)
		return error_sys(e, ENOMEM, NULL, "enforce a grant");
	r = part_make(host, &part_slice, grant, &slice, e);
	return r < 0 ? r : part_make(host, &part_cpus, grant, &cpus, e);
}

int
enforcement_begin(struct host *host, const struct grant *grant, struct error *e)
{
	char unit[GRANT_UNIT_BYTES], manager[PATH_BYTES];
	struct error second;
	int r = unit_read_cgroup(
		&host->manager, grant_manager_unit(grant->uid, unit), manager, sizeof(manager), e);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	r = parts_make(host, grant, manager, e);
	if (r == 0)
		return 1;
	if (e->kind == ERROR_ISOLATION)
		error_hint(e,
			"see who has these CPUs: grep -r . --include=cpuset.cpus.exclusive %s",
			host->roots.cgroup.path);
	if (enforcement_end(host, grant->uid, &second) < 0)
		log_failure(LOG_LEVEL_WARNING, &second);
	return r;
}

bool
enforcement_slice(struct host *host, uid_t uid, char *path, size_t size)
{
	char unit[GRANT_UNIT_BYTES], manager[PATH_BYTES];
	struct error ignored;

	if (unit_read_cgroup(&host->manager, grant_manager_unit(uid, unit), manager,
		    sizeof(manager), &ignored) < 0)
		return false;
	(void)snprintf(path, size, "%s/" QPIN_SLICE, manager);
	return true;
}
