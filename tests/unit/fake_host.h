/* SPDX-License-Identifier: MIT */
/* A struct host whose cgroup mounts, /proc and state directory are temporary trees. */
#ifndef QPIN_TESTS_FAKE_HOST_H
#define QPIN_TESTS_FAKE_HOST_H

#include "host/host.h"
#include "tree.h"

struct fake_host {
	struct host host;
	struct tree cgroup, cpuset_v1, proc, state;
};

static inline void
fake_host_make(struct fake_host *f)
{
	f->host = (struct host)HOST_CLOSED;
	tree_make(&f->cgroup);
	tree_make(&f->cpuset_v1);
	tree_make(&f->proc);
	tree_make(&f->state);
	f->host.roots.cgroup = f->cgroup.root;
	f->host.roots.cpuset_v1 = f->cpuset_v1.root;
	f->host.roots.proc = f->proc.root;
	f->host.state = f->state.root;
	f->host.state.own = true;
	(void)snprintf(f->host.state_path, sizeof(f->host.state_path), "%s", f->state.root.path);
}

static inline void
fake_host_remove(struct fake_host *f)
{
	tree_remove(&f->cgroup);
	tree_remove(&f->cpuset_v1);
	tree_remove(&f->proc);
	tree_remove(&f->state);
}

#endif
