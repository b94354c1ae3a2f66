/* SPDX-License-Identifier: MIT */
/*
 * In place of QEMU: speaks as much QMP as a start and an end need, with one after the other
 * who connects to descriptor 3. It has as many vCPUs as -smp says, else two; each makes a helper
 * thread when it is let go, as KVM does from a vCPU's thread. SIGUSR1 plugs one more, of which
 * nothing tells, and SIGUSR2 unplugs it, of which an event does, as with QEMU. With "-name brief"
 * it ends as soon as it is let go; without a qpin it listens where "-qmp unix:PATH" says. It tells when it was stopped, and when
 * it goes on. With -tries it tells first what becomes of calls by which a guest that broke out
 * could help itself; with -times, how long it took from its greeting until it was let go.
 * With -eager it says that it runs as soon as it has told that it doesn't. With -hangs it tells that it shuts down when it is
 * asked for its vCPUs while these run, and then hangs as QEMU can: until a signal.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
	MONITOR_FD = 3,
	VCPUS_MAX = 1024,
	LINE_BYTES = 4096,
};

/* As QEMU's main loop: who plugs a vCPU gives no answers meanwhile. Taken before the lock. */
static pthread_mutex_t loop = PTHREAD_MUTEX_INITIALIZER;
/* All of it under the lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static FILE *out;                 /* NULL: nobody is connected */
static size_t count = 2;          /* of those that are there at first; one more can be plugged */
static pid_t tids[VCPUS_MAX + 1]; /* 0: it isn't there */
static int running;               /* they were let go */
static int paused;                /* and stopped since */
static int wanted[VCPUS_MAX + 1];
static int eager;
static int hangs;

/* CLOCK_MONOTONIC in ns at the greeting; 0: nobody wants to know */
static long long greeted_ns;

static void *
helper_run(void *data)
{
	(void)data;
	(void)pthread_setname_np(pthread_self(), "helper");
	for (;;)
		(void)pause();
	return NULL;
}

static void *
vcpu_run(void *data)
{
	size_t index = (size_t)data;
	pthread_t helper;

	(void)pthread_mutex_lock(&lock);
	tids[index] = gettid();
	(void)pthread_cond_broadcast(&changed);
	while (!running)
		(void)pthread_cond_wait(&changed, &lock);
	if (index < count && pthread_create(&helper, NULL, helper_run, NULL) != 0)
		abort();
	while (wanted[index])
		(void)pthread_cond_wait(&changed, &lock);
	(void)pthread_mutex_unlock(&lock);
	return NULL;
}

static pthread_t
vcpu_start(size_t index)
{
	pthread_t thread;

	(void)pthread_mutex_lock(&lock);
	wanted[index] = 1;
	if (pthread_create(&thread, NULL, vcpu_run, (void *)index) != 0)
		abort();
	while (tids[index] == 0)
		(void)pthread_cond_wait(&changed, &lock);
	(void)pthread_mutex_unlock(&lock);
	return thread;
}

/* Its thread ends before anybody is told. */
static void
vcpu_stop(size_t index, pthread_t thread)
{
	(void)pthread_mutex_lock(&lock);
	wanted[index] = 0;
	tids[index] = 0;
	(void)pthread_cond_broadcast(&changed);
	(void)pthread_mutex_unlock(&lock);
	(void)pthread_join(thread, NULL);
	(void)pthread_mutex_lock(&lock);
	if (out == NULL) {
		(void)pthread_mutex_unlock(&lock);
		return;
	}
	(void)fprintf(out,
		"{\"event\": \"DEVICE_DELETED\", \"data\": {\"path\": \"/machine/peripheral/c2\"}, "
		"\"timestamp\": {\"seconds\": 1, \"microseconds\": 0}}\r\n");
	(void)fflush(out);
	(void)pthread_mutex_unlock(&lock);
}

static void *
plug_run(void *data)
{
	const sigset_t *signals = data;
	pthread_t thread = pthread_self();
	int signal_number, there = 0;

	for (;;) {
		(void)sigwait(signals, &signal_number);
		(void)fprintf(stderr, "standin: got signal %d\n", signal_number);
		(void)pthread_mutex_lock(&loop);
		if (signal_number == SIGUSR1 && !there)
			thread = vcpu_start(count);
		else if (signal_number == SIGUSR2 && there)
			vcpu_stop(count, thread);
		(void)pthread_mutex_unlock(&loop);
		there = signal_number == SIGUSR1;
	}
	return NULL;
}

static void
vcpus_write(void)
{
	const char *between = "";

	for (size_t i = 0; i <= count; i++) {
		if (tids[i] == 0)
			continue;
		(void)fprintf(out,
			"%s{\"cpu-index\": %zu, \"thread-id\": %d, \"props\": {\"socket-id\": 0, "
			"\"core-id\": %zu, \"thread-id\": 0}}",
			between, i, tids[i], i);
		between = ", ";
	}
}

static void
event_write(const char *name)
{
	(void)fprintf(out,
		"{\"event\": \"%s\", \"timestamp\": {\"seconds\": 1, \"microseconds\": 0}}\r\n",
		name);
}

static long long
now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* What the command in @line does, but to end us. */
static void
obey(const char *line)
{
	if (strstr(line, "\"stop\"") != NULL) {
		paused = 1;
		event_write("STOP");
	} else if (strstr(line, "\"cont\"") != NULL) {
		if (greeted_ns != 0 && !running)
			(void)fprintf(stderr, "standin: let go after %lld ns\n",
				now_ns() - greeted_ns);
		if (paused || !running)
			event_write("RESUME");
		paused = 0;
		running = 1;
		(void)pthread_cond_broadcast(&changed);
	}
}

static const char *
status(void)
{
	if (paused)
		return "paused";
	return running ? "running" : "prelaunch";
}

static void
wake(int signal_number)
{
	(void)signal_number;
	_exit(0);
}

static void
hang(void)
{
	(void)signal(SIGTERM, wake);
	event_write("SHUTDOWN");
	(void)fflush(out);
	for (;;)
		(void)pause();
}

/* What is returned to the command in @line. */
static void
answer(const char *line)
{
	if (strstr(line, "query-cpus-fast") != NULL) {
		(void)fprintf(out, "[");
		vcpus_write();
		(void)fprintf(out, "]");
	} else if (strstr(line, "query-iothreads") != NULL) {
		(void)fprintf(out, "[]");
	} else if (strstr(line, "query-status") != NULL) {
		(void)fprintf(out, "{\"status\": \"%s\"}", status());
	} else {
		(void)fprintf(out, "{}");
	}
}

static void
told(const char *name, long result)
{
	(void)fprintf(stderr, "standin: %s: %s\n", name, result < 0 ? strerror(errno) : "done");
}

/* None changes anything, wherever it is run: a filter looks at the call, not at what it asks for.
 */
static void
calls_try(void)
{
	const struct sched_param none = {0};
	char byte = 0, copy = 0;
	const struct {
		void *base;
		size_t len;
	} here = {&copy, 1}, there = {&byte, 1};
	cpu_set_t mask;

	(void)sched_getaffinity(0, sizeof(mask), &mask);
	told("sched_setaffinity", sched_setaffinity(0, sizeof(mask), &mask));
	told("sched_setscheduler", sched_setscheduler(0, SCHED_OTHER, &none));
	told("setpriority", setpriority(PRIO_PROCESS, 0, 0));
	told("unshare", unshare(0));
	told("mount", syscall(SYS_mount, NULL, NULL, NULL, 0, NULL));
	told("chroot", syscall(SYS_chroot, NULL));
	told("bpf", syscall(SYS_bpf, -1, NULL, 0));
	told("process_vm_readv", syscall(SYS_process_vm_readv, getpid(), &here, 1, &there, 1, 0));
	told("clock_settime", syscall(SYS_clock_settime, -1, NULL));
	told("getpriority", getpriority(PRIO_PROCESS, 0));
}

/* What a client says until it goes: 1 when we shall end. */
static int
client_serve(FILE *in, int brief)
{
	char line[LINE_BYTES];

	(void)pthread_mutex_lock(&lock);
	if (greeted_ns != 0)
		greeted_ns = now_ns();
	(void)fprintf(out,
		"{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 0, \"minor\": 2, \"major\": 7}, "
		"\"package\": \"\"}, \"capabilities\": []}}\r\n");
	(void)fflush(out);
	(void)pthread_mutex_unlock(&lock);
	while (fgets(line, sizeof(line), in) != NULL) {
		const char *id = strstr(line, "\"id\":");

		(void)pthread_mutex_lock(&loop);
		(void)pthread_mutex_lock(&lock);
		obey(line);
		if (hangs && running && strstr(line, "query-cpus-fast") != NULL)
			hang();
		(void)fprintf(out, "{\"return\": ");
		answer(line);
		(void)fprintf(out, ", \"id\": %llu}\r\n",
			id != NULL ? strtoull(id + strlen("\"id\":"), NULL, 10) : 0);
		if (eager && strstr(line, "query-status") != NULL)
			event_write("RESUME");
		(void)fflush(out);
		(void)pthread_mutex_unlock(&lock);
		(void)pthread_mutex_unlock(&loop);
		if (strstr(line, "\"quit\"") != NULL || strstr(line, "powerdown") != NULL ||
			(brief && strstr(line, "\"cont\"") != NULL))
			return 1;
	}
	return 0;
}

/* As QEMU does it: one at a time. */
static int
client_accept(int brief)
{
	int fd = accept(MONITOR_FD, NULL, NULL);
	FILE *in = fd >= 0 ? fdopen(fd, "r") : NULL;
	int done;

	if (in == NULL)
		abort();
	(void)pthread_mutex_lock(&lock);
	out = fdopen(dup(fd), "w");
	(void)pthread_mutex_unlock(&lock);
	if (out == NULL)
		abort();
	done = client_serve(in, brief);
	(void)pthread_mutex_lock(&lock);
	(void)fclose(out);
	out = NULL;
	(void)pthread_mutex_unlock(&lock);
	(void)fclose(in);
	return done;
}

/* What follows the word @option; "" without it. */
static const char *
value_of(char *const *argv, const char *option)
{
	for (; argv[0] != NULL && argv[1] != NULL; argv++) {
		if (strcmp(argv[0], option) == 0)
			return argv[1];
	}
	return "";
}

static int
socket_is_there(void)
{
	int type;
	socklen_t size = sizeof(type);

	return getsockopt(MONITOR_FD, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

/* Without a qpin that hands a socket over: one of our own, at "unix:PATH,…" */
static int
socket_make(const char *where)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	where += strlen("unix:");
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%.*s", (int)strcspn(where, ","),
		where);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return dup2(fd, MONITOR_FD);
}

int
main(int argc, char **argv)
{
	pthread_t plug;
	sigset_t signals;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-tries") == 0)
			calls_try();
		if (strcmp(argv[i], "-times") == 0)
			greeted_ns = 1;
		if (strcmp(argv[i], "-eager") == 0)
			eager = 1;
		if (strcmp(argv[i], "-hangs") == 0)
			hangs = 1;
	}
	if (value_of(argv, "-smp")[0] != '\0')
		count = strtoul(value_of(argv, "-smp"), NULL, 10);
	if (count < 1 || count > VCPUS_MAX)
		return 1;
	if (!socket_is_there() && strncmp(value_of(argv, "-qmp"), "unix:", strlen("unix:")) == 0 &&
		socket_make(value_of(argv, "-qmp")) < 0)
		return 1;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGUSR1);
	(void)sigaddset(&signals, SIGUSR2);
	(void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
	if (listen(MONITOR_FD, 1) < 0 || pthread_create(&plug, NULL, plug_run, &signals) != 0)
		return 1;
	for (size_t i = 0; i < count; i++)
		(void)vcpu_start(i);
	while (!client_accept(strncmp(value_of(argv, "-name"), "brief", strlen("brief")) == 0))
		continue;
	return 0;
}
