/* SPDX-License-Identifier: MIT */
#include "qemu/threads.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "parsing.h"
#include "tree.h"

static const char *const asked[] = {QMP_BEGIN, NULL};

enum {
	QEMU_PID = 100,
	LONG_MS = 20 * 1000,
};

/* 2 sockets of 2 dies, each with 1 cluster of 2 cores of 2 threads */
static const struct smp smp = {.cpus = 16,
	.maxcpus = 16,
	.sockets = 2,
	.cores = 4,
	.threads = 2,
	.dies = 2,
	.clusters = 1,
	.modules = 1};

/* The answer that returns @text. */
static struct qmp_message
answer_parse(const char *text)
{
	auto_free char *whole = text_printf("{\"return\":%s,\"id\":1}", text);
	struct qmp_message answer;
	struct error e;

	if (message_parse(whole, strlen(whole), &answer, &e) < 0)
		fail_msg("%s: %s", text, e.why);
	return answer;
}

#define PLACE(socket, die, core, thread)                                                           \
	"\"props\":{\"socket-id\":" #socket ",\"die-id\":" #die ",\"core-id\":" #core              \
	",\"thread-id\":" #thread "}"
#define VCPU(index, tid, place)                                                                    \
	"{\"cpu-index\":" #index ",\"thread-id\":" #tid ",\"qom-path\":\"/x\",\"target\":"         \
	"\"x86_64\"," place "}"

static void
vcpus_are_named_as_a_definition_names_them(void **state)
{
	static const struct {
		const char *text;
		unsigned socket, core, thread;
	} row[] = {
		{"[" VCPU(0, 101, PLACE(0, 0, 0, 0)) "]", 0, 0, 0},
		{"[" VCPU(3, 101, PLACE(0, 0, 1, 1)) "]", 0, 1, 1},
		{"[" VCPU(5, 101, PLACE(0, 1, 0, 1)) "]", 0, 2, 1}, /* dies are flattened */
		{"[" VCPU(15, 101, PLACE(1, 1, 1, 1)) "]", 1, 3, 1},
		{"[" VCPU(0, 101, "\"props\":{\"socket-id\":1}") "]", 1, 0, 0},
		{"[" VCPU(0, 101, "\"props\":{\"socket-id\":1,\"core-id\":1}") "]", 1, 1, 0},
		{"[" VCPU(0, 101, "\"props\":{\"socket-id\":1,\"module-id\":0}") "]", 1, 0, 0},
		/* machines that tell no socket: by index */
		{"[" VCPU(13, 101, "\"props\":{}") "]", 1, 2, 1},
		{"[" VCPU(13, 101, "\"props\":{\"thread-id\":13}") "]", 1, 2, 1},
		{"[" VCPU(7, 101, "\"foo\":1") "]", 0, 3, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_message struct qmp_message answer = answer_parse(row[i].text);
		struct threads got = {0};
		struct error e = {0};

		if (threads_parse_vcpus(&answer, &smp, &got, &e) < 0)
			fail_msg("%s: %s", row[i].text, e.why);
		if (threads_find_vcpu(&got, row[i].socket, row[i].core, row[i].thread) == NULL)
			fail_msg("%s is %u.%u.%u", row[i].text, got.vcpus[0].socket,
				got.vcpus[0].core, got.vcpus[0].thread);
		assert_int_equal(got.vcpus[0].tid, 101);
		assert_null(threads_find_vcpu(&got, 1, 1, 1));
		threads_done(&got);
	}
}

static void
vcpus_with_clusters_and_modules_are_flattened_too(void **state)
{
	static const struct smp clustered = {.cpus = 16,
		.maxcpus = 16,
		.sockets = 1,
		.cores = 16,
		.threads = 1,
		.dies = 2,
		.clusters = 2,
		.modules = 2};
	static const char text[] = "[{\"cpu-index\":0,\"thread-id\":9,\"props\":{\"socket-id\":0,"
				   "\"die-id\":1,\"cluster-id\":0,\"module-id\":1,\"core-id\":1}}]";
	auto_message struct qmp_message answer = answer_parse(text);
	struct threads got = {0};
	struct error e;

	(void)state;
	assert_int_equal(threads_parse_vcpus(&answer, &clustered, &got, &e), 0);
	assert_int_equal(got.vcpus[0].core, 11); /* ((1 * 2 + 0) * 2 + 1) * 2 + 1 */
	threads_done(&got);
}

static void
vcpus_are_sorted(void **state)
{
	auto_message struct qmp_message answer =
		answer_parse("[" VCPU(9, 103, PLACE(1, 0, 0, 1)) "," VCPU(
			1, 102, PLACE(0, 0, 0, 1)) "," VCPU(2, 101, PLACE(0, 0, 1, 0)) "]");
	struct threads got = {0};
	struct error e;

	(void)state;
	assert_int_equal(threads_parse_vcpus(&answer, &smp, &got, &e), 0);
	assert_int_equal(got.vcpu_count, 3);
	assert_int_equal(got.vcpus[0].tid, 102);
	assert_int_equal(got.vcpus[1].tid, 101);
	assert_int_equal(got.vcpus[2].tid, 103);
	assert_int_equal(threads_find_vcpu(&got, 1, 0, 1)->index, 9);
	threads_done(&got);
}

static void
vcpus_that_qemu_cannot_have_are_refused(void **state)
{
	static const char *const row[] = {
		"{}",
		"[]",
		"7",
		"[7]",
		"[null]",
		"[{}]",
		"[{\"cpu-index\":0}]",
		"[" VCPU(-1, 101, PLACE(0, 0, 0, 0)) "]",
		"[" VCPU(16, 101, PLACE(0, 0, 0, 0)) "]",
		"[" VCPU(0.5, 101, PLACE(0, 0, 0, 0)) "]",
		"[" VCPU("0", 101, PLACE(0, 0, 0, 0)) "]",
		"[" VCPU(0, 0, PLACE(0, 0, 0, 0)) "]",
		"[" VCPU(0, -1, PLACE(0, 0, 0, 0)) "]",
		"[" VCPU(0, 101.5, PLACE(0, 0, 0, 0)) "]",
		"[" VCPU(0, "101", PLACE(0, 0, 0, 0)) "]",
		"[" VCPU(0, 4194305, PLACE(0, 0, 0, 0)) "]",
		"[" VCPU(0, 4294967397, PLACE(0, 0, 0, 0)) "]", /* 101 in 32 bits */
		"[" VCPU(0, 1e300, PLACE(0, 0, 0, 0)) "]",
		"[" VCPU(0, null, PLACE(0, 0, 0, 0)) "]",
		"[" VCPU(0, 101, PLACE(2, 0, 0, 0)) "]",
		"[" VCPU(0, 101, PLACE(0, 2, 0, 0)) "]",
		"[" VCPU(0, 101, PLACE(0, 0, 2, 0)) "]", /* of its die */
		"[" VCPU(0, 101, PLACE(0, 0, 0, 2)) "]",
		"[" VCPU(0, 101, PLACE(0, 0, -1, 0)) "]",
		"[" VCPU(0, 101, PLACE(0, 0, "0", 0)) "]",
		"[" VCPU(0, 101, PLACE(0, 0, 0.5, 0)) "]",
		"[" VCPU(0, 101, "\"props\":{\"socket-id\":0,\"cluster-id\":1}") "]",
		"[" VCPU(0, 101, "\"props\":[]") "]",
		"[" VCPU(0, 101, PLACE(0, 0, 0, 0)) "," VCPU(1, 102, PLACE(0, 0, 0, 0)) "]",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_message struct qmp_message answer = answer_parse(row[i]);
		struct threads got = {0};
		struct error e = {0};

		if (threads_parse_vcpus(&answer, &smp, &got, &e) != -EPROTO || e.why[0] == '\0')
			fail_msg("taken: %s", row[i]);
		assert_string_equal(e.what, "read QEMU's answer to query-cpus-fast");
		threads_done(&got);
	}
}

static void
vcpus_in_too_great_a_number_are_refused(void **state)
{
	auto_message struct qmp_message answer = {0};
	auto_buf struct buf text = {0};
	struct threads got = {0};
	struct error e;

	(void)state;
	for (int i = 0; i <= QMP_VCPUS_MAX; i++)
		buf_printf(&text, "%s{\"cpu-index\":%d}", i > 0 ? "," : "[", i);
	buf_add(&text, "]");
	answer = answer_parse(text.text);
	assert_int_equal(threads_parse_vcpus(&answer, &smp, &got, &e), -EPROTO);
	assert_string_equal(e.why, "it has too many items");
	threads_done(&got);
}

static void
iothreads_are_read_strictly(void **state)
{
	static const struct {
		const char *text;
		int want;
		size_t count;
	} row[] = {
		{"[]", 0, 0},
		{"[{\"id\":\"io0\",\"thread-id\":7,\"poll-max-ns\":0},{\"id\":\"io1\",\"thread-"
		 "id\":"
		 "8}]",
			0, 2},
		{"{}", -EPROTO, 0},
		{"[{\"id\":\"io0\"}]", -EPROTO, 0},
		{"[{\"id\":7,\"thread-id\":7}]", -EPROTO, 0},
		{"[{\"id\":\"\",\"thread-id\":7}]", -EPROTO, 0},
		{"[{\"id\":\"io0\",\"thread-id\":-1}]", -EPROTO, 0},
		{"[{\"id\":\"io0\",\"thread-id\":8},{\"thread-id\":7}]", -EPROTO, 0},
		{"[8]", -EPROTO, 0},
		{"[{\"id\":\"x\",\"thread-id\":7},{\"id\":\"io1\",\"thread-id\":8},"
		 "{\"id\":\"x\",\"thread-id\":9}]",
			-EPROTO, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_message struct qmp_message answer = answer_parse(row[i].text);
		struct threads got = {0};
		struct error e = {0};
		int r = threads_parse_iothreads(&answer, &got, &e);

		if (r != row[i].want)
			fail_msg("%s: %d", row[i].text, r);
		if (r == 0) {
			assert_int_equal(got.iothread_count, row[i].count);
			assert_int_equal(
				threads_find_iothread(&got, "io1") != NULL, row[i].count > 0);
			assert_null(threads_find_iothread(&got, "io2"));
		}
		threads_done(&got);
	}
}

/* A /proc where process 100 has threads 100-103. */
static void
proc_make(struct tree *tree)
{
	static const char *const file[] = {
		"100/task/100/stat", "100/task/101/stat", "100/task/102/stat", "100/task/103/stat"};

	tree_make(tree);
	for (size_t i = 0; i < COUNT(file); i++)
		tree_put(tree, file[i], "");
}

static void
threads_are_asked_for_and_checked(void **state)
{
	static const char script[] =
		"{\"QMP\":{\"version\":{\"qemu\":{\"micro\":0,\"minor\":0,\"major\":9}}}}\n"
		"{\"return\":{},\"id\":1}\n"
		"{\"return\":[" VCPU(0, 102,
			PLACE(0, 0, 0,
				0)) "],\"id\":2}\n"
				    "{\"return\":[{\"id\":\"io\",\"thread-id\":103}],\"id\":3}\n"
				    "{\"return\":[" VCPU(0, 1,
					    PLACE(0, 0, 0, 0)) "],\"id\":4}\n"
							       "{\"return\":[{\"id\":\"io\","
							       "\"thread-id\":103}],\"id\":5}\n"
							       "{\"error\":{\"desc\":\"unknown\"},"
							       "\"id\":6}\n";
	auto_qmp struct qmp q = QMP_CLOSED;
	struct threads_question question = {
		.qmp = &q, .pid = QEMU_PID, .tasks_fd = -1, .smp = &smp, .timeout_ms = LONG_MS};
	struct threads got;
	struct tree tree;
	struct error e;
	int ends[2];

	(void)state;
	proc_make(&tree);
	question.proc = &tree.root;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	assert_int_equal(write(ends[1], script, sizeof(script) - 1), sizeof(script) - 1);
	assert_int_equal(qmp_open_take(ends[0], -1, asked, LONG_MS, &q, &e), 0);
	assert_int_equal(threads_read(&question, &got, &e), 0);
	assert_int_equal(got.vcpu_count, 1);
	assert_int_equal(threads_find_iothread(&got, "io")->tid, 103);
	threads_done(&got);
	assert_int_equal(threads_read(&question, &got, &e), -ESRCH);
	assert_int_equal(got.vcpu_count, 0);
	assert_int_equal(threads_read(&question, &got, &e), -EREMOTEIO);
	(void)close(ends[1]);
	tree_remove(&tree);
}

/* Who only pins a QEMU that runs already asks for no more than numbers. */
static void
vcpus_without_a_topology_have_their_number(void **state)
{
	static const struct {
		const char *text;
		int want;
	} row[] = {
		{"[" VCPU(9, 102, PLACE(7, 7, 7, 7)) "," VCPU(3, 101, "\"props\":{}") "]", 0},
		{"[" VCPU(3, 102, PLACE(0, 0, 0, 0)) "," VCPU(3, 101, PLACE(1, 0, 0, 0)) "]",
			-EPROTO},
		{"[" VCPU(8192, 102, PLACE(0, 0, 0, 0)) "]", -EPROTO},
		{"[" VCPU(0, 102, "\"props\":1") "]", -EPROTO},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_message struct qmp_message answer = answer_parse(row[i].text);
		struct threads got = {0};
		struct error e = {0};
		int r = threads_parse_vcpus(&answer, NULL, &got, &e);

		if (r != row[i].want)
			fail_msg("%s: %d (%s)", row[i].text, r, e.why);
		if (r == 0 && (got.vcpus[0].index != 3 || got.vcpus[1].index != 9))
			fail_msg("%s: not by number", row[i].text);
		threads_done(&got);
	}
}

static void
one_thread_of_all_vcpus_is_the_firsts(void **state)
{
	static const char script[] =
		"{\"QMP\":{\"version\":{\"qemu\":{\"micro\":0,\"minor\":0,\"major\":9}}}}\n"
		"{\"return\":{},\"id\":1}\n"
		"{\"return\":[{\"cpu-index\":1,\"thread-id\":102},{\"cpu-index\":0,"
		"\"thread-id\":102}],\"id\":2}\n"
		"{\"return\":[],\"id\":3}\n";
	auto_qmp struct qmp q = QMP_CLOSED;
	struct threads_question question = {
		.qmp = &q, .pid = QEMU_PID, .tasks_fd = -1, .timeout_ms = LONG_MS};
	struct threads got;
	struct tree tree;
	struct error e;
	int ends[2];

	(void)state;
	proc_make(&tree);
	question.proc = &tree.root;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	assert_int_equal(write(ends[1], script, sizeof(script) - 1), sizeof(script) - 1);
	assert_int_equal(qmp_open_take(ends[0], -1, asked, LONG_MS, &q, &e), 0);
	assert_int_equal(threads_read(&question, &got, &e), 0);
	assert_int_equal(got.vcpu_count, 1);
	assert_int_equal(got.vcpus[0].index, 0);
	assert_int_equal(got.vcpus[0].tid, 102);
	threads_done(&got);
	(void)close(ends[1]);
	tree_remove(&tree);
}

static void
threads_next_missing_tells_who_came_and_who_went(void **state)
{
	/* 0.1.0 went, 0.2.0 came, 0.3.0 is another one in the same place */
	struct vcpu_thread old[] = {{.tid = 10}, {.core = 1, .tid = 11}, {.core = 3, .tid = 13}};
	struct vcpu_thread new[] = {{.tid = 10}, {.core = 2, .tid = 12}, {.core = 3, .tid = 14}};
	const struct threads before = {.vcpus = old, .vcpu_count = COUNT(old)};
	const struct threads now = {.vcpus = new, .vcpu_count = COUNT(new)};
	const struct threads none = {0};
	size_t at = 0;

	(void)state;
	assert_ptr_equal(threads_next_missing(&before, &now, &at), &old[1]);
	assert_ptr_equal(threads_next_missing(&before, &now, &at), &old[2]);
	assert_null(threads_next_missing(&before, &now, &at));
	at = 0;
	assert_ptr_equal(threads_next_missing(&now, &before, &at), &new[1]);
	assert_ptr_equal(threads_next_missing(&now, &before, &at), &new[2]);
	assert_null(threads_next_missing(&now, &before, &at));
	at = 0;
	assert_ptr_equal(threads_next_missing(&now, &none, &at), &new[0]);
	at = 0;
	assert_null(threads_next_missing(&none, &now, &at));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_next_missing_tells_who_came_and_who_went),
		cmocka_unit_test(vcpus_are_named_as_a_definition_names_them),
		cmocka_unit_test(vcpus_with_clusters_and_modules_are_flattened_too),
		cmocka_unit_test(vcpus_are_sorted),
		cmocka_unit_test(vcpus_that_qemu_cannot_have_are_refused),
		cmocka_unit_test(vcpus_in_too_great_a_number_are_refused),
		cmocka_unit_test(iothreads_are_read_strictly),
		cmocka_unit_test(threads_are_asked_for_and_checked),
		cmocka_unit_test(vcpus_without_a_topology_have_their_number),
		cmocka_unit_test(one_thread_of_all_vcpus_is_the_firsts),
	};

	return cmocka_run_group_tests(tests, parsing_begin, parsing_end);
}
