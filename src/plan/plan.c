/* SPDX-License-Identifier: MIT */
/* What will be done: definition + facts -> plan. */
#include "plan/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/advice.h"
#include "plan/host_tasks.h"
#include "plan/housekeeping.h"
#include "plan/layout.h"
#include "plan/level.h"
#include "plan/memory.h"
#include "plan/placement.h"
#include "plan/power.h"
#include "plan/roles.h"
#include "plan/warning.h"

static int
plan_fill(struct plan *plan, const struct ways *refused, struct error *e)
{
	int r = smp_read(plan->definition, &plan->smp, e);

	if (r == 0)
		r = placement_make(plan, e);
	if (r == 0)
		r = roles_make(plan, e);
	if (r == 0)
		r = level_choose(plan, refused, e);
	if (r == 0)
		r = host_tasks_choose(plan, e);
	if (r == 0)
		r = housekeeping_make(plan, e);
	if (r == 0)
		r = memory_make(plan, e);
	if (r == 0)
		r = power_check(plan, e);
	if (r < 0)
		return r;
	layout_make(plan);
	return advice_add(plan, e);
}

int
plan_make(const struct definition *definition, const struct facts *facts,
	const struct ways *refused, struct plan *ret, struct error *e)
{
	int r;

	*ret = (struct plan){.definition = definition, .facts = facts};
	r = plan_fill(ret, refused, e);
	if (r < 0)
		plan_done(ret);
	return r;
}

void
plan_done(struct plan *plan)
{
	if (plan == NULL)
		return;
	for (size_t i = 0; i < plan->warning_count; i++)
		warning_done(&plan->warnings[i]);
	free(plan->warnings);
	free(plan->vcpus);
	memset(plan, 0, sizeof(*plan));
}

const struct plan_vcpu *
plan_vcpu_find(const struct plan *plan, unsigned socket, unsigned core, unsigned thread)
{
	for (size_t i = 0; i < plan->vcpu_count; i++) {
		const struct plan_vcpu *vcpu = &plan->vcpus[i];

		if (vcpu->socket == socket && vcpu->core == core && vcpu->thread == thread)
			return vcpu;
	}
	return NULL;
}

bool
plan_vcpu_is_later(const struct plan *plan, unsigned socket, unsigned core, unsigned thread)
{
	const struct smp *smp = &plan->smp;

	return (socket * smp->cores + core) * smp->threads + thread >= smp->cpus;
}

char *
plan_vcpu_text(const struct plan_vcpu *vcpu, char *text, size_t size)
{
	(void)snprintf(text, size, "vCPU %u.%u.%u", vcpu->socket, vcpu->core, vcpu->thread);
	return text;
}
