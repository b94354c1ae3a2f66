/* SPDX-License-Identifier: MIT */
/* systemd over sd-bus: what a failed call says, and objects freed at their scope's end. */
#include "host/bus.h"

#include <errno.h>

#include "base/error.h"

struct sd sd;

static struct library library = LIBRARY("libsystemd.so.0", "libsystemd0", SD, sd);

int
bus_load(struct error *e)
{
	return library.handle == NULL ? library_open(&library, e) : 0;
}

int
bus_failed(struct error *e, int r, const sd_bus_error *error, const char *what, const char *unit)
{
	error_sys(e, -r, unit, "%s", what);
	if (sd.bus_error_has_name(error, SYSTEMD_NAME ".UnitExists"))
		e->errnum = EEXIST;
	if (error->message != NULL)
		error_why(e, "systemd says: %s", error->message);
	return error_code(e);
}

void
bus_error_cleanup(sd_bus_error *error)
{
	if (error->name != NULL) /* else the library may not even be loaded */
		sd.bus_error_free(error);
}

void
bus_message_cleanup(sd_bus_message **message)
{
	if (*message != NULL)
		sd.bus_message_unref(*message);
}
