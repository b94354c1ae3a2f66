/* SPDX-License-Identifier: MIT */
/* QMP's messages as texts and JSON alone: nothing here reads or writes. */
#ifndef QPIN_QEMU_MESSAGE_H
#define QPIN_QEMU_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"

enum qmp_kind {
	QMP_EVENT,  /* name; data is the event's */
	QMP_RETURN, /* id; data is what the command returned */
	QMP_ERROR,  /* id; name is the description */
};

struct qmp_message {
	enum qmp_kind kind;
	const char *name;  /* borrowed; NULL of QMP_RETURN */
	const cJSON *data; /* borrowed; NULL when there is none */
	uint64_t id;       /* of the command; 0 of QMP_EVENT */
};

/*
 * message_read - what kind of message @json is; false when it's none of QMP's
 * @ret: everything in it is borrowed from @json; an id that isn't a number of ours is 0
 *
 * Source: QEMU docs/interop/qmp-spec.rst
 */
bool message_read(const cJSON *json, struct qmp_message *ret);

/* What QEMU says first. */
struct qmp_greeting {
	unsigned major, minor, micro; /* its version */
};

/* message_read_greeting - false when it's no greeting, or has no version */
bool message_read_greeting(const cJSON *json, struct qmp_greeting *ret);

/*
 * message_format_take - a command as a line, with its newline; the caller frees @ret
 * @arguments: freed in any case; NULL for none
 *
 * Returns 0 or -ENOMEM.
 */
int message_format_take(const char *name, cJSON *arguments, uint64_t id, char **ret);

#endif
