/* SPDX-License-Identifier: MIT */
/* QMP's messages as texts and values alone: nothing here reads or writes. */
#ifndef QPIN_QEMU_MESSAGE_H
#define QPIN_QEMU_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

struct error;

enum {
	QMP_NAME_BYTES = 256,    /* of a name or a description, with its NUL; more is cut */
	QMP_ID_BYTES = 256,      /* of an iothread's id, with its NUL */
	QMP_COMMAND_BYTES = 128, /* of a command as a line, with its NUL */
	QMP_VCPUS_MAX = 8192,    /* no machine type has more */
	QMP_IOTHREADS_MAX = 4096,
	QMP_ABSENT = -1,  /* a number that isn't there */
	QMP_STRANGE = -2, /* one that is no whole number in 0..INT32_MAX */
};

enum qmp_kind {
	QMP_GREETING, /* version */
	QMP_EVENT,    /* name */
	QMP_RETURN,   /* id; what the command returned, by its shape */
	QMP_ERROR,    /* id; name is the description */
};

/* What a command returned looks like. It is for who asked to say what it should have been. */
enum qmp_shape {
	QMP_OTHER,     /* nothing that anybody asks for */
	QMP_STATE,     /* query-status: name is QEMU's state */
	QMP_LIST,      /* an empty list, or one of other things */
	QMP_VCPUS,     /* query-cpus-fast */
	QMP_IOTHREADS, /* query-iothreads */
};

/* A vCPU's place, as QEMU's machine types number it. */
enum qmp_place {
	QMP_SOCKET,
	QMP_DIE,
	QMP_CLUSTER,
	QMP_MODULE,
	QMP_CORE,
	QMP_THREAD,
	QMP_PLACES,
};

/* Source: QEMU qapi/machine.json, CpuInfoFast and CpuInstanceProperties. */
struct qmp_vcpu {
	uint8_t is_object, props_are_object; /* 0 or 1; the latter also when there are none */
	int32_t index, tid;                  /* or QMP_ABSENT, QMP_STRANGE, as what follows */
	int32_t place[QMP_PLACES];
};

/* Source: QEMU qapi/misc.json, IOThreadInfo. */
struct qmp_iothread {
	char id[QMP_ID_BYTES]; /* "" when there is none, or too long a one */
	int32_t tid;           /* or QMP_ABSENT, QMP_STRANGE */
};

struct qmp_version {
	int32_t major, minor, micro;
};

/* Starts as {0}; message_done() frees. */
struct qmp_message {
	enum qmp_kind kind;
	enum qmp_shape shape; /* of QMP_RETURN */
	uint64_t id;          /* of the command; 0 of QMP_EVENT, and when it is none of ours */
	struct qmp_version version;
	char name[QMP_NAME_BYTES];      /* "" of most returns */
	size_t count;                   /* of the list, or one more than it may have */
	struct qmp_vcpu *vcpus;         /* owned; of QMP_VCPUS, in QEMU's order */
	struct qmp_iothread *iothreads; /* owned; of QMP_IOTHREADS, likewise */
};

/*
 * message_parse - what @text (@len bytes, one line without its newline) is
 *
 * Strict: exactly one of greeting, event, return and error. A list that is too long has a count and
 * no items. Returns 0; -EINVAL when it is no JSON object; -EPROTO when it is none of QMP's; or
 * -ENOMEM; @e's why tells. Memory is cJSON's (cJSON_InitHooks()).
 * Source: QEMU docs/interop/qmp-spec.rst
 */
int message_parse(const char *text, size_t len, struct qmp_message *ret, struct error *e);
void message_done(struct qmp_message *message);

/* message_items_bytes - the size of a message's items; 0 of most */
size_t message_items_bytes(const struct qmp_message *message);

/*
 * message_items_make - room for as many items as its count tells; their values are the caller's
 *
 * Returns where they go; NULL when there are none to be, or no memory.
 */
void *message_items_make(struct qmp_message *message);

/* message_format - a command without arguments as a line; @name is a word of ours */
void message_format(const char *name, uint64_t id, char text[QMP_COMMAND_BYTES]);

#define auto_message __attribute__((cleanup(message_done)))

#endif
