/* SPDX-License-Identifier: MIT */
/* Who has CPUs, for who only looks: by the journals that we may read, and the cgroup tree. */
#include "host/tenants.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "change/claims.h"
#include "host/account.h"
#include "host/grants.h"
#include "host/host.h"
#include "host/scope.h"

enum {
	PATH_BYTES = 512,
	DEPTH_MAX = 10, /* user.slice/user-N.slice/user@N.service/SLICE…/SCOPE */
};

static const uint32_t uid_max = UINT32_MAX - 1; /* the last one means "none" to the kernel */

void
tenants_done(struct tenants *t)
{
	if (t == NULL)
		return;
	free(t->list);
	*t = (struct tenants){0};
}

static struct tenant *
tenant_find(struct tenants *t, const struct tenant *like)
{
	for (size_t i = 0; i < t->count; i++) {
		struct tenant *one = &t->list[i];

		if (one->kind == like->kind && one->uid == like->uid &&
			str_eq(one->name, like->name))
			return one;
	}
	return NULL;
}

/* Add @tenant; of one that is there already, only CPUs that weren't known. */
static int
tenant_add(struct tenants *t, const struct tenant *tenant, struct error *e)
{
	struct tenant *there = tenant_find(t, tenant), *bigger;

	if (there != NULL) {
		if (there->state == TENANT_UNREADABLE)
			cpus_unite(&there->cpus, &tenant->cpus);
		return 0;
	}
	bigger = reallocarray(t->list, t->count + 1, sizeof(*bigger));
	if (bigger == NULL)
		return error_sys(e, ENOMEM, NULL, "list who has CPUs");
	t->list = bigger;
	bigger[t->count++] = *tenant;
	return 0;
}

static void
user_name(struct tenant *tenant)
{
	struct account account = {0};
	struct error ignored;

	if (account_find(tenant->uid, &account, &ignored) == 0)
		(void)snprintf(tenant->user, sizeof(tenant->user), "%.64s", account.name);
	else
		(void)snprintf(tenant->user, sizeof(tenant->user), "%u", (unsigned)tenant->uid);
}

static enum tenant_state
claim_state(const struct claim *claim)
{
	if (claim->damaged)
		return TENANT_UNREADABLE;
	return claim->alive ? TENANT_RUNNING : TENANT_ABANDONED;
}

static int
claims_add(const struct host *host, struct tenants *ret, struct error *e)
{
	auto_free struct claim *claims = NULL;
	int count = claims_list(&host->state, &claims, e), r = count < 0 ? count : 0;

	for (int i = 0; i < count && r == 0; i++) {
		struct tenant tenant = {.kind = TENANT_VM,
			.state = claim_state(&claims[i]),
			.uid = geteuid(),
			.cpus = claims[i].cpus};

		memcpy(tenant.name, claims[i].name, sizeof(tenant.name));
		user_name(&tenant);
		r = tenant_add(ret, &tenant, e);
	}
	return r;
}

static int
grants_add(struct tenants *ret, struct error *e)
{
	auto_free struct grant *grants = NULL;
	int count = grants_read(&grants, e), r = count < 0 ? count : 0;

	for (int i = 0; i < count && r == 0; i++) {
		struct tenant tenant = {
			.kind = TENANT_USER, .uid = grants[i].uid, .cpus = grants[i].cpus};

		memcpy(tenant.user, grants[i].user, sizeof(tenant.user));
		r = tenant_add(ret, &tenant, e);
	}
	return r;
}

int
tenants_own(const struct host *host, struct tenants *ret, struct error *e)
{
	struct error second;
	int r = claims_add(host, ret, e);
	int grants = grants_add(ret, r < 0 ? &second : e);

	return r < 0 ? r : grants;
}

/* A walk through the cgroup tree. */
struct walk {
	const struct host *host;
	struct tenants *ret;
	struct error *e;
	int failed; /* -errno of the first failure */
};

static DIR *
group_open(const struct walk *w, const char *path)
{
	int fd = file_open_beneath(&w->host->roots.cgroup, path, O_RDONLY | O_DIRECTORY, 0);
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;

	if (directory == NULL && fd >= 0)
		(void)close(fd);
	return directory;
}

/* Control file @file of cgroup @path; "" when it can't be read. */
static const char *
control_read(const struct walk *w, const char *path, const char *file, char *text)
{
	char name[PATH_BYTES + 64];
	struct error ignored;

	(void)snprintf(name, sizeof(name), "%s/%s", path, file);
	text[0] = '\0';
	if (file_read(&w->host->roots.cgroup, name, text, FILE_TEXT_BYTES, &ignored) < 0)
		text[0] = '\0';
	return text;
}

/* The CPUs of cgroup @path if it is a valid partition. */
static bool
partition_read(const struct walk *w, const char *path, struct cpus *ret)
{
	char text[FILE_TEXT_BYTES];

	control_read(w, path, "cpuset.cpus.partition", text);
	if (!str_eq(text, "root") && !str_eq(text, "isolated"))
		return false;
	return cpus_parse(control_read(w, path, "cpuset.cpus", text), ret) == 0;
}

/* The CPUs that there are leaves of in cgroup @vm; false when it hasn't any. */
static bool
leaves_read(const struct walk *w, const char *vm, struct cpus *ret)
{
	static const char prefix[] = "cpu";
	char path[PATH_BYTES + 16];
	const struct dirent *entry;
	DIR *directory;

	(void)snprintf(path, sizeof(path), "%s/cores", vm);
	directory = group_open(w, path);
	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		uint32_t os_cpu;

		if (str_starts(entry->d_name, prefix) &&
			num_parse_u32(entry->d_name + strlen(prefix), 0, CPUS_MAX - 1, &os_cpu) ==
				0)
			cpus_add(ret, os_cpu);
	}
	if (directory != NULL)
		(void)closedir(directory);
	return !cpus_empty(ret);
}

/* Its qpin is where it put itself. One that took over by `adopt` is elsewhere, so may be alive. */
static enum tenant_state
state_read(const struct walk *w, const char *vm)
{
	char text[FILE_TEXT_BYTES];

	control_read(w, vm, "supervisor/cgroup.events", text);
	return strstr(text, "populated 1") != NULL ? TENANT_RUNNING : TENANT_UNKNOWN;
}

static void
tenant_take(struct walk *w, struct tenant *tenant)
{
	struct error second;
	int r;

	user_name(tenant);
	r = tenant_add(w->ret, tenant, w->failed < 0 ? &second : w->e);
	if (w->failed == 0)
		w->failed = r;
}

/* The name of the VM whose unit @unit is; false when it is none's. */
static bool
vm_name(const char *unit, char *name, size_t size)
{
	static const struct {
		const char *begin, *end;
	} row[] = {{"qpin-", ".scope"}, {"qpin@", ".service"}};

	for (size_t i = 0; i < COUNT(row); i++) {
		size_t begin = strlen(row[i].begin), end = strlen(row[i].end);
		size_t len = strlen(unit);

		if (!str_starts(unit, row[i].begin) || !str_ends(unit, row[i].end) ||
			len <= begin + end)
			continue;
		(void)snprintf(name, size, "%.*s", (int)(len - begin - end), unit + begin);
		return len - begin - end < size && name_is_safe(name);
	}
	return false;
}

static void
vm_look(struct walk *w, const char *path, const char *name, uid_t uid)
{
	struct tenant tenant = {.kind = TENANT_VM, .uid = uid};
	char inner[PATH_BYTES + 8];
	struct cpus own = {0};
	bool found;

	(void)snprintf(tenant.name, sizeof(tenant.name), "%s", name);
	(void)snprintf(inner, sizeof(inner), "%s/vm", path);
	found = leaves_read(w, path, &tenant.cpus);
	if (found)
		(void)snprintf(inner, sizeof(inner), "%s", path);
	else
		found = leaves_read(w, inner, &tenant.cpus);
	if (!found)
		return;
	/* Without remote partitions, QEMU's other threads have CPUs of their own in it. */
	if (partition_read(w, path, &own))
		cpus_unite(&tenant.cpus, &own);
	tenant.state = state_read(w, inner);
	tenant_take(w, &tenant);
}

/* The user in whose part of the tree what is in @name is: systemd makes these. */
static uid_t
user_of(const char *name, uid_t outer)
{
	static const char slice[] = "user-", end[] = ".slice";
	char number[16];
	uint32_t uid;

	if (outer != 0 || !str_starts(name, slice) || !str_ends(name, end))
		return outer; /* he may name his cgroups as he likes */
	(void)snprintf(number, sizeof(number), "%.*s",
		(int)(strlen(name) - strlen(slice) - strlen(end)), name + strlen(slice));
	return num_parse_u32(number, 1, uid_max, &uid) == 0 ? uid : outer;
}

static void
slice_look(struct walk *w, const char *path, const char *name, uid_t uid)
{
	struct tenant tenant = {.kind = TENANT_USER, .uid = uid};

	if (uid != 0 && str_eq(name, QPIN_SLICE) && partition_read(w, path, &tenant.cpus) &&
		!cpus_empty(&tenant.cpus))
		tenant_take(w, &tenant);
}

static bool
is_passage(const char *name)
{
	return str_ends(name, ".slice") ||
	       (str_starts(name, "user@") && str_ends(name, ".service"));
}

static void
group_walk(struct walk *w, const char *path, uid_t uid, unsigned depth)
{
	DIR *directory = group_open(w, path);
	const struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		char below[PATH_BYTES], vm[65];
		const char *name = entry->d_name;

		if ((size_t)snprintf(below, sizeof(below), "%s/%s", path, name) >= sizeof(below))
			continue;
		if (vm_name(name, vm, sizeof(vm))) {
			vm_look(w, below, vm, uid);
		} else if (is_passage(name) && depth < DEPTH_MAX) {
			slice_look(w, below, name, uid);
			group_walk(w, below, user_of(name, uid), depth + 1);
		}
	}
	if (directory != NULL)
		(void)closedir(directory);
}

int
tenants_tree(const struct host *host, struct tenants *ret, struct error *e)
{
	struct walk w = {.host = host, .ret = ret, .e = e};

	if (host->roots.cgroup.fd >= 0)
		group_walk(&w, ".", 0, 0);
	return w.failed;
}

static int
tenant_compare(const void *a, const void *b)
{
	const struct tenant *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->uid != y->uid)
		return x->uid < y->uid ? -1 : 1;
	return strcmp(x->name, y->name);
}

int
tenants_load(const struct host *host, struct tenants *ret, struct error *e)
{
	struct error second;
	int r, tree;

	*ret = (struct tenants){0};
	r = tenants_own(host, ret, e);
	tree = tenants_tree(host, ret, r < 0 ? &second : e);
	if (ret->count > 0)
		qsort(ret->list, ret->count, sizeof(*ret->list), tenant_compare);
	return r < 0 ? r : tree;
}
