/* SPDX-License-Identifier: MIT */
/* What the kernel does on a few CPUs, event by event. */
#include "host/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "host/tracer_events.h"
#include "host/tracer_library.h"

#define INSTANCE_PREFIX "qpin-verify-"
#define TRACEFS_PLACE   "/sys/kernel/tracing"

static const char what[] = "trace CPUs";

/* Where tracefs is mounted; false: nowhere. The library would mount it, for all to see. */
static bool
mount_find(char *path, size_t size)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	const struct mntent *entry;
	bool found = false;

	while (mounts != NULL && !found && (entry = getmntent(mounts)) != NULL) {
		found = str_eq(entry->mnt_type, "tracefs") && strlen(entry->mnt_dir) < size;
		if (found)
			(void)snprintf(path, size, "%s", entry->mnt_dir);
	}
	if (mounts != NULL)
		(void)endmntent(mounts);
	return found;
}

/* A mount that nobody else sees ends with us. */
static int
tracefs_find(struct error *e)
{
	char path[PATH_MAX] = TRACEFS_PLACE;

	if (!mount_find(path, sizeof(path)) &&
		(unshare(CLONE_NEWNS) < 0 ||
			mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
			mount("tracefs", TRACEFS_PLACE, "tracefs",
				(unsigned long)(MS_NOSUID | MS_NODEV | MS_NOEXEC), NULL) < 0))
		return error_sys(e, errno, TRACEFS_PLACE, "mount tracefs");
	if (access(path, W_OK | X_OK) < 0)
		return error_sys(e, errno, path, "%s", what);
	errno = ENOMEM;
	return tracefs.set_tracing_dir(path) < 0 ? error_sys(e, errno, path, "%s", what) : 0;
}

/*
 * Whether its tracer is dead. One in another PID namespace may live all the same: it holds the
 * lock.
 */
static bool
instance_is_left(int directory, const char *name)
{
	auto_fd int fd = -1;
	uint32_t pid;

	if (num_parse_u32(name + strlen(INSTANCE_PREFIX), 1, INT32_MAX, &pid) < 0 ||
		kill((pid_t)pid, 0) == 0 || errno != ESRCH)
		return false;
	fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

/* Those of tracers that died. One that can't be removed now is at the next time. */
static void
instances_sweep(void)
{
	char **names = tracefs.instances("^" INSTANCE_PREFIX);
	auto_free char *path = tracefs.get_tracing_file("instances");
	auto_fd int directory = path != NULL ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	for (size_t i = 0; names != NULL && names[i] != NULL && directory >= 0; i++) {
		if (instance_is_left(directory, names[i]))
			(void)unlinkat(directory, names[i], AT_REMOVEDIR);
	}
	tracefs.list_free(names);
}

static int
lib_error(const struct tracer *t, const char *file, struct error *e)
{
	int errnum = errno != 0 ? errno : EIO;
	auto_free char *path =
		t->instance != NULL ? tracefs.instance_get_file(t->instance, file) : NULL;

	return error_sys(e, errnum, path != NULL ? path : file, "%s", what);
}

static int
instance_make(struct tracer *t, struct error *e)
{
	char name[64];
	auto_free char *path = NULL;

	(void)snprintf(name, sizeof(name), INSTANCE_PREFIX "%d", (int)getpid());
	errno = 0;
	t->instance = tracefs.instance_create(name);
	if (t->instance == NULL)
		return lib_error(t, "instances", e);
	path = tracefs.instance_get_dir(t->instance);
	t->lock_fd = path != NULL ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (t->lock_fd < 0 || flock(t->lock_fd, LOCK_EX | LOCK_NB) < 0)
		return lib_error(t, "", e);
	return 0;
}

/* How the kernel's pages of events are laid out. */
static int
pages_load(struct tracer *t, struct error *e)
{
	int len = 0;
	auto_free char *text = tracefs.instance_file_read(NULL, "events/header_page", &len);

	if (text == NULL)
		return lib_error(t, "events/header_page", e);
	tep.set_long_size(t->tep, (int)sizeof(long));
	tep.set_page_size(t->tep, (int)sysconf(_SC_PAGESIZE));
	if (tep.parse_header_page(t->tep, text, (unsigned long)len, (int)sizeof(long)) != 0)
		return error_sys(e, EPROTO, "events/header_page", "%s", what);
	return 0;
}

static void
format_load(struct tracer *t, size_t i)
{
	const struct tracer_event *wanted = &tracer_events[i];
	int len = 0;
	auto_free char *text =
		tracefs.event_file_read(NULL, wanted->system, wanted->name, "format", &len);

	if (text == NULL ||
		tep.parse_format(t->tep, &t->events[i], text, (unsigned long)len, wanted->system) !=
			TEP_ERRNO__SUCCESS ||
		!tracer_fields_find(t->events[i], wanted, &t->fields[i]))
		t->events[i] = NULL;
}

/* tracefs_local_events() would load all that there are, and the kernel's symbols. */
static int
formats_load(struct tracer *t, struct error *e)
{
	int r;

	errno = ENOMEM;
	t->tep = tep.alloc();
	if (t->tep == NULL)
		return lib_error(t, "events", e);
	r = pages_load(t, e);
	for (size_t i = 0; i < TRACER_EVENTS && r == 0; i++) {
		format_load(t, i);
		if (t->events[i] != NULL || !tracer_events[i].is_required)
			continue;
		error_sys(e, ENOTSUP, NULL, "%s", what);
		(void)error_why(e, "this kernel has no event %s:%s", tracer_events[i].system,
			tracer_events[i].name);
		r = -ENOTSUP;
	}
	return r;
}

static int
event_enable(const struct tracer *t, size_t i, struct error *e)
{
	errno = 0;
	return t->events[i] != NULL && tracefs.event_enable(t->instance, tracer_events[i].system,
					       tracer_events[i].name) < 0
		       ? lib_error(t, tracer_events[i].name, e)
		       : 0;
}

/*
 * The last event is switched on when all is there: the kernel then changes code, and interrupts
 * all CPUs for that, so that of each one it is known who had it at the beginning.
 */
static int
instance_begin(struct tracer *t, struct error *e)
{
	char list[CPUS_TEXT_BYTES];
	int r = 0;

	errno = 0;
	if (tracefs.trace_off(t->instance) < 0)
		return lib_error(t, "tracing_on", e);
	if (tracefs.instance_file_write(t->instance, "trace_clock", "mono") < 0)
		return lib_error(t, "trace_clock", e);
	if (tracefs.instance_set_affinity(t->instance, cpus_format(&t->cpus, list)) < 0)
		return lib_error(t, "tracing_cpumask", e);
	for (size_t i = TRACER_EVENTS; i-- > 1 && r == 0;)
		r = event_enable(t, i, e);
	errno = 0;
	if (r == 0 && tracefs.trace_on(t->instance) < 0)
		r = lib_error(t, "tracing_on", e);
	return r < 0 ? r : event_enable(t, 0, e);
}

int
tracer_open(struct tracer *t, const struct cpus *cpus, struct error *e)
{
	int r = tracer_library_load(e);

	if (r < 0)
		return r;
	t->cpus = *cpus;
	tracefs.set_loglevel(TEP_LOG_NONE);
	r = tracefs_find(e);
	if (r < 0)
		return r;
	instances_sweep();
	r = instance_make(t, e);
	if (r == 0)
		r = formats_load(t, e);
	return r < 0 ? r : instance_begin(t, e);
}

struct reading {
	struct tracer *tracer;
	void (*each)(const struct trace_event *event, void *data);
	void *data;
};

static int
record_take(struct tep_event *event, struct tep_record *record, int os_cpu, void *data)
{
	const struct reading *reading = data;
	const struct tracer *t = reading->tracer;
	struct trace_event ret = {
		.os_cpu = (unsigned)os_cpu, .current = (pid_t)tep.data_pid(t->tep, record)};
	size_t i = 0;

	while (i < TRACER_EVENTS && t->events[i] != event)
		i++;
	if (i < TRACER_EVENTS && tracer_record_read(&tracer_events[i], &t->fields[i], record, &ret))
		reading->each(&ret, reading->data);
	return 0;
}

int
tracer_read(struct tracer *t, void (*each)(const struct trace_event *event, void *data), void *data,
	struct error *e)
{
	struct reading reading = {.tracer = t, .each = each, .data = data};
	size_t size = CPU_ALLOC_SIZE(CPUS_MAX);
	auto_free cpu_set_t *set = calloc(1, size);
	int r;

	if (set == NULL)
		return error_sys(e, ENOMEM, NULL, "%s", what);
	cpus_each (os_cpu, &t->cpus)
		CPU_SET_S((size_t)os_cpu, size, set);
	errno = 0;
	r = tracefs.iterate_raw_events(t->tep, t->instance, set, (int)size, record_take, &reading);
	return r < 0 ? lib_error(t, "per_cpu", e) : 0;
}

int
tracer_stop(struct tracer *t, struct error *e)
{
	errno = 0;
	return tracefs.trace_off(t->instance) < 0 ? lib_error(t, "tracing_on", e) : 0;
}

int
tracer_lost_parse(const char *text, uint64_t *ret)
{
	static const char *const keys[] = {"overrun", "commit overrun", "dropped events"};
	uint64_t sum = 0;

	for (size_t i = 0; i < COUNT(keys); i++) {
		const char *line = text;
		size_t len = strlen(keys[i]);
		char number[24];
		uint64_t value;

		while (line != NULL && (strncmp(line, keys[i], len) != 0 || line[len] != ':')) {
			line = strchr(line, '\n');
			line = line != NULL ? line + 1 : NULL;
		}
		if (line == NULL)
			return -EINVAL;
		line += len + 1;
		line += strspn(line, " ");
		(void)snprintf(number, sizeof(number), "%.*s", (int)strcspn(line, "\n"), line);
		if (num_parse_u64(number, 0, UINT64_MAX, &value) < 0)
			return -EINVAL;
		sum += value;
	}
	*ret = sum;
	return 0;
}

int
tracer_lost(const struct tracer *t, unsigned os_cpu, uint64_t *ret, struct error *e)
{
	char name[64];
	auto_free char *text = NULL;

	(void)snprintf(name, sizeof(name), "per_cpu/cpu%u/stats", os_cpu);
	errno = 0;
	text = tracefs.instance_file_read(t->instance, name, NULL);
	if (text == NULL)
		return lib_error(t, name, e);
	return tracer_lost_parse(text, ret) < 0 ? error_sys(e, EINVAL, name, "%s", what) : 0;
}

void
tracer_close(struct tracer *t)
{
	if (t->instance != NULL) {
		(void)tracefs.instance_destroy(t->instance);
		tracefs.instance_free(t->instance);
	}
	if (t->tep != NULL)
		tep.free(t->tep);
	if (t->lock_fd >= 0)
		(void)close(t->lock_fd);
	*t = (struct tracer)TRACER_CLOSED;
}
