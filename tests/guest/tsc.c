/* SPDX-License-Identifier: MIT */
/*
 * How fast this machine's time stamp counter runs, in kHz: it is the one of a test VM, too (QEMU
 * accel/tcg, cpu_get_host_ticks()), whose kernel measures it wrong when it has to wait meanwhile.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

static int64_t
now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* A pair of readings that nothing came between: of several, the closest. */
static int64_t
pair(uint64_t *ret_ticks)
{
	int64_t best_ns = INT64_MAX, at_ns = 0;

	for (int i = 0; i < 100; i++) {
		int64_t before = now_ns();
		uint64_t ticks = __rdtsc();
		int64_t took = now_ns() - before;

		if (took < best_ns) {
			best_ns = took;
			at_ns = before + took / 2;
			*ret_ticks = ticks;
		}
	}
	return at_ns;
}

int
main(void)
{
	const struct timespec pause = {.tv_nsec = 100 * 1000 * 1000};
	uint64_t first_ticks, last_ticks;
	int64_t first = pair(&first_ticks), last;

	(void)nanosleep(&pause, NULL);
	last = pair(&last_ticks);
	(void)printf("%.0f\n", (double)(last_ticks - first_ticks) * 1e6 / (double)(last - first));
	return 0;
}
