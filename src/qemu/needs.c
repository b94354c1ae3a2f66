/* SPDX-License-Identifier: MIT */
/* What QEMU's options ask of the host, beside CPUs. */
#include "qemu/needs.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "config/definition.h"
#include "qemu/opts.h"

enum {
	WORD_BYTES = 64,
	RAM_DEFAULT_MIB = 128, /* Source: QEMU hw/core/machine.c, default_ram_size */
	LETTER_BITS = 10,
};

static const uint64_t mib = UINT64_C(1) << 20;

bool
size_parse(const char *text, uint64_t unit, uint64_t *ret)
{
	static const char letters[] = "bkmgtpe";
	size_t digits = strspn(text, "0123456789");
	char number[WORD_BYTES];
	uint64_t value;

	if (digits == 0 || digits >= sizeof(number) || strlen(text) > digits + 1)
		return false;
	(void)snprintf(number, sizeof(number), "%.*s", (int)digits, text);
	if (text[digits] != '\0') {
		const char *letter = strchr(letters, text[digits] | 0x20); /* in lower case */

		if (letter == NULL || *letter == '\0')
			return false;
		unit = UINT64_C(1) << (LETTER_BITS * (unsigned)(letter - letters));
	}
	if (num_parse_u64(number, 0, UINT64_MAX / unit, &value) < 0)
		return false;
	*ret = value * unit;
	return true;
}

/* The size @key of @text; false when it's there and isn't understood. */
static bool
size_find(const char *text, const char *key, uint64_t *ret)
{
	char word[WORD_BYTES];

	return !opts_find(text, NULL, key, word, sizeof(word)) || size_parse(word, 1, ret);
}

static void
ram_read(const char *value, struct needs *ret)
{
	char word[WORD_BYTES];

	if (opts_find(value, "size", "size", word, sizeof(word)))
		ret->is_partial |= !size_parse(word, mib, &ret->ram_bytes);
}

static void
overcommit_read(const char *value, struct needs *ret)
{
	ret->locks |= opts_is_on(value, NULL, "mem-lock") || opts_is_on(value, NULL, "mlock");
}

static void
device_read(const char *value, struct needs *ret)
{
	ret->is_partial |= value[0] == '{';
	ret->vfio |= str_starts(value, "vfio-");
}

static struct need_memory *
memory_add(struct needs *ret)
{
	if (ret->memory_count < NEEDS_MEMORIES)
		return &ret->memory[ret->memory_count++];
	ret->is_partial = true;
	return NULL;
}

/* -mem-path: all of -m, whose size may come later. */
static void
path_read(const char *value, struct needs *ret)
{
	struct need_memory *memory = strlen(value) < NEEDS_PATH_BYTES ? memory_add(ret) : NULL;

	if (memory != NULL)
		(void)snprintf(memory->path, sizeof(memory->path), "%s", value);
	ret->is_partial |= memory == NULL;
}

static void
object_read(const char *value, struct needs *ret)
{
	struct need_memory memory = {0}, *added;
	char type[WORD_BYTES];
	bool of_file, of_memfd;

	ret->is_partial |= value[0] == '{';
	if (!opts_find(value, "qom-type", "qom-type", type, sizeof(type)))
		return;
	of_file = str_eq(type, "memory-backend-file");
	of_memfd = str_eq(type, "memory-backend-memfd") && opts_is_on(value, NULL, "hugetlb");
	if (!of_file && !of_memfd)
		return;
	if (!size_find(value, "size", &memory.bytes) ||
		!size_find(value, "hugetlbsize", &memory.page_bytes) ||
		(of_file && !opts_find(value, "qom-type", "mem-path", memory.path,
				    sizeof(memory.path)))) {
		ret->is_partial = true;
		return;
	}
	added = memory_add(ret);
	if (added != NULL)
		*added = memory;
}

/* What names accelerators: the first one that works is taken. */
struct accelerators {
	unsigned kvm, others;
};

static void
accelerators_count(const char *names, struct accelerators *ret)
{
	while (*names != '\0') {
		size_t len = strcspn(names, ":");

		if (len == strlen("kvm") && strncmp(names, "kvm", len) == 0)
			ret->kvm++;
		else
			ret->others++;
		names += len + (names[len] == ':');
	}
}

static void
accelerators_read(const struct qemu_option *option, struct accelerators *ret)
{
	char names[WORD_BYTES];

	if (str_eq(option->name, "enable-kvm"))
		ret->kvm++;
	if (option->value == NULL)
		return;
	if ((str_eq(option->name, "accel") &&
		    opts_find(option->value, "accel", "accel", names, sizeof(names))) ||
		((str_eq(option->name, "machine") || str_eq(option->name, "M")) &&
			opts_find(option->value, "type", "accel", names, sizeof(names))))
		accelerators_count(names, ret);
}

void
needs_read(const struct definition *d, struct needs *ret)
{
	static const struct {
		const char *name;
		void (*read)(const char *value, struct needs *ret);
	} row[] = {
		{"m", ram_read},
		{"overcommit", overcommit_read},
		{"realtime", overcommit_read},
		{"device", device_read},
		{"mem-path", path_read},
		{"object", object_read},
	};
	struct accelerators accelerators = {0};

	*ret = (struct needs){.ram_bytes = RAM_DEFAULT_MIB * mib};
	for (size_t i = 0; i < d->option_count; i++) {
		const struct qemu_option *option = &d->options[i];

		accelerators_read(option, &accelerators);
		for (size_t k = 0; k < COUNT(row) && option->value != NULL; k++) {
			if (str_eq(option->name, row[k].name))
				row[k].read(option->value, ret);
		}
	}
	ret->kvm = accelerators.kvm > 0 && accelerators.others == 0;
	for (size_t i = 0; i < ret->memory_count; i++) {
		if (ret->memory[i].bytes == 0)
			ret->memory[i].bytes = ret->ram_bytes;
	}
}
