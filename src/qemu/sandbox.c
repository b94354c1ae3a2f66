/* SPDX-License-Identifier: MIT */
/* What QEMU is refused, and what its own command line needs of that. */
#include "qemu/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "qemu/argv.h"

static const struct filter_rule rules[] = {
#include "seccomp/qemu.inc"
};

/* An option of QEMU's that asks for something. Of type and part both must be there, if given. */
struct asking {
	const char *option;
	const char *type; /* its value is of this type: "TYPE,…", "type=TYPE", "qom-type=TYPE", or
			     in JSON */
	const char *part; /* a part of its value begins like this */
	const char *call; /* what it asks for; NULL: a program that may be set-uid */
};

static const struct asking askings[] = {
	{.option = "chroot", .call = "chroot"},
	{.option = "run-with", .part = "chroot=", .call = "chroot"},
	{.option = "object", .type = "thread-context", .call = "sched_setaffinity"},
	{.option = "object", .type = "secret_keyring", .call = "keyctl"},
	{.option = "device", .part = "rss=on", .call = "bpf"},
	{.option = "netdev", .type = "af-xdp", .call = "bpf"},
	{.option = "nic", .type = "af-xdp", .call = "bpf"},
	{.option = "netdev", .type = "bridge"},
	{.option = "nic", .type = "bridge"},
	{.option = "net", .type = "bridge"},
	{.option = "netdev", .part = "helper="},
	{.option = "nic", .part = "helper="},
	{.option = "net", .part = "helper="},
	/* A script for an interface, which an ordinary user's may call sudo in. */
	{.option = "netdev", .type = "tap"},
	{.option = "nic", .type = "tap"},
	{.option = "net", .type = "tap"},
};

static bool
is_of_type(const char *value, const char *type)
{
	char text[64];
	size_t len = strlen(type);

	if (str_starts(value, type) && (value[len] == ',' || value[len] == '\0'))
		return true;
	(void)snprintf(text, sizeof(text), "qom-type=%s", type);
	if (argv_value_has(value, text) || argv_value_has(value, text + strlen("qom-")))
		return true;
	(void)snprintf(text, sizeof(text), "\"%s\"", type);
	return value[0] == '{' && strstr(value, text) != NULL;
}

static bool
has_part(const char *value, const char *part)
{
	while (value != NULL && !str_starts(value, part)) {
		value = strchr(value, ',');
		value = value != NULL ? value + 1 : NULL;
	}
	return value != NULL;
}

static bool
asks(const struct qemu_option *option, const struct asking *a)
{
	const char *value = option->value != NULL ? option->value : "";

	if (!str_eq(option->name, a->option))
		return false;
	if (a->type != NULL && str_eq(a->type, "tap") && argv_value_has(value, "script=no"))
		return false;
	return (a->type == NULL || is_of_type(value, a->type)) &&
	       (a->part == NULL || has_part(value, a->part));
}

static bool
is_asked(const struct definition *d, const struct asking *a)
{
	for (size_t i = 0; i < d->option_count; i++) {
		if (asks(&d->options[i], a))
			return true;
	}
	return false;
}

static void
without_add(struct sandbox *sandbox, const char *call)
{
	size_t count = 0;

	while (sandbox->without[count] != NULL && !str_eq(sandbox->without[count], call))
		count++;
	if (count < SANDBOX_WITHOUT_MAX)
		sandbox->without[count] = call;
}

/* What the command line asks for; returns whether a program may have to gain privileges. */
static bool
asked_read(const struct definition *d, struct sandbox *ret)
{
	bool gains = false;

	for (size_t i = 0; i < COUNT(askings); i++) {
		if (!is_asked(d, &askings[i]))
			continue;
		if (askings[i].call != NULL)
			without_add(ret, askings[i].call);
		else
			gains = true;
	}
	return gains;
}

void
sandbox_decide(const struct definition *d, const struct sandbox_facts *facts, struct sandbox *ret)
{
	bool gains;

	*ret = (struct sandbox){.on = d->seccomp != SECCOMP_OFF};
	ret->no_new_privs = ret->on;
	if (d->seccomp != SECCOMP_AUTO)
		return;
	if (!facts->available) {
		*ret = (struct sandbox){.why = "the kernel, or a container, has no filters"};
		return;
	}
	gains = asked_read(d, ret);
	if ((!gains && !facts->program_gains) || facts->is_root)
		return;
	ret->no_new_privs = false;
	ret->on = facts->may_filter;
	ret->why = facts->program_gains
			   ? "its program gains privileges when it is executed"
			   : "its network may need a program that gains privileges (set-uid)";
}

bool
sandbox_program_gains(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & (S_ISUID | S_ISGID)) != 0)
		return true;
	return getxattr(path, "security.capability", NULL, 0) > 0;
}

int
sandbox_filter(const struct sandbox *sandbox, struct filter *ret, struct error *e)
{
	const struct filter_request request = {
		.kind = FILTER_REFUSES,
		.rules = rules,
		.count = COUNT(rules),
		.without = sandbox->without,
	};

	return filter_make(&request, ret, e);
}
