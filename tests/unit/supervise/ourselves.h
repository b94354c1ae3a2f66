/* SPDX-License-Identifier: MIT */
/* A journal of a VM whose "QEMU" is this test: its threads are real, its cgroups are not. */
#ifndef QPIN_TESTS_SUPERVISE_OURSELVES_H
#define QPIN_TESTS_SUPERVISE_OURSELVES_H

#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "change/journal.h"
#include "check.h"
#include "fake_host.h"
#include "host/task.h"
#include "supervise/kinds.h"

struct ourselves {
	struct fake_host f;
	struct journal j; /* held */
	struct root proc; /* the real one */
	int64_t start;
};

/* ourselves_begin - the journal of VM "vm", placed, on CPUs 2-3 */
static inline void
ourselves_begin(struct ourselves *o)
{
	struct record_process qemu = {.pid = getpid(), .placed = true, .level = "cpuset"};
	struct cpus cpus = {0};
	struct error e;

	fake_host_make(&o->f);
	assert_int_equal(root_open(&o->proc, "/proc", &e), 0);
	o->f.host.roots.proc = o->proc;
	assert_int_equal(task_read_start(&o->proc, getpid(), &o->start, &e), 0);
	cpus_add(&cpus, 2);
	cpus_add(&cpus, 3);
	o->j = (struct journal)JOURNAL_CLOSED;
	assert_int_equal(journal_create(&o->f.host.state, "vm", &cpus, &o->j, &e), 0);
	qemu.start = o->start;
	assert_int_equal(journal_note(&o->j, RECORD_QEMU, &qemu, &e), 0);
}

/* ourselves_change - write a change down, as if it had been made */
static inline void
ourselves_change(struct ourselves *o, const struct change *c)
{
	auto_free char *line = record_change_line(c);

	assert_non_null(line);
	assert_int_equal(write(o->j.fd, line, strlen(line)), strlen(line));
}

static inline void
ourselves_end(struct ourselves *o)
{
	journal_close(&o->j);
	root_close(&o->proc);
	fake_host_remove(&o->f);
}

#endif
