/* SPDX-License-Identifier: MIT */
/*
 * What a process keeps over the exec of a set-uid program is its caller's: he chose it, maybe to
 * make us fail at the worst moment. Once, at the start, all of it is looked at here.
 */
#include "base/privilege.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"

enum {
	OWN_UMASK = 022,
	OWN_FILES = 1024,                  /* descriptors: a VM of 1,024 vCPUs needs some 100 */
	OWN_STACK_BYTES = 8 * 1024 * 1024, /* Linux's own default */
	TIMER_SLACK_NS = 50 * 1000,        /* likewise */
};

/* Borrowed texts; the last is NULL. */
static char path_text[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
static char *own_environment[] = {path_text, NULL};

static struct caller caller;
static bool is_on_behalf;

/* At least this much of each, so that no write, lock or start fails by the caller's will. */
static const struct {
	int resource;
	rlim_t least;
} needs[] = {
	{RLIMIT_AS, RLIM_INFINITY},
	{RLIMIT_CPU, RLIM_INFINITY},
	{RLIMIT_DATA, RLIM_INFINITY},
	{RLIMIT_FSIZE, RLIM_INFINITY},
	{RLIMIT_NOFILE, OWN_FILES},
	{RLIMIT_RTTIME, RLIM_INFINITY},
	{RLIMIT_STACK, OWN_STACK_BYTES},
};

enum privilege
privilege_decide(const struct privilege_facts *facts)
{
	bool same = facts->uid == facts->euid && facts->gid == facts->egid;

	if (facts->uid == 0 && facts->euid == 0) /* set-gid is nothing to root */
		return PRIVILEGE_OWN;
	if (facts->euid == 0)
		return PRIVILEGE_BEHALF;
	/* Capabilities that were handed down (ambient) are the caller's own; a file's aren't. */
	if (!same || (facts->secure && facts->capable))
		return PRIVILEGE_STRANGE;
	return PRIVILEGE_OWN;
}

struct rlimit
privilege_limit(int resource, const struct rlimit *his)
{
	struct rlimit own = *his;

	if (resource == RLIMIT_CORE) /* our memory is nobody's to read */
		own.rlim_cur = 0;
	for (size_t i = 0; i < COUNT(needs); i++) {
		if (needs[i].resource != resource)
			continue;
		if (own.rlim_cur < needs[i].least) /* "infinite" is the largest number */
			own.rlim_cur = needs[i].least;
		if (own.rlim_max < own.rlim_cur)
			own.rlim_max = own.rlim_cur;
	}
	return own;
}

static int
limits_take(struct rlimit *his, struct error *e)
{
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		struct rlimit own;

		if (getrlimit(i, &his[i]) < 0)
			return error_sys(e, errno, NULL, "read the limits of resources");
		own = privilege_limit(i, &his[i]);
		if (own.rlim_cur == his[i].rlim_cur && own.rlim_max == his[i].rlim_max)
			continue;
		if (setrlimit(i, &own) < 0)
			return error_sys(e, errno, NULL, "have more of resource %d", i);
	}
	return 0;
}

static bool
is_job_control(int number)
{
	return number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

/* Those that end a VM stay ignored, as under nohup(1). A terminal can't stop who holds a lock. */
static void
signals_take(sigset_t *ret_ignored)
{
	static const int stopping[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	sigset_t none;

	(void)sigemptyset(ret_ignored);
	for (int number = 1; number < NSIG; number++) {
		struct sigaction now;
		bool stays = false;

		if (sigaction(number, NULL, &now) < 0)
			continue;
		for (size_t i = 0; i < COUNT(stopping); i++)
			stays = stays || number == stopping[i];
		if (now.sa_handler == SIG_IGN)
			(void)sigaddset(ret_ignored, number);
		if (is_job_control(number) || number == SIGPIPE)
			(void)signal(number, SIG_IGN);
		else if (!stays)
			(void)signal(number, SIG_DFL);
	}
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Who runs when nobody else does holds a lock for long. A policy that is fast was granted to him.
 */
static bool
is_slow(const struct caller *c)
{
	return c->policy == SCHED_IDLE || c->policy == SCHED_BATCH ||
	       (c->policy == SCHED_OTHER && c->nice > 0);
}

static int
scheduling_set(int policy, int nice)
{
	static const struct sched_param none;

	if (sched_setscheduler(0, policy, &none) < 0)
		return -1;
	return setpriority(PRIO_PROCESS, 0, nice);
}

static int
scheduling_take(struct caller *c, struct error *e)
{
	c->policy = sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;
	c->nice = getpriority(PRIO_PROCESS, 0);
	if (is_slow(c) && scheduling_set(SCHED_OTHER, 0) < 0)
		return error_sys(e, errno, NULL, "be scheduled as others are");
	return 0;
}

/* An alarm that he set before would end us when it comes; slack would make waits long. */
static void
timers_drop(void)
{
	static const struct itimerval never;

	(void)setitimer(ITIMER_REAL, &never, NULL);
	(void)setitimer(ITIMER_VIRTUAL, &never, NULL);
	(void)setitimer(ITIMER_PROF, &never, NULL);
	(void)prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS, 0, 0, 0);
}

static int
groups_take(struct caller *c, struct error *e)
{
	int count = getgroups(0, NULL);

	if (count > 0) {
		c->groups = calloc((size_t)count, sizeof(*c->groups));
		if (c->groups == NULL)
			return error_sys(e, ENOMEM, NULL, "read the caller's groups");
		count = getgroups(count, c->groups);
	}
	if (count < 0)
		return error_sys(e, errno, NULL, "read the caller's groups");
	c->group_count = (size_t)count;
	return 0;
}

static int
ids_take(struct error *e)
{
	if (setgroups(0, NULL) < 0 || setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
		return error_sys(e, errno, NULL, "work as root alone");
	return 0;
}

static int
caller_take(struct caller *c, struct error *e)
{
	int r;

	c->uid = getuid();
	c->gid = getgid();
	c->umask = umask(OWN_UMASK);
	environ = own_environment;
	timers_drop();
	signals_take(&c->ignored);
	r = limits_take(c->limits, e);
	if (r == 0)
		r = scheduling_take(c, e);
	if (r == 0)
		r = groups_take(c, e);
	if (r == 0)
		r = ids_take(e);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* behind the ids, which set it */
	return r;
}

static int
strange_refuse(const struct privilege_facts *facts, struct error *e)
{
	(void)error_sys(e, EPERM, NULL, "work with these privileges");
	(void)error_why(e, "qpin is installed %s",
		facts->uid != facts->euid   ? "set-uid, but not for root"
		: facts->gid != facts->egid ? "set-gid"
					    : "with capabilities of its file");
	return error_hint(e, "set-uid root is possible: man qpin, SET-UID");
}

int
privilege_begin(struct error *e)
{
	const struct privilege_facts facts = {
		.uid = getuid(),
		.euid = geteuid(),
		.gid = getgid(),
		.egid = getegid(),
		.secure = getauxval(AT_SECURE) != 0,
		.capable = capabilities_has_any(),
	};

	switch (privilege_decide(&facts)) {
	case PRIVILEGE_OWN:
		return 0;
	case PRIVILEGE_STRANGE:
		return strange_refuse(&facts, e);
	case PRIVILEGE_BEHALF:
		break;
	}
	is_on_behalf = true;
	return caller_take(&caller, e);
}

const struct caller *
privilege_caller(void)
{
	return is_on_behalf ? &caller : NULL;
}

/* With the ids the kernel makes us dumpable as it sees fit. */
static int
real_uid_set(uid_t uid)
{
	if (setresuid(uid, 0, 0) < 0)
		return -errno;
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	return 0;
}

int
privilege_expose(struct error *e)
{
	int r = is_on_behalf ? real_uid_set(caller.uid) : 0;

	return r < 0 ? error_sys(e, -r, NULL, "let user %u signal qpin", (unsigned)caller.uid) : 0;
}

void
privilege_shield(void)
{
	int r = is_on_behalf ? real_uid_set(0) : 0;

	if (r < 0)
		log_debug("user %u may still signal qpin: %s", (unsigned)caller.uid, strerror(-r));
}

int
privilege_give_back(const struct caller *c, bool but_memlock)
{
	(void)umask(c->umask);
	if (is_slow(c) && scheduling_set(c->policy, c->nice) < 0)
		return -1;
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		if (i == RLIMIT_MEMLOCK && but_memlock)
			continue;
		if (setrlimit(i, &c->limits[i]) < 0)
			return -1;
	}
	return 0;
}
