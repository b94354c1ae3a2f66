/* SPDX-License-Identifier: MIT */
/* What an import found, as the text of a definition. */
#include "import/write.h"

#include <errno.h>

#include "config/emitter.h"
#include "config/keys.h"

static void
pair_write(struct emitter *m, const char *key, const char *value)
{
	emit_text(m, key);
	emit_text(m, value);
}

static void
cpus_write(struct emitter *m, const char *key, const struct cpus *cpus)
{
	char text[CPUS_TEXT_BYTES];

	if (!cpus_empty(cpus))
		pair_write(m, key, cpus_format(cpus, text));
}

static const char *
policy_name(int policy)
{
	size_t count;
	const struct key *keys = keys_of_launcher(&count);

	for (size_t i = 0; i < count; i++) {
		if (str_eq(keys[i].name, "scheduler"))
			return key_word_name(keys[i].words, policy);
	}
	return "?";
}

static void
scheduling_write(struct emitter *m, const char *prefix, const struct scheduling *s)
{
	auto_buf struct buf scheduler = {0}, priority = {0};

	if (!s->set)
		return;
	buf_printf(&scheduler, "%sscheduler", prefix);
	buf_printf(&priority, "%spriority", prefix);
	if (scheduler.failed || priority.failed) {
		m->failed = error_sys(&m->error, ENOMEM, NULL, "write a definition");
		return;
	}
	pair_write(m, scheduler.text, policy_name(s->policy));
	if (s->priority > 0) {
		emit_text(m, priority.text);
		emit_number(m, s->priority);
	}
}

static void
env_write(struct emitter *m, const struct definition *d)
{
	if (d->env_count == 0)
		return;
	emit_text(m, "env");
	emit_map(m, false);
	for (size_t i = 0; i < d->env_count; i++)
		pair_write(m, d->env[i].name, d->env[i].value);
	emit_map_end(m);
}

/* The threads of the core that @pins begin with; returns how many these are. */
static size_t
core_write(struct emitter *m, const struct pin *pins, size_t count)
{
	size_t i = 0;

	emit_number(m, pins->core);
	emit_map(m, true);
	for (; i < count && pins[i].core == pins->core; i++) {
		emit_number(m, pins[i].thread);
		emit_number(m, pins[i].os_cpu);
	}
	emit_map_end(m);
	return i;
}

/* Likewise the cores of a socket. */
static size_t
socket_write(struct emitter *m, const struct pin *pins, size_t count)
{
	size_t of_socket = 0;

	while (of_socket < count && pins[of_socket].socket == pins->socket)
		of_socket++;
	emit_number(m, pins->socket);
	emit_map(m, false);
	for (size_t i = 0; i < of_socket;)
		i += core_write(m, &pins[i], of_socket - i);
	emit_map_end(m);
	return of_socket;
}

/* The pins are in the order of socket, core and thread. */
static void
pins_write(struct emitter *m, const struct definition *d)
{
	if (d->pin_count == 0)
		return;
	emit_text(m, "vcpu_pinning");
	emit_map(m, false);
	for (size_t i = 0; i < d->pin_count;)
		i += socket_write(m, &d->pins[i], d->pin_count - i);
	emit_map_end(m);
}

static void
iothreads_write(struct emitter *m, const struct definition *d)
{
	if (d->iothread_pin_count == 0)
		return;
	emit_text(m, "iothread_pinning");
	emit_map(m, false);
	for (size_t i = 0; i < d->iothread_pin_count; i++)
		cpus_write(m, d->iothread_pins[i].id, &d->iothread_pins[i].cpus);
	emit_map_end(m);
}

static void
launcher_write(struct emitter *m, const struct definition *d)
{
	emit_text(m, "launcher");
	emit_map(m, false);
	pair_write(m, "binary", d->binary);
	env_write(m, d);
	scheduling_write(m, "", &d->vcpu_scheduling);
	pins_write(m, d);
	if (d->share_cpus)
		pair_write(m, "share_cpus", "true");
	iothreads_write(m, d);
	scheduling_write(m, "iothread_", &d->iothread_scheduling);
	cpus_write(m, "emulator_cpus", &d->emulator_cpus);
	scheduling_write(m, "emulator_", &d->emulator_scheduling);
	cpus_write(m, "memory_nodes", &d->memory_nodes);
	emit_map_end(m);
}

static void
option_write(struct emitter *m, const struct qemu_option *option)
{
	auto_buf struct buf name = {0};

	buf_printf(&name, "%s%s", option->two_dashes ? "--" : "", option->name);
	if (name.failed) {
		m->failed = error_sys(&m->error, ENOMEM, NULL, "write a definition");
		return;
	}
	if (option->value == NULL) {
		emit_text(m, name.text);
		return;
	}
	emit_map(m, false);
	pair_write(m, name.text, option->value);
	emit_map_end(m);
}

int
import_write(const struct definition *d, struct buf *out, struct error *e)
{
	struct emitter m;

	emitter_begin(&m, out);
	emit_map(&m, false);
	launcher_write(&m, d);
	emit_text(&m, "qemu");
	emit_list(&m);
	for (size_t i = 0; i < d->option_count; i++)
		option_write(&m, &d->options[i]);
	emit_list_end(&m);
	emit_map_end(&m);
	return emitter_end(&m, e);
}
