/* SPDX-License-Identifier: MIT */
/* CPUs that root gave to ordinary users for good. */
#include "host/grants.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "change/claims.h"
#include "host/account.h"

#define GRANTS_NAME "grants"
#define GRANTS_DIR  STATEDIR "/" GRANTS_NAME

enum {
	DIRECTORY_MODE = 0755,
};

static const uint32_t uid_max = UINT32_MAX - 1; /* the last one means "none" to the kernel */

static int
directory_make(struct error *e)
{
	if ((mkdir(STATEDIR, DIRECTORY_MODE) < 0 && errno != EEXIST) ||
		(mkdir(GRANTS_DIR, DIRECTORY_MODE) < 0 && errno != EEXIST))
		return error_sys(e, errno, GRANTS_DIR, "make the directory of grants");
	return 0;
}

static int
directory_check(const struct root *dir, struct error *e)
{
	struct stat st;

	if (fstat(dir->fd, &st) < 0)
		return error_sys(e, errno, dir->path, "look at the directory of grants");
	if (st.st_uid == 0 && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return 0;
	error_sys(e, EPERM, dir->path, "use the directory of grants");
	return error_why(e, "others than root can write there");
}

int
grants_open(bool make, struct root *ret, struct error *e)
{
	struct root all = {.fd = -1};
	int r = make ? directory_make(e) : 0;

	if (r == 0)
		r = root_open(&all, STATEDIR, e);
	if (r == 0)
		r = directory_check(&all, e);
	if (r == 0)
		r = root_open_own(&all, GRANTS_NAME, ret, e);
	root_close(&all);
	return r;
}

void
grants_tidy(void)
{
	if (rmdir(GRANTS_DIR) == 0 || errno == ENOENT)
		(void)rmdir(STATEDIR);
}

static void
user_name(struct grant *grant)
{
	struct account account = {0};
	struct error ignored;

	if (account_find(grant->uid, &account, &ignored) == 0)
		(void)snprintf(grant->user, sizeof(grant->user), "%.64s", account.name);
	else
		(void)snprintf(grant->user, sizeof(grant->user), "%u", (unsigned)grant->uid);
}

static int
grant_compare(const void *a, const void *b)
{
	const struct grant *left = a, *right = b;

	return (left->uid > right->uid) - (left->uid < right->uid);
}

int
grants_list(const struct root *dir, struct grant **ret, struct error *e)
{
	auto_free struct claim *claims = NULL;
	struct grant *list;
	int count = claims_read(dir, &claims, e);

	*ret = NULL;
	if (count <= 0)
		return count;
	list = calloc((size_t)count, sizeof(*list));
	if (list == NULL)
		return error_sys(e, ENOMEM, dir->path, "read the grants");
	for (int i = 0; i < count; i++) {
		uint32_t uid;
		int r = num_parse_u32(claims[i].name, 1, uid_max, &uid);

		if (r < 0) {
			free(list);
			error_sys(e, -r, dir->path, "read the grants");
			return error_why(e, "'%s' is no user's number", claims[i].name);
		}
		list[i].uid = uid;
		list[i].cpus = claims[i].cpus;
		user_name(&list[i]);
	}
	qsort(list, (size_t)count, sizeof(*list), grant_compare);
	*ret = list;
	return count;
}

int
grants_read(struct grant **ret, struct error *e)
{
	struct root dir = {.fd = -1};
	int r;

	*ret = NULL;
	if (geteuid() != 0)
		return 0;
	r = grants_open(false, &dir, e);
	if (r == 0)
		r = grants_list(&dir, ret, e);
	root_close(&dir);
	return r == -ENOENT ? 0 : r;
}
