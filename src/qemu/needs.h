/* SPDX-License-Identifier: MIT */
/* What QEMU's options ask of the host, beside CPUs. Pure. */
#ifndef QPIN_QEMU_NEEDS_H
#define QPIN_QEMU_NEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct definition;

enum {
	NEEDS_MEMORIES = 64,    /* as many memory backends are looked at */
	NEEDS_PATH_BYTES = 256, /* a longer path isn't looked at */
};

/* Memory that may be of huge pages. */
struct need_memory {
	char path[NEEDS_PATH_BYTES]; /* where its file is made; "" for one without a name (memfd) */
	uint64_t bytes;
	uint64_t page_bytes; /* as asked for; 0: the host's default, or what @path has */
};

struct needs {
	uint64_t ram_bytes; /* of -m, without what can be plugged */
	bool kvm;           /* it doesn't start without KVM */
	bool locks;         /* it locks all of its memory */
	bool vfio; /* devices of the host are passed through: its memory gets locked, too */
	struct need_memory memory[NEEDS_MEMORIES];
	size_t memory_count;
	bool is_partial; /* an option is written in a way that isn't understood here (JSON, a
			    fraction) */
};

/*
 * size_parse - a size as QEMU reads it: "4096", "8G", "512M", with powers of 1024
 * @unit: what a number without a letter counts: 1, or 1024 * 1024 of -m
 *
 * False for what is none, a fraction, or 2^64 bytes or more; @ret is untouched then.
 * Source: QEMU util/cutils.c, do_strtosz().
 */
bool size_parse(const char *text, uint64_t unit, uint64_t *ret);

/* needs_read - read @d's options; whether they are right is QEMU's business */
void needs_read(const struct definition *d, struct needs *ret);

#endif
