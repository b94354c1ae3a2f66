/* SPDX-License-Identifier: MIT */
/* The host's interrupts (IRQs): which there are, and on which CPUs they are delivered. */
#include "host/irq.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/mask.h"
#include "base/text.h"

enum {
	INTERRUPTS_MAX_BYTES = 256 * 1024 * 1024, /* 8,192 CPUs with 11 bytes each, 2,000 lines */
};

static const char default_file[] = "irq/default_smp_affinity";

/* How many CPUs have a column: the first line names them. */
static size_t
columns_count(const char *head)
{
	size_t count = 0;

	for (; (head = strstr(head, "CPU")) != NULL; head += strlen("CPU"))
		count++;
	return count;
}

/* What follows on @count numbers. */
static const char *
numbers_skip(const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		text += strspn(text, " ");
		text += strspn(text, "0123456789");
	}
	return text;
}

/* Words with one blank between them, without control bytes. */
static void
name_copy(const char *from, char *to, size_t size)
{
	size_t len = 0;

	for (; *from != '\0' && len + 1 < size; from++) {
		bool blank = (unsigned char)*from <= ' ' || *from == 0x7f;

		if (!blank)
			to[len++] = *from;
		else if (len > 0 && to[len - 1] != ' ')
			to[len++] = ' ';
	}
	while (len > 0 && to[len - 1] == ' ')
		len--;
	to[len] = '\0';
}

/* "  24:   0   7   PCI-MSI 49152-edge   virtio0"; "NMI: …" is none. */
static bool
line_parse(char *line, size_t columns, struct irq *ret)
{
	char *colon = strchr(line, ':');
	uint32_t number;

	line += strspn(line, " ");
	if (colon == NULL || colon < line)
		return false;
	*colon = '\0';
	if (num_parse_u32(line, 0, UINT32_MAX, &number) < 0)
		return false;
	ret->number = number;
	name_copy(numbers_skip(colon + 1, columns), ret->name, sizeof(ret->name));
	return true;
}

int
irqs_parse(char *text, struct irqs *ret, struct error *e)
{
	char *line = strsep(&text, "\n");
	size_t columns = line != NULL ? columns_count(line) : 0, room = 0;
	struct irqs irqs = {0};

	while ((line = strsep(&text, "\n")) != NULL) {
		struct irq irq;
		struct irq *bigger = irqs.list;

		if (!line_parse(line, columns, &irq))
			continue;
		if (irqs.count == room) {
			room = room > 0 ? room * 2 : 64;
			bigger = reallocarray(irqs.list, room, sizeof(*bigger));
		}
		if (bigger == NULL) {
			irqs_done(&irqs);
			return error_sys(e, ENOMEM, NULL, "list the interrupts");
		}
		irqs.list = bigger;
		irqs.list[irqs.count++] = irq;
	}
	*ret = irqs;
	return 0;
}

int
irqs_load(const struct root *proc, struct irqs *ret, struct error *e)
{
	auto_free char *text = NULL;
	int r = file_load(proc, "interrupts", INTERRUPTS_MAX_BYTES, &text, e);

	return r < 0 ? r : irqs_parse(text, ret, e);
}

void
irqs_done(struct irqs *irqs)
{
	free(irqs->list);
	*irqs = (struct irqs){0};
}

bool
irq_is_there(const struct root *proc)
{
	return file_exists(proc, default_file);
}

static bool
is_default(const char *name)
{
	return str_eq(name, IRQ_DEFAULT);
}

static void
file_of(const char *name, const char *what, char *ret)
{
	if (is_default(name))
		(void)snprintf(ret, IRQ_FILE_BYTES, "%s", default_file);
	else
		(void)snprintf(ret, IRQ_FILE_BYTES, "irq/%.10s/%s", name, what);
}

static int
list_read(const struct root *proc, const char *name, const char *what, struct cpus *ret,
	struct error *e)
{
	char text[FILE_TEXT_BYTES], file[IRQ_FILE_BYTES], where[512];
	int r;

	file_of(name, what, file);
	r = file_read(proc, file, text, sizeof(text), e);
	if (r < 0)
		return r;
	r = is_default(name) ? mask_parse(text, ret) : cpus_parse(text, ret);
	if (r == 0)
		return 0;
	error_sys(e, -r, root_path(proc, file, where, sizeof(where)), "read CPUs of interrupts");
	return error_why(e, "the kernel says \"%.100s\"", text);
}

int
irq_read(const struct root *proc, const char *name, struct cpus *ret, struct error *e)
{
	return list_read(proc, name, "smp_affinity_list", ret, e);
}

int
irq_read_effective(const struct root *proc, const char *name, struct cpus *ret, struct error *e)
{
	int r = list_read(proc, name, "effective_affinity_list", ret, e);

	return r == -ENOENT ? irq_read(proc, name, ret, e) : r;
}

int
irq_write(const struct root *proc, const char *name, const struct cpus *cpus, struct error *e)
{
	char text[CPUS_TEXT_BYTES], file[IRQ_FILE_BYTES];

	file_of(name, "smp_affinity_list", file);
	return file_write(proc, file,
		is_default(name) ? mask_format(cpus, text) : cpus_format(cpus, text), e);
}

bool
irq_is_refusal(int r)
{
	return r == -EIO || r == -EPERM || r == -EINVAL || r == -ENOSPC || r == -EBUSY ||
	       r == -ENOENT;
}
