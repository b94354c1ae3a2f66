/* SPDX-License-Identifier: MIT */
/*
 * Run a command of qpin again and again, and each time kill it before another of the calls that
 * touch the host, or make that call fail; then have its leavings undone, and compare the host with
 * what it was before. See usage().
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"
#include "hostlook.h"

enum {
	WORDS_MAX = 16,
	RUN_MS = 60 * 1000,
	SETTLE_TRIES = 15, /* of 100 ms: kernel threads and systemd are late */
	DIFFERENT_MAX = 10,
};

static const struct {
	const char *name;
	int errnum;
} kinds[] = {
	{"KILL", 0},
	{"EPERM", EPERM},
	{"EBUSY", EBUSY},
	{"EINVAL", EINVAL},
	{"ENOSPC", ENOSPC},
	{"EIO", EIO},
	{"ENOENT", ENOENT},
};

static struct fault_page *page;
static const char *page_path = "/dev/shm/qpin-faults", *shim;
static const char *ready; /* what qpin tells when it shall be told to end; NULL: it ends itself */
static char *undo[WORDS_MAX] = {"qpin", "release", "--kill", "--all", NULL};
static char *prepare[WORDS_MAX]; /* run before the command, without faults */
static char said[TEXT_BYTES];
static unsigned different, tried, seed, step = 1;
static long limit_ms, begun_ms;
static int out_of_time;
static int once;         /* of the errors each call gets one */
static unsigned dead_at; /* the command is killed at this call, and the faults are the undoing's; 0:
			    not so */

static void
children_reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
}

/* Read what it says, until it has closed its end; tell it to end when it is ready. */
static void
listen_to(int fd, pid_t pid)
{
	const long end = now_ms() + RUN_MS;
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	size_t len = 0;
	int told = 0;

	said[0] = '\0';
	for (;;) {
		long left = end - now_ms();
		int r = poll(&wait, 1, left > 0 && left < 50 ? (int)left : 50);
		ssize_t got;

		if (left <= 0) {
			(void)snprintf(
				said + len, sizeof(said) - len, "\n(faults: it does not end)\n");
			(void)kill(pid, SIGKILL);
			return;
		}
		if (r <= 0) {
			siginfo_t info = {0};

			/* QEMU may have the pipe still */
			if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | WNOHANG) == 0 &&
				info.si_pid == pid)
				return;
			continue;
		}
		got = read(fd, said + len, sizeof(said) - len - 100);
		if (got <= 0)
			return;
		len += (size_t)got;
		said[len] = '\0';
		if (ready != NULL && !told && strstr(said, ready) != NULL) {
			told = 1;
			(void)kill(pid, SIGTERM);
		}
	}
}

/* Run @argv, with the shim or without; its status as of waitpid(2), what it says is in said. */
static int
command_run(char *const *argv, int with_shim)
{
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		die("pipe");
	pid = fork();
	if (pid == 0) {
		(void)dup2(ends[1], STDERR_FILENO);
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)close(STDIN_FILENO);
		(void)open("/dev/null", O_RDONLY);
		if (with_shim) {
			(void)setenv("LD_PRELOAD", shim, 1);
			(void)setenv("QPIN_FAULT_PAGE", page_path, 1);
		}
		(void)execvp(argv[0], argv);
		_exit(127);
	}
	(void)close(ends[1]);
	listen_to(ends[0], pid);
	(void)close(ends[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}

static void
said_tell(const char *title)
{
	(void)printf("# %s\n", title);
	for (char *rest = said, *line; (line = strsep(&rest, "\n")) != NULL;)
		if (line[0] != '\0')
			(void)printf("#   %.400s\n", line);
}

static int
is_back(struct lines *before, int tell)
{
	struct lines now;
	unsigned count = 1;

	for (int i = 0; i < SETTLE_TRIES && count != 0; i++) {
		if (i > 0)
			(void)poll(NULL, 0, 100);
		children_reap();
		host_look(&now);
		count = lines_differ(before, &now, tell && i == SETTLE_TRIES - 1);
		lines_done(&now);
	}
	return count == 0;
}

/* The command's leavings are undone: 0 when that says so and it is. */
static int
undo_run(struct lines *before, const char *title)
{
	char text[TEXT_BYTES];
	int status;

	(void)snprintf(text, sizeof(text), "%s", said);
	ready = NULL;
	status = command_run(undo, 0);
	if (status == 0 && is_back(before, 0))
		return 0;
	(void)printf("not ok - %s\n", title);
	said_tell("the undoing says:");
	(void)snprintf(said, sizeof(said), "%s", text);
	said_tell("the command said:");
	(void)printf("# undoing ended with status %d; differences:\n",
		WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	(void)is_back(before, 1);
	return 1;
}

/* What the command is about is there. */
static void
prepare_run(void)
{
	const char *told = ready;

	if (prepare[0] == NULL)
		return;
	ready = NULL;
	if (command_run(prepare, 0) != 0) {
		said_tell("what prepares fails:");
		exit(2);
	}
	ready = told;
}

/* What the faults are for. */
static int
faulty_run(char *const *argv, const struct fault_page *wanted)
{
	int status;

	prepare_run();
	if (dead_at == 0) {
		*page = *wanted;
		return command_run(argv, 1);
	}
	*page = (struct fault_page){.at = dead_at};
	(void)command_run(argv, 1);
	ready = NULL;
	*page = *wanted;
	status = command_run(undo, 1);
	return status;
}

/* One point; the last call may be before it. */
static void
point_try(char *const *argv, unsigned at, size_t kind, int in_child, struct lines *before)
{
	const char *told = ready;
	char title[512];
	int status;

	status = faulty_run(argv,
		&(struct fault_page){.at = at, .errnum = kinds[kind].errnum, .in_child = in_child});
	(void)snprintf(title, sizeof(title), "%s at call %u%s: %s", kinds[kind].name, at,
		in_child ? " of the child" : "", page->what);
	if (WIFSIGNALED(status) && !(kinds[kind].errnum == 0 && WTERMSIG(status) == SIGILL)) {
		(void)printf("not ok - %s: it was killed by signal %d\n", title, WTERMSIG(status));
		said_tell("it said:");
		different++;
	}
	if (undo_run(before, title) != 0) {
		different++;
		/* Go on from what is, so that the next isn't blamed. */
		(void)command_run(undo, 0);
		lines_done(before);
		host_look(before);
	}
	ready = told;
	(void)fflush(stdout);
	tried += page->what[0] != '\0';
}

/* Whether the kind is in the list @wanted, with commas between; all without one. */
static int
is_wanted(const char *wanted, const char *name)
{
	return wanted == NULL || strstr(wanted, name) != NULL;
}

/* Every step-th of all points of the kinds that are wanted, in an order that the seed makes. */
static void
points_try(
	char *const *argv, const char *wanted, unsigned total, int in_child, struct lines *before)
{
	unsigned *points = calloc((size_t)total * COUNT(kinds) + 1, sizeof(*points)), count = 0;

	if (points == NULL)
		die("memory");
	for (unsigned kind = 0; kind < COUNT(kinds); kind++) {
		for (unsigned at = 1; at <= total && is_wanted(wanted, kinds[kind].name); at++) {
			if (!once || kind == 0 || kind == 1 + (at + seed) % (COUNT(kinds) - 1))
				points[count++] = at * COUNT(kinds) + kind;
		}
	}
	for (unsigned i = count; i-- > 1;) {
		unsigned other = (unsigned)rand() % (i + 1), point = points[i];

		points[i] = points[other];
		points[other] = point;
	}
	for (unsigned i = 0; i < count && different < DIFFERENT_MAX; i += step) {
		if (limit_ms != 0 && now_ms() - begun_ms > limit_ms) {
			out_of_time = 1;
			break;
		}
		point_try(
			argv, points[i] / COUNT(kinds), points[i] % COUNT(kinds), in_child, before);
	}
	free(points);
}

static void
usage(void)
{
	(void)fprintf(stderr,
		"usage: faults [option…] NAME COMMAND…\n"
		"  -k STEP   every STEPth point only, in an order that the seed makes\n"
		"  -s SEED   default 0\n"
		"  -e KINDS  of KILL,EPERM,EBUSY,EINVAL,ENOSPC,EIO,ENOENT; default all\n"
		"  -r TEXT   when the command says this, it is told to end (SIGTERM)\n"
		"  -p WORDS  what is run before the command, without faults\n"
		"  -u WORDS  what undoes; default qpin release --kill --all\n"
		"  -d PERCENT  kill the command behind so many of its calls; the faults are in "
		"what undoes\n"
		"  -c        the calls of the child that becomes QEMU, not those of qpin itself\n"
		"  -o        each call fails once, with one of the errors, which the seed chooses\n"
		"  -b LIMIT  seconds, after which no further point is tried; default none\n"
		"Prints a line \"# NAME: …\" with the number of points, and each that leaves a "
		"difference.\n");
	exit(2);
}

static void
words_split(char *text, char **words)
{
	size_t count = 0;

	for (char *word = strtok(text, " "); word != NULL && count < WORDS_MAX - 1;
		word = strtok(NULL, " "))
		words[count++] = word;
	words[count] = NULL;
}

int
main(int argc, char **argv)
{
	unsigned total, dead_percent = 0;
	const char *wanted = NULL, *ready_text;
	struct lines before;
	int in_child = 0, c, fd;
	char self[512], shim_path[600];
	ssize_t len;

	begun_ms = now_ms();
	while ((c = getopt(argc, argv, "+k:s:e:r:p:u:cob:d:")) != -1) {
		switch (c) {
		case 'k':
			step = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 's':
			seed = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'e':
			wanted = optarg;
			break;
		case 'r':
			ready = optarg;
			break;
		case 'p':
			words_split(optarg, prepare);
			break;
		case 'u':
			words_split(optarg, undo);
			break;
		case 'd':
			dead_percent = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'c':
			in_child = 1;
			break;
		case 'o':
			once = 1;
			break;
		case 'b':
			limit_ms = strtol(optarg, NULL, 10) * 1000;
			break;
		default:
			usage();
		}
	}
	if (argc - optind < 2 || step == 0)
		usage();
	argv += optind;
	len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[len > 0 ? len : 0] = '\0';
	*strrchr(self, '/') = '\0';
	(void)snprintf(shim_path, sizeof(shim_path), "%s/faultshim.so", self);
	shim = shim_path;
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	fd = open(page_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*page)) < 0)
		die(page_path);
	page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		die("mmap");

	/* Once without a fault, which may also load and start what the host has not yet. */
	prepare_run();
	if (command_run(argv + 1, 0) != 0) {
		(void)printf("not ok - the command fails without a fault\n");
		said_tell("it said:");
		return 2;
	}
	ready_text = ready;
	ready = NULL;
	(void)command_run(undo, 0);
	ready = ready_text;
	host_look(&before);
	if (dead_percent != 0) {
		*page = (struct fault_page){0};
		prepare_run();
		(void)command_run(argv + 1, 1);
		dead_at = 1 + page->count * dead_percent / 100;
	}
	point_try(argv + 1, 0, 0, in_child, &before);
	total = page->count;
	begun_ms = now_ms();
	if (total == 0)
		different++;
	srand(seed);
	points_try(argv + 1, wanted, total, in_child, &before);
	(void)unlink(page_path);
	(void)printf("# %s: %u calls%s, %u points tried in %ld s%s, %u with a difference\n",
		argv[0], total, in_child ? " of the child" : "", tried,
		(now_ms() - begun_ms) / 1000, out_of_time ? " (the time was over)" : "", different);
	return different != 0 || tried == 0; /* of none nothing is known */
}
