/* SPDX-License-Identifier: MIT */
/* Files in the state directory: a VM's journal, and the lists of tasks that were moved or masked.
 */
#include "change/journal.h"

#include <errno.h>

#include "cgroup/masklist.h"
#include "cgroup/origins.h"
#include "change/claims.h"
#include "change/look.h"
#include "fuzz.h"
#include "supervise/kinds.h"
#include "supervise/saved.h"

static struct fuzz_tree state;

static void
state_remove(void)
{
	fuzz_tree_remove(&state);
}

static void
state_open(void)
{
	if (state.path[0] != '\0')
		return;
	fuzz_tree_open(&state);
	must(mkdirat(state.root.fd, "vm", 0700) == 0);
	must(atexit(state_remove) == 0);
}

static void
claims_try(void)
{
	struct record_process keeper;
	struct claim *claims = NULL;
	struct error e;
	int count = claims_list(&state.root, &claims, &e);

	must(count == 1);
	free(claims);
	must(claims_read_process(&state.root, "vm", RECORD_KEEPER, &keeper, &e) == 0);
	must(keeper.pid >= 0);
}

/* Before journal_load() cuts a line off: both see the same, and that one is no writer. */
static void
look_try(int loaded, const struct journal *j, const struct journal *looked, int r)
{
	must(r == loaded);
	must(looked->changes.count == j->changes.count);
	must(looked->baselines.count == j->baselines.count);
	must(looked->qemu.pid == j->qemu.pid && looked->keeper.pid == j->keeper.pid);
	for (size_t i = 0; i < j->changes.count; i++)
		must(change_same(&looked->changes.list[i], &j->changes.list[i]) &&
			looked->undone[i] == j->undone[i]);
}

/* Nothing is undone here: that is the kinds' part, and would touch the host. */
static void
journal_try(const uint8_t *data, size_t size)
{
	struct journal j = JOURNAL_CLOSED, looked = JOURNAL_CLOSED;
	struct error e = {0};
	struct stat st;
	bool alive = true;
	int r, look;

	fuzz_tree_put(&state, "vm/" JOURNAL_FILE, data, size);
	look = journal_look(&state.root, "vm", change_kinds, &looked, &alive, &e);
	must(!alive);
	must(fstatat(state.root.fd, "vm/" JOURNAL_FILE, &st, 0) == 0);
	must((size_t)st.st_size == size);
	r = journal_load(&state.root, "vm", change_kinds, &j, &e);
	must(r == 0 || r == -EINVAL);
	must(r == 0 || e.what[0] != '\0');
	look_try(r, &j, &looked, look);
	journal_close(&looked);
	if (r == 0) { /* whole lines alone are left */
		must(fstatat(state.root.fd, "vm/" JOURNAL_FILE, &st, 0) == 0);
		must((size_t)st.st_size <= size);
		must(st.st_size == 0 || data[st.st_size - 1] == '\n');
	}
	for (size_t i = 0; i < j.changes.count; i++)
		must(j.changes.list[i].kind != NULL && j.changes.list[i].target != NULL);
	journal_close(&j);
}

static void
saved_try(void)
{
	struct change_list list = {0};
	char path[64];
	struct error e;

	(void)snprintf(path, sizeof(path), "%s/vm/" JOURNAL_FILE, state.path);
	(void)saved_load(path, &list, &e);
	change_list_done(&list);
}

static void
masks_try(const uint8_t *data, size_t size)
{
	struct mask_list list = {0}, again = {0};
	char *text = fuzz_text(data, size), *written, *rewritten;
	struct error e;

	if (mask_list_parse(text, "fuzz", &list, &e) == 0) {
		written = mask_list_text(&list);
		must(written != NULL);
		free(text);
		text = strdup(written);
		must(text != NULL && mask_list_parse(text, "fuzz", &again, &e) == 0);
		rewritten = mask_list_text(&again);
		must(rewritten != NULL && strlen(rewritten) == strlen(written));
		free(rewritten);
		free(written);
		mask_list_done(&again);
	}
	mask_list_done(&list);
	free(text);
}

static void
origins_try(const uint8_t *data, size_t size)
{
	struct origins origins;
	struct error e;

	fuzz_tree_put(&state, ".tasks", data, size);
	must(origins_load(&state.root, &origins, &e) == 0);
	for (size_t i = 0; i < origins.count; i++) {
		const struct origin *o = &origins.list[i];

		must(o->id > 0 && o->start >= 0);
		must(origins_find(&origins, o->id, o->start) == o->group);
	}
	origins_done(&origins);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	state_open();
	if (size > 0 && data[0] == '{') {
		journal_try(data, size);
		claims_try();
		saved_try();
	} else if (size > 0 && data[0] == 'q') {
		masks_try(data, size);
	} else {
		origins_try(data, size);
	}
	return 0;
}
