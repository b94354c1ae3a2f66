/* SPDX-License-Identifier: MIT */
/* What isn't as a VM's journal says it was made. */
#include "supervise/amiss.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "supervise/mend.h"

enum {
	TEXT_BYTES = 512,
	NOTES_MAX = 64, /* more than that say no more */
};

/* Whether a path goes up somewhere. */
static bool
goes_up(const char *path)
{
	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		if (len == 2 && path[0] == '.' && path[1] == '.')
			return true;
		path += len;
		path += strspn(path, "/");
	}
	return false;
}

/* Of a change without a thread, the target is a cgroup, and the key the name of a file in it. */
static bool
is_in_its_tree(const struct change *c)
{
	return !goes_up(c->target) && (c->key == NULL || strchr(c->key, '/') == NULL);
}

static int
change_tell(const struct change *c, const struct error *e, struct status_vm *vm)
{
	char text[TEXT_BYTES], all[TEXT_BYTES + sizeof(e->why) + 16];

	c->kind->describe(c, text, sizeof(text));
	(void)snprintf(all, sizeof(all), "no longer so: %s: %s", text,
		e->why[0] != '\0' ? e->why : strerror(e->errnum));
	return status_note_add(vm, all, e->hint);
}

static bool
is_there(const struct status_vm *vm, const struct change *c)
{
	for (size_t i = 0; i < vm->thread_count; i++) {
		if (vm->threads[i].tid == c->id && vm->threads[i].start <= c->start)
			return true;
	}
	return false;
}

/* Whether a change before the one at @index is of the same thread. */
static bool
is_told(const struct journal *j, size_t index)
{
	const struct change *told = &j->changes.list[index];

	for (size_t i = 0; i < index; i++) {
		const struct change *c = &j->changes.list[i];

		if (!j->undone[i] && c->role != NULL && c->id == told->id &&
			str_eq(c->role, told->role))
			return true;
	}
	return false;
}

/* Other threads of QEMU's come and go as they like. */
static int
ended_tell(const struct journal *j, size_t index, struct status_vm *vm)
{
	const struct change *c = &j->changes.list[index];
	char text[TEXT_BYTES];

	if (c->id == 0 || c->role == NULL || is_there(vm, c) || is_told(j, index) ||
		(!str_starts(c->role, "vCPU ") && !str_starts(c->role, "iothread ")))
		return 0;
	(void)snprintf(text, sizeof(text), "%.200s: its thread, %lld, has ended", c->role,
		(long long)c->id);
	return status_note_add(vm, text, "");
}

int
amiss_find(struct host *host, const struct journal *j, struct status_vm *vm)
{
	int r = 0;

	for (size_t i = 0; i < j->changes.count && r == 0 && vm->note_count < NOTES_MAX; i++) {
		const struct change *c = &j->changes.list[i];
		struct error e;

		if (j->undone[i])
			continue;
		r = ended_tell(j, i, vm);
		if (r == 0 && mend_concerns(host, c) && is_in_its_tree(c) &&
			c->kind->verify(host, c, &e) < 0)
			r = change_tell(c, &e, vm);
	}
	return r;
}
