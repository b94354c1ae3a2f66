/* SPDX-License-Identifier: MIT */
/* systemd over sd-bus: its names, what a failed call says, and objects freed at their scope's end.
 */
#ifndef QPIN_HOST_BUS_H
#define QPIN_HOST_BUS_H

#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>

#include "base/library.h"

struct error;

#define SD(X)                                                                                      \
	X(sd_, bus_call)                                                                           \
	X(sd_, bus_call_method)                                                                    \
	X(sd_, bus_error_free)                                                                     \
	X(sd_, bus_error_has_name)                                                                 \
	X(sd_, bus_flush_close_unref)                                                              \
	X(sd_, bus_get_fd)                                                                         \
	X(sd_, bus_get_property)                                                                   \
	X(sd_, bus_get_property_string)                                                            \
	X(sd_, bus_get_unique_name)                                                                \
	X(sd_, bus_match_signal)                                                                   \
	X(sd_, bus_message_append)                                                                 \
	X(sd_, bus_message_append_array)                                                           \
	X(sd_, bus_message_close_container)                                                        \
	X(sd_, bus_message_new_method_call)                                                        \
	X(sd_, bus_message_open_container)                                                         \
	X(sd_, bus_message_read)                                                                   \
	X(sd_, bus_message_read_array)                                                             \
	X(sd_, bus_message_unref)                                                                  \
	X(sd_, bus_open_system)                                                                    \
	X(sd_, bus_open_user)                                                                      \
	X(sd_, bus_path_encode)                                                                    \
	X(sd_, bus_process)                                                                        \
	X(sd_, bus_set_method_call_timeout)                                                        \
	X(sd_, bus_slot_unref)                                                                     \
	X(sd_, bus_wait)                                                                           \
	X(sd_, notify)                                                                             \
	X(sd_, notifyf)                                                                            \
	X(sd_, watchdog_enabled)

struct sd {
	SD(LIBRARY_MEMBER)
};

/* Functions of libsystemd, for who called bus_load() or manager_connect(). */
extern struct sd sd;

/*
 * bus_load - load libsystemd, for good
 *
 * Where no systemd runs nobody needs it. Returns 0 or -ELIBACC.
 */
int bus_load(struct error *e);

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
