/* SPDX-License-Identifier: MIT */
/* The system manager's unit files: enabling them, and what of a unit is in the cgroup tree. */
#include "host/unitfiles.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "host/bus.h"
#include "host/manager.h"

int
unitfiles_reload(struct manager *m, struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = manager_connect(m, e);

	if (r < 0)
		return r;
	r = sd.bus_call_method(
		m->bus, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_IFACE, "Reload", &error, NULL, NULL);
	return r < 0 ? bus_failed(e, r, &error, "have systemd read its unit files", NULL) : 0;
}

int
unitfiles_enable(struct manager *m, const char *unit, struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = manager_connect(m, e);

	if (r < 0)
		return r;
	r = sd.bus_call_method(m->bus, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_IFACE, "EnableUnitFiles",
		&error, NULL, "asbb", 1, unit, 0, 0);
	return r < 0 ? bus_failed(e, r, &error, "enable a unit", unit) : unitfiles_reload(m, e);
}

int
unitfiles_disable(struct manager *m, const char *unit, struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = manager_connect(m, e);

	if (r < 0)
		return r;
	r = sd.bus_call_method(m->bus, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_IFACE,
		"DisableUnitFiles", &error, NULL, "asb", 1, unit, 0);
	return r < 0 ? bus_failed(e, r, &error, "disable a unit", unit) : unitfiles_reload(m, e);
}

int
unitfiles_is_enabled(struct manager *m, const char *unit, struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	auto_bus_message sd_bus_message *reply = NULL;
	const char *state;
	int r = manager_connect(m, e);

	if (r < 0)
		return r;
	r = sd.bus_call_method(m->bus, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_IFACE,
		"GetUnitFileState", &error, &reply, "s", unit);
	if (r >= 0)
		r = sd.bus_message_read(reply, "s", &state);
	if (r < 0 && (r == -ENOENT || sd.bus_error_has_name(&error, SYSTEMD_NAME ".NoSuchUnit")))
		return 0;
	if (r < 0)
		return bus_failed(e, r, &error, "ask whether a unit is enabled", unit);
	return str_starts(state, "enabled");
}

/* The object of @unit, which is loaded for that, in @path, borrowed from @reply. */
static int
unit_load(struct manager *m, const char *unit, sd_bus_message **reply, const char **path,
	struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = manager_connect(m, e);

	if (r < 0)
		return r;
	r = sd.bus_call_method(m->bus, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_IFACE, "LoadUnit",
		&error, reply, "s", unit);
	if (r >= 0)
		r = sd.bus_message_read(*reply, "o", path);
	return r < 0 ? bus_failed(e, r, &error, "ask for a unit", unit) : 0;
}

int
unit_read_cgroup(struct manager *m, const char *unit, char *path, size_t size, struct error *e)
{
	auto_bus_error sd_bus_error error = SD_BUS_ERROR_NULL;
	auto_bus_message sd_bus_message *reply = NULL;
	auto_free char *text = NULL;
	const char *object = "";
	int r = unit_load(m, unit, &reply, &object, e);

	if (r < 0)
		return r;
	r = sd.bus_get_property_string(m->bus, SYSTEMD_NAME, object, SYSTEMD_NAME ".Service",
		"ControlGroup", &error, &text);
	if (r < 0)
		return bus_failed(e, r, &error, "ask for a unit's cgroup", unit);
	if (*text == '\0') {
		error_sys(e, ENOENT, unit, "find a unit's cgroup");
		return error_why(e, "it is not active");
	}
	if (*text != '/' || strstr(text, "/../") != NULL || strlen(text) >= size)
		return error_sys(e, EINVAL, text, "use a unit's cgroup");
	(void)snprintf(path, size, "%s", text);
	return 0;
}
