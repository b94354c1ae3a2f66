/* SPDX-License-Identifier: MIT */
/* What QEMU answers to the questions for its vCPUs and iothreads. */
#include "qemu/threads.h"

#include "fuzz.h"

static const struct smp smp = {.cpus = 4,
	.maxcpus = 16,
	.sockets = 2,
	.cores = 4,
	.threads = 2,
	.dies = 2,
	.clusters = 1,
	.modules = 1};

static void
vcpus_check(const struct threads *threads, const struct smp *known)
{
	must(threads->vcpu_count <= THREADS_VCPUS_MAX);
	for (size_t i = 0; i < threads->vcpu_count; i++) {
		const struct vcpu_thread *v = &threads->vcpus[i];

		must(v->tid > 0);
		must(threads_find_vcpu(threads, v->socket, v->core, v->thread) == v);
		if (known != NULL)
			must(v->socket < known->sockets && v->core < known->cores &&
				v->thread < known->threads);
	}
}

static void
iothreads_check(const struct threads *threads)
{
	must(threads->iothread_count <= THREADS_IOTHREADS_MAX);
	for (size_t i = 0; i < threads->iothread_count; i++) {
		const struct iothread_thread *t = &threads->iothreads[i];

		must(t->tid > 0 && t->id != NULL && strlen(t->id) < THREADS_ID_BYTES);
		must(threads_find_iothread(threads, t->id) == t);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct threads threads = {0};
	const struct smp *known;
	struct error e;
	cJSON *json;

	if (size < 1)
		return 0;
	known = (data[0] & 1) != 0 ? &smp : NULL;
	json = cJSON_ParseWithLength((const char *)data + 1, size - 1);
	if (threads_parse_vcpus(json, known, &threads, &e) == 0)
		vcpus_check(&threads, known);
	if (threads_parse_iothreads(json, &threads, &e) == 0)
		iothreads_check(&threads);
	threads_done(&threads);
	cJSON_Delete(json);
	return 0;
}
