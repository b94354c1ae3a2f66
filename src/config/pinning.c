/* SPDX-License-Identifier: MIT */
/* Which host CPUs a definition gives to vCPUs and iothreads. */
#include "config/pinning.h"

#include <stdlib.h>
#include <string.h>

#include "config/document.h"
#include "config/draft.h"
#include "config/findings.h"
#include "config/scalar.h"

enum {
	PINS_STEP = 16,
	LEVELS = 3, /* socket, core, thread */
};

static const char *const level_name[] = {"socket", "core", "thread", "host CPU"};

static void
pin_add(struct definition *d, const unsigned id[LEVELS + 1], struct place place, struct findings *f)
{
	if (d->pin_count % PINS_STEP == 0) {
		struct pin *bigger =
			realloc(d->pins, (d->pin_count + PINS_STEP) * sizeof(*d->pins));

		if (bigger == NULL) {
			f->no_memory = true;
			return;
		}
		d->pins = bigger;
	}
	d->pins[d->pin_count++] = (struct pin){
		.socket = id[0],
		.core = id[1],
		.thread = id[2],
		.os_cpu = id[LEVELS],
		.place = place,
	};
}

static bool
id_read(const struct node *node, unsigned level, unsigned *ret, struct findings *f)
{
	const struct wanted wanted = {.name = level_name[level], .max = CPUS_MAX - 1};
	uint64_t value;

	if (!scalar_int(node, &wanted, &value, f))
		return false;
	*ret = (unsigned)value;
	return true;
}

/* The sockets (level 0), a socket's cores, or a core's threads; @id has what is above. */
static void
level_read(const struct node *node, unsigned level, unsigned id[LEVELS + 1], struct definition *d,
	struct findings *f)
{
	if (level == LEVELS) {
		if (id_read(node, level, &id[LEVELS], f))
			pin_add(d, id, node->place, f);
		return;
	}
	if (node->type != NODE_MAP) {
		(void)error_hint(
			finding_add(f, node->place, "a mapping from %s to %s is expected here",
				level_name[level], level_name[level + 1]),
			"vcpu_pinning goes from socket to core to thread to host CPU");
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		if (id_read(node->items[i].key, level, &id[level], f))
			level_read(node->items[i].value, level + 1, id, d, f);
	}
}

static int
pin_compare(const void *a, const void *b)
{
	const struct pin *x = a, *y = b;

	if (x->socket != y->socket)
		return x->socket < y->socket ? -1 : 1;
	if (x->core != y->core)
		return x->core < y->core ? -1 : 1;
	return x->thread < y->thread ? -1 : x->thread > y->thread;
}

void
pinning_read(const struct node *node, struct draft *draft, struct findings *f)
{
	struct definition *d = &draft->d;
	unsigned id[LEVELS + 1] = {0};

	if (wishes_are(node)) {
		wishes_read(node, draft, f);
		return;
	}
	level_read(node, 0, id, d, f);
	if (d->pin_count > 1)
		qsort(d->pins, d->pin_count, sizeof(*d->pins), pin_compare);
	for (size_t i = 1; i < d->pin_count; i++) {
		const struct pin *pin = &d->pins[i];

		if (pin_compare(pin - 1, pin) == 0) /* "1" and "0x1": no duplicate keys to YAML */
			(void)finding_add(f, pin->place, "vCPU %u.%u.%u is pinned twice",
				pin->socket, pin->core, pin->thread);
	}
}

static void
iothread_add(struct definition *d, const struct node_item *item, struct findings *f)
{
	struct iothread_pin *pin = &d->iothread_pins[d->iothread_pin_count];

	if (item->key->text[0] == '\0') {
		(void)finding_add(f, item->key->place, "an iothread's id is empty");
		return;
	}
	if (!scalar_cpus(item->value, quote(item->key->text).text, &pin->cpus, f))
		return;
	pin->place = item->value->place;
	pin->id = strdup(item->key->text);
	if (pin->id == NULL)
		f->no_memory = true;
	d->iothread_pin_count++;
}

void
iothread_pinning_read(
	const struct node *node, const char *name, struct definition *d, struct findings *f)
{
	if (node->type != NODE_MAP) {
		(void)error_hint(finding_add(f, node->place, "'%s' wants a mapping", name),
			"write each iothread below it, indented, as ID: 0-3,8");
		return;
	}
	d->iothread_pins = calloc(node->count + 1, sizeof(*d->iothread_pins));
	if (d->iothread_pins == NULL) {
		f->no_memory = true;
		return;
	}
	for (size_t i = 0; i < node->count; i++)
		iothread_add(d, &node->items[i], f);
}
