/* SPDX-License-Identifier: MIT */
/* The service manager: systemd over sd-bus. Every call has a deadline. */
#include "host/manager.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "host/bus.h"

#define USEC_PER_SEC UINT64_C(1000000)
#define CALL_USEC    (25 * USEC_PER_SEC) /* D-Bus's own default */
#define JOB_USEC     (60 * USEC_PER_SEC)

/* A job of systemd's that somebody waits for. */
struct job {
	char path[256];
	char result[32]; /* "" until it is done: done, failed, canceled, … */
};

/* Root's VMs are the system manager's; those of others their own user manager's. */
static bool
is_users(void)
{
	return geteuid() != 0;
}

bool
manager_is_systemd(void)
{
	return access("/run/systemd/system", F_OK) == 0;
}

static const char *
bus_name(void)
{
	return is_users() ? "the user's D-Bus" : "the system's D-Bus";
}

const char *
manager_systemctl(void)
{
	return is_users() ? "systemctl --user" : "systemctl";
}

static uint64_t
now_usec(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * USEC_PER_SEC + (uint64_t)now.tv_nsec / 1000;
}

static int
on_request_stop(sd_bus_message *message, void *data, sd_bus_error *error)
{
	struct manager *m = data;

	(void)message;
	(void)error;
	m->stop_requested = true;
	return 0;
}

/* Source: sd_bus_open_user(3): ENOMEDIUM when no variable of the environment names the bus. */
static int
connect_failed(struct error *e, int r)
{
	error_sys(e, -r, bus_name(), "reach systemd");
	if (!is_users())
		return error_hint(
			e, "is dbus installed and running? (systemctl status dbus.socket)");
	if (r == -ENOMEDIUM)
		error_why(e, "XDG_RUNTIME_DIR is not set");
	return error_hint(e, "log in with a session of your own; does `systemctl --user` work?");
}

int
manager_connect(struct manager *m, struct error *e)
{
	sd_bus *bus = NULL;
	int r;

	if (m->bus != NULL)
		return 0;
	r = bus_load(e);
	if (r < 0)
		return r;
	r = is_users() ? sd.bus_open_user(&bus) : sd.bus_open_system(&bus);
	if (r < 0)
		return connect_failed(e, r);
	(void)sd.bus_set_method_call_timeout(bus, CALL_USEC);
	r = sd.bus_match_signal(bus, NULL, SYSTEMD_NAME, NULL, SYSTEMD_NAME ".Scope", "RequestStop",
		on_request_stop, m);
	if (r < 0) {
		sd.bus_flush_close_unref(bus);
		return connect_failed(e, r);
	}
	m->bus = bus;
	return 0;
}

void
manager_close(struct manager *m)
{
	if (m->bus != NULL)
		sd.bus_flush_close_unref(m->bus);
	m->bus = NULL;
}

static int
on_job_removed(sd_bus_message *message, void *data, sd_bus_error *error)
{
	struct job *job = data;
	const char *path, *unit, *result;
	uint32_t id;

	(void)error;
	if (sd.bus_message_read(message, "uoss", &id, &path, &unit, &result) < 0)
		return 0;
	/* The reply with our job's path may come after its end: keep both apart by path. */
	if (job->path[0] != '\0' && str_eq(path, job->path))
		(void)snprintf(job->result, sizeof(job->result), "%s", result);
	return 0;
}

/* Send @call, which answers with a job, and wait for that job's end. */
static int
job_run(struct manager *m, sd_bus_message *call, const char *what, const char *unit,
	struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	auto_bus_message sd_bus_message *reply = NULL;
	sd_bus_slot *slot = NULL;
	struct job job = {0};
	uint64_t deadline = now_usec() + JOB_USEC;
	const char *path;
	int r;

	r = sd.bus_match_signal(m->bus, &slot, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_IFACE,
		"JobRemoved", on_job_removed, &job);
	if (r >= 0)
		r = sd.bus_call(m->bus, call, 0, &error, &reply);
	if (r >= 0)
		r = sd.bus_message_read(reply, "o", &path);
	if (r < 0) {
		sd.bus_slot_unref(slot);
		return bus_failed(e, r, &error, what, unit);
	}
	(void)snprintf(job.path, sizeof(job.path), "%s", path);
	for (uint64_t now = now_usec(); r >= 0 && job.result[0] == '\0' && now < deadline;
		now = now_usec()) {
		r = sd.bus_process(m->bus, NULL);
		if (r == 0)
			r = sd.bus_wait(m->bus, deadline - now);
		if (r == -EINTR)
			r = 0;
	}
	sd.bus_slot_unref(slot);
	if (r < 0)
		return error_sys(e, -r, unit, "%s", what);
	if (str_eq(job.result, "done"))
		return 0;
	error_sys(e, job.result[0] == '\0' ? ETIMEDOUT : EIO, unit, "%s", what);
	if (job.result[0] != '\0')
		error_why(e, "systemd's job ended as \"%s\"", job.result);
	return error_hint(e, "%s status %s", manager_systemctl(), unit);
}

static int
call_new(struct manager *m, const char *method, const char *unit, sd_bus_message **ret,
	struct error *e)
{
	int r = manager_connect(m, e);

	if (r < 0)
		return r;
	r = sd.bus_message_new_method_call(
		m->bus, ret, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_IFACE, method);
	if (r >= 0)
		r = sd.bus_message_append(*ret, "ss", unit,
			str_eq(method, "StartTransientUnit") ? "fail" : "replace");
	return r < 0 ? error_sys(e, -r, unit, "speak to systemd") : 0;
}

/*
 * The properties of the scope; true when all could be appended. After D-Bus, so that at a shutdown
 * of the host we are still asked to stop while there is a bus to ask over.
 */
static bool
scope_append(struct manager *m, sd_bus_message *call, const char *slice, pid_t pid,
	unsigned stop_timeout_s)
{
	const char *us = NULL;

	return sd.bus_get_unique_name(m->bus, &us) >= 0 &&
	       sd.bus_message_open_container(call, 'a', "(sv)") >= 0 &&
	       sd.bus_message_append(call, "(sv)(sv)(sv)", "Description", "s",
		       "QEMU with pinned vCPUs", "Slice", "s", slice, "DelegateControllers", "as",
		       1, "cpuset") >= 0 &&
	       sd.bus_message_append(call, "(sv)(sv)(sv)", "PIDs", "au", 1, (uint32_t)pid,
		       "Controller", "s", us, "After", "as", 1, "dbus.service") >= 0 &&
	       sd.bus_message_append(call, "(sv)(sv)", "TimeoutStopUSec", "t",
		       stop_timeout_s * USEC_PER_SEC, "CollectMode", "s",
		       "inactive-or-failed") >= 0 &&
	       sd.bus_message_close_container(call) >= 0 &&
	       sd.bus_message_append(call, "a(sa(sv))", 0) >= 0;
}

int
manager_start_scope(struct manager *m, const char *unit, const char *slice, pid_t pid,
	unsigned stop_timeout_s, struct error *e)
{
	auto_bus_message sd_bus_message *call = NULL;
	int r = call_new(m, "StartTransientUnit", unit, &call, e);

	if (r < 0)
		return r;
	if (!scope_append(m, call, slice, pid, stop_timeout_s))
		return error_sys(e, ENOMEM, unit, "speak to systemd");
	return job_run(m, call, "start a scope", unit, e);
}

int
manager_start_refuge(struct manager *m, const char *unit, pid_t pid, struct error *e)
{
	auto_bus_message sd_bus_message *call = NULL;
	int r = call_new(m, "StartTransientUnit", unit, &call, e);

	if (r < 0)
		return r;
	r = sd.bus_message_append(call, "a(sv)a(sa(sv))", 4, "Description", "s", "qpin, at its end",
		"Slice", "s", "-.slice", "PIDs", "au", 1, (uint32_t)pid, "CollectMode", "s",
		"inactive-or-failed", 0);
	if (r < 0)
		return error_sys(e, -r, unit, "speak to systemd");
	return job_run(m, call, "start a scope", unit, e);
}

int
manager_start_unit(struct manager *m, const char *unit, struct error *e)
{
	auto_bus_message sd_bus_message *call = NULL;
	int r = call_new(m, "StartUnit", unit, &call, e);

	return r < 0 ? r : job_run(m, call, "start a unit", unit, e);
}

int
manager_stop_unit(struct manager *m, const char *unit, struct error *e)
{
	auto_bus_message sd_bus_message *call = NULL;
	int r = manager_unit_is_active(m, unit, e);

	if (r <= 0)
		return r;
	r = call_new(m, "StopUnit", unit, &call, e);
	return r < 0 ? r : job_run(m, call, "stop a unit", unit, e);
}

/* The object of @unit: 1 with its path in @reply; 0 when there is no such unit. */
static int
unit_find(struct manager *m, const char *unit, sd_bus_message **reply, const char **ret_path,
	struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = manager_connect(m, e);

	if (r < 0)
		return r;
	r = sd.bus_call_method(m->bus, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_IFACE, "GetUnit", &error,
		reply, "s", unit);
	if (r < 0 && sd.bus_error_has_name(&error, SYSTEMD_NAME ".NoSuchUnit"))
		return 0;
	if (r >= 0)
		r = sd.bus_message_read(*reply, "o", ret_path);
	if (r >= 0)
		return 1;
	*ret_path = "";
	return bus_failed(e, r, &error, "ask for a unit", unit);
}

int
manager_unit_is_active(struct manager *m, const char *unit, struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	auto_bus_message sd_bus_message *reply = NULL;
	auto_free char *state = NULL;
	const char *path;
	int r = unit_find(m, unit, &reply, &path, e);

	if (r <= 0)
		return r;
	r = sd.bus_get_property_string(
		m->bus, SYSTEMD_NAME, path, SYSTEMD_NAME ".Unit", "ActiveState", &error, &state);
	if (r < 0)
		return bus_failed(e, r, &error, "ask for a unit's state", unit);
	return !str_eq(state, "inactive") && !str_eq(state, "failed");
}

int
manager_read_cgroup(struct manager *m, char *path, size_t size, struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	auto_free char *text = NULL;
	int r = manager_connect(m, e);

	if (r < 0)
		return r;
	r = sd.bus_get_property_string(
		m->bus, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_IFACE, "ControlGroup", &error, &text);
	if (r < 0)
		return bus_failed(e, r, &error, "ask for systemd's own cgroup", bus_name());
	if (strstr(text, "..") != NULL || strlen(text) >= size || (*text != '\0' && *text != '/'))
		return error_sys(e, EINVAL, text, "use systemd's own cgroup");
	(void)snprintf(path, size, "%s", str_eq(text, "/") ? "" : text);
	return 0;
}

int
manager_fd(const struct manager *m)
{
	return m->bus != NULL ? sd.bus_get_fd(m->bus) : -1;
}

int
manager_dispatch(struct manager *m, struct error *e)
{
	int r = 1;

	while (m->bus != NULL && r > 0)
		r = sd.bus_process(m->bus, NULL);
	return r < 0 ? error_sys(e, -r, bus_name(), "listen to systemd") : 0;
}
