/* SPDX-License-Identifier: MIT */
/* What of a host disturbs, slows or refuses virtual machines. */
#include "host/survey.h"

#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/error.h"
#include "base/text.h"
#include "host/account.h"
#include "host/boot_line.h"
#include "host/foreign.h"
#include "host/host.h"
#include "host/kvm.h"
#include "host/pages.h"
#include "host/programs.h"
#include "host/saving.h"

struct tunable
tunable_read(const struct root *root, const char *name)
{
	char text[SURVEY_WORD_BYTES];
	struct tunable ret = {0};
	struct error ignored;
	uint64_t value;
	bool negative;

	if (file_read(root, name, text, sizeof(text), &ignored) <= 0)
		return ret;
	negative = text[0] == '-';
	if (num_parse_u64(text + negative, 0, INT64_MAX, &value) < 0)
		return ret;
	ret.is_known = true;
	ret.value = negative ? -(int64_t)value : (int64_t)value;
	return ret;
}

void
word_read(const struct root *root, const char *name, char *ret)
{
	char text[SURVEY_WORD_BYTES];
	struct error ignored;

	ret[0] = '\0';
	if (file_read(root, name, text, sizeof(text), &ignored) > 0)
		memcpy(ret, text, sizeof(text));
}

void
choice_read(const struct root *root, const char *name, char *ret)
{
	char text[FILE_TEXT_BYTES];
	struct error ignored;
	const char *open;
	size_t len;

	ret[0] = '\0';
	if (file_read(root, name, text, sizeof(text), &ignored) <= 0)
		return;
	open = strchr(text, '[');
	len = open != NULL ? strcspn(open + 1, "]") : 0;
	if (open != NULL && open[1 + len] == ']' && len < SURVEY_WORD_BYTES)
		(void)snprintf(ret, SURVEY_WORD_BYTES, "%.*s", (int)len, open + 1);
}

static void
limits_load(struct limit_facts *ret)
{
	struct rlimit limit;
	struct account account;
	struct error ignored;

	if (account_find(geteuid(), &account, &ignored) == 0)
		(void)snprintf(ret->user, sizeof(ret->user), "%.63s", account.name);
	if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0) {
		ret->memlock_bytes = limit.rlim_max == RLIM_INFINITY ? UINT64_MAX : limit.rlim_max;
		ret->memlock_soft_bytes =
			limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
	}
	if (getrlimit(RLIMIT_RTPRIO, &limit) == 0)
		ret->rtprio = limit.rlim_max;
	ret->may_lock = capabilities_has(CAPABILITY(CAP_IPC_LOCK));
	ret->may_schedule = capabilities_has(CAPABILITY(CAP_SYS_NICE));
}

static void
scheduler_load(const struct roots *roots, struct survey *ret)
{
	ret->rt_runtime_us = tunable_read(&roots->proc, "sys/kernel/sched_rt_runtime_us");
	ret->rt_period_us = tunable_read(&roots->proc, "sys/kernel/sched_rt_period_us");
	ret->fair_server = (struct tunable){
		.is_known = file_exists(&roots->sys, "kernel/debug/sched"),
		.value = file_exists(&roots->sys, "kernel/debug/sched/fair_server"),
	};
	word_read(&roots->sys, "kernel/sched_ext/state", ret->sched_ext);
}

int
survey_load(struct host *host, const struct topology *topology, struct survey *ret, struct error *e)
{
	struct root top = {.fd = -1};
	int r = root_open(&top, "/", e);

	*ret = (struct survey){0};
	if (r < 0)
		return r;
	boot_line_load(&host->roots.proc, &ret->boot);
	saving_load(&host->roots.sys, &topology->online, &ret->power);
	kvm_load(&host->roots, &top, &ret->kvm);
	programs_load(&host->roots.proc, &top, ret);
	foreign_load(&host->roots, ret);
	limits_load(&ret->limits);
	scheduler_load(&host->roots, ret);
	r = pages_load(&host->roots, &topology->nodes, &ret->memory, e);
	root_close(&top);
	return r;
}

void
survey_done(struct survey *s)
{
	if (s == NULL)
		return;
	free(s->memory.pools);
	*s = (struct survey){0};
}
