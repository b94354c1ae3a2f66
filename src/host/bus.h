/* SPDX-License-Identifier: MIT */
/* systemd over sd-bus: its names, what a failed call says, and objects freed at their scope's end.
 */
#ifndef QPIN_HOST_BUS_H
#define QPIN_HOST_BUS_H

#include <systemd/sd-bus.h>

struct error;

/* Source: org.freedesktop.systemd1(5). */
#define SYSTEMD_NAME  "org.freedesktop.systemd1"
#define SYSTEMD_PATH  "/org/freedesktop/systemd1"
#define SYSTEMD_IFACE SYSTEMD_NAME ".Manager"

/*
 * bus_failed - a call failed: the errno that sd-bus made of it, and systemd's own words
 * @r: -errno of the call
 * @what: in the infinitive
 * @unit: what it was about; NULL: systemd itself
 *
 * Returns -errno, -EEXIST for a unit that is there already.
 */
int bus_failed(
	struct error *e, int r, const sd_bus_error *error, const char *what, const char *unit);

void bus_error_cleanup(sd_bus_error *error);
void bus_message_cleanup(sd_bus_message **message);

#define auto_bus_error   __attribute__((cleanup(bus_error_cleanup)))
#define auto_bus_message __attribute__((cleanup(bus_message_cleanup)))

#endif
