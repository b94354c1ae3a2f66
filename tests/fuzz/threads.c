/* SPDX-License-Identifier: MIT */
/* Messages of QEMU, and above all its answers to the questions for its vCPUs and iothreads. */
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
message_check(const struct qmp_message *message)
{
	must(message->kind <= QMP_ERROR && message->shape <= QMP_IOTHREADS);
	must(strlen(message->name) < sizeof(message->name));
	must(message->kind != QMP_EVENT || message->id == 0);
	must((message_items_bytes(message) > 0) ==
		(message->vcpus != NULL || message->iothreads != NULL));
}

static void
vcpus_check(const struct threads *threads, const struct smp *known)
{
	must(threads->vcpu_count <= QMP_VCPUS_MAX);
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
	must(threads->iothread_count <= QMP_IOTHREADS_MAX);
	for (size_t i = 0; i < threads->iothread_count; i++) {
		const struct iothread_thread *t = &threads->iothreads[i];

		must(t->tid > 0 && t->id != NULL && strlen(t->id) < QMP_ID_BYTES);
		must(threads_find_iothread(threads, t->id) == t);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct threads threads = {0};
	const struct smp *known;
	struct error e;
	struct qmp_message answer;

	if (size < 1)
		return 0;
	known = (data[0] & 1) != 0 ? &smp : NULL;
	if (message_parse((const char *)data + 1, size - 1, &answer, &e) < 0)
		return 0;
	message_check(&answer);
	if (threads_parse_vcpus(&answer, known, &threads, &e) == 0)
		vcpus_check(&threads, known);
	if (threads_parse_iothreads(&answer, &threads, &e) == 0)
		iothreads_check(&threads);
	threads_done(&threads);
	message_done(&answer);
	return 0;
}
