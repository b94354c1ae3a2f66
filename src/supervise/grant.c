/* SPDX-License-Identifier: MIT */
/*
 * Giving CPUs to an ordinary user's own, and taking them back. The grant itself is a journal that
 * outlives boots, and has what was configured.
 */
#include "supervise/grant.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "change/claims.h"
#include "change/journal.h"
#include "host/load.h"
#include "plan/grant.h"
#include "supervise/enforcement.h"
#include "supervise/kinds.h"
#include "supervise/unwind.h"

enum {
	NAME_BYTES = 64,
	SLICE_BYTES = 256 + 16,
};

static void
root_cleanup(struct root *root)
{
	root_close(root);
}

#define auto_root __attribute__((cleanup(root_cleanup)))

/* The unit first, which then undoes what it did; it waits for the lock, which we don't hold. */
static int
take_back(
	struct host *host, const struct root *grants, struct journal *j, uid_t uid, struct error *e)
{
	char unit[GRANT_UNIT_BYTES];
	int r = manager_stop_unit(&host->manager, grant_unit(uid, unit), e);

	if (r == 0)
		r = enforcement_end(host, uid, e);
	if (r == 0)
		r = unwind_journal(host, grants, j, e);
	if (r == 0)
		grants_tidy();
	return r;
}

static int
refuse_other(const struct grantee *who, const struct journal *j, struct error *e)
{
	char text[CPUS_TEXT_BYTES];

	error_sys(e, EBUSY, NULL, "grant CPUs to user '%s'", who->name);
	e->kind = ERROR_CLAIMED;
	error_why(e, "he has a grant of the CPUs %s", cpus_format(&j->cpus, text));
	return error_hint(e, "take it back first: qpin revoke %s", who->name);
}

static int
check(struct host *host, const struct grantee *who, const struct cpus *cpus, struct error *e)
{
	struct facts facts = {0};
	int r = facts_load(host, &facts, e);

	if (r == 0)
		r = grant_check(&facts, cpus, who->name, e);
	facts_done(&facts);
	return r;
}

/* Under the global lock: the journal that is the grant. */
static int
grant_open(struct host *host, struct root *grants, const struct grantee *who,
	const struct cpus *cpus, struct journal *ret, struct error *e)
{
	char name[NAME_BYTES];
	int r = grants_open(false, grants, e);

	(void)snprintf(name, sizeof(name), "%u", (unsigned)who->uid);
	if (r == 0)
		r = journal_load(grants, name, change_kinds, ret, e);
	if (r == 0)
		return cpus_equal(&ret->cpus, cpus) ? 0 : refuse_other(who, ret, e);
	if (r != -ENOENT)
		return r;
	r = check(host, who, cpus, e);
	if (r == 0 && grants->fd < 0)
		r = grants_open(true, grants, e);
	if (r == 0)
		r = journal_create(grants, name, cpus, ret, e);
	if (r < 0)
		grants_tidy();
	return r;
}

/* 1 or 0 as enforcement_begin(). */
static int
grant_make(struct host *host, struct journal *j, const struct grant *grant, struct error *e)
{
	auto_change_list struct change_list configure = {0}, keep = {0};
	int in_force, r;

	if (grant_configure(grant->uid, &configure) < 0 || grant_keep(grant->uid, &keep) < 0)
		return error_sys(e, ENOMEM, NULL, "make a grant");
	r = journal_apply_all(j, host, &configure, e);
	in_force = r == 0 ? enforcement_begin(host, grant, e) : r;
	r = in_force < 0 ? in_force : journal_apply_all(j, host, &keep, e);
	return r < 0 ? r : in_force;
}

int
grant_give(struct host *host, const struct grantee *who, const struct cpus *cpus, struct error *e)
{
	const struct grant grant = {.uid = who->uid, .cpus = *cpus};
	auto_journal struct journal j = JOURNAL_CLOSED;
	auto_root struct root grants = {.fd = -1};
	struct error second;
	bool is_new;
	int r = host_lock(host, e);

	if (r == 0)
		r = grant_open(host, &grants, who, cpus, &j, e);
	host_unlock(host);
	is_new = r == 0 && j.changes.count == 0;
	if (r == 0)
		r = grant_make(host, &j, &grant, e);
	if (r < 0 && is_new && take_back(host, &grants, &j, who->uid, &second) < 0)
		log_failure(LOG_LEVEL_WARNING, &second);
	if (host->state.fd >= 0 && host_lock(host, &second) == 0) /* which made the directory */
		(void)shared_unwind(host, &second);
	host_unlock(host);
	return r;
}

static int
nothing_runs(struct host *host, const struct grantee *who, struct error *e)
{
	char path[SLICE_BYTES], text[FILE_TEXT_BYTES];
	struct error ignored;

	if (!enforcement_slice(host, who->uid, path, sizeof(path)) ||
		group_read(host, path, CGROUP_EVENTS, text, sizeof(text), &ignored) < 0 ||
		strstr(text, "populated 1") == NULL)
		return 0;
	error_sys(e, EBUSY, path, "take back the CPUs of user '%s'", who->name);
	e->kind = ERROR_CLAIMED;
	error_why(e, "something of his runs there");
	return error_hint(e,
		"see what: systemd-cgls %s; or `qpin revoke --force %s`: it runs on, pinned, but "
		"no longer alone",
		path, who->name);
}

/* What a qpin left that died before there was a grant. */
static void
grant_remains_remove(struct host *host, const struct root *grants)
{
	struct error ignored;

	if (grants->fd >= 0 && host_lock(host, &ignored) == 0) {
		claims_tidy(grants);
		(void)shared_unwind(host, &ignored); /* the lock made its directory */
	}
	host_unlock(host);
	grants_tidy();
}

int
grant_revoke(struct host *host, const struct grantee *who, bool force, struct error *e)
{
	auto_journal struct journal j = JOURNAL_CLOSED;
	auto_root struct root grants = {.fd = -1};
	char name[NAME_BYTES];
	int r = grants_open(false, &grants, e);

	(void)snprintf(name, sizeof(name), "%u", (unsigned)who->uid);
	if (r == 0)
		r = journal_load(&grants, name, change_kinds, &j, e);
	if (r == -ENOENT) {
		grant_remains_remove(host, &grants);
		error_refuse(e, ERROR_USAGE, NULL, "take back the CPUs of user '%s'", who->name);
		error_why(e, "he has no grant");
		e->errnum = ENOENT;
		return error_hint(e, "`qpin grant --list` shows those that there are");
	}
	if (r == 0 && !force)
		r = nothing_runs(host, who, e);
	if (r == 0)
		r = take_back(host, &grants, &j, who->uid, e);
	return r;
}

static int
granted_find(uid_t uid, struct grant *ret, struct error *e)
{
	auto_free struct grant *list = NULL;
	int count = grants_read(&list, e);

	for (int i = 0; i < count; i++) {
		if (list[i].uid == uid) {
			*ret = list[i];
			return 0;
		}
	}
	if (count < 0)
		return count;
	error_sys(e, ENOENT, NULL, "enforce the grant of user %u", (unsigned)uid);
	return error_why(e, "he has none");
}

int
grant_start(struct host *host, uid_t uid, struct error *e)
{
	struct grant grant;
	int r = granted_find(uid, &grant, e);

	if (r == 0)
		r = enforcement_begin(host, &grant, e);
	if (r != 0)
		return r < 0 ? r : 0;
	error_sys(e, ENOENT, NULL, "enforce the grant of user %u", (unsigned)uid);
	return error_why(e, "his service manager does not run");
}

int
grant_stop(struct host *host, uid_t uid, struct error *e)
{
	return host->state.fd < 0 ? 0 : enforcement_end(host, uid, e);
}

void
grant_observe(struct host *host, struct grant *grant)
{
	char path[SLICE_BYTES], text[FILE_TEXT_BYTES];
	struct error ignored;

	grant->in_force = false;
	if (!enforcement_slice(host, grant->uid, path, sizeof(path)))
		(void)snprintf(grant->state, sizeof(grant->state), "waits until the user logs in");
	else if (group_read(host, path, CPUSET_CPUS_PARTITION, text, sizeof(text), &ignored) < 0)
		(void)snprintf(grant->state, sizeof(grant->state),
			"not in force: the slice has no cpuset");
	else if (str_eq(text, PARTITION_ROOT))
		grant->in_force = snprintf(grant->state, sizeof(grant->state), "in force") > 0;
	else
		(void)snprintf(grant->state, sizeof(grant->state),
			"not in force: the slice is \"%.100s\"", text);
}
