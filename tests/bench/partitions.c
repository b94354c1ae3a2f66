/* SPDX-License-Identifier: MIT */
/*
 * partitions GROUP FIRST COUNT SAMPLES: ways to take COUNT CPUs from the host for a thread each, from
 * CPU FIRST on, in turn, SAMPLES times; GROUP is an empty cgroup that may have cpusets. Prints
 * "WAY STEP NANOSECONDS WRITES", and of those that grow "WAY lost CPUS": how often the host was seen
 * to have a CPU back meanwhile that it had been relieved of.
 *
 * apart     a partition per CPU, side by side
 * one       one partition for all, with plain leaves in it
 * both      one for all, with a leaf in it per CPU that is a partition too
 * grown     "both" of half of the CPUs, then the others one by one: each a partition of its own beside it
 * widened   the same, but the one partition gets each of them, and a leaf in it
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	COUNT_MAX = 64,
	PATH_BYTES = 512,
	TEXT_BYTES = 4096,
	NS_PER_S = 1000000000,
};

static const char *group;
static unsigned first, count;
static pid_t tids[COUNT_MAX];
static unsigned writes;
static pthread_barrier_t born;

static void
fail(const char *what, const char *where)
{
	(void)fprintf(stderr, "partitions: %s: %s: %s\n", what, where, strerror(errno));
	exit(1);
}

/* @file of the cgroup @leaf in the group; "": the group itself */
static char *
path_of(const char *leaf, const char *file, char *path)
{
	(void)snprintf(path, PATH_BYTES, "%s/%s%s%s", group, leaf, leaf[0] != '\0' ? "/" : "", file);
	return path;
}

static void
put(const char *leaf, const char *file, const char *value)
{
	char path[PATH_BYTES];
	int fd = open(path_of(leaf, file, path), O_WRONLY | O_CLOEXEC);

	writes++;
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		fail(value, path);
	(void)close(fd);
}

static void
put_range(const char *leaf, const char *file, unsigned from, unsigned to)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%u-%u", from, to);
	put(leaf, file, text);
}

static void
make(const char *leaf)
{
	char path[PATH_BYTES];

	if (mkdir(path_of(leaf, "", path), 0755) < 0)
		fail("make", path);
	put(leaf, "cgroup.type", "threaded");
}

static void
isolate(const char *leaf)
{
	static const char wanted[] = "isolated\n";
	char path[PATH_BYTES], text[TEXT_BYTES];
	int fd;

	put(leaf, "cpuset.cpus.partition", "isolated");
	fd = open(path_of(leaf, "cpuset.cpus.partition", path), O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text)) < (ssize_t)strlen(wanted) ||
		strncmp(text, wanted, strlen(wanted)) != 0)
		fail("isolate", path);
	(void)close(fd);
}

static void
unmake(const char *leaf, int isolated)
{
	char path[PATH_BYTES];

	if (isolated)
		put(leaf, "cpuset.cpus.partition", "member");
	if (rmdir(path_of(leaf, "", path)) < 0)
		fail("remove", path);
}

static void
name_of(const char *above, unsigned i, char *name)
{
	(void)snprintf(name, PATH_BYTES, "%scpu%u", above, first + i);
}

static void
move(pid_t tid, const char *leaf)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", (int)tid);
	put(leaf, "cgroup.threads", text);
}

/* The leaf of the i-th CPU; a remote partition where @exclusive. */
static void
leaf_make(const char *above, unsigned i, int exclusive, int isolated)
{
	char name[PATH_BYTES];

	name_of(above, i, name);
	make(name);
	if (exclusive)
		put_range(name, "cpuset.cpus.exclusive", first + i, first + i);
	put_range(name, "cpuset.cpus", first + i, first + i);
	if (isolated)
		isolate(name);
}

static void
cores_make(unsigned cpus)
{
	make("cores");
	put_range("", "cpuset.cpus.exclusive", first, first + cpus - 1);
	put_range("cores", "cpuset.cpus.exclusive", first, first + cpus - 1);
	put_range("cores", "cpuset.cpus", first, first + cpus - 1);
	isolate("cores");
	put("cores", "cgroup.subtree_control", "+cpuset");
}

static void
apart_make(void)
{
	put_range("", "cpuset.cpus.exclusive", first, first + count - 1);
	for (unsigned i = 0; i < count; i++)
		leaf_make("", i, 1, 1);
}

static void
one_make(void)
{
	cores_make(count);
	for (unsigned i = 0; i < count; i++)
		leaf_make("cores/", i, 0, 0);
}

static void
both_make(void)
{
	cores_make(count);
	for (unsigned i = 0; i < count; i++)
		leaf_make("cores/", i, 0, 1);
}

static void
half_make(void)
{
	cores_make(count / 2);
	for (unsigned i = 0; i < count / 2; i++)
		leaf_make("cores/", i, 0, 1);
}

static void
grow_beside(unsigned i)
{
	put_range("", "cpuset.cpus.exclusive", first, first + i);
	leaf_make("", i, 1, 1);
}

static void
grow_wider(unsigned i)
{
	put_range("", "cpuset.cpus.exclusive", first, first + i);
	put_range("cores", "cpuset.cpus.exclusive", first, first + i);
	put_range("cores", "cpuset.cpus", first, first + i);
	leaf_make("cores/", i, 0, 1);
}

/* A way to do it; from leaf @beside on they are beside `cores`. */
struct way {
	const char *name;
	void (*make)(void);
	void (*grow)(unsigned i); /* NULL: all at once */
	int has_cores, isolated, beside;
};

static const struct way ways[] = {
	{"apart", apart_make, NULL, 0, 1, 0},
	{"one", one_make, NULL, 1, 0, COUNT_MAX},
	{"both", both_make, NULL, 1, 1, COUNT_MAX},
	{"grown", half_make, grow_beside, 1, 1, -1},
	{"widened", half_make, grow_wider, 1, 1, COUNT_MAX},
};

static void
leaf_name(const struct way *way, unsigned i, char *name)
{
	unsigned beside = way->beside < 0 ? count / 2 : (unsigned)way->beside;

	name_of(i < beside ? "cores/" : "", i, name);
}

static void
threads_move(const struct way *way)
{
	char name[PATH_BYTES];

	for (unsigned i = 0; i < count; i++) {
		leaf_name(way, i, name);
		move(tids[i], name);
	}
}

static void
remove_all(const struct way *way)
{
	char name[PATH_BYTES];

	for (unsigned i = count; i-- > 0;) {
		move(tids[i], "emulator");
		leaf_name(way, i, name);
		unmake(name, way->isolated);
	}
	if (way->has_cores)
		unmake("cores", 1);
	put("", "cpuset.cpus.exclusive", "\n");
}

/* Whoever looks: how often has the host a CPU among those taken, up to @taken? */
static unsigned taken;
static int looking;
static unsigned lost;

static int
list_has(const char *list, unsigned from, unsigned to)
{
	char *end;

	for (; *list >= '0' && *list <= '9'; list = *end == ',' ? end + 1 : end) {
		unsigned long low = strtoul(list, &end, 10), high = low;

		if (*end == '-')
			high = strtoul(end + 1, &end, 10);
		if (low <= to && high >= from)
			return 1;
	}
	return 0;
}

static void *
look(void *data)
{
	char text[TEXT_BYTES];
	int fd = open("/sys/fs/cgroup/cpuset.cpus.effective", O_RDONLY | O_CLOEXEC);

	(void)data;
	while (__atomic_load_n(&looking, __ATOMIC_ACQUIRE)) {
		unsigned most = __atomic_load_n(&taken, __ATOMIC_ACQUIRE);
		ssize_t got = pread(fd, text, sizeof(text) - 1, 0);

		text[got > 0 ? got : 0] = '\0';
		if (list_has(text, first, first + most - 1))
			lost++;
	}
	(void)close(fd);
	return NULL;
}

static void
grow(const struct way *way)
{
	pthread_t looker;

	lost = 0;
	taken = count / 2;
	looking = 1;
	if (pthread_create(&looker, NULL, look, NULL) != 0)
		fail("make", "a thread");
	for (unsigned i = count / 2; i < count; i++) {
		way->grow(i);
		__atomic_store_n(&taken, i + 1, __ATOMIC_RELEASE);
	}
	__atomic_store_n(&looking, 0, __ATOMIC_RELEASE);
	(void)pthread_join(looker, NULL);
	(void)printf("%s lost %u 0\n", way->name, lost);
}

static void
step_tell(const struct way *way, const char *step, struct timespec *since)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	(void)printf("%s %s %lld %u\n", way->name, step,
		(long long)(now.tv_sec - since->tv_sec) * NS_PER_S + now.tv_nsec - since->tv_nsec,
		writes);
	(void)clock_gettime(CLOCK_MONOTONIC, since);
	writes = 0;
}

static void
way_try(const struct way *way)
{
	struct timespec since;

	writes = 0;
	if (way->grow != NULL)
		way->make();
	writes = 0;
	(void)clock_gettime(CLOCK_MONOTONIC, &since);
	if (way->grow != NULL)
		grow(way);
	else
		way->make();
	step_tell(way, "taken", &since);
	threads_move(way);
	step_tell(way, "moved", &since);
	remove_all(way);
	step_tell(way, "back", &since);
}

static void *
thread_run(void *data)
{
	*(pid_t *)data = gettid();
	(void)pthread_barrier_wait(&born);
	for (;;)
		(void)pause();
	return NULL;
}

int
main(int argc, char **argv)
{
	unsigned long samples = argc == 5 ? strtoul(argv[4], NULL, 10) : 0;
	pthread_t thread;
	char self[16];

	if (argc != 5)
		return 2;
	group = argv[1];
	first = (unsigned)strtoul(argv[2], NULL, 10);
	count = (unsigned)strtoul(argv[3], NULL, 10);
	if (count < 1 || count > COUNT_MAX)
		return 2;
	make("emulator");
	put("", "cgroup.subtree_control", "+cpuset");
	(void)snprintf(self, sizeof(self), "%d", (int)getpid());
	put("emulator", "cgroup.procs", self);
	(void)pthread_barrier_init(&born, NULL, count + 1);
	for (unsigned i = 0; i < count; i++) {
		if (pthread_create(&thread, NULL, thread_run, &tids[i]) != 0)
			fail("make", "a thread");
	}
	(void)pthread_barrier_wait(&born);
	for (unsigned long n = 0; n < samples; n++) {
		for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
			if (ways[i].grow == NULL || count >= 2)
				way_try(&ways[i]);
		}
	}
	return 0;
}
