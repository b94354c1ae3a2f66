/* SPDX-License-Identifier: MIT */
#include "host/tracer_record.h"

#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "host/tracer_library.h"

#define COMMON                                                                                     \
	"format:\n"                                                                                \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"                     \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"                     \
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"             \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"

/* As 6.12 prints them. */
static const char nmi_format[] =
	"name: nmi_handler\nID: 61\n" COMMON
	"\tfield:void * handler;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:s64 delta_ns;\toffset:16;\tsize:8;\tsigned:1;\n"
	"\tfield:int handled;\toffset:24;\tsize:4;\tsigned:1;\n\n"
	"print fmt: \"%ps() delta_ns: %lld handled: %d\", REC->handler, REC->delta_ns, "
	"REC->handled\n";
static const char switch_format[] = "name: sched_switch\nID: 316\n" COMMON
				    "\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
				    "\tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n"
				    "\tfield:int prev_prio;\toffset:28;\tsize:4;\tsigned:1;\n"
				    "\tfield:long prev_state;\toffset:32;\tsize:8;\tsigned:1;\n"
				    "\tfield:char next_comm[16];\toffset:40;\tsize:16;\tsigned:0;\n"
				    "\tfield:pid_t next_pid;\toffset:56;\tsize:4;\tsigned:1;\n"
				    "\tfield:int next_prio;\toffset:60;\tsize:4;\tsigned:1;\n\n"
				    "print fmt: \"%d\", REC->next_pid\n";

struct nmi_record {
	uint16_t type;
	uint8_t flags, preempt;
	int32_t pid;
	uint64_t handler;
	int64_t delta_ns;
	int32_t handled, pad;
};

struct switch_record {
	uint16_t type;
	uint8_t flags, preempt;
	int32_t pid;
	char prev_comm[16];
	int32_t prev_pid, prev_prio;
	int64_t prev_state;
	char next_comm[16];
	int32_t next_pid, next_prio;
};

static const struct tracer_event *
wanted(const char *name)
{
	for (size_t i = 0; i < TRACER_EVENTS; i++) {
		if (str_eq(tracer_events[i].name, name))
			return &tracer_events[i];
	}
	fail_msg("%s isn't traced", name);
	return NULL;
}

/* Read @data as a record of the event that @format tells of; whether it tells of something. */
static bool
take(const char *format, const char *name, void *data, int size, struct trace_event *ret)
{
	struct tep_handle *handle = tep.alloc();
	struct tep_event *event = NULL;
	struct tep_record record = {.ts = 1234, .data = data, .size = size};
	struct tracer_fields fields;
	bool taken;

	assert_non_null(handle);
	tep.set_long_size(handle, (int)sizeof(long));
	assert_int_equal(tep.parse_format(handle, &event, format, strlen(format), "any"), 0);
	assert_true(tracer_fields_find(event, wanted(name), &fields));
	*ret = (struct trace_event){.os_cpu = 5, .current = 77};
	taken = tracer_record_read(wanted(name), &fields, &record, ret);
	tep.free(handle);
	return taken;
}

static void
an_nmi_is_of_who_handled_it(void **state)
{
	struct nmi_record record = {.type = 61,
		.pid = 77,
		.handler = UINT64_C(0xffffffff81061234),
		.delta_ns = 4321,
		.handled = 1};
	struct trace_event event;

	(void)state;
	assert_true(take(nmi_format, "nmi_handler", &record, sizeof(record), &event));
	assert_int_equal(event.kind, TRACE_POINT);
	assert_int_equal(event.source, TRACE_NMI);
	assert_true(event.id == record.handler);
	assert_int_equal(event.took_ns, 4321);
	assert_int_equal(event.ns, 1234);
	assert_int_equal(event.os_cpu, 5);
	assert_int_equal(event.current, 77);
	assert_string_equal(event.name, "");
	record.handled = 0; /* asked, and it was another's */
	assert_false(take(nmi_format, "nmi_handler", &record, sizeof(record), &event));
}

static void
a_switch_tells_who_comes_and_who_could_have_gone_on(void **state)
{
	struct switch_record record = {.type = 316,
		.pid = 77,
		.prev_pid = 77,
		.prev_state = 0x100, /* it was preempted */
		.next_comm = "kworker/3:1",
		.next_pid = 22};
	struct trace_event event;

	(void)state;
	assert_true(take(switch_format, "sched_switch", &record, sizeof(record), &event));
	assert_int_equal(event.kind, TRACE_SWITCH);
	assert_int_equal(event.id, 22);
	assert_string_equal(event.name, "kworker/3:1");
	assert_true(event.ready);
	assert_int_equal(event.took_ns, 0);
	record.prev_state = 1;
	assert_true(take(switch_format, "sched_switch", &record, sizeof(record), &event));
	assert_false(event.ready);
	/* a name beyond the record's end is none */
	assert_true(take(switch_format, "sched_switch", &record, 44, &event));
	assert_string_equal(event.name, "");
}

static void
an_event_without_what_it_is_about_is_none(void **state)
{
	struct tep_handle *handle = tep.alloc();
	struct tep_event *event = NULL;
	struct tracer_fields fields;

	(void)state;
	assert_non_null(handle);
	assert_int_equal(
		tep.parse_format(handle, &event, nmi_format, strlen(nmi_format), "any"), 0);
	assert_false(tracer_fields_find(event, wanted("irq_handler_entry"), &fields));
	assert_true(tracer_fields_find(event, wanted("local_timer_entry"), &fields));
	tep.free(handle);
}

static int
library_setup(void **state)
{
	struct error e;

	(void)state;
	return tracer_library_load(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_nmi_is_of_who_handled_it),
		cmocka_unit_test(a_switch_tells_who_comes_and_who_could_have_gone_on),
		cmocka_unit_test(an_event_without_what_it_is_about_is_none),
	};

	return cmocka_run_group_tests(tests, library_setup, NULL);
}
