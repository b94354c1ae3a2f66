/* SPDX-License-Identifier: MIT */
#include "plan/tally.h"

#include <stdio.h>

#include "check.h"

enum {
	VCPU = 100,
	HOG = 200,
};

static struct trace_event
to(uint64_t ns, pid_t from, bool ready, pid_t id, const char *name)
{
	struct trace_event event = {.kind = TRACE_SWITCH,
		.source = TRACE_TASK,
		.ns = ns,
		.current = from,
		.ready = ready,
		.id = (uint64_t)id};

	(void)snprintf(event.name, sizeof(event.name), "%s", name);
	return event;
}

static struct trace_event
at(uint64_t ns, enum trace_kind kind, enum trace_source source, uint64_t id)
{
	return (struct trace_event){.kind = kind, .source = source, .ns = ns, .id = id};
}

static void
add(struct tally *t, const struct trace_event *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		tally_add(t, &list[i], 0);
}

#define ADD(t, ...)                                                                                \
	do {                                                                                       \
		const struct trace_event list[] = {__VA_ARGS__};                                   \
		add(t, list, sizeof(list) / sizeof(list[0]));                                      \
	} while (0)

static struct tally
one_vcpu(void)
{
	struct tally t = {.os_cpu = 2};

	assert_int_equal(tally_occupy(&t, VCPU, VCPU, "vCPU 0.0.0"), 0);
	return t;
}

static void
an_occupant_and_idling_disturb_nobody(void **state)
{
	struct tally t = one_vcpu();

	(void)state;
	ADD(&t, to(10, 0, true, VCPU, "CPU 0/KVM"), to(110, VCPU, false, 0, "swapper/2"),
		to(150, 0, true, VCPU, "CPU 0/KVM"), to(160, VCPU, true, 0, "swapper/2"));
	assert_int_equal(t.count, 0);
	assert_int_equal(t.occupants[0].count, 2);
	assert_int_equal(t.occupants[0].ns, 110);
	assert_int_equal(t.gap_ns, 0);
	tally_done(&t);
}

/* Another task in its place is counted with its time; a gap is only what the occupant waited for.
 */
static void
another_task_is_counted_and_the_longest_gap_is_its(void **state)
{
	struct tally t = one_vcpu();

	(void)state;
	ADD(&t, to(10, 0, true, VCPU, "v"), to(20, VCPU, true, HOG, "hog"),
		to(50, HOG, true, VCPU, "v"), to(60, VCPU, false, HOG, "hog"),
		to(160, HOG, false, 0, "swapper/2"), to(170, 0, true, VCPU, "v"));
	assert_int_equal(t.count, 1);
	assert_string_equal(t.list[0].name, "hog");
	assert_int_equal(t.list[0].who, WHO_UNKNOWN);
	assert_int_equal(t.list[0].count, 2);
	assert_int_equal(t.list[0].ns, 130);
	assert_int_equal(t.list[0].longest_ns, 100);
	assert_int_equal(t.gap_ns, 30);
	assert_int_equal(t.gap_by, 0);
	tally_done(&t);
}

/* The first of several that have the CPU, one after the other, is whom it waited for. */
static void
a_gap_goes_on_through_several(void **state)
{
	struct tally t = one_vcpu();

	(void)state;
	ADD(&t, to(10, 0, true, VCPU, "v"), to(20, VCPU, true, HOG, "hog"),
		to(30, HOG, true, HOG + 1, "second"), to(70, HOG + 1, false, VCPU, "v"));
	assert_int_equal(t.gap_ns, 50);
	assert_string_equal(t.list[t.gap_by].name, "hog");
	tally_done(&t);
}

static void
a_name_is_part_of_a_task(void **state)
{
	struct tally t = one_vcpu();

	(void)state;
	ADD(&t, to(10, 0, true, HOG, "kworker/2:1"), to(20, HOG, true, VCPU, "v"),
		to(30, VCPU, true, HOG, "sh"), to(70, HOG, false, 0, ""));
	assert_int_equal(t.count, 2);
	assert_int_equal(t.list[0].ns, 10);
	assert_int_equal(t.list[1].ns, 40);
	tally_done(&t);
}

static void
interrupts_nest_and_the_outermost_makes_the_gap(void **state)
{
	struct tally t = one_vcpu();

	(void)state;
	ADD(&t, to(10, 0, true, VCPU, "v"), at(20, TRACE_ENTER, TRACE_SOFTIRQ, SOFTIRQ_NET_RX),
		at(25, TRACE_ENTER, TRACE_IRQ, 24), at(35, TRACE_LEAVE, TRACE_IRQ, 24),
		at(60, TRACE_LEAVE, TRACE_SOFTIRQ, SOFTIRQ_NET_RX),
		at(70, TRACE_POINT, TRACE_TIMER, 0xffff));
	assert_int_equal(t.count, 3);
	assert_int_equal(t.list[0].ns, 40);
	assert_int_equal(t.list[1].ns, 10);
	assert_int_equal(t.list[1].who, WHO_NO_TASK);
	assert_int_equal(t.list[2].count, 1);
	assert_int_equal(t.list[2].ns, 0);
	assert_int_equal(t.gap_ns, 40);
	assert_int_equal(t.gap_by, 0);
	ADD(&t, to(80, VCPU, false, 0, ""), at(90, TRACE_ENTER, TRACE_IRQ, 24),
		at(990, TRACE_LEAVE, TRACE_IRQ, 24));
	assert_int_equal(t.gap_ns, 40); /* it slept */
	assert_int_equal(t.list[1].longest_ns, 900);
	tally_done(&t);
}

/* It begins in the middle, and events may be lost. */
static struct trace_event
nmi(uint64_t ns, uint64_t handler, uint64_t took_ns)
{
	struct trace_event event = at(ns, TRACE_POINT, TRACE_NMI, handler);

	event.took_ns = took_ns;
	return event;
}

static void
an_nmi_has_the_cpu_up_to_its_event(void **state)
{
	struct tally t = one_vcpu();

	(void)state;
	ADD(&t, to(10, 0, false, VCPU, "v"), nmi(100, 0x1000, 30), nmi(200, 0x2000, 50),
		nmi(300, 0x1000, 20), at(400, TRACE_ENTER, TRACE_IRQ, 24), nmi(500, 0x1000, 90),
		at(510, TRACE_LEAVE, TRACE_IRQ, 24));
	assert_int_equal(t.count, 3);
	assert_int_equal(t.list[0].source, TRACE_NMI);
	assert_int_equal(t.list[0].count, 3);
	assert_int_equal(t.list[0].ns, 140);
	assert_int_equal(t.list[0].longest_ns, 90);
	assert_int_equal(t.list[1].ns, 50);
	/* the one within an interrupt is a part of that */
	assert_int_equal(t.gap_ns, 110);
	assert_int_equal(t.gap_by, 2);

	/* five there were, and four are told */
	tally_count_nmis(&t, 5);
	assert_int_equal(t.count, 4);
	assert_int_equal(t.list[3].source, TRACE_NMI);
	assert_int_equal(t.list[3].id, 0);
	assert_int_equal(t.list[3].count, 1);
	tally_count_nmis(&t, 5);
	assert_int_equal(t.list[3].count, 1);
	tally_count_nmis(&t, 3); /* one was taken by two */
	assert_int_equal(t.count, 4);
	tally_done(&t);
}

static void
an_nmi_while_it_idles_makes_no_gap(void **state)
{
	struct tally t = one_vcpu();

	(void)state;
	ADD(&t, to(10, VCPU, false, 0, "swapper/2"), nmi(100, 0x1000, 30));
	assert_int_equal(t.list[0].ns, 30);
	assert_int_equal(t.gap_ns, 0);
	tally_done(&t);
}

static void
what_has_no_beginning_or_no_end_breaks_nothing(void **state)
{
	struct tally t = one_vcpu();

	(void)state;
	ADD(&t, at(5, TRACE_LEAVE, TRACE_IRQ, 24), to(10, HOG, true, VCPU, "v"),
		at(20, TRACE_ENTER, TRACE_VECTOR, VECTOR_RESCHEDULE),
		at(30, TRACE_ENTER, TRACE_IRQ, 24),
		at(40, TRACE_LEAVE, TRACE_VECTOR, VECTOR_RESCHEDULE));
	assert_int_equal(t.count, 2);
	assert_int_equal(t.list[0].ns, 20);
	assert_int_equal(t.list[1].ns, 0);
	assert_int_equal(t.depth, 0);
	for (uint64_t i = 0; i < 2 * TALLY_DEPTH_MAX; i++)
		ADD(&t, at(50 + i, TRACE_ENTER, TRACE_IRQ, i));
	for (uint64_t i = 2 * TALLY_DEPTH_MAX; i-- > 0;)
		ADD(&t, at(200 - i, TRACE_LEAVE, TRACE_IRQ, i));
	assert_int_equal(t.depth, 0);
	tally_done(&t);
}

/* No switch tells of who has the CPU all the time. */
static void
who_was_there_before_is_counted_from_the_beginning(void **state)
{
	struct trace_event tick = at(50, TRACE_ENTER, TRACE_VECTOR, VECTOR_LOCAL_TIMER);
	struct tally t = one_vcpu();

	(void)state;
	tick.current = HOG;
	ADD(&t, tick, at(51, TRACE_LEAVE, TRACE_VECTOR, VECTOR_LOCAL_TIMER));
	tally_end(&t, 100);
	assert_int_equal(t.count, 2);
	assert_int_equal(t.list[0].source, TRACE_TASK);
	assert_int_equal(t.list[0].id, HOG);
	assert_int_equal(t.list[0].count, 1);
	assert_int_equal(t.list[0].ns, 100);
	ADD(&t, to(110, HOG, true, VCPU, "v"), to(120, VCPU, true, HOG, "hog"));
	assert_int_equal(t.count, 2);
	assert_string_equal(t.list[0].name, "hog");
	tally_end(&t, 150);
	assert_int_equal(t.occupants[0].ns, 10);
	assert_int_equal(t.list[0].ns, 140);
	assert_int_equal(t.gap_ns, 30);
	tally_done(&t);
}

static void
without_an_event_nothing_is_known(void **state)
{
	struct tally t = one_vcpu();

	(void)state;
	tally_end(&t, 100);
	assert_false(t.is_known);
	assert_int_equal(t.occupants[0].ns, 0);
	tally_done(&t);
}

/* However many there are: none is overlooked. */
static void
those_beyond_the_list_are_counted_together(void **state)
{
	struct tally t = one_vcpu();

	(void)state;
	for (pid_t i = 0; i < 2 * TALLY_DISTURBERS_MAX; i++)
		ADD(&t, to((uint64_t)i, 0, true, 1000 + i, "fork"));
	assert_int_equal(t.count, TALLY_DISTURBERS_MAX);
	assert_int_equal(t.list[TALLY_DISTURBERS_MAX - 1].id, 0);
	assert_int_equal(t.list[TALLY_DISTURBERS_MAX - 1].who, WHO_ENDED);
	assert_int_equal(t.list[TALLY_DISTURBERS_MAX - 1].count, TALLY_DISTURBERS_MAX + 1);
	assert_false(t.failed);
	tally_done(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_occupant_and_idling_disturb_nobody),
		cmocka_unit_test(another_task_is_counted_and_the_longest_gap_is_its),
		cmocka_unit_test(a_gap_goes_on_through_several),
		cmocka_unit_test(a_name_is_part_of_a_task),
		cmocka_unit_test(interrupts_nest_and_the_outermost_makes_the_gap),
		cmocka_unit_test(an_nmi_has_the_cpu_up_to_its_event),
		cmocka_unit_test(an_nmi_while_it_idles_makes_no_gap),
		cmocka_unit_test(what_has_no_beginning_or_no_end_breaks_nothing),
		cmocka_unit_test(who_was_there_before_is_counted_from_the_beginning),
		cmocka_unit_test(without_an_event_nothing_is_known),
		cmocka_unit_test(those_beyond_the_list_are_counted_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
