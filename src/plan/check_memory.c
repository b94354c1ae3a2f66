/* SPDX-License-Identifier: MIT */
/* Memory, and what the caller may have. */
#include <inttypes.h>

#include "base/text.h"
#include "host/survey.h"
#include "plan/check.h"
#include "plan/checkup.h"
#include "plan/remedy.h"

enum {
	KIB = 1024,
};

static void
check_hugepages(const struct memory_facts *m, struct checkup *ret)
{
	auto_buf struct buf b = {0};

	for (size_t i = 0; i < m->pool_count; i++) {
		const struct page_pool *pool = &m->pools[i];

		if (pool->total == 0)
			continue;
		if (pool->node < 0)
			buf_printf(&b, "%s%" PRIu64 " of %" PRIu64 " free, of %" PRIu64 " KiB",
				b.len > 0 ? "; " : "", pool->free, pool->total,
				pool->page_bytes / KIB);
		else
			buf_printf(&b, ", node %d: %" PRIu64 " of %" PRIu64, pool->node, pool->free,
				pool->total);
	}
	ret->failed |= b.failed;
	checkup_add(ret, CHECK_MEMORY_HUGEPAGES, VERDICT_OK, "%s",
		b.len > 0 ? b.text : "none is reserved");
}

static void
check_habits(const struct check_input *in, struct checkup *ret)
{
	const struct memory_facts *m = &in->survey->memory;

	if (str_eq(m->transparent, "never")) {
		checkup_add(ret, CHECK_MEMORY_TRANSPARENT, VERDICT_ADVICE,
			"it can't: guests have more TLB misses");
		remedy_files(ret, in->facts->systemd, "transparent",
			"/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	} else {
		checkup_add(ret, CHECK_MEMORY_TRANSPARENT, VERDICT_OK, "%s",
			m->transparent[0] != '\0' ? m->transparent : "the kernel has none");
	}
	if (m->ksm.is_known && m->ksm.value == 1) {
		checkup_add(ret, CHECK_MEMORY_KSM, VERDICT_ADVICE,
			"it does: a guest's write to such a page waits for a copy, and guests can "
			"tell what others have");
		remedy_files(ret, in->facts->systemd, "ksm", "/sys/kernel/mm/ksm/run", "0");
	} else {
		checkup_add(ret, CHECK_MEMORY_KSM, VERDICT_OK, "it doesn't");
	}
	if (m->numa_balancing.is_known && m->numa_balancing.value > 0 &&
		cpus_count(&in->facts->topology.nodes) > 1) {
		checkup_add(ret, CHECK_MEMORY_NUMA_BALANCING, VERDICT_ADVICE,
			"it does: vCPUs are stopped by faults that it makes for that");
		remedy_sysctl(ret, "numa", "kernel.numa_balancing", "0");
	} else {
		checkup_add(ret, CHECK_MEMORY_NUMA_BALANCING, VERDICT_OK, "it doesn't");
	}
}

static void
check_limits(const struct limit_facts *limits, struct checkup *ret)
{
	if (limits->may_lock) {
		checkup_add(ret, CHECK_LIMIT_MEMLOCK, VERDICT_OK, "as much as there is");
	} else if (limits->memlock_bytes == UINT64_MAX) {
		checkup_add(ret, CHECK_LIMIT_MEMLOCK, VERDICT_OK, "no limit");
	} else {
		checkup_add(ret, CHECK_LIMIT_MEMLOCK, VERDICT_ADVICE,
			"%" PRIu64 " KiB: too little for mem-lock=on and passed-through devices",
			limits->memlock_bytes / KIB);
		remedy_limits(ret, limits->user, "memlock", "unlimited");
	}
	if (limits->may_schedule) {
		checkup_add(ret, CHECK_LIMIT_RTPRIO, VERDICT_OK, "any");
	} else if (limits->rtprio > 0) {
		checkup_add(ret, CHECK_LIMIT_RTPRIO, VERDICT_OK, "up to %" PRIu64, limits->rtprio);
	} else {
		checkup_add(ret, CHECK_LIMIT_RTPRIO, VERDICT_ADVICE,
			"none: the schedulers fifo and rr can't be had");
		remedy_limits(ret, limits->user, "rtprio", "99");
	}
}

void
check_memory(const struct check_input *in, struct checkup *ret)
{
	check_hugepages(&in->survey->memory, ret);
	check_habits(in, ret);
	check_limits(&in->survey->limits, ret);
}
