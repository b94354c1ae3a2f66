/* SPDX-License-Identifier: MIT */
/*
 * Many starts at once over few CPUs, some of them killed: `race ROUNDS SEED STANDIN`, in a
 * directory of its own. In each round 16 qpin start a VM each with two CPUs that nobody else may
 * have; whoever comes late is refused. What must hold is looked at all the time: no CPU has two
 * owners, the host has a CPU, and at the end all is as it was. Every refusal has to name who is in
 * its way.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hostlook.h"

enum {
	STARTS = 16,
	HOST_CPUS = 8,
	LOOK_MS = 30,
	ROUND_MS = 180 * 1000,
	KILL_PERCENT = 25,
	KILL_WITHIN_MS = 10 * 1000,
	REFUSED = 4, /* the exit status for a CPU of somebody else's */
	SETTLE_TRIES = 50,
};

struct start {
	pid_t pid; /* 0: it has ended */
	int status;
	long kill_ms; /* when it is killed, from the round's begin; 0: not */
	int killed;
	int told_to_end;
	char text[16384]; /* what it said */
};

static struct start starts[STARTS];
static unsigned bad, looks, ran, refused, killed;

static void
wrong(const char *what, const char *more)
{
	(void)printf("not ok - %s\n# %.2000s\n", what, more);
	(void)fflush(stdout);
	bad++;
}

static void
definition_write(unsigned index, const char *standin)
{
	unsigned first = (unsigned)rand() % HOST_CPUS;
	unsigned second = (first + 1 + (unsigned)rand() % (HOST_CPUS - 1)) % HOST_CPUS;
	char name[32];
	FILE *file;

	(void)snprintf(name, sizeof(name), "r%u.yml", index);
	file = fopen(name, "we");
	if (file == NULL)
		die(name);
	(void)fprintf(file,
		"launcher:\n  binary: %s\n  vcpu_pinning:\n    0:\n      0: { 0: %u }\n      1: { "
		"0: %u }\n"
		"qemu:\n- name: r%u\n- m: 16M\n- smp: [ 2, sockets: 1, cores: 2, threads: 1 ]\n",
		standin, first, second, index);
	(void)fclose(file);
}

static void
start_begin(unsigned index)
{
	char file[32], log[32];

	(void)snprintf(file, sizeof(file), "r%u.yml", index);
	(void)snprintf(log, sizeof(log), "r%u.log", index);
	starts[index] = (struct start){.pid = fork()};
	if (starts[index].pid == 0) {
		int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);

		(void)dup2(fd, STDERR_FILENO);
		(void)dup2(fd, STDOUT_FILENO);
		(void)execlp("qpin", "qpin", "run", file, (char *)NULL);
		_exit(127);
	}
	if (rand() % 100 < KILL_PERCENT)
		starts[index].kill_ms = 1 + rand() % KILL_WITHIN_MS;
}

static void
start_read(unsigned index)
{
	char log[32];
	const char *text;

	(void)snprintf(log, sizeof(log), "r%u.log", index);
	text = file_text(AT_FDCWD, log);
	(void)snprintf(starts[index].text, sizeof(starts[index].text), "%.*s",
		(int)sizeof(starts[index].text) - 1, text != NULL ? text : "");
}

/* A bit for each CPU of a list as the kernel writes it. */
static unsigned
cpus_of(const char *list)
{
	unsigned bits = 0;

	while (*list >= '0' && *list <= '9') {
		char *end;
		unsigned long first = strtoul(list, &end, 10), last = first;

		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		for (; first <= last && first < 32; first++)
			bits |= 1U << first;
		list = *end == ',' ? end + 1 : end;
	}
	return bits;
}

/* Of the VMs whose qpin lives: no CPU is claimed twice. */
static void
claims_look(void)
{
	DIR *dir = opendir("/run/qpin");
	const struct dirent *entry;
	unsigned all = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char path[300], *text, *cpus;
		int fd, alive;
		unsigned bits;

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "/run/qpin/%s/lock", entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		alive = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
		if (fd >= 0)
			(void)close(fd);
		(void)snprintf(path, sizeof(path), "/run/qpin/%s/journal", entry->d_name);
		text = alive ? file_text(AT_FDCWD, path) : NULL;
		cpus = text != NULL ? strstr(text, "\"cpus\":\"") : NULL;
		if (cpus == NULL)
			continue;
		bits = cpus_of(cpus + strlen("\"cpus\":\""));
		if ((all & bits) != 0)
			wrong("two VMs claim a CPU", entry->d_name);
		all |= bits;
	}
	if (dir != NULL)
		(void)closedir(dir);
}

/* The leaves below @path, "cpuN", that have a thread: a bit in @once for each N, in @twice for the
 * second. */
static void
leaves_look(const char *path, unsigned *once, unsigned *twice)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char below[1024];
		const char *text;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		(void)snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (strncmp(entry->d_name, "cpu", 3) != 0 || entry->d_name[3] < '0' ||
			entry->d_name[3] > '9') {
			leaves_look(below, once, twice);
			continue;
		}
		(void)snprintf(below, sizeof(below), "%s/%s/cgroup.threads", path, entry->d_name);
		text = file_text(AT_FDCWD, below);
		if (text != NULL && text[0] != '\0') {
			unsigned bit = 1U << (strtoul(entry->d_name + 3, NULL, 10) % 32);

			*twice |= *once & bit;
			*once |= bit;
		}
	}
	if (dir != NULL)
		(void)closedir(dir);
}

static void
look(void)
{
	unsigned once = 0, twice = 0;
	const char *text;

	looks++;
	claims_look();
	leaves_look("/sys/fs/cgroup", &once, &twice);
	if (twice != 0)
		wrong("a CPU has two leaves with threads", "");
	text = file_text(AT_FDCWD, "/sys/fs/cgroup/cpuset.cpus.effective");
	if (text == NULL || text[0] == '\0')
		wrong("the host has no CPU", "cpuset.cpus.effective is empty");
}

/* How one has ended. */
static void
start_judge(unsigned index)
{
	struct start *s = &starts[index];

	start_read(index);
	if (s->killed) {
		killed++;
		return;
	}
	if (strstr(s->text, "QEMU is process") != NULL) {
		ran++;
		if (!WIFEXITED(s->status) || WEXITSTATUS(s->status) != 0)
			wrong("one that ran did not end well", s->text);
		return;
	}
	refused++;
	if (!WIFEXITED(s->status) || WEXITSTATUS(s->status) != REFUSED ||
		strstr(s->text, "VM 'r") == NULL)
		wrong("a refusal doesn't name the holder", s->text);
}

/* Whether all that live have their guests. */
static int
all_settled(void)
{
	for (unsigned i = 0; i < STARTS; i++) {
		if (starts[i].pid == 0)
			continue;
		start_read(i);
		if (strstr(starts[i].text, "QEMU is process") == NULL)
			return 0;
	}
	return 1;
}

/* Reap, kill whose time has come; the number of those that live. */
static unsigned
starts_step(long begun)
{
	unsigned alive = 0;

	for (unsigned i = 0; i < STARTS; i++) {
		struct start *s = &starts[i];

		if (s->pid != 0 && s->kill_ms != 0 && now_ms() - begun >= s->kill_ms &&
			!s->killed) {
			s->killed = 1;
			(void)kill(s->pid, SIGKILL);
		}
		if (s->pid != 0 && waitpid(s->pid, &s->status, WNOHANG) == s->pid) {
			s->pid = 0;
			start_judge(i);
		}
		alive += s->pid != 0;
	}
	return alive;
}

static void
starts_end(void)
{
	for (unsigned i = 0; i < STARTS; i++) {
		if (starts[i].pid != 0 && !starts[i].told_to_end) {
			starts[i].told_to_end = 1;
			(void)kill(starts[i].pid, SIGTERM);
		}
	}
}

static int
release_run(void)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		(void)execlp("qpin", "qpin", "release", "--kill", "--all", (char *)NULL);
		_exit(127);
	}
	(void)waitpid(pid, &status, 0);
	return status;
}

static void
round_run(const char *standin, struct lines *before)
{
	const long begun = now_ms();
	struct lines now;
	unsigned count = 1;

	for (unsigned i = 0; i < STARTS; i++)
		definition_write(i, standin);
	for (unsigned i = 0; i < STARTS; i++)
		start_begin(i);
	while (starts_step(begun) > 0) {
		look();
		if (all_settled())
			starts_end();
		if (now_ms() - begun > ROUND_MS) {
			wrong("a round does not end", "");
			for (unsigned i = 0; i < STARTS; i++)
				if (starts[i].pid != 0)
					(void)kill(starts[i].pid, SIGKILL);
		}
		(void)poll(NULL, 0, LOOK_MS);
	}
	if (release_run() != 0)
		wrong("release fails", "");
	for (int i = 0; i < SETTLE_TRIES && count != 0; i++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
		host_look(&now);
		count = lines_differ(before, &now, i == SETTLE_TRIES - 1);
		lines_done(&now);
		if (count != 0)
			(void)poll(NULL, 0, 100);
	}
	if (count != 0)
		wrong("the host is not as it was", "");
}

int
main(int argc, char **argv)
{
	struct lines before;
	long begun = now_ms();
	unsigned rounds;

	if (argc != 4) {
		(void)fprintf(stderr, "usage: race ROUNDS SEED STANDIN\n");
		return 2;
	}
	rounds = (unsigned)strtoul(argv[1], NULL, 10);
	srand((unsigned)strtoul(argv[2], NULL, 10));
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	host_look(&before);
	for (unsigned i = 0; i < rounds && bad < 10; i++)
		round_run(argv[3], &before);
	(void)printf("# race: %u rounds of %d starts over %d CPUs in %ld s: %u ran, %u were "
		     "refused, %u killed; %u "
		     "looks, %u wrong\n",
		rounds, STARTS, HOST_CPUS, (now_ms() - begun) / 1000, ran, refused, killed, looks,
		bad);
	return bad != 0;
}
