/* SPDX-License-Identifier: MIT */
/* <vcpu>, <cputune> and <numatune> of a domain as keys of a definition's launcher. */
#include "import/tuning.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/findings.h"
#include "import/domain.h"
#include "import/schedule.h"

struct tuning {
	const struct xml_element *root, *cputune;
	const char *path;
	const struct smp *smp;
	struct cpus vcpus;     /* the numbers of all vCPUs */
	struct cpus iothreads; /* the ids of all iothreads */
	struct cpus pinned;    /* the host CPUs of vCPUs */
	struct definition *d;
	struct remarks *remarks;
	struct error *e;
};

static int
no_memory(struct tuning *t)
{
	return error_sys(t->e, ENOMEM, t->path, "read a domain");
}

static int
list_read(struct tuning *t, const struct xml_element *element, const char *name, struct cpus *ret)
{
	const char *text = xml_attribute(element, name);

	if (text != NULL && cpus_parse(text, ret) == 0 && !cpus_empty(ret))
		return 0;
	return domain_refuse(element, t->path, t->e, "%s of <%s> is not a list like 0-3,8: '%s'",
		name, element->name, quote(text != NULL ? text : "").text);
}

/* One <vcpupin> into @os_cpus, which has CPUS_NONE for a vCPU without a pin. */
static int
vcpupin_read(struct tuning *t, const struct xml_element *element, int *os_cpus)
{
	const struct domain_number wanted = {
		.element = element,
		.name = "vcpu",
		.max = CPUS_MAX - 1,
	};
	char text[CPUS_TEXT_BYTES];
	struct cpus cpus;
	unsigned vcpu;
	int r = domain_number(&wanted, t->path, &vcpu, t->e);

	if (r == 0)
		r = list_read(t, element, "cpuset", &cpus);
	if (r < 0)
		return r;
	if (vcpu >= t->smp->maxcpus) {
		remarks_add(t->remarks, element->line,
			"<vcpupin> of vCPU %u is left out: there are %u vCPUs", vcpu,
			t->smp->maxcpus);
		return 0;
	}
	if (cpus_count(&cpus) > 1) {
		remarks_add(t->remarks, element->line,
			"<vcpupin> of vCPU %u is left out: a definition gives a vCPU one host CPU, "
			"and these are %s; `vcpu_pinning: { cpus: LIST }` lets qpin choose",
			vcpu, cpus_format(&cpus, text));
		return 0;
	}
	if (os_cpus[vcpu] != CPUS_NONE)
		return domain_refuse(element, t->path, t->e, "vCPU %u is pinned twice", vcpu);
	os_cpus[vcpu] = cpus_next(&cpus, 0);
	return 0;
}

/* In the order of the vCPUs' numbers, which is that of socket, core and thread. */
static int
pins_make(struct tuning *t, const int *os_cpus)
{
	const struct smp *smp = t->smp;
	unsigned per_socket = smp->cores * smp->threads;

	t->d->pins = calloc(smp->maxcpus, sizeof(*t->d->pins));
	if (t->d->pins == NULL)
		return no_memory(t);
	for (unsigned i = 0; i < smp->maxcpus; i++) {
		unsigned os_cpu = (unsigned)os_cpus[i];

		if (os_cpus[i] == CPUS_NONE)
			continue;
		t->d->pins[t->d->pin_count++] = (struct pin){
			.socket = i / per_socket,
			.core = i % per_socket / smp->threads,
			.thread = i % smp->threads,
			.os_cpu = os_cpu,
		};
		t->d->share_cpus = t->d->share_cpus || cpus_has(&t->pinned, os_cpu);
		cpus_add(&t->pinned, os_cpu);
	}
	return 0;
}

static int
vcpupins_read(struct tuning *t)
{
	int *os_cpus = calloc(t->smp->maxcpus, sizeof(*os_cpus));
	int r = 0;

	if (os_cpus == NULL)
		return no_memory(t);
	for (unsigned i = 0; i < t->smp->maxcpus; i++)
		os_cpus[i] = CPUS_NONE;
	for (const struct xml_element *at = xml_child(t->cputune, "vcpupin"); at != NULL && r == 0;
		at = xml_next(at))
		r = vcpupin_read(t, at, os_cpus);
	if (r == 0)
		r = pins_make(t, os_cpus);
	free(os_cpus);
	return r;
}

/* A list for threads that are no vCPU's, without the CPUs of vCPUs; empty when none are left. */
static int
others_read(struct tuning *t, const struct xml_element *element, struct cpus *ret)
{
	char text[CPUS_TEXT_BYTES];
	int r = list_read(t, element, "cpuset", ret);

	if (r < 0 || !cpus_intersect(ret, &t->pinned))
		return r;
	cpus_subtract(ret, &t->pinned);
	if (cpus_empty(ret))
		remarks_add(t->remarks, element->line,
			"cpuset of <%s> is left out: all of its CPUs are pinned to vCPUs, which "
			"have theirs for themselves",
			element->name);
	else
		remarks_add(t->remarks, element->line,
			"cpuset of <%s> is %s without the CPUs that are pinned to vCPUs, which "
			"have theirs for themselves",
			element->name, cpus_format(ret, text));
	return 0;
}

/* Where <emulatorpin> is missing, <vcpu cpuset> is for it, and for vCPUs without a pin. */
static int
emulator_read(struct tuning *t)
{
	const struct xml_element *pin = xml_child(t->cputune, "emulatorpin");
	const struct xml_element *vcpu = xml_child(t->root, "vcpu");
	const char *placement = xml_attribute(vcpu, "placement");

	if (placement != NULL && str_eq(placement, "auto"))
		remarks_add(t->remarks, vcpu->line,
			"placement='auto' of <vcpu> is left out: `vcpu_pinning: auto` lets qpin "
			"choose");
	if (pin != NULL && xml_attribute(vcpu, "cpuset") != NULL &&
		t->d->pin_count < t->smp->maxcpus)
		remarks_add(t->remarks, vcpu->line,
			"cpuset of <vcpu> is left out: vCPUs without a pin run with QEMU's other "
			"threads, where <emulatorpin> is");
	if (pin != NULL)
		return others_read(t, pin, &t->d->emulator_cpus);
	return xml_attribute(vcpu, "cpuset") != NULL ? others_read(t, vcpu, &t->d->emulator_cpus)
						     : 0;
}

static int
iothreadpin_read(struct tuning *t, const struct xml_element *element, struct iothread_pin *ret)
{
	const struct domain_number wanted = {
		.element = element,
		.name = "iothread",
		.min = 1,
		.max = CPUS_MAX - 1,
	};
	unsigned id;
	int r = domain_number(&wanted, t->path, &id, t->e);

	if (r == 0)
		r = others_read(t, element, &ret->cpus);
	if (r < 0)
		return r;
	if (!cpus_has(&t->iothreads, id)) {
		remarks_add(t->remarks, element->line,
			"<iothreadpin> of iothread %u is left out: there is no such iothread", id);
		return 0;
	}
	if (cpus_empty(&ret->cpus))
		return 0;
	ret->id = text_printf("iothread%u", id);
	if (ret->id == NULL)
		return no_memory(t);
	t->d->iothread_pin_count++;
	return 0;
}

static int
iothreadpins_read(struct tuning *t)
{
	const struct xml_element *first = xml_child(t->cputune, "iothreadpin");
	size_t count = 0;
	int r = 0;

	for (const struct xml_element *at = first; at != NULL; at = xml_next(at))
		count++;
	t->d->iothread_pins = calloc(count + 1, sizeof(*t->d->iothread_pins));
	if (t->d->iothread_pins == NULL)
		return no_memory(t);
	for (const struct xml_element *at = first; at != NULL && r == 0; at = xml_next(at))
		r = iothreadpin_read(t, at, &t->d->iothread_pins[t->d->iothread_pin_count]);
	return r;
}

static int
schedulers_read(struct tuning *t)
{
	static const struct cpus nobody;
	const struct schedule vcpus = {"vcpusched", "vcpus", &t->vcpus};
	const struct schedule iothreads = {"iothreadsched", "iothreads", &t->iothreads};
	const struct schedule emulator = {"emulatorsched", NULL, &nobody};
	int r = schedule_read(
		t->cputune, &vcpus, t->path, &t->d->vcpu_scheduling, t->remarks, t->e);

	if (r == 0)
		r = schedule_read(t->cputune, &iothreads, t->path, &t->d->iothread_scheduling,
			t->remarks, t->e);
	if (r == 0)
		r = schedule_read(t->cputune, &emulator, t->path, &t->d->emulator_scheduling,
			t->remarks, t->e);
	return r;
}

/* Both modes keep memory to the nodes; the others only would rather have it there. */
static int
memory_read(struct tuning *t)
{
	const struct xml_element *memory = xml_child(xml_child(t->root, "numatune"), "memory");
	const char *mode = xml_attribute(memory, "mode");

	if (memory == NULL)
		return 0;
	if (xml_attribute(memory, "nodeset") == NULL)
		remarks_add(t->remarks, memory->line,
			"<memory> of <numatune> is left out: it names no nodes");
	else if (mode != NULL && !str_eq(mode, "strict") && !str_eq(mode, "restrictive"))
		remarks_add(t->remarks, memory->line,
			"<memory> of <numatune> is left out: a definition binds memory strictly, "
			"and its mode is %s",
			quote(mode).text);
	else
		return list_read(t, memory, "nodeset", &t->d->memory_nodes);
	return 0;
}

/* Children of @parent for which there is no key. */
static void
strangers_tell(struct tuning *t, const struct xml_element *parent, const char *const *known)
{
	for (const struct xml_element *at = parent != NULL ? parent->first : NULL; at != NULL;
		at = at->next) {
		size_t i = 0;

		while (known[i] != NULL && !str_eq(known[i], at->name))
			i++;
		if (known[i] == NULL)
			remarks_add(t->remarks, at->line,
				"<%s> of <%s> is left out: a definition has no key for it",
				quote(at->name).text, parent->name);
	}
}

static void
left_out_tell(struct tuning *t)
{
	static const char *const of_cputune[] = {"vcpupin", "emulatorpin", "iothreadpin",
		"vcpusched", "iothreadsched", "emulatorsched", NULL};
	static const char *const of_numatune[] = {"memory", NULL};
	const struct xml_element *vcpus = xml_child(t->root, "vcpus");

	strangers_tell(t, t->cputune, of_cputune);
	strangers_tell(t, xml_child(t->root, "numatune"), of_numatune);
	if (vcpus != NULL)
		remarks_add(t->remarks, vcpus->line,
			"<vcpus> is left out: the vCPUs that smp has at start are the first ones");
}

int
tuning_read(const struct xml_element *root, const char *path, const struct smp *smp,
	struct definition *d, struct remarks *remarks, struct error *e)
{
	struct tuning t = {
		.root = root,
		.cputune = xml_child(root, "cputune"),
		.path = path,
		.smp = smp,
		.d = d,
		.remarks = remarks,
		.e = e,
	};
	static int (*const parts[])(struct tuning *) = {
		vcpupins_read, emulator_read, iothreadpins_read, schedulers_read, memory_read};
	int r = domain_read_iothreads(root, path, &t.iothreads, e);

	for (unsigned i = 0; i < smp->maxcpus; i++)
		cpus_add(&t.vcpus, i);
	for (size_t i = 0; r == 0 && i < COUNT(parts); i++)
		r = parts[i](&t);
	if (r == 0)
		left_out_tell(&t);
	return r;
}
