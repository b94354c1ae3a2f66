/* SPDX-License-Identifier: MIT */
/* The list of changes done for one VM, on disk before each is made; undoing reads it backwards. */
#ifndef QPIN_CHANGE_JOURNAL_H
#define QPIN_CHANGE_JOURNAL_H

#include "base/cpus.h"
#include "base/files.h"
#include "change/change.h"
#include "change/record.h"

/*
 * A directory NAME of the state directory, with `journal` and `lock`. The lock is held (flock) as
 * long as the owner lives, so that liveness needs no guessing from process ids.
 */
struct journal {
	struct root dir; /* fd -1 when closed */
	char name[65];
	struct cpus cpus; /* claimed */
	uid_t owner;      /* the ordinary user whom root started it for; 0: nobody else */
	int lock_fd;
	int fd; /* the journal, for appending */
	struct change_list changes;
	bool *undone;                 /* owned; one per change */
	struct record_process qemu;   /* the VM's; pid 0 before journal_note() of it */
	struct record_process keeper; /* of a QEMU that ran before; pid 0: none */
	struct baselines baselines;   /* of the vCPUs that have CPUs; of an older journal none */
};

/* A journal that holds nothing; every one begins as this. */
#define JOURNAL_CLOSED                                                                             \
	{                                                                                          \
		.dir = {.fd = -1}, .lock_fd = -1, .fd = -1                                         \
	}

/* In a VM's directory: the journal, what is to replace it (journal_revert()), and where its QEMU's
 * monitor listens (qemu/monitor.h). */
#define JOURNAL_FILE         "journal"
#define JOURNAL_NEW_FILE     "journal.new"
#define JOURNAL_MONITOR_FILE "monitor"
#define JOURNAL_LOCK_FILE    "lock"

/* The changes that belong to all VMs; no VM can have that name (name_is_safe()). */
#define JOURNAL_SHARED ".shared"

/* Before a user's number: what a grant did to his slice, and to cgroups; no VM has these names */
#define JOURNAL_SLICE ".slice-"
#define JOURNAL_GRANT ".grant-"

/*
 * journal_create - begin the journal of VM @name, which claims @cpus
 * @state: the state directory; its global lock is held (host_lock())
 *
 * A VM's says whom root starts it for (privilege_caller()). Returns 0, -EBUSY when a living owner
 * has it, -EEXIST when one is left over from a crash (undo it first: journal_load(),
 * journal_undo()). On failure nothing of it is left behind. The caller closes it with
 * journal_close().
 */
int journal_create(const struct root *state, const char *name, const struct cpus *cpus,
	struct journal *ret, struct error *e);

/*
 * journal_load - open what is left of a journal
 * @kinds: the kinds of change that there are; ends in NULL
 *
 * A cut last line (a crash while it was written) was never acted on, and is cut off. Returns 0,
 * -ENOENT when there is none, -EBUSY when a living owner has it, -EINVAL when it is damaged.
 */
int journal_load(const struct root *state, const char *name, const struct change_kind *const *kinds,
	struct journal *ret, struct error *e);

/*
 * journal_apply - make change @c: look, write it down, do it, verify it
 *
 * What is written down already and not undone is verified, and made again only when it's no longer
 * so; what was before stays what was seen at first. Returns 0 or -errno;
 * a change that failed stays in the journal, for undoing is idempotent; one that couldn't be
 * written down is not made.
 */
int journal_apply(struct journal *j, struct host *host, const struct change *c, struct error *e);

/* journal_apply_unverified - the same without a look at what became of @c: for who reads the host
 * back himself when he has made several */
int journal_apply_unverified(
	struct journal *j, struct host *host, const struct change *c, struct error *e);

/*
 * journal_apply_together - the same for @count changes of which none depends on another one
 *
 * All are written down before the first is made: 0, or -errno of the first that failed.
 */
int journal_apply_together(struct journal *j, struct host *host, const struct change *list,
	size_t count, struct error *e);

/* journal_apply_all - journal_apply() for each of @list, up to the first failure; 0 or -errno */
int journal_apply_all(
	struct journal *j, struct host *host, const struct change_list *list, struct error *e);

/*
 * journal_restore - make those changes once more that somebody else undid, the first one first
 * @concerns: which are looked at
 *
 * What can't be made again is no reason to leave the others. Returns how many were made again; or
 * the first failure.
 */
int journal_restore(struct journal *j, struct host *host,
	bool (*concerns)(struct host *host, const struct change *c), struct error *e);

/*
 * journal_note - write a process down
 * @type: RECORD_QEMU, so that the VM is found after our death, or RECORD_KEEPER
 */
int journal_note(struct journal *j, enum record_type type, const struct record_process *process,
	struct error *e);

/*
 * journal_append_take - write @line_take, which may be NULL without memory: whole lines, or nothing
 *
 * Returns 0 or -errno.
 */
int journal_append_take(struct journal *j, char *line_take, struct error *e);

/*
 * journal_undo - undo all changes, the last one first
 * @told: called for each that can't be undone; it goes on with the others, but for those that
 *        watch over it
 *
 * Returns the number of those.
 */
size_t journal_undo(struct journal *j, struct host *host,
	void (*told)(const struct change *c, const struct error *e));

/* journal_remove - delete the journal's directory and close it; for one that is all undone */
int journal_remove(const struct root *state, struct journal *j, struct error *e);

/* journal_close - release the lock and memory; the files stay */
void journal_close(struct journal *j);

#define auto_journal __attribute__((cleanup(journal_close)))

#endif
