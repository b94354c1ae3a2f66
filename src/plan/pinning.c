/* SPDX-License-Identifier: MIT */
/* A plan's pins as a definition has them. */
#include "plan/pinning.h"

#include "base/text.h"

/* Open the mappings of a new socket and core, after closing those of the vCPU @before. */
static void
pinning_open(struct buf *b, const struct plan_vcpu *before, const struct plan_vcpu *vcpu)
{
	bool socket = before == NULL || before->socket != vcpu->socket;
	bool core = socket || before->core != vcpu->core;

	if (before != NULL && core)
		buf_add(b, socket ? "}}, " : "}, ");
	else if (before != NULL)
		buf_add(b, ", ");
	if (socket)
		buf_printf(b, "%u: {", vcpu->socket);
	if (core)
		buf_printf(b, "%u: {", vcpu->core);
}

char *
pinning_text(const struct plan *plan, const unsigned *os_cpu)
{
	auto_buf struct buf b = {0};

	buf_add(&b, "vcpu_pinning: {");
	for (size_t i = 0; i < plan->vcpu_count; i++) {
		pinning_open(&b, i > 0 ? &plan->vcpus[i - 1] : NULL, &plan->vcpus[i]);
		buf_printf(&b, "%u: %u", plan->vcpus[i].thread,
			os_cpu != NULL ? os_cpu[i] : plan->vcpus[i].os_cpu);
	}
	buf_add(&b, "}}}");
	return buf_take(&b);
}
