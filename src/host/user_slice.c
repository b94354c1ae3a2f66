/* SPDX-License-Identifier: MIT */
/* An ordinary user's qpin.slice, as his own service manager has it, as a change that root makes. */
#include "host/user_slice.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/cpus.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "host/bus.h"
#include "host/deputy.h"
#include "host/host.h"
#include "host/scope.h"
#include "host/unitfiles.h"

#define SETTINGS "systemd/user.control/" QPIN_SLICE ".d"

enum {
	MASK_BYTES = CPUS_MAX / 8,
	PATH_BYTES = 512,
	KNOWN_WAIT_S = 30, /* for a manager that executes itself anew */
	KNOWN_STEP_MS = 200,
};

static const char of_user[] = "the user's systemd";

static const uint32_t uid_max = UINT32_MAX - 1; /* the last one means "none" to the kernel */

static void
manager_cleanup(struct manager *m)
{
	manager_close(m);
}

#define auto_manager __attribute__((cleanup(manager_cleanup)))

/* AllowedCPUs= as D-Bus has it: bytes, the lowest CPU first; none: no such setting. */
static bool
allowed_append(sd_bus_message *call, const struct cpus *cpus)
{
	uint8_t mask[MASK_BYTES] = {0};
	size_t len = 0;

	cpus_each (os_cpu, cpus) {
		mask[os_cpu / 8] |= (uint8_t)(1U << (os_cpu % 8));
		len = (size_t)os_cpu / 8 + 1;
	}
	return sd.bus_message_append(call, "sb", QPIN_SLICE, 1) >= 0 &&
	       sd.bus_message_open_container(call, 'a', "(sv)") >= 0 &&
	       sd.bus_message_open_container(call, 'r', "sv") >= 0 &&
	       sd.bus_message_append(call, "s", "AllowedCPUs") >= 0 &&
	       sd.bus_message_open_container(call, 'v', "ay") >= 0 &&
	       sd.bus_message_append_array(call, 'y', mask, len) >= 0 &&
	       sd.bus_message_close_container(call) >= 0 &&
	       sd.bus_message_close_container(call) >= 0 &&
	       sd.bus_message_close_container(call) >= 0;
}

static int
allowed_set(struct manager *m, const struct cpus *cpus, struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	auto_bus_message sd_bus_message *call = NULL;
	int r = sd.bus_message_new_method_call(
		m->bus, &call, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_IFACE, "SetUnitProperties");

	if (r >= 0)
		r = allowed_append(call, cpus) ? sd.bus_call(m->bus, call, 0, &error, NULL)
					       : -ENOMEM;
	return r < 0 ? bus_failed(e, r, &error, "give CPUs to " QPIN_SLICE, of_user) : 0;
}

/*
 * In the deputy: @data is the CPUs. Started first: a setting makes the cgroup of a slice that isn't
 * active too (systemd 252), which nothing removes then.
 */
static int
slice_begin(const void *data, struct error *e)
{
	auto_manager struct manager m = {0};
	int r = manager_connect(&m, e);

	if (r == 0)
		r = manager_start_unit(&m, QPIN_SLICE, e);
	return r < 0 ? r : allowed_set(&m, data, e);
}

/* Who executes itself anew does not answer; the caller stays until then, for it is asked about. */
static bool
is_no_answer(int r, const sd_bus_error *error)
{
	return r == -ECONNRESET || r == -ENOTCONN || r == -ETIMEDOUT ||
	       sd.bus_error_has_name(error, SD_BUS_ERROR_NO_REPLY) ||
	       sd.bus_error_has_name(error, SD_BUS_ERROR_DISCONNECTED);
}

/* In the deputy. */
static int
manager_execute(const void *data, struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	auto_manager struct manager m = {0};
	int r = manager_connect(&m, e);

	(void)data;
	if (r < 0)
		return r;
	r = sd.bus_call_method(
		m.bus, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_IFACE, "Reexecute", &error, NULL, NULL);
	if (r < 0 && !is_no_answer(r, &error))
		return bus_failed(e, r, &error, "have it executed anew", of_user);
	return 0;
}

/* In the deputy: @data says whether the slice is to be stopped. The file is what the setting was
 * kept in; an empty one would stay. */
static int
slice_end(const void *data, struct error *e)
{
	static const struct cpus none;
	auto_manager struct manager m = {0};
	const bool *stop = data;
	char path[PATH_BYTES];
	int r = manager_connect(&m, e);

	if (r == 0)
		r = allowed_set(&m, &none, e);
	if (r < 0)
		return r;
	(void)snprintf(path, sizeof(path), "%s/" SETTINGS "/50-AllowedCPUs.conf",
		getenv("XDG_RUNTIME_DIR"));
	(void)unlink(path);
	*strrchr(path, '/') = '\0';
	(void)rmdir(path);
	r = unitfiles_reload(&m, e);
	return r < 0 || !*stop ? r : manager_stop_unit(&m, QPIN_SLICE, e);
}

static int
cpus_read(const struct change *c, struct cpus *ret, struct error *e)
{
	int r = cpus_parse(c->value, ret);

	return r < 0 ? error_sys(e, -r, c->target, "read the CPU list \"%s\"", c->value) : 0;
}

static int
uid_read(const struct change *c, uid_t *ret, struct error *e)
{
	uint32_t uid;
	int r = num_parse_u32(c->key, 1, uid_max, &uid);

	if (r < 0)
		return error_sys(e, -r, c->target, "read the user's number \"%s\"", c->key);
	*ret = uid;
	return 0;
}

static int
control_read(const struct host *host, const struct change *c, const char *file, char *text,
	struct error *e)
{
	char name[PATH_BYTES];

	(void)snprintf(name, sizeof(name), "%s/%s", c->target + 1, file);
	return file_read(&host->roots.cgroup, name, text, FILE_TEXT_BYTES, e);
}

static int
user_slice_look(struct host *host, struct change *c, struct error *e)
{
	(void)host;
	(void)c;
	(void)e;
	return 0;
}

static int
user_slice_verify(struct host *host, const struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	struct cpus wanted, now;
	int r = control_read(host, c, "cpuset.cpus", text, e);

	if (r >= 0)
		r = cpus_read(c, &wanted, e);
	if (r < 0)
		return r;
	if (cpus_parse(text, &now) == 0 && cpus_equal(&wanted, &now))
		return 0;
	error_refuse(e, ERROR_HOST, c->target, "give the CPUs %s to the user's slice", c->value);
	return error_why(e, "its cpuset.cpus is \"%s\"", text);
}

static time_t
now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Until the user's manager knows the controller that was delegated to it since it began. */
static int
begin_anew(struct host *host, const struct change *c, uid_t uid, const struct cpus *cpus,
	struct error *e)
{
	int r = deputy_run(uid, manager_execute, NULL, e);
	time_t end = now_s() + KNOWN_WAIT_S;

	while (r == 0 && now_s() < end) {
		(void)poll(NULL, 0, KNOWN_STEP_MS);
		if (deputy_run(uid, slice_begin, cpus, e) == 0 &&
			user_slice_verify(host, c, e) == 0)
			return 0;
	}
	return r < 0 ? r : error_code(e);
}

static int
user_slice_apply(struct host *host, struct change *c, struct error *e)
{
	struct cpus cpus;
	uid_t uid = 0;
	int r = uid_read(c, &uid, e);

	if (r == 0)
		r = cpus_read(c, &cpus, e);
	if (r == 0)
		r = deputy_run(uid, slice_begin, &cpus, e);
	if (r < 0 || user_slice_verify(host, c, e) == 0)
		return r;
	return begin_anew(host, c, uid, &cpus, e);
}

/* Once more when it fails at once: his manager may be about to execute itself anew. */
static int
slice_take_back(uid_t uid, const bool *stop, struct error *e)
{
	int r = deputy_run(uid, slice_end, stop, e);

	return r < 0 && r != -ETIMEDOUT ? deputy_run(uid, slice_end, stop, e) : r;
}

/*
 * Who ended, or never had it, keeps no setting. Who does not let us take it back has it for
 * himself: it limits nobody else, and ends with his manager.
 */
static int
user_slice_undo(struct host *host, const struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	struct error trouble;
	uid_t uid = 0;
	bool stop;
	int r = c->target[0] == '/' ? uid_read(c, &uid, e) : 0;

	if (r < 0 || c->target[0] != '/' ||
		control_read(host, c, "cgroup.events", text, &trouble) < 0)
		return r;
	stop = strstr(text, "populated 0") != NULL;
	if (slice_take_back(uid, &stop, &trouble) < 0)
		log_info("user %s keeps a setting of " QPIN_SLICE ": cannot %s: %s", c->key,
			trouble.what,
			trouble.why[0] != '\0' ? trouble.why : strerror(trouble.errnum));
	return 0;
}

static void
user_slice_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "have user %s's systemd start %s with the CPUs %s", c->key,
		c->target, c->value);
}

const struct change_kind change_user_slice = {
	.name = "user-slice",
	.needs = CHANGE_KEY | CHANGE_VALUE,
	.look = user_slice_look,
	.apply = user_slice_apply,
	.verify = user_slice_verify,
	.undo = user_slice_undo,
	.describe = user_slice_describe,
};
