/* SPDX-License-Identifier: MIT */
/* Users and groups: numbers and names, and a login's groups. */
#include "qemu/identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/privilege.h"
#include "base/text.h"

enum {
	ENTRY_BYTES = 1024,                /* a usual entry */
	ENTRY_MAX_BYTES = 4 * 1024 * 1024, /* a group with very many members */
	GROUPS_GUESS = 64,
	GROUPS_MAX = 65536, /* the kernel's NGROUPS_MAX */
};

static const uint32_t id_max = UINT32_MAX - 1; /* the last one means "none" to the kernel */

/* Some sources of users say "there is none" by an errno. */
static int
not_found(int errnum)
{
	bool failed = errnum == ERANGE || errnum == EIO || errnum == EMFILE || errnum == ENFILE ||
		      errnum == ENOMEM;

	return failed ? -errnum : 0;
}

/* Look up a user (by @number unless NULL) into @ret, whose texts are in @buffer; 0: there is none
 */
static int
passwd_find(const char *name, const uint32_t *number, struct passwd *ret, char **buffer)
{
	int r = ERANGE;

	for (size_t size = ENTRY_BYTES; r == ERANGE && size <= ENTRY_MAX_BYTES; size *= 2) {
		struct passwd *found = NULL;
		char *text = malloc(size);

		if (text == NULL)
			return -ENOMEM;
		r = number != NULL ? getpwuid_r(*number, ret, text, size, &found)
				   : getpwnam_r(name, ret, text, size, &found);
		if (found != NULL) {
			*buffer = text;
			return 1;
		}
		free(text);
	}
	return not_found(r);
}

static int
group_find(const char *name, gid_t *ret)
{
	int r = ERANGE;

	for (size_t size = ENTRY_BYTES; r == ERANGE && size <= ENTRY_MAX_BYTES; size *= 2) {
		struct group entry, *found = NULL;
		char *text = malloc(size);

		if (text == NULL)
			return -ENOMEM;
		r = getgrnam_r(name, &entry, text, size, &found);
		if (found != NULL)
			*ret = entry.gr_gid;
		free(text);
		if (found != NULL)
			return 1;
	}
	return not_found(r);
}

static bool
is_number(const char *text)
{
	return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static int
unknown(const char *kind, const char *name, struct error *e)
{
	(void)error_refuse(e, ERROR_DEFINITION, NULL, "run QEMU as %s '%s'", kind, name);
	(void)error_why(e, "there is no such %s on this host", kind);
	return error_hint(e, "`getent %s` lists those that there are",
		str_eq(kind, "user") ? "passwd" : "group");
}

static int
bad_number(const char *kind, const char *text, struct error *e)
{
	(void)error_refuse(e, ERROR_DEFINITION, NULL, "run QEMU as %s '%s'", kind, text);
	(void)error_why(e, "the number is out of range");
	return error_hint(e, "the largest is %u", id_max);
}

static int
group_resolve(const char *group, struct identity *ret, struct error *e)
{
	uint32_t number;
	int r;

	if (is_number(group)) {
		if (num_parse_u32(group, 0, id_max, &number) < 0)
			return bad_number("group", group, e);
		ret->gid = number;
	} else {
		r = group_find(group, &ret->gid);
		if (r < 0)
			return error_sys(e, -r, NULL, "look up group '%s'", group);
		if (r == 0)
			return unknown("group", group, e);
	}
	ret->set_group = true;
	return 0;
}

/* A login's groups of user @name whose own group is ret->gid. */
static int
groups_read(const char *name, struct identity *ret)
{
	int size = GROUPS_GUESS;

	while (size <= GROUPS_MAX) {
		gid_t *groups = calloc((size_t)size, sizeof(*groups));
		int count = size;

		if (groups == NULL)
			return -ENOMEM;
		if (getgrouplist(name, ret->gid, groups, &count) >= 0) {
			ret->groups = groups;
			ret->count = (size_t)count;
			return 0;
		}
		free(groups);
		size = count > size ? count : size * 2;
	}
	return -E2BIG;
}

static int
login_take(const struct passwd *entry, struct identity *ret)
{
	ret->uid = entry->pw_uid;
	if (!ret->set_group)
		ret->gid = entry->pw_gid;
	ret->set_group = true;
	ret->name = strdup(entry->pw_name);
	ret->home = strdup(entry->pw_dir);
	if (ret->name == NULL || ret->home == NULL)
		return -ENOMEM;
	return groups_read(entry->pw_name, ret);
}

/* A number without an entry is one all the same, but what it doesn't tell must be given. */
static int
stranger_take(uint32_t number, struct identity *ret, struct error *e)
{
	if (!ret->set_group) {
		(void)error_refuse(e, ERROR_DEFINITION, NULL, "run QEMU as user %u", number);
		(void)error_why(e, "no user of this host has that number, so its group is unknown");
		return error_hint(e, "give `group` too");
	}
	ret->uid = number;
	ret->set_user = true;
	return 0;
}

static int
user_resolve(const char *user, struct identity *ret, struct error *e)
{
	bool numeric = is_number(user);
	struct passwd entry;
	char *buffer = NULL;
	uint32_t number = 0;
	int r;

	if (numeric && num_parse_u32(user, 0, id_max, &number) < 0)
		return bad_number("user", user, e);
	r = passwd_find(user, numeric ? &number : NULL, &entry, &buffer);
	if (r == 0)
		return numeric ? stranger_take(number, ret, e) : unknown("user", user, e);
	if (r > 0)
		r = login_take(&entry, ret);
	free(buffer);
	if (r < 0)
		return error_sys(e, -r, NULL, "look up user '%s'", user);
	ret->set_user = true;
	return 0;
}

int
identity_resolve(const char *user, const char *group, struct identity *ret, struct error *e)
{
	struct identity made = {0};
	int r = 0;

	*ret = made;
	if (group != NULL)
		r = group_resolve(group, &made, e);
	if (r == 0 && user != NULL)
		r = user_resolve(user, &made, e);
	if (r < 0) {
		identity_done(&made);
		return r;
	}
	*ret = made;
	return 0;
}

/* As he is called in the host's database, if he is there. */
static int
name_take(uid_t uid, struct identity *ret)
{
	uint32_t number = uid;
	struct passwd entry;
	char *buffer = NULL;
	int r = passwd_find(NULL, &number, &entry, &buffer);

	if (r > 0) {
		ret->name = strdup(entry.pw_name);
		ret->home = strdup(entry.pw_dir);
		r = ret->name != NULL && ret->home != NULL ? 0 : -ENOMEM;
	}
	free(buffer);
	return r;
}

int
identity_of_caller(const struct caller *caller, struct identity *ret, struct error *e)
{
	struct identity made = {
		.set_user = true,
		.set_group = true,
		.uid = caller->uid,
		.gid = caller->gid,
		.count = caller->group_count,
	};
	int r = name_take(caller->uid, &made);

	*ret = (struct identity){0};
	if (r == 0 && caller->group_count > 0) {
		made.groups = calloc(caller->group_count, sizeof(*made.groups));
		if (made.groups == NULL)
			r = -ENOMEM;
		else
			memcpy(made.groups, caller->groups,
				caller->group_count * sizeof(*made.groups));
	}
	if (r < 0) {
		identity_done(&made);
		return error_sys(e, -r, NULL, "look up user %u", (unsigned)caller->uid);
	}
	*ret = made;
	return 0;
}

int
identity_choose(const char *user, const char *group, struct identity *ret, struct error *e)
{
	const struct caller *caller = privilege_caller();

	return caller != NULL ? identity_of_caller(caller, ret, e)
			      : identity_resolve(user, group, ret, e);
}

void
identity_done(struct identity *identity)
{
	free(identity->groups);
	free(identity->name);
	free(identity->home);
	*identity = (struct identity){0};
}
