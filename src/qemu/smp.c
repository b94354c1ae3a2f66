/* SPDX-License-Identifier: MIT */
/* The guest's CPU topology, as QEMU reads it from -smp. */
#include "qemu/smp.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

enum {
	SMP_MAX_CPUS = 4096, /* no machine type has more: that is q35's since QEMU 9.1 */
	KEY_TEXT_BYTES = 32, /* longer than any key or number of -smp */
};

/* What the options say; 0 where they say nothing. */
enum smp_key {
	SMP_CPUS,
	SMP_MAXCPUS,
	SMP_DRAWERS,
	SMP_BOOKS,
	SMP_SOCKETS,
	SMP_DIES,
	SMP_CLUSTERS,
	SMP_MODULES,
	SMP_CORES,
	SMP_THREADS,
	SMP_KEYS,
};

static const char *const key_name[SMP_KEYS] = {
	[SMP_CPUS] = "cpus",
	[SMP_MAXCPUS] = "maxcpus",
	[SMP_DRAWERS] = "drawers",
	[SMP_BOOKS] = "books",
	[SMP_SOCKETS] = "sockets",
	[SMP_DIES] = "dies",
	[SMP_CLUSTERS] = "clusters",
	[SMP_MODULES] = "modules",
	[SMP_CORES] = "cores",
	[SMP_THREADS] = "threads",
};

struct config {
	uint64_t value[SMP_KEYS];
	struct place place;
	const char *path; /* borrowed */
};

static int
part_refuse(const struct config *c, struct error *e, const char *part)
{
	(void)error_definition(
		e, c->path, c->place.line, c->place.column, "smp: '%s' is not understood", part);
	return error_hint(e, "as in smp: [ 4, sockets: 1, cores: 2, threads: 2 ]");
}

static int
number_read(struct config *c, enum smp_key key, const char *text, struct error *e)
{
	uint32_t value;
	int r = num_parse_u32(text, 1, SMP_MAX_CPUS, &value);

	if (r == 0 && text[0] == '0')
		r = -EINVAL; /* octal to QEMU, and that's hardly meant */
	if (r < 0)
		return error_definition(e, c->path, c->place.line, c->place.column,
			"smp: %s is a number from 1 to %d, not '%s'", key_name[key], SMP_MAX_CPUS,
			text);
	c->value[key] = value;
	return 0;
}

/* "KEY=NUMBER", or a number alone when it's the @first. */
static int
part_read(struct config *c, char *part, bool first, struct error *e)
{
	char *equals = strchr(part, '=');
	unsigned key = 0;

	if (equals == NULL && first)
		return number_read(c, SMP_CPUS, part, e);
	if (equals == NULL)
		return part_refuse(c, e, part);
	*equals = '\0';
	while (key < SMP_KEYS && !str_eq(key_name[key], part))
		key++;
	if (key == SMP_KEYS) {
		*equals = '=';
		return part_refuse(c, e, part);
	}
	return number_read(c, (enum smp_key)key, equals + 1, e);
}

static int
value_read(struct config *c, const char *value, struct error *e)
{
	for (const char *p = value;; p++) {
		char part[KEY_TEXT_BYTES];
		size_t len = strcspn(p, ",");
		int r;

		if (len >= sizeof(part))
			return part_refuse(c, e, p);
		memcpy(part, p, len);
		part[len] = '\0';
		r = part_read(c, part, p == value, e);
		if (r < 0)
			return r;
		p += len;
		if (*p == '\0' || p[1] == '\0') /* QEMU takes a comma at the end */
			return 0;
	}
}

static uint64_t
given_or_one(uint64_t value)
{
	return value > 0 ? value : 1;
}

/* Compute what is left out: cores before sockets, as all machine types do since QEMU 6.2. */
static void
config_complete(uint64_t *v)
{
	/* Five numbers of at most 2^12 can be multiplied. */
	uint64_t fixed = v[SMP_DIES] * v[SMP_CLUSTERS] * v[SMP_MODULES];
	uint64_t most = v[SMP_MAXCPUS] > 0 ? v[SMP_MAXCPUS] : v[SMP_CPUS];

	if (most == 0) {
		v[SMP_SOCKETS] = given_or_one(v[SMP_SOCKETS]);
		v[SMP_CORES] = given_or_one(v[SMP_CORES]);
		v[SMP_THREADS] = given_or_one(v[SMP_THREADS]);
		return;
	}
	if (v[SMP_CORES] == 0) {
		v[SMP_SOCKETS] = given_or_one(v[SMP_SOCKETS]);
		v[SMP_THREADS] = given_or_one(v[SMP_THREADS]);
		v[SMP_CORES] = most / (fixed * v[SMP_SOCKETS] * v[SMP_THREADS]);
	} else if (v[SMP_SOCKETS] == 0) {
		v[SMP_THREADS] = given_or_one(v[SMP_THREADS]);
		v[SMP_SOCKETS] = most / (fixed * v[SMP_CORES] * v[SMP_THREADS]);
	}
	if (v[SMP_THREADS] == 0)
		v[SMP_THREADS] = most / (fixed * v[SMP_SOCKETS] * v[SMP_CORES]);
}

static uint64_t
cores_per_socket(const struct config *c)
{
	const uint64_t *v = c->value;

	return v[SMP_DIES] * v[SMP_CLUSTERS] * v[SMP_MODULES] * v[SMP_CORES];
}

static int
product_check(const struct config *c, uint64_t total, struct error *e)
{
	const uint64_t *v = c->value;

	if (total != v[SMP_MAXCPUS]) {
		(void)error_definition(e, c->path, c->place.line, c->place.column,
			"smp: %" PRIu64 " sockets x %" PRIu64 " cores x %" PRIu64
			" threads are %" PRIu64 " CPUs, not %" PRIu64,
			v[SMP_SOCKETS], cores_per_socket(c), v[SMP_THREADS], total, v[SMP_MAXCPUS]);
		return error_hint(e, "QEMU refuses it: change one of the numbers, or leave it out");
	}
	if (v[SMP_CPUS] > v[SMP_MAXCPUS])
		return error_definition(e, c->path, c->place.line, c->place.column,
			"smp: cpus (%" PRIu64 ") is more than maxcpus (%" PRIu64 ")", v[SMP_CPUS],
			v[SMP_MAXCPUS]);
	return 0;
}

/* All levels together, unless that's too many. */
static bool
product(const uint64_t *v, uint64_t *ret)
{
	uint64_t total = 1;

	for (unsigned key = SMP_SOCKETS; key < SMP_KEYS; key++) {
		total *= v[key];
		if (total > SMP_MAX_CPUS)
			return false;
	}
	*ret = total;
	return true;
}

static int
config_resolve(struct config *c, struct error *e)
{
	uint64_t *v = c->value, total;

	if (v[SMP_BOOKS] > 1 || v[SMP_DRAWERS] > 1)
		return error_definition(e, c->path, c->place.line, c->place.column,
			"smp: books and drawers are not supported");
	v[SMP_DIES] = given_or_one(v[SMP_DIES]);
	v[SMP_CLUSTERS] = given_or_one(v[SMP_CLUSTERS]);
	v[SMP_MODULES] = given_or_one(v[SMP_MODULES]);
	config_complete(v);
	if (!product(v, &total))
		return error_definition(e, c->path, c->place.line, c->place.column,
			"smp: more than %d CPUs", SMP_MAX_CPUS);
	if (v[SMP_MAXCPUS] == 0)
		v[SMP_MAXCPUS] = v[SMP_CPUS] > 0 ? v[SMP_CPUS] : total;
	if (v[SMP_CPUS] == 0)
		v[SMP_CPUS] = v[SMP_MAXCPUS];
	return product_check(c, total, e);
}

static struct smp
smp_make(const struct config *c)
{
	const uint64_t *v = c->value;

	return (struct smp){
		.cpus = (unsigned)v[SMP_CPUS],
		.maxcpus = (unsigned)v[SMP_MAXCPUS],
		.sockets = (unsigned)v[SMP_SOCKETS],
		.cores = (unsigned)cores_per_socket(c),
		.threads = (unsigned)v[SMP_THREADS],
		.dies = (unsigned)v[SMP_DIES],
		.clusters = (unsigned)v[SMP_CLUSTERS],
		.modules = (unsigned)v[SMP_MODULES],
		.place = c->place,
	};
}

int
smp_read(const struct definition *d, struct smp *ret, struct error *e)
{
	struct config c = {.path = d->path};
	int r;

	for (size_t i = 0; i < d->option_count; i++) {
		const struct qemu_option *option = &d->options[i];

		if (!str_eq(option->name, "smp"))
			continue;
		c.place = option->place;
		if (option->value == NULL)
			return error_definition(e, c.path, c.place.line, c.place.column,
				"smp: the number of CPUs is missing");
		r = value_read(&c, option->value, e);
		if (r < 0)
			return r;
	}
	r = config_resolve(&c, e);
	if (r < 0)
		return r;
	*ret = smp_make(&c);
	return 0;
}
