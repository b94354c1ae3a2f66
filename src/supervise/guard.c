/* SPDX-License-Identifier: MIT */
/* Watching whether everything is still as planned while the guest runs, and putting it right. */
#include "supervise/guard.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "host/online.h"
#include "supervise/baselines.h"
#include "supervise/mend.h"
#include "supervise/notify.h"
#include "supervise/seated.h"
#include "supervise/sweep.h"
#include "supervise/vm.h"

enum {
	UEVENT_GROUP_KERNEL = 1,
	UEVENT_BYTES = 2048,
	EVENTS_BYTES = 4096,
	TOLD_MAX = 64,  /* reads of one wake-up: who floods us must not hold us */
	SOON_MS = 20,   /* what comes in a bunch is looked at once */
	LATER_MS = 250, /* doubled each time */
	DOUBLINGS = 5,  /* then each 8 s: that somebody has left a leaf, nothing tells */
	SEND_MS = 1000,
};

/* What is watched of each cgroup, where it has it. */
static const char *const watched[] = {CPUSET_CPUS, CPUSET_CPUS_EXCLUSIVE, CPUSET_CPUS_PARTITION,
	CPUSET_CPU_EXCLUSIVE, CGROUP_EVENTS, CGROUP_SUBTREE_CONTROL};
/* And of the VM's own: by these threads come, and go to another of them. */
static const char *const watched_within[] = {CGROUP_PROCS, CGROUP_THREADS};

/* What names a cgroup. */
static bool
has_group(const struct change *c)
{
	return c->target[0] == '/' || group_is_v1(c->target);
}

static void
watch_files(struct vm *vm, const char *path, const char *const *files, size_t count)
{
	char name[GROUP_PATH_BYTES], where[2 * GROUP_PATH_BYTES];

	for (size_t i = 0; i < count; i++) {
		root_path(group_root(&vm->host, path), group_name(path, files[i], name), where,
			sizeof(where));
		/* A file that this kernel or cgroup lacks tells nothing. */
		if (inotify_add_watch(vm->guard.inotify_fd, where, IN_MODIFY) < 0 &&
			errno != ENOENT)
			vm->guard.misses = true;
	}
}

/* Whether @path is @below, or above it. */
static bool
is_at_or_above(const char *path, const char *below)
{
	size_t len = strlen(path);

	return str_starts(below, path) &&
	       (below[len] == '\0' || below[len] == '/' || path[len - 1] == '/');
}

/* Changes to one cgroup follow each other, and those to cgroups that are in one. */
void
guard_follow(struct vm *vm)
{
	char path[GROUP_PATH_BYTES];
	const char *before = "";

	if (vm->guard.inotify_fd < 0)
		return;
	for (size_t i = 0; i < vm->journal.changes.count; i++) {
		const struct change *c = &vm->journal.changes.list[i];

		if (!mend_concerns(&vm->host, c) || !has_group(c))
			continue;
		(void)snprintf(path, sizeof(path), "%s", c->target);
		watch_files(vm, path, watched_within, COUNT(watched_within));
		while (!is_at_or_above(path, before)) {
			watch_files(vm, path, watched, COUNT(watched));
			if (!group_up(path))
				break;
		}
		before = c->target;
	}
}

/* What doesn't begin as "offline@" or "online@" wakes nobody up: batteries tell of themselves now
 * and then. Where the kernel takes no filter, guard_concerns_cpu() is all. */
static void
uevents_narrow(int fd)
{
	static const unsigned offl = 0x6f66666c, onli = 0x6f6e6c69;
	struct sock_filter lines[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, offl, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, onli, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UEVENT_BYTES),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = {.len = COUNT(lines), .filter = lines};

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0)
		log_debug("all that devices tell comes here");
}

/* The kernel's own multicast: nobody else can send to it without CAP_NET_ADMIN. */
static int
uevents_open(void)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = UEVENT_GROUP_KERNEL};
	int fd = socket(
		AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);

	if (fd >= 0)
		uevents_narrow(fd);
	if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	log_debug("CPUs that go offline are not told here");
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

static void
look_in(const struct guard *guard, unsigned ms)
{
	struct itimerspec when = {
		.it_value = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000 * 1000}};

	if (timerfd_settime(guard->timer_fd, 0, &when, NULL) < 0)
		log_debug("the guard's timer can't be set");
}

int
guard_begin(struct vm *vm, struct error *e)
{
	struct guard *guard = &vm->guard;

	if (cpus_empty(&vm->plan.pinned))
		return 0;
	guard->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (guard->timer_fd < 0)
		return error_sys(e, errno, NULL, "make a timer");
	guard->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (guard->inotify_fd < 0)
		return error_sys(e, errno, NULL, "watch cgroups");
	guard->uevent_fd = uevents_open();
	guard->misses = guard->uevent_fd < 0;
	guard_follow(vm);
	look_in(guard, SOON_MS); /* what came between the verification and the watches */
	return 0;
}

bool
guard_concerns_cpu(const char *text, size_t len)
{
	static const char at[] = "@/devices/system/cpu/cpu";
	size_t head = strnlen(text, len);

	return head < len && strstr(text, at) != NULL &&
	       (str_starts(text, "offline@") || str_starts(text, "online@"));
}

static bool
uevent_take(int fd, bool *ret_concerns)
{
	char text[UEVENT_BYTES];
	ssize_t len = recv(fd, text, sizeof(text), MSG_DONTWAIT);

	if (len < 0 && errno == ENOBUFS) { /* some were lost */
		*ret_concerns = true;
		return true;
	}
	if (len > 0 && guard_concerns_cpu(text, (size_t)len))
		*ret_concerns = true;
	return len > 0;
}

static bool
inotify_take(int fd, bool *ret_concerns)
{
	char events[EVENTS_BYTES];

	if (read(fd, events, sizeof(events)) <= 0)
		return false;
	*ret_concerns = true; /* whatever it was: all is looked at */
	return true;
}

/* What we have written ourselves is no news; what others have, what is looked at next shows. */
static void
inotify_drain(int fd)
{
	bool more = true, ignored;

	for (int i = 0; i < TOLD_MAX && more; i++)
		more = inotify_take(fd, &ignored);
}

void
guard_told(struct vm *vm, int fd)
{
	bool concerns = false, more = true;

	for (int i = 0; i < TOLD_MAX && more; i++)
		more = fd == vm->guard.uevent_fd ? uevent_take(fd, &concerns)
						 : inotify_take(fd, &concerns);
	if (!concerns || vm->guard.soon)
		return;
	vm->guard.soon = true;
	vm->guard.looks = 0;
	look_in(&vm->guard, SOON_MS);
}

/* Whether the kernel has all CPUs that vCPUs are on; else @e tells which it lacks. */
static int
cpus_are_online(const struct vm *vm, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus taken, online;
	int r = online_read(&vm->host.roots.sys, &online, e);

	if (r < 0)
		return r;
	seated_cpus(vm, &taken);
	if (cpus_within(&taken, &online))
		return 0;
	cpus_subtract(&taken, &online);
	cpus_format(&taken, text);
	error_refuse(e, ERROR_HOST, NULL, "keep vCPUs on CPU %s", text);
	error_why(e, "it is offline");
	return error_hint(e, "put it online again: echo 1 >/sys/devices/system/cpu/cpuN/online");
}

static void
pause_guest(struct vm *vm)
{
	struct error e;

	if (vm->guard.pause != GUARD_RUNS)
		return;
	if (vm->qmp.wire.fd < 0 || qmp_send(&vm->qmp, "stop", SEND_MS, &e) < 0) {
		log_warning("%s: QEMU can't be told to pause the guest", vm->definition->name);
		return;
	}
	vm->guard.pause = GUARD_PAUSING;
	log_notice("%s: the guest is paused until that is mended (%s)", vm->definition->name,
		vm->definition->on_degraded == ON_DEGRADED_PAUSE
			? "on_degraded: pause"
			: "on_degraded: stop does not end a QEMU that ran before qpin");
}

void
guard_resume(struct vm *vm)
{
	struct error e;

	if (vm->guard.pause == GUARD_PAUSED && qmp_send(&vm->qmp, "cont", SEND_MS, &e) < 0)
		log_warning("%s: QEMU can't be told to let the guest go on", vm->definition->name);
	vm->guard.pause = GUARD_RUNS;
}

void
guard_heard(struct vm *vm, const struct qmp_message *message)
{
	struct guard *guard = &vm->guard;

	/* One that was paused before by its owner tells nothing, and stays so. */
	if (str_eq(message->name, "STOP") && guard->pause == GUARD_PAUSING)
		guard->pause = GUARD_PAUSED;
	else if (str_eq(message->name, "RESUME"))
		guard->pause = GUARD_RUNS;
}

/* A QEMU that ran before us is not ours to end. */
static bool
may_stop(const struct vm *vm)
{
	return vm->definition->on_degraded == ON_DEGRADED_STOP && !vm->attached;
}

/* It is not as planned; what wasn't told yet is told. Returns whether to stop the VM. */
static bool
degrade(struct vm *vm, const struct error *why)
{
	struct guard *guard = &vm->guard;
	char text[sizeof(guard->told)] = "", status[sizeof(guard->told)];
	bool first = !guard->degraded;

	(void)snprintf(text, sizeof(text), "%s: %s", why->what, why->where);
	guard->degraded = true;
	if (first || !str_eq(text, guard->told)) {
		log_warning("%s: it is no longer as planned", vm->definition->name);
		log_failure(LOG_LEVEL_WARNING, why);
		(void)snprintf(status, sizeof(status), "not as planned: cannot %s: %s", why->what,
			why->why);
		notify_status(status);
	}
	memcpy(guard->told, text, sizeof(guard->told));
	if (first && vm->definition->on_degraded != ON_DEGRADED_WARN && !may_stop(vm))
		pause_guest(vm);
	return first && may_stop(vm);
}

static void
recover(struct vm *vm)
{
	char status[VM_SUMMARY_BYTES];

	log_notice("%s: all is as planned again", vm->definition->name);
	vm_summary(vm, status, sizeof(status));
	notify_status(status);
	vm->guard.degraded = false;
	vm->guard.told[0] = '\0';
	vm->guard.looks = 0;
	guard_resume(vm);
}

/*
 * All is as planned, and some more looks are due since something was told: a thread that was put
 * back is there when it next runs, and what could not be counted yet may be then.
 */
static void
look_on(struct guard *guard)
{
	if (guard->looks < DOUBLINGS)
		look_in(guard, LATER_MS << guard->looks++);
}

bool
guard_look(struct vm *vm)
{
	struct guard *guard = &vm->guard;
	struct error seen, e;
	bool stop = false;

	if (guard->timer_fd < 0 || !vm->running)
		return false;
	guard->soon = false;
	sweep(vm);
	if (vm_verify(vm, &seen) == 0) {
		if (guard->degraded)
			recover(vm);
		baselines_keep(vm);
		look_on(guard);
		return false;
	}
	if (cpus_are_online(vm, &e) < 0) {
		stop = degrade(vm, &e);
	} else {
		mend(vm);
		inotify_drain(guard->inotify_fd);
		if (vm_verify(vm, &e) == 0) {
			log_warning("%s: somebody undid a part of the plan", vm->definition->name);
			log_failure(LOG_LEVEL_WARNING, &seen);
			recover(vm);
			look_in(guard, SOON_MS);
			return false;
		}
		stop = degrade(vm, &seen);
	}
	look_in(guard, LATER_MS << guard->looks);
	if (guard->looks < DOUBLINGS)
		guard->looks++;
	return stop;
}

void
guard_end(struct guard *guard)
{
	int *const fds[] = {&guard->inotify_fd, &guard->uevent_fd, &guard->timer_fd};

	for (size_t i = 0; i < COUNT(fds); i++) {
		if (*fds[i] >= 0)
			(void)close(*fds[i]);
		*fds[i] = -1;
	}
}
