/* SPDX-License-Identifier: MIT */
#include "change/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "change/claims.h"
#include "change/look.h"
#include "check.h"
#include "tree.h"

/* A kind of change to a host of this test's: a string of what was done. */
struct host {
	char log[256];
	const char *refuse;      /* the value whose apply() fails */
	const char *refuse_undo; /* the value whose undo() fails */
	const char *lost;        /* the value whose verify() fails until it is applied again */
};

static void
note(struct host *host, const char *what, const struct change *c)
{
	size_t len = strlen(host->log);

	(void)snprintf(host->log + len, sizeof(host->log) - len, "%s%s ", what, c->value);
}

static int
fake_look(struct host *host, struct change *c, struct error *e)
{
	(void)host;
	(void)e;
	c->before = strdup("old");
	return c->before != NULL ? 0 : -ENOMEM;
}

static int
fake_apply(struct host *host, struct change *c, struct error *e)
{
	note(host, "+", c);
	host->lost = NULL;
	if (host->refuse != NULL && str_eq(host->refuse, c->value))
		return error_sys(e, EBUSY, c->target, "apply");
	return 0;
}

static int
fake_verify(struct host *host, const struct change *c, struct error *e)
{
	note(host, "?", c);
	return host->lost != NULL && str_eq(host->lost, c->value)
		       ? error_sys(e, ENOENT, NULL, "find it")
		       : 0;
}

static int
fake_undo(struct host *host, const struct change *c, struct error *e)
{
	note(host, "-", c);
	if (host->refuse_undo != NULL && str_eq(host->refuse_undo, c->value))
		return error_sys(e, EBUSY, c->target, "undo");
	return c->before != NULL && str_eq(c->before, "old") ? 0
							     : error_sys(e, EINVAL, NULL, "undo");
}

static void
fake_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "fake %s", c->value);
}

static const struct change_kind kind_fake = {
	.name = "fake",
	.look = fake_look,
	.apply = fake_apply,
	.verify = fake_verify,
	.undo = fake_undo,
	.describe = fake_describe,
};
static const struct change_kind watching = {
	.name = "watching",
	.last = true,
	.look = fake_look,
	.apply = fake_apply,
	.verify = fake_verify,
	.undo = fake_undo,
	.describe = fake_describe,
};
static const struct change_kind *const kinds[] = {&kind_fake, &watching, NULL};
static const struct cpus no_cpus;

static void
ignore(const struct change *c, const struct error *e)
{
	(void)c;
	(void)e;
}

static int
apply_kind(struct journal *j, struct host *host, const struct change_kind *kind, const char *value,
	struct error *e)
{
	char target[] = "/t", own[16];
	struct change c = {.kind = kind, .target = target, .value = own};

	(void)snprintf(own, sizeof(own), "%s", value);
	return journal_apply(j, host, &c, e);
}

static int
apply(struct journal *j, struct host *host, const char *value, struct error *e)
{
	return apply_kind(j, host, &kind_fake, value, e);
}

static void
journal_undo_goes_backwards(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct host host = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
	assert_int_equal(apply(&j, &host, "1", &e), 0);
	assert_int_equal(apply(&j, &host, "2", &e), 0);
	assert_int_equal(journal_undo(&j, &host, ignore), 0);
	assert_string_equal(host.log, "+1 ?1 +2 ?2 -2 -1 ");
	assert_int_equal(journal_undo(&j, &host, ignore), 0); /* once */
	assert_string_equal(host.log, "+1 ?1 +2 ?2 -2 -1 ");
	assert_int_equal(journal_remove(&tree.root, &j, &e), 0);
	assert_false(file_exists(&tree.root, "vm"));
	tree_remove(&tree);
}

static void
journal_keeps_what_watches_over_what_stays(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct host host = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
	assert_int_equal(apply_kind(&j, &host, &watching, "1", &e), 0);
	assert_int_equal(apply(&j, &host, "2", &e), 0);
	assert_int_equal(apply_kind(&j, &host, &watching, "3", &e), 0);
	host = (struct host){.refuse_undo = "2"};
	assert_int_equal(journal_undo(&j, &host, ignore), 1);
	assert_string_equal(host.log, "-3 -2 ");
	journal_close(&j);
	assert_int_equal(journal_load(&tree.root, "vm", kinds, &j, &e), 0);
	host = (struct host){0};
	assert_int_equal(journal_undo(&j, &host, ignore), 0);
	assert_string_equal(host.log, "-2 -1 ");
	assert_int_equal(journal_remove(&tree.root, &j, &e), 0);
	tree_remove(&tree);
}

static void
journal_of_the_dead_is_undone_by_another(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct host host = {.refuse = "2"};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
	assert_int_equal(apply(&j, &host, "1", &e), 0);
	assert_int_equal(apply(&j, &host, "2", &e), -EBUSY);
	journal_close(&j); /* as if killed: the files stay */

	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), -EEXIST);
	assert_string_equal(e.hint, "qpin release vm");
	assert_int_equal(journal_load(&tree.root, "vm", kinds, &j, &e), 0);
	host = (struct host){.refuse_undo = "1"};
	assert_int_equal(journal_undo(&j, &host, ignore), 1);
	assert_string_equal(host.log, "-2 -1 "); /* what failed half-way is undone too */
	journal_close(&j);

	/* What was undone stays undone over a second death. */
	assert_int_equal(journal_load(&tree.root, "vm", kinds, &j, &e), 0);
	host = (struct host){0};
	assert_int_equal(journal_undo(&j, &host, ignore), 0);
	assert_string_equal(host.log, "-1 ");
	assert_int_equal(journal_remove(&tree.root, &j, &e), 0);
	tree_remove(&tree);
}

static void
journal_has_one_living_owner(void **state)
{
	struct journal first = JOURNAL_CLOSED, second = JOURNAL_CLOSED;
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &first, &e), 0);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &second, &e), -EBUSY);
	assert_int_equal(journal_load(&tree.root, "vm", kinds, &second, &e), -EBUSY);
	assert_string_equal(e.why, "it is running");
	assert_int_equal(journal_load(&tree.root, "none", kinds, &second, &e), -ENOENT);
	journal_close(&first);
	tree_remove(&tree);
}

static void
journal_drops_a_line_that_was_cut(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct host host = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "vm/journal",
		"{\"qpin\":\"0\",\"vm\":\"vm\",\"cpus\":\"2-3\"}\n"
		"{\"change\":{\"kind\":\"fake\",\"target\":\"/\",\"value\":\"1\"}}\n"
		"{\"change\":{\"kind\":\"fa");
	assert_int_equal(journal_load(&tree.root, "vm", kinds, &j, &e), 0);
	assert_int_equal(j.changes.count, 1);
	assert_int_equal(cpus_count(&j.cpus), 2);
	assert_int_equal(apply(&j, &host, "2", &e), 0); /* not behind the piece of a line */
	journal_close(&j);
	assert_int_equal(journal_load(&tree.root, "vm", kinds, &j, &e), 0);
	assert_int_equal(j.changes.count, 2);
	assert_string_equal(j.changes.list[1].value, "2");
	journal_close(&j);

	tree_put(&tree, "vm/journal",
		"{\"qpin\":\"0\",\"vm\":\"vm\",\"cpus\":\"2-3\"}\n"
		"{\"undone\":0}\n");
	assert_int_equal(journal_load(&tree.root, "vm", kinds, &j, &e), -EINVAL);
	assert_non_null(strstr(e.where, "/vm/journal"));
	assert_true(str_ends(e.hint, "/vm"));
	tree_remove(&tree);
}

/* Files of more than @bytes can't be written until it is called with what it returned. */
static rlim_t
limit_files(rlim_t bytes)
{
	struct rlimit limit;
	rlim_t old;

	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	old = limit.rlim_cur;
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	return old;
}

static void
journal_without_room_makes_no_change(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct host host = {0};
	struct stat st;
	struct tree tree;
	struct error e;
	rlim_t old;
	int r;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
	assert_int_equal(apply(&j, &host, "1", &e), 0);
	assert_int_equal(fstat(j.fd, &st), 0);
	for (rlim_t room = 0; room < 20; room += 10) { /* nothing, or a piece, of a line */
		old = limit_files((rlim_t)st.st_size + room);
		r = apply(&j, &host, "2", &e);
		(void)limit_files(old);
		assert_true(r == -EFBIG || r == -ENOSPC);
		assert_int_equal(j.changes.count, 1);
	}
	assert_string_equal(host.log, "+1 ?1 ");
	assert_int_equal(apply(&j, &host, "3", &e), 0);
	journal_close(&j);
	assert_int_equal(journal_load(&tree.root, "vm", kinds, &j, &e), 0);
	assert_int_equal(j.changes.count, 2);
	assert_string_equal(j.changes.list[1].value, "3");
	journal_close(&j);
	tree_remove(&tree);
}

static void
journal_that_cannot_begin_leaves_nothing(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct tree tree;
	struct error e;
	rlim_t old;
	int r;

	(void)state;
	tree_make(&tree);
	old = limit_files(10);
	r = journal_create(&tree.root, "vm", &no_cpus, &j, &e);
	(void)limit_files(old);
	assert_int_equal(r, -ENOSPC);
	assert_false(file_exists(&tree.root, "vm"));
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
	journal_close(&j);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), -EEXIST);
	assert_true(file_exists(&tree.root, "vm/journal")); /* another's stays */
	tree_remove(&tree);
}

static void
journal_knows_qemu_after_a_death(void **state)
{
	struct record_process qemu = {.pid = 77, .start = INT64_C(1) << 40};
	struct journal j = JOURNAL_CLOSED;
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
	assert_int_equal(j.qemu.pid, 0);
	assert_int_equal(journal_note(&j, RECORD_QEMU, &qemu, &e), 0);
	assert_int_equal(j.qemu.pid, 77);
	journal_close(&j);
	assert_int_equal(journal_load(&tree.root, "vm", kinds, &j, &e), 0);
	assert_int_equal(j.qemu.pid, 77);
	assert_true(j.qemu.start == qemu.start);
	assert_false(j.qemu.placed);
	qemu.placed = qemu.paused = true;
	qemu.stop_s = 60;
	assert_int_equal(journal_note(&j, RECORD_QEMU, &qemu, &e), 0);
	journal_close(&j);
	assert_int_equal(journal_load(&tree.root, "vm", kinds, &j, &e), 0);
	assert_true(j.qemu.placed && j.qemu.paused && j.qemu.stop_s == 60);
	journal_close(&j);
	tree_remove(&tree);
}

static void
journal_waits_for_who_only_looks(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct tree tree;
	struct error e;
	char byte;
	int ends[2], fd;
	pid_t child;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "vm/lock", "");
	assert_int_equal(pipe(ends), 0);
	fd = openat(tree.root.fd, "vm/lock", O_RDONLY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_SH), 0);
	child = fork();
	if (child == 0) { /* has the lock too, until it ends */
		(void)poll(NULL, 0, 10);
		_exit(0);
	}
	(void)close(fd);
	(void)close(ends[1]);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
	assert_int_equal(read(ends[0], &byte, 1), 0); /* it ended */
	(void)close(ends[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	journal_close(&j);
	tree_remove(&tree);
}

static void
journal_makes_no_change_twice(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct host host = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
	assert_int_equal(apply(&j, &host, "1", &e), 0);
	assert_int_equal(apply(&j, &host, "1", &e), 0);
	assert_string_equal(host.log, "+1 ?1 ?1 ");
	host.lost = "1";
	assert_int_equal(apply(&j, &host, "1", &e), 0); /* but again when it is no longer so */
	assert_string_equal(host.log, "+1 ?1 ?1 ?1 +1 ?1 ");
	assert_int_equal(j.changes.count, 1);
	journal_close(&j);
	tree_remove(&tree);
}

static void
journal_leaves_the_look_to_who_wants_it_so(void **state)
{
	char target[] = "/t", value[] = "1";
	const struct change c = {.kind = &kind_fake, .target = target, .value = value};
	struct journal j = JOURNAL_CLOSED;
	struct host host = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
	assert_int_equal(journal_apply_unverified(&j, &host, &c, &e), 0);
	assert_string_equal(host.log, "+1 ");
	assert_int_equal(j.changes.count, 1);
	assert_int_equal(journal_undo(&j, &host, ignore), 0);
	assert_string_equal(host.log, "+1 -1 ");
	journal_close(&j);
	tree_remove(&tree);
}

static void
journal_has_all_before_the_first_is_made(void **state)
{
	char target[] = "/t", values[][2] = {"1", "2", "3"};
	struct change list[COUNT(values)];
	struct journal j = JOURNAL_CLOSED, seen = JOURNAL_CLOSED;
	struct host host = {.refuse = "2"};
	struct tree tree;
	struct error e;
	bool alive;

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++)
		list[i] = (struct change){.kind = &kind_fake, .target = target, .value = values[i]};
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
	assert_int_equal(journal_apply_together(&j, &host, list, COUNT(list), &e), -EBUSY);
	assert_string_equal(host.log, "+1 +2 "); /* up to the first that fails */
	assert_int_equal(journal_look(&tree.root, "vm", kinds, &seen, &alive, &e), 0);
	assert_int_equal(seen.changes.count, 3);
	journal_close(&seen);

	host = (struct host){.lost = "1"};
	assert_int_equal(journal_apply_together(&j, &host, list, COUNT(list), &e), 0);
	assert_string_equal(host.log, "?1 +1 ?2 ?3 "); /* what is there is looked at */
	assert_int_equal(j.changes.count, 3);
	assert_int_equal(journal_undo(&j, &host, ignore), 0);
	journal_close(&j);
	tree_remove(&tree);
}

/* What can't be written down is not made. */
static void
journal_makes_all_or_none_of_them(void **state)
{
	char target[] = "/t", value[2][2] = {"1", "2"};
	const struct change list[] = {
		{.kind = &kind_fake, .target = target, .value = value[0]},
		{.kind = &kind_fake, .target = target, .value = value[1]},
	};
	struct journal j = JOURNAL_CLOSED;
	struct host host = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
	assert_int_equal(close(j.fd), 0);
	j.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_true(j.fd >= 0);
	assert_int_equal(journal_apply_together(&j, &host, list, COUNT(list), &e), -ENOSPC);
	assert_string_equal(host.log, "");
	assert_int_equal(j.changes.count, 0);
	journal_close(&j);
	tree_remove(&tree);
}

static bool
is_not_3(struct host *host, const struct change *c)
{
	(void)host;
	return !str_eq(c->value, "3");
}

static void
journal_restores_what_somebody_undid(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct host host = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
	for (char value[] = "1"; value[0] <= '4'; value[0]++)
		assert_int_equal(apply(&j, &host, value, &e), 0);
	host.log[0] = '\0';
	assert_int_equal(journal_restore(&j, &host, is_not_3, &e), 0);
	assert_string_equal(host.log, "?1 ?2 ?4 ");
	host.log[0] = '\0';
	host.lost = "2";
	assert_int_equal(journal_restore(&j, &host, is_not_3, &e), 1);
	assert_string_equal(host.log, "?1 ?2 +2 ?2 ?4 ");
	host.log[0] = '\0';
	host.lost = host.refuse = "1";
	assert_int_equal(journal_restore(&j, &host, is_not_3, &e), -EBUSY);
	assert_int_equal(e.errnum, EBUSY);
	assert_string_equal(host.log, "?1 +1 ?2 ?4 ");
	assert_int_equal(journal_undo(&j, &host, ignore), 0);
	host.log[0] = '\0';
	host.lost = "4";
	assert_int_equal(journal_restore(&j, &host, is_not_3, &e), 0); /* what is undone stays so */
	assert_string_equal(host.log, "");
	journal_close(&j);
	tree_remove(&tree);
}

/* Of no VM: their names begin with a dot, which a name in a record can't. */
static void
journal_of_a_grant_is_read_again(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, ".grant-1000", &no_cpus, &j, &e), 0);
	journal_close(&j);
	assert_int_equal(journal_load(&tree.root, ".grant-1000", kinds, &j, &e), 0);
	journal_close(&j);
	tree_remove(&tree);
}

/* What an enemy could put in the place of a journal, or of its directory. */
static void
directory_link(const struct tree *tree)
{
	assert_int_equal(renameat(tree->root.fd, "vm", tree->root.fd, "real"), 0);
	assert_int_equal(symlinkat("real", tree->root.fd, "vm"), 0);
}

static void
directory_open_to_others(const struct tree *tree)
{
	assert_int_equal(fchmodat(tree->root.fd, "vm", 0777, 0), 0);
}

static void
file_link(const struct tree *tree)
{
	assert_int_equal(renameat(tree->root.fd, "vm/journal", tree->root.fd, "real"), 0);
	assert_int_equal(symlinkat("../real", tree->root.fd, "vm/journal"), 0);
}

static void
file_hard_link(const struct tree *tree)
{
	assert_int_equal(linkat(tree->root.fd, "vm/journal", tree->root.fd, "other", 0), 0);
}

static void
file_fifo(const struct tree *tree)
{
	assert_int_equal(unlinkat(tree->root.fd, "vm/journal", 0), 0);
	assert_int_equal(mkfifoat(tree->root.fd, "vm/journal", 0600), 0);
}

static void
file_directory(const struct tree *tree)
{
	assert_int_equal(unlinkat(tree->root.fd, "vm/journal", 0), 0);
	assert_int_equal(mkdirat(tree->root.fd, "vm/journal", 0700), 0);
}

static void
file_device(const struct tree *tree)
{
	assert_int_equal(unlinkat(tree->root.fd, "vm/journal", 0), 0);
	if (mknodat(tree->root.fd, "vm/journal", S_IFCHR | 0600, makedev(1, 5)) < 0)
		file_fifo(tree); /* only root makes /dev/zero */
}

static void
file_huge(const struct tree *tree)
{
	int fd = openat(tree->root.fd, "vm/journal", O_WRONLY | O_CLOEXEC);

	assert_int_equal(ftruncate(fd, (off_t)JOURNAL_MAX_BYTES + 1), 0);
	(void)close(fd);
}

static void
file_open_to_others(const struct tree *tree)
{
	assert_int_equal(fchmodat(tree->root.fd, "vm/journal", 0620, 0), 0);
}

static void
file_of_another(const struct tree *tree)
{
	if (geteuid() == 0)
		assert_int_equal(fchownat(tree->root.fd, "vm/journal", 65534, 65534, 0), 0);
	else
		file_open_to_others(tree); /* only root gives away */
}

static void
lock_link(const struct tree *tree)
{
	assert_int_equal(unlinkat(tree->root.fd, "vm/lock", 0), 0);
	assert_int_equal(symlinkat("../made", tree->root.fd, "vm/lock"), 0);
}

static void
journal_is_read_where_it_was_made_alone(void **state)
{
	static const struct {
		const char *name;
		void (*put)(const struct tree *tree);
		int want, create; /* of journal_load(), journal_create() */
		bool unclaimed;   /* it isn't said of the CPUs */
	} row[] = {
		{"a link to the directory", directory_link, -ELOOP, -ELOOP, false},
		{"a directory of all", directory_open_to_others, -EPERM, -EPERM, false},
		{"a link", file_link, -ELOOP, -EEXIST, false},
		{"a hard link", file_hard_link, -EPERM, -EEXIST, false},
		{"a FIFO", file_fifo, -ENXIO, -EEXIST, false},
		{"a directory", file_directory, -EISDIR, -EEXIST, false},
		{"a device", file_device, -EPERM, -EEXIST, false},
		{"a huge file", file_huge, -EFBIG, -EEXIST, false},
		{"a file of all", file_open_to_others, -EPERM, -EEXIST, false},
		{"another's file", file_of_another, -EPERM, -EEXIST, false},
		{"a link for the lock", lock_link, -ELOOP, -ELOOP, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct journal j = JOURNAL_CLOSED;
		auto_free struct claim *claims = NULL;
		struct tree tree;
		struct error e;
		int got;

		tree_make(&tree);
		assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
		journal_close(&j);
		row[i].put(&tree);
		got = journal_load(&tree.root, "vm", kinds, &j, &e);
		if (got != row[i].want || j.dir.fd >= 0 || e.where[0] == '\0')
			fail_msg("%s: loaded, %d: %s", row[i].name, got, e.why);
		got = journal_create(&tree.root, "vm", &no_cpus, &j, &e);
		if (got != row[i].create || j.dir.fd >= 0)
			fail_msg("%s: created, %d: %s", row[i].name, got, e.why);
		if ((claims_read(&tree.root, &claims, &e) < 0) == row[i].unclaimed)
			fail_msg("%s: its claims are known", row[i].name);
		assert_false(file_exists(&tree.root, "made"));
		tree_remove(&tree);
	}
}

static void
journal_is_nobody_elses_to_read(void **state)
{
	static const struct {
		const char *name;
		unsigned mode;
	} row[] = {{"vm", 0700}, {"vm/journal", 0600}, {"vm/lock", 0600}};
	struct journal j = JOURNAL_CLOSED;
	mode_t before = umask(0);
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "vm", &no_cpus, &j, &e), 0);
	(void)umask(before);
	for (size_t i = 0; i < COUNT(row); i++) {
		struct stat st;

		assert_int_equal(fstatat(tree.root.fd, row[i].name, &st, AT_SYMLINK_NOFOLLOW), 0);
		assert_int_equal(st.st_mode & 07777, row[i].mode);
	}
	journal_close(&j);
	tree_remove(&tree);
}

static void
journal_stays_in_the_state_directory(void **state)
{
	static const char *const names[] = {"../x", "..", "a/../../x", "/tmp", "/"};
	struct journal j = JOURNAL_CLOSED;
	struct tree tree;
	struct root inner;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(mkdirat(tree.root.fd, "inner", 0700), 0);
	assert_int_equal(mkdirat(tree.root.fd, "x", 0700), 0);
	assert_int_equal(root_open_own(&tree.root, "inner", &inner, &e), 0);
	assert_int_equal(mkdirat(inner.fd, "a", 0700), 0);
	for (size_t i = 0; i < COUNT(names); i++) {
		int got = journal_load(&inner, names[i], kinds, &j, &e);

		if (got != -EXDEV || j.dir.fd >= 0)
			fail_msg("\"%s\": %d", names[i], got);
	}
	assert_false(file_exists(&tree.root, "x/lock"));
	root_close(&inner);
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(journal_undo_goes_backwards),
		cmocka_unit_test(journal_keeps_what_watches_over_what_stays),
		cmocka_unit_test(journal_of_the_dead_is_undone_by_another),
		cmocka_unit_test(journal_has_one_living_owner),
		cmocka_unit_test(journal_drops_a_line_that_was_cut),
		cmocka_unit_test(journal_without_room_makes_no_change),
		cmocka_unit_test(journal_that_cannot_begin_leaves_nothing),
		cmocka_unit_test(journal_knows_qemu_after_a_death),
		cmocka_unit_test(journal_waits_for_who_only_looks),
		cmocka_unit_test(journal_makes_no_change_twice),
		cmocka_unit_test(journal_leaves_the_look_to_who_wants_it_so),
		cmocka_unit_test(journal_has_all_before_the_first_is_made),
		cmocka_unit_test(journal_makes_all_or_none_of_them),
		cmocka_unit_test(journal_restores_what_somebody_undid),
		cmocka_unit_test(journal_of_a_grant_is_read_again),
		cmocka_unit_test(journal_is_read_where_it_was_made_alone),
		cmocka_unit_test(journal_is_nobody_elses_to_read),
		cmocka_unit_test(journal_stays_in_the_state_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
