/* SPDX-License-Identifier: MIT */
/*
 * floor [-c] GROUP "CPU…" JOURNAL PROGRAM [ARGUMENT…]: what no tool can do with fewer system calls.
 * Starts PROGRAM, a QEMU, in GROUP/emulator, moves its vCPU number i into the leaf of the i-th CPU,
 * GROUP/cores/cpuN, and lets it go. All is made and opened before QEMU speaks; nothing is asked
 * that isn't needed, and nothing is checked. With -c it also does what qpin promises, in as few
 * calls as that takes: a line of JOURNAL is written before each move, and each leaf's threads and
 * its partition are read back.
 */
#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	MONITOR_FD = 3,
	VCPUS_MAX = 1024,
	ANSWER_BYTES = 1024 * 1024,
	PATH_BYTES = 4096,
};

struct leaf {
	int threads_fd;
	int partition_fd;
};

static struct leaf leaves[VCPUS_MAX];
static size_t leaf_count;
static int journal_fd;
static char answer[ANSWER_BYTES];

static void
fail(const char *what)
{
	(void)fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int
file_open(const char *group, const char *name, int flags)
{
	char path[PATH_BYTES];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", group, name);
	fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd < 0)
		fail(path);
	return fd;
}

static void
leaves_open(const char *group, const char *cpus)
{
	char name[64];
	char *end;

	for (; *cpus != '\0' && leaf_count < VCPUS_MAX; cpus = end + strspn(end, " ")) {
		struct leaf *leaf = &leaves[leaf_count++];
		unsigned long cpu = strtoul(cpus, &end, 10);

		(void)snprintf(name, sizeof(name), "cores/cpu%lu/cgroup.threads", cpu);
		leaf->threads_fd = file_open(group, name, O_RDWR);
		(void)snprintf(name, sizeof(name), "cores/cpu%lu/cpuset.cpus.partition", cpu);
		leaf->partition_fd = file_open(group, name, O_RDONLY);
	}
}

/* Listens for QEMU, and is connected already. */
static int
monitor_make(int *ret_ours)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t size = sizeof(sa_family_t);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*ret_ours = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || *ret_ours < 0 || bind(fd, (const struct sockaddr *)&address, size) < 0)
		fail("make a socket");
	size = sizeof(address);
	if (getsockname(fd, (struct sockaddr *)&address, &size) < 0 || listen(fd, 1) < 0 ||
		connect(*ret_ours, (const struct sockaddr *)&address, size) < 0)
		fail("connect to the socket");
	return fd;
}

static pid_t
qemu_start(const char *group, int monitor, char **argv)
{
	const struct clone_args args = {.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = (unsigned)file_open(group, "emulator", O_PATH | O_DIRECTORY)};
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (pid < 0)
		fail("clone3");
	if (pid > 0)
		return pid;
	if (monitor == MONITOR_FD)
		(void)fcntl(monitor, F_SETFD, 0);
	else if (dup2(monitor, MONITOR_FD) < 0)
		fail("dup2");
	(void)execvp(argv[0], argv);
	fail(argv[0]);
	return -1;
}

/* The next line, in answer. */
static void
line_read(int fd)
{
	size_t len = 0;

	do {
		ssize_t got = read(fd, answer + len, sizeof(answer) - 1 - len);

		if (got <= 0)
			fail("read what QEMU says");
		len += (size_t)got;
		answer[len] = '\0';
	} while (strchr(answer, '\n') == NULL);
}

static void
ask(int fd, const char *command)
{
	char text[80];
	int len = snprintf(text, sizeof(text), "{\"execute\": \"%s\"}\n", command);

	if (write(fd, text, (size_t)len) != len)
		fail("write to QEMU");
}

static void
vcpu_place(const struct leaf *leaf, int tid, int checked)
{
	char text[PATH_BYTES], line[160];
	int len = snprintf(text, sizeof(text), "%d", tid);
	int line_len = snprintf(line, sizeof(line),
		"{\"change\": {\"kind\": \"thread\", \"id\": %d}}\n", tid);

	if (checked && write(journal_fd, line, (size_t)line_len) != line_len)
		fail("write to the journal");
	if (write(leaf->threads_fd, text, (size_t)len) != len)
		fail("move a vCPU");
	if (!checked)
		return;
	if (pread(leaf->threads_fd, line, sizeof(line) - 1, 0) != len + 1 ||
		strncmp(line, text, (size_t)len) != 0)
		fail("find the vCPU alone in its leaf");
	if (pread(leaf->partition_fd, line, sizeof(line) - 1, 0) <= 0 ||
		strncmp(line, "isolated\n", strlen("isolated\n")) != 0)
		fail("find the leaf isolated");
}

static void
vcpus_place(int checked)
{
	cJSON *said = cJSON_Parse(answer);
	const cJSON *vcpu;

	cJSON_ArrayForEach(vcpu, cJSON_GetObjectItem(said, "return"))
	{
		const cJSON *index = cJSON_GetObjectItem(vcpu, "cpu-index");
		const cJSON *tid = cJSON_GetObjectItem(vcpu, "thread-id");

		if (index == NULL || tid == NULL || (size_t)index->valueint >= leaf_count)
			fail("understand QEMU");
		vcpu_place(&leaves[index->valueint], tid->valueint, checked);
	}
	cJSON_Delete(said);
}

int
main(int argc, char **argv)
{
	int checked = argc > 1 && strcmp(argv[1], "-c") == 0;
	int fd = -1, monitor, status;

	argv += checked;
	if (argc - checked < 5)
		return 2;
	leaves_open(argv[1], argv[2]);
	journal_fd = open(argv[3], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (journal_fd < 0)
		fail(argv[3]);
	monitor = monitor_make(&fd);
	(void)qemu_start(argv[1], monitor, argv + 4);
	(void)close(monitor);
	line_read(fd);
	ask(fd, "qmp_capabilities");
	line_read(fd);
	ask(fd, "query-cpus-fast");
	line_read(fd);
	vcpus_place(checked);
	ask(fd, "cont");
	return wait(&status) > 0 && status == 0 ? 0 : 1;
}
