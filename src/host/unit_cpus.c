/* SPDX-License-Identifier: MIT */
/* The CPUs that systemd allows a unit (AllowedCPUs=), read and set over its bus, and as changes. */
#include "host/unit_cpus.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "host/bus.h"
#include "host/host.h"

enum {
	SET_WAIT_MS = 5000, /* systemd writes it to the cgroup some time after it said yes */
	SET_STEP_MS = 20,
	NAME_BYTES = 320,
};

void
unit_mask_read(const unsigned char *mask, size_t len, struct cpus *ret)
{
	cpus_clear(ret);
	for (size_t i = 0; i < len * 8; i++) {
		if ((mask[i / 8] >> i % 8 & 1) != 0)
			cpus_add(ret, (unsigned)i);
	}
}

size_t
unit_mask_write(const struct cpus *cpus, unsigned char *mask)
{
	size_t len = 0;

	memset(mask, 0, UNIT_MASK_BYTES);
	cpus_each (os_cpu, cpus) {
		mask[os_cpu / 8] |= (unsigned char)(1U << (unsigned)os_cpu % 8);
		len = (size_t)os_cpu / 8 + 1;
	}
	return len;
}

int
unit_cpus_get(struct manager *m, const char *unit, struct cpus *ret, struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	auto_bus_message sd_bus_message *reply = NULL;
	auto_free char *path = NULL;
	const void *mask;
	size_t len;
	int r = manager_connect(m, e);

	if (r < 0)
		return r;
	r = sd.bus_path_encode(SYSTEMD_PATH "/unit", unit, &path);
	if (r >= 0)
		r = sd.bus_get_property(m->bus, SYSTEMD_NAME, path,
			str_ends(unit, ".slice") ? SYSTEMD_NAME ".Slice" : SYSTEMD_NAME ".Scope",
			"AllowedCPUs", &error, &reply, "ay");
	if (r >= 0)
		r = sd.bus_message_read_array(reply, 'y', &mask, &len);
	if (r < 0)
		return bus_failed(e, r, &error, "ask for a unit's AllowedCPUs", unit);
	unit_mask_read(mask, len, ret);
	return 0;
}

/* Source: org.freedesktop.systemd1(5), SetUnitProperties(): unit, runtime, properties. */
static int
set_append(sd_bus_message *call, const char *unit, const unsigned char *mask, size_t len)
{
	int r = sd.bus_message_append(call, "sb", unit, 1);

	if (r >= 0)
		r = sd.bus_message_open_container(call, 'a', "(sv)");
	if (r >= 0)
		r = sd.bus_message_open_container(call, 'r', "sv");
	if (r >= 0)
		r = sd.bus_message_append(call, "s", "AllowedCPUs");
	if (r >= 0)
		r = sd.bus_message_open_container(call, 'v', "ay");
	if (r >= 0)
		r = sd.bus_message_append_array(call, 'y', mask, len);
	for (int level = 0; level < 3 && r >= 0; level++)
		r = sd.bus_message_close_container(call);
	return r;
}

int
unit_cpus_set(struct manager *m, const char *unit, const struct cpus *cpus, struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	auto_bus_message sd_bus_message *call = NULL;
	unsigned char mask[UNIT_MASK_BYTES];
	size_t len = unit_mask_write(cpus, mask);
	int r = manager_connect(m, e);

	if (r < 0)
		return r;
	r = sd.bus_message_new_method_call(
		m->bus, &call, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_IFACE, "SetUnitProperties");
	if (r >= 0)
		r = set_append(call, unit, mask, len);
	if (r >= 0)
		r = sd.bus_call(m->bus, call, 0, &error, NULL);
	return r < 0 ? bus_failed(e, r, &error, "set a unit's AllowedCPUs", unit) : 0;
}

/* A unit straight below systemd's root has its cgroup there. */
static bool
unit_is_there(const struct host *host, const char *unit)
{
	return file_exists(&host->roots.cgroup, unit);
}

static int
list_parse(const struct change *c, const char *list, struct cpus *ret, struct error *e)
{
	int r = cpus_parse(list, ret);

	return r < 0 ? error_sys(e, -r, c->target, "read the CPU list \"%s\"", list) : 0;
}

static int
before_set(struct change *c, const struct cpus *cpus, struct error *e)
{
	char text[CPUS_TEXT_BYTES];

	return change_remember(c, cpus_format(cpus, text), e);
}

/* Whether the kernel lets the unit's cgroup have (@all of) the CPUs, or none of them. */
static bool
kernel_agrees(const struct host *host, const char *unit, const struct cpus *cpus, bool all)
{
	char name[NAME_BYTES], text[FILE_TEXT_BYTES];
	struct error ignored;
	struct cpus now;

	(void)snprintf(name, sizeof(name), "%s/cpuset.cpus", unit);
	if (file_read(&host->roots.cgroup, name, text, sizeof(text), &ignored) < 0 ||
		cpus_parse(text, &now) < 0)
		return false;
	return all ? cpus_within(cpus, &now) : !cpus_empty(&now) && !cpus_intersect(cpus, &now);
}

static bool
kernel_await(const struct host *host, const char *unit, const struct cpus *cpus, bool all)
{
	for (int waited_ms = 0; waited_ms < SET_WAIT_MS; waited_ms += SET_STEP_MS) {
		if (kernel_agrees(host, unit, cpus, all))
			return true;
		(void)poll(NULL, 0, SET_STEP_MS);
	}
	return false;
}

static int
limits_look(struct host *host, struct change *c, struct error *e)
{
	struct cpus now;
	int r = unit_cpus_get(&host->manager, c->target, &now, e);

	return r < 0 ? r : before_set(c, &now, e);
}

static int
limits_apply(struct host *host, struct change *c, struct error *e)
{
	(void)host;
	(void)c;
	(void)e;
	return 0; /* it is for its undo alone */
}

static int
limits_verify(struct host *host, const struct change *c, struct error *e)
{
	(void)host;
	(void)c;
	(void)e;
	return 0;
}

static int
limits_undo(struct host *host, const struct change *c, struct error *e)
{
	struct cpus now, before, all;
	int r = list_parse(c, c->before, &before, e);

	if (r == 0)
		r = list_parse(c, c->value, &all, e);
	if (r < 0 || !unit_is_there(host, c->target))
		return r;
	r = unit_cpus_get(&host->manager, c->target, &now, e);
	if (r < 0 || cpus_equal(&now, &before))
		return r;
	if (cpus_empty(&before)) {
		r = unit_cpus_set(&host->manager, c->target, &all, e);
		if (r == 0) /* else it stays at what it was limited to last */
			(void)kernel_await(host, c->target, &all, true);
	}
	if (r == 0)
		r = unit_cpus_set(&host->manager, c->target, &before, e);
	/* It writes to cgroups before it answers the next call. */
	return r < 0 ? r : unit_cpus_get(&host->manager, c->target, &now, e);
}

static void
limits_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "remember systemd's AllowedCPUs of %s", c->target);
}

const struct change_kind change_limits = {
	.name = "limits",
	.needs = CHANGE_VALUE | CHANGE_BEFORE,
	.look = limits_look,
	.apply = limits_apply,
	.verify = limits_verify,
	.undo = limits_undo,
	.describe = limits_describe,
};

/* The unit's CPUs as they are: all of the host's where it has no limit. */
static int
limit_read(struct host *host, const struct change *c, struct cpus *taken, struct cpus *now,
	struct error *e)
{
	int r = list_parse(c, c->value, taken, e);

	if (r == 0)
		r = unit_cpus_get(&host->manager, c->target, now, e);
	return r == 0 && cpus_empty(now) ? list_parse(c, c->key, now, e) : r;
}

static int
limit_look(struct host *host, struct change *c, struct error *e)
{
	struct cpus taken, now;
	int r = limit_read(host, c, &taken, &now, e);

	return r < 0 ? r : before_set(c, &now, e);
}

static int
limit_apply(struct host *host, struct change *c, struct error *e)
{
	struct cpus taken, now;
	int r = limit_read(host, c, &taken, &now, e);

	if (r < 0)
		return r;
	cpus_subtract(&now, &taken);
	if (!cpus_empty(&now))
		return unit_cpus_set(&host->manager, c->target, &now, e);
	error_refuse(e, ERROR_ISOLATION, c->target, "keep its tasks off the CPUs %s", c->value);
	return error_why(e, "it has no others");
}

static int
limit_verify(struct host *host, const struct change *c, struct error *e)
{
	struct cpus taken;
	int r = list_parse(c, c->value, &taken, e);

	if (r < 0 || !unit_is_there(host, c->target) ||
		kernel_await(host, c->target, &taken, false))
		return r;
	error_refuse(e, ERROR_HOST, c->target, "keep its tasks off the CPUs %s", c->value);
	return error_why(e, "systemd was asked to, but the kernel allows it more");
}

static int
limit_undo(struct host *host, const struct change *c, struct error *e)
{
	struct cpus taken, now, before;
	int r;

	if (!unit_is_there(host, c->target))
		return 0;
	r = limit_read(host, c, &taken, &now, e);
	if (r == 0)
		r = list_parse(c, c->before, &before, e);
	if (r < 0)
		return r;
	cpus_keep(&taken, &before);
	if (cpus_within(&taken, &now))
		return 0;
	cpus_unite(&now, &taken);
	return unit_cpus_set(&host->manager, c->target, &now, e);
}

static void
limit_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "ask systemd to keep %s off CPUs %s (AllowedCPUs)", c->target,
		c->value);
}

const struct change_kind change_limit = {
	.name = "limit",
	.needs = CHANGE_KEY | CHANGE_VALUE | CHANGE_BEFORE,
	.look = limit_look,
	.apply = limit_apply,
	.verify = limit_verify,
	.undo = limit_undo,
	.describe = limit_describe,
};
