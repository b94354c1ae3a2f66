/* SPDX-License-Identifier: MIT */
/* How much isolation a VM of one vCPU would get here: by the very code that plans VMs. */
#include "base/cleanup.h"
#include "config/definition.h"
#include "plan/check.h"
#include "plan/checkup.h"
#include "plan/level.h"
#include "plan/plan.h"

static const char definition_text[] = "launcher:\n"
				      "  binary: qemu\n"
				      "  vcpu_pinning: auto\n"
				      "qemu:\n"
				      "- smp: 1\n";

static enum verdict
verdict_of(enum isolation level)
{
	if (level >= ISOLATION_ISOLATED)
		return VERDICT_OK;
	return level == ISOLATION_EXCLUSIVE ? VERDICT_ADVICE : VERDICT_PROBLEM;
}

/* Nothing can be placed: on a host where VMs have all CPUs, that tells nothing of the host. */
static void
refusal_add(const struct facts *facts, enum check_id id, const struct error *e, struct checkup *ret)
{
	const char *why = e->why[0] != '\0' ? e->why : e->what;

	if (id != CHECK_LEVEL_AUTO) {
		checkup_add(ret, id, VERDICT_OK, "not here: %s", why);
		return;
	}
	checkup_add(ret, id, facts->claim_count > 0 ? VERDICT_UNSEEN : VERDICT_PROBLEM, "none: %s",
		why);
	checkup_hint(ret, "%s", e->hint);
}

/* With the best: why it's no better. */
static void
auto_add(const struct plan *plan, struct checkup *ret)
{
	bool by_cgroup = plan->way != WAY_AFFINITY;

	checkup_add(ret, CHECK_LEVEL_AUTO, verdict_of(plan->level), "%s%s%s%s%s", level_text(plan),
		by_cgroup ? ", by " : "", by_cgroup ? way_name(plan->way) : "",
		plan->level_reason[0] != '\0' ? ": " : "", plan->level_reason);
	if (plan->level < ISOLATION_ISOLATED)
		checkup_hint(ret, "%s", plan->level_hint);
}

static void
level_add(struct definition *d, const struct facts *facts, enum check_id id, struct checkup *ret)
{
	struct plan plan = {0};
	struct error e = {0};

	if (plan_make(d, facts, NULL, &plan, &e) < 0) {
		refusal_add(facts, id, &e, ret);
	} else if (id == CHECK_LEVEL_AUTO) {
		auto_add(&plan, ret);
	} else {
		checkup_add(ret, id, VERDICT_OK, "%s", level_text(&plan));
	}
	plan_done(&plan);
}

void
check_levels(const struct check_input *in, struct checkup *ret)
{
	static const struct {
		enum check_id id;
		enum backend_choice backend;
	} row[] = {
		{CHECK_LEVEL_AUTO, BACKEND_AUTO},
		{CHECK_LEVEL_V2, BACKEND_V2},
		{CHECK_LEVEL_V2_SHARED, BACKEND_V2_SHARED},
		{CHECK_LEVEL_V1, BACKEND_V1},
		{CHECK_LEVEL_AFFINITY, BACKEND_AFFINITY},
	};
	static const struct definition_text from = {.text = definition_text,
		.len = sizeof(definition_text) - 1,
		.path = "qpin:check.yml",
		.dialect = DIALECT_QPIN};
	struct definition d = {0};
	struct problems problems = {0};
	struct error e;

	ret->failed |= definition_parse(&from, &d, &problems, &e) < 0;
	for (size_t i = 0; i < COUNT(row) && !ret->failed; i++) {
		d.backend = row[i].backend;
		level_add(&d, in->facts, row[i].id, ret);
	}
	problems_done(&problems);
	definition_done(&d);
}
