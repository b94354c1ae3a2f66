/* SPDX-License-Identifier: MIT */
/*
 * libvirt's XML of a domain, as far as a definition has a word for it.
 * Source: https://libvirt.org/formatdomain.html, "CPU Allocation", "CPU model and topology",
 * "Memory Allocation", "IOThreads Allocation".
 */
#include "import/domain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/findings.h"

enum {
	OPTIONS_MAX = 8192, /* with an iothread's each */
	VCPUS_MAX = 4096,   /* no machine type of QEMU's has more */
	IOTHREADS_MAX = 4096,
	NUMBER_BYTES = 32,
	WHY_BYTES = 256,
	KIB = 1024,
};

int
domain_refuse(
	const struct xml_element *element, const char *path, struct error *e, const char *why, ...)
{
	char text[WHY_BYTES];
	va_list args;

	va_start(args, why);
	(void)vsnprintf(text, sizeof(text), why, args);
	va_end(args);
	return error_definition(e, path, element->line, element->column, "%s", text);
}

int
domain_check(const struct xml_element *root, const char *path, struct error *e)
{
	const char *type = xml_attribute(root, "type");

	if (!str_eq(root->name, "domain")) {
		(void)domain_refuse(root, path, e, "the file is of a <%s>, not of a <domain>",
			quote(root->name).text);
		return error_hint(e, "virsh dumpxml --inactive NAME gives a domain's XML");
	}
	if (type == NULL || (!str_eq(type, "kvm") && !str_eq(type, "qemu")))
		return domain_refuse(root, path, e,
			"a domain of type '%s' is none that QEMU runs with kvm or tcg",
			quote(type != NULL ? type : "").text);
	return 0;
}

/* @text without white space around it, which XML is generous with. */
static const char *
trimmed(const char *text, char *copy, size_t size)
{
	text += strspn(text, " \t\r\n");
	(void)snprintf(copy, size, "%s", text);
	return str_trim(copy);
}

int
domain_number(const struct domain_number *wanted, const char *path, unsigned *ret, struct error *e)
{
	const char *text = wanted->name != NULL ? xml_attribute(wanted->element, wanted->name)
						: xml_text(wanted->element);
	char copy[NUMBER_BYTES];
	uint32_t number;

	if (text == NULL)
		return domain_refuse(wanted->element, path, e, "<%s> has no %s",
			wanted->element->name, wanted->name);
	if (num_parse_u32(trimmed(text, copy, sizeof(copy)), wanted->min, wanted->max, &number) < 0)
		return domain_refuse(wanted->element, path, e,
			"%s%s<%s> wants a number from %u to %u, not '%s'",
			wanted->name != NULL ? wanted->name : "",
			wanted->name != NULL ? " of " : "", wanted->element->name, wanted->min,
			wanted->max, quote(text).text);
	*ret = number;
	return 0;
}

int
domain_read_vcpus(const struct xml_element *root, const char *path, unsigned *ret, struct error *e)
{
	const struct domain_number wanted = {
		.element = xml_child(root, "vcpu"),
		.min = 1,
		.max = VCPUS_MAX,
	};

	*ret = 1;
	return wanted.element != NULL ? domain_number(&wanted, path, ret, e) : 0;
}

int
domain_read_iothreads(
	const struct xml_element *root, const char *path, struct cpus *ret, struct error *e)
{
	const struct xml_element *ids = xml_child(root, "iothreadids");
	struct domain_number wanted = {.element = xml_child(root, "iothreads")};
	unsigned number = 0, count = 0;
	int r = 0;

	cpus_clear(ret);
	wanted.max = IOTHREADS_MAX;
	if (wanted.element != NULL)
		r = domain_number(&wanted, path, &count, e);
	wanted = (struct domain_number){.name = "id", .min = 1, .max = IOTHREADS_MAX};
	wanted.element = xml_child(ids, "iothread");
	while (r == 0 && wanted.element != NULL) {
		r = domain_number(&wanted, path, &number, e);
		if (r == 0)
			cpus_add(ret, number);
		wanted.element = xml_next(wanted.element);
	}
	/* libvirt numbers those that are not listed by the smallest numbers that are free. */
	for (number = 1; r == 0 && cpus_count(ret) < count; number++)
		cpus_add(ret, number);
	return r;
}

/* Add -@name with a value that is taken. */
static int
option_add_take(struct definition *d, const char *name, char *value, struct error *e)
{
	struct qemu_option *option = &d->options[d->option_count++];

	*option = (struct qemu_option){.name = strdup(name), .value = value};
	if (option->name == NULL || value == NULL)
		return error_sys(e, ENOMEM, NULL, "make QEMU's options");
	return 0;
}

/* In a value QEMU reads a doubled comma as one. */
static char *
value_escape(const char *text)
{
	struct buf b = {0};

	for (; *text != '\0'; text++)
		buf_add(&b, *text == ',' ? ",," : (char[]){*text, '\0'});
	return buf_take(&b);
}

static int
binary_read(const struct xml_element *root, const char *path, struct definition *d, struct error *e)
{
	const struct xml_element *emulator = xml_child(xml_child(root, "devices"), "emulator");
	const char *arch = xml_attribute(xml_child(xml_child(root, "os"), "type"), "arch");

	if (emulator == NULL && arch == NULL)
		return domain_refuse(root, path, e,
			"it names no QEMU: neither <emulator> nor the arch of <type>");
	d->binary =
		emulator != NULL ? strdup(xml_text(emulator)) : text_printf("qemu-system-%s", arch);
	if (d->binary == NULL)
		return error_sys(e, ENOMEM, path, "read a domain");
	if (d->binary[0] == '\0')
		return domain_refuse(emulator, path, e, "<emulator> is empty");
	return 0;
}

/* Append one level of <topology> to @value, when it is given. */
static int
level_add(const struct xml_element *topology, const char *name, const char *path, struct buf *value,
	struct error *e)
{
	const struct domain_number wanted = {
		.element = topology,
		.name = name,
		.min = 1,
		.max = VCPUS_MAX,
	};
	bool is_common = !str_eq(name, "dies") && !str_eq(name, "clusters");
	unsigned number = 0;
	int r;

	if (xml_attribute(topology, name) == NULL)
		return 0;
	r = domain_number(&wanted, path, &number, e);
	if (r == 0 && (is_common || number > 1)) /* not every machine of QEMU's takes the others */
		buf_printf(value, ",%s=%u", name, number);
	return r;
}

static int
topology_add(
	const struct xml_element *topology, const char *path, struct buf *value, struct error *e)
{
	static const char *const levels[] = {"sockets", "dies", "clusters", "cores", "threads"};
	int r = 0;

	for (size_t i = 0; r == 0 && i < COUNT(levels); i++)
		r = level_add(topology, levels[i], path, value, e);
	return r;
}

static int
smp_add(const struct xml_element *root, const char *path, struct definition *d, struct error *e)
{
	const struct xml_element *topology = xml_child(xml_child(root, "cpu"), "topology");
	struct domain_number current = {.element = xml_child(root, "vcpu"), .name = "current"};
	auto_buf struct buf value = {0};
	unsigned most, now;
	int r = domain_read_vcpus(root, path, &most, e);

	now = most;
	current.min = 1;
	current.max = most;
	if (r == 0 && xml_attribute(current.element, current.name) != NULL)
		r = domain_number(&current, path, &now, e);
	buf_printf(&value, "%u", now);
	if (now != most)
		buf_printf(&value, ",maxcpus=%u", most);
	if (topology == NULL) /* every vCPU is a socket: so says libvirt to QEMU */
		buf_printf(&value, ",sockets=%u,cores=1,threads=1", most);
	else if (r == 0)
		r = topology_add(topology, path, &value, e);
	return r < 0 ? r : option_add_take(d, "smp", buf_take(&value), e);
}

/* <memory unit='GiB'>4</memory> in KiB, rounded up. */
static int
memory_read(const struct xml_element *memory, const char *path, uint64_t *ret_kib, struct error *e)
{
	static const struct {
		const char *name;
		uint64_t bytes;
	} units[] = {
		{"KiB", 1ULL << 10},
		{"k", 1ULL << 10},
		{"b", 1},
		{"bytes", 1},
		{"KB", 1000ULL},
		{"M", 1ULL << 20},
		{"MiB", 1ULL << 20},
		{"MB", 1000000ULL},
		{"G", 1ULL << 30},
		{"GiB", 1ULL << 30},
		{"GB", 1000000000ULL},
		{"T", 1ULL << 40},
		{"TiB", 1ULL << 40},
		{"TB", 1000000000000ULL},
	};
	const char *unit = xml_attribute(memory, "unit");
	char copy[NUMBER_BYTES];
	uint64_t number;
	size_t i = 0;

	while (unit != NULL && i < COUNT(units) && !str_eq(units[i].name, unit))
		i++;
	if (i == COUNT(units))
		return domain_refuse(
			memory, path, e, "unit '%s' of <memory> is not known", quote(unit).text);
	if (num_parse_u64(trimmed(xml_text(memory), copy, sizeof(copy)), 1,
		    UINT64_MAX / units[i].bytes - KIB, &number) < 0)
		return domain_refuse(memory, path, e, "<memory> wants a number, not '%s'",
			quote(xml_text(memory)).text);
	*ret_kib = (number * units[i].bytes + KIB - 1) / KIB;
	return 0;
}

static int
memory_add(const struct xml_element *root, const char *path, struct definition *d, struct error *e)
{
	const struct xml_element *memory = xml_child(root, "memory");
	uint64_t kib = 0;
	int r;

	if (memory == NULL)
		return 0;
	r = memory_read(memory, path, &kib, e);
	if (r < 0)
		return r;
	return option_add_take(d, "m",
		kib % KIB == 0 ? text_printf("%" PRIu64 "M", kib / KIB)
			       : text_printf("size=%" PRIu64 "k", kib),
		e);
}

static int
iothreads_add(
	const struct xml_element *root, const char *path, struct definition *d, struct error *e)
{
	struct cpus ids;
	int r = domain_read_iothreads(root, path, &ids, e);

	if (r < 0)
		return r;
	cpus_each (id, &ids) {
		r = option_add_take(d, "object", text_printf("iothread,id=iothread%d", id), e);
		if (r < 0)
			return r;
	}
	return 0;
}

int
domain_read_options(
	const struct xml_element *root, const char *path, struct definition *d, struct error *e)
{
	const char *machine = xml_attribute(xml_child(xml_child(root, "os"), "type"), "machine");
	const struct xml_element *name = xml_child(root, "name");
	bool is_kvm = str_eq(xml_attribute(root, "type"), "kvm");
	int r = binary_read(root, path, d, e);

	if (r < 0)
		return r;
	d->options = calloc(OPTIONS_MAX, sizeof(*d->options));
	if (d->options == NULL)
		return error_sys(e, ENOMEM, path, "read a domain");
	if (name != NULL)
		r = option_add_take(d, "name", value_escape(xml_text(name)), e);
	if (r == 0 && machine != NULL)
		r = option_add_take(d, "machine", value_escape(machine), e);
	if (r == 0)
		r = option_add_take(d, "accel", strdup(is_kvm ? "kvm" : "tcg"), e);
	if (r == 0)
		r = smp_add(root, path, d, e);
	if (r == 0)
		r = memory_add(root, path, d, e);
	return r == 0 ? iothreads_add(root, path, d, e) : r;
}
