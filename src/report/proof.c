/* SPDX-License-Identifier: MIT */
/* What `qpin verify` shows. */
#include "report/proof.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "plan/proof.h"
#include "report/figures.h"
#include "report/writer.h"

enum {
	WIDTH = 80,
	INDENT = 6,
};

static const char what[] = "print the verdict";

/* Parameters of "select graphic rendition". */
static const char *const colours[PROOF_VERDICTS] = {
	[PROOF_PASS] = "32",
	[PROOF_UNPROVEN] = "33",
	[PROOF_FAIL] = "1;31",
};

/* Whether it has a line of its own: it is a reason to fail, or comes even where interrupts don't.
 */
static bool
is_told(const struct disturber *d)
{
	return proof_is_foreign(d) || d->source == TRACE_NMI;
}

/* Those that fail first, then who had most of the CPU. */
static int
disturber_compare(const void *left, const void *right)
{
	const struct disturber *a = left, *b = right;

	if (proof_is_foreign(a) != proof_is_foreign(b))
		return proof_is_foreign(a) ? -1 : 1;
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	if (a->ns != b->ns)
		return a->ns > b->ns ? -1 : 1;
	return (a->count < b->count) - (a->count > b->count);
}

/* The caller frees it; NULL without memory. */
static struct disturber *
disturbers_sort(const struct tally *t)
{
	struct disturber *list = calloc(t->count + 1, sizeof(*list));

	if (list == NULL)
		return NULL;
	for (size_t i = 0; i < t->count; i++)
		list[i] = t->list[i];
	qsort(list, t->count, sizeof(*list), disturber_compare);
	return list;
}

static void
verdict_print(FILE *out, enum proof_verdict verdict, bool colour)
{
	char word[16];
	size_t len = strlen(proof_verdict_text(verdict));

	for (size_t i = 0; i <= len; i++)
		word[i] = (char)toupper((unsigned char)proof_verdict_text(verdict)[i]);
	if (colour)
		(void)fprintf(out, "\033[%sm%s\033[0m", colours[verdict], word);
	else
		(void)fputs(word, out);
}

/* "CPU 2: vCPU 0.0.0 (thread 4121)" */
static void
occupants_add(const struct tally *t, struct buf *line)
{
	buf_printf(line, "CPU %u", t->os_cpu);
	if (t->occupant_count == 0)
		buf_add(line, ", nobody's");
	for (size_t i = 0; i < t->occupant_count; i++)
		buf_printf(line, "%s%s (thread %d)", i == 0 ? ", " : " and ", t->occupants[i].label,
			(int)t->occupants[i].tid);
}

/* What there is to tell of it in one line. */
static void
figures_add(const struct proof *proof, const struct proof_cpu *cpu, struct buf *line)
{
	const struct tally *t = &cpu->tally;
	char text[FIGURE_BYTES];

	if (!proof->is_traced && cpu->has_switches)
		buf_printf(line, "; others were put there %" PRIu64 " times", cpu->others);
	if (t->occupant_count > 0 && cpu->has_switches)
		buf_printf(line, "; waited %s", duration_text(cpu->delay_ns, text));
	if (t->gap_ns > 0) {
		buf_printf(line, ", at most %s for ", duration_text(t->gap_ns, text));
		proof_name(&t->list[t->gap_by], line);
	}
	if (cpu->reason != NULL && cpu->verdict == PROOF_UNPROVEN)
		buf_printf(line, ": %s", cpu->reason);
}

static void
told_print(FILE *out, const struct disturber *d, bool hint, struct buf *line)
{
	char all[FIGURE_BYTES], most[FIGURE_BYTES];

	line->len = 0;
	proof_name(d, line);
	if (d->source == TRACE_TASK) {
		buf_add(line, " (");
		proof_who(d, line);
		buf_add(line, ")");
	}
	if (line->failed)
		return;
	(void)str_clean(line->text);
	(void)fprintf(out, "    %c %s: %" PRIu64 " time%s", proof_is_foreign(d) ? '!' : '-',
		line->text, d->count, d->count == 1 ? "" : "s");
	if (d->ns > 0)
		(void)fprintf(out, ", %s in all, %s at most", duration_text(d->ns, all),
			duration_text(d->longest_ns, most));
	(void)fputc('\n', out);
	if (hint && proof_hint(d) != NULL)
		(void)fprintf(out, "%*shint: %s\n", INDENT, "", proof_hint(d));
}

/* The kernel's own, in lines of a terminal's width. */
static void
own_print(FILE *out, const struct disturber *list, size_t count, struct buf *word)
{
	size_t column = 0;

	for (size_t i = 0; i < count; i++) {
		if (is_told(&list[i]))
			continue;
		word->len = 0;
		proof_name(&list[i], word);
		buf_printf(word, " %" PRIu64, list[i].count);
		if (word->failed)
			return;
		(void)str_clean(word->text);
		if (column == 0)
			column = (size_t)fprintf(
				out, "%*sthe kernel's own: %s", INDENT, "", word->text);
		else if (column + 2 + word->len >= WIDTH)
			column = (size_t)fprintf(out, ",\n%*s%s", INDENT, "", word->text) - 2;
		else
			column += (size_t)fprintf(out, ", %s", word->text);
	}
	if (column > 0)
		(void)fputc('\n', out);
}

static bool
hint_is_new(const struct disturber *list, size_t i)
{
	return i == 0 || proof_hint(&list[i - 1]) != proof_hint(&list[i]);
}

static int
cpu_print(FILE *out, const struct proof *proof, const struct proof_cpu *cpu, bool colour)
{
	auto_free struct disturber *list = disturbers_sort(&cpu->tally);
	auto_buf struct buf line = {0};

	if (list == NULL)
		return -ENOMEM;
	occupants_add(&cpu->tally, &line);
	figures_add(proof, cpu, &line);
	if (line.failed)
		return -ENOMEM;
	(void)str_clean(line.text);
	verdict_print(out, cpu->verdict, colour);
	(void)fprintf(out, "  %s\n", line.text);
	for (size_t i = 0; i < cpu->tally.count; i++) {
		if (is_told(&list[i]))
			told_print(out, &list[i], hint_is_new(list, i), &line);
	}
	own_print(out, list, cpu->tally.count, &line);
	return line.failed ? -ENOMEM : 0;
}

int
report_proof(FILE *out, const struct proof *proof, bool colour, struct error *e)
{
	char text[FIGURE_BYTES];
	int r = 0;

	(void)fprintf(out, "%s%s%s for %s\n", proof->vm != NULL ? proof->vm : "",
		proof->vm != NULL ? ": " : "", proof->is_traced ? "traced" : "counted",
		duration_text(proof->ns, text));
	if (!proof->is_traced)
		(void)fprintf(out, "! not traced, so that interrupts and names are not known: %s\n",
			proof->untraced);
	for (size_t i = 0; i < proof->count && r == 0; i++)
		r = cpu_print(out, proof, &proof->cpus[i], colour);
	if (r < 0)
		return error_sys(e, -r, NULL, "%s", what);
	if (fflush(out) != 0 || ferror(out) != 0)
		return error_sys(e, errno != 0 ? errno : EIO, NULL, "%s", what);
	return 0;
}

static void
disturber_write(struct writer *w, const struct disturber *d, cJSON *object)
{
	auto_buf struct buf label = {0};

	proof_name(d, &label);
	w->failed |= label.failed;
	writer_text(w, object, "kind", proof_source_text(d->source));
	writer_text(w, object, "label", label.text);
	writer_filled(w, object, "name", d->name);
	writer_known(w, object, "id", d->source < TRACE_NMI, (double)d->id);
	writer_text(w, object, "who", proof_who_text(d->who));
	writer_bool(w, object, "foreign", proof_is_foreign(d));
	writer_number(w, object, "count", (double)d->count);
	writer_number(w, object, "time_ns", (double)d->ns);
	writer_number(w, object, "longest_ns", (double)d->longest_ns);
	writer_text(w, object, "hint", proof_hint(d));
}

static uint64_t
foreign_tasks(const struct tally *t)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < t->count; i++) {
		if (t->list[i].source == TRACE_TASK && proof_is_foreign(&t->list[i]))
			sum += t->list[i].count;
	}
	return sum;
}

static uint64_t
ticks(const struct tally *t)
{
	for (size_t i = 0; i < t->count; i++) {
		if (proof_is_tick(&t->list[i]))
			return t->list[i].count;
	}
	return 0;
}

static void
cpu_write(struct writer *w, const struct proof *proof, const struct proof_cpu *cpu, cJSON *object)
{
	const struct tally *t = &cpu->tally;
	cJSON *array;

	writer_number(w, object, "cpu", t->os_cpu);
	writer_text(w, object, "verdict", proof_verdict_text(cpu->verdict));
	writer_text(w, object, "reason", cpu->reason);
	writer_known(w, object, "switches", cpu->has_switches, (double)cpu->switches);
	writer_known(w, object, "other_switches", cpu->has_switches, (double)cpu->others);
	writer_known(w, object, "run_delay_ns", cpu->has_switches, (double)cpu->delay_ns);
	writer_known(w, object, "foreign_tasks", proof->is_traced, (double)foreign_tasks(t));
	writer_known(w, object, "ticks", proof->is_traced, (double)ticks(t));
	writer_known(w, object, "nmis", cpu->has_nmis, (double)cpu->nmis);
	writer_known(w, object, "longest_gap_ns", proof->is_traced, (double)t->gap_ns);
	writer_known(w, object, "lost_events", proof->is_traced, (double)cpu->lost);
	array = writer_array(w, object, "occupants");
	for (size_t i = 0; i < t->occupant_count; i++) {
		cJSON *occupant = writer_append(w, array);

		writer_text(w, occupant, "label", t->occupants[i].label);
		writer_number(w, occupant, "tid", t->occupants[i].tid);
		writer_known(w, occupant, "time_ns", proof->is_traced, (double)t->occupants[i].ns);
	}
	array = writer_array(w, object, "disturbers");
	for (size_t i = 0; i < t->count; i++)
		disturber_write(w, &t->list[i], writer_append(w, array));
}

int
report_proof_json(FILE *out, const struct proof *proof, struct error *e)
{
	struct writer w = {0};
	auto_json cJSON *root = cJSON_CreateObject();
	cJSON *cpus;

	writer_text(&w, root, "vm", proof->vm);
	writer_text(&w, root, "verdict", proof_verdict_text(proof->verdict));
	writer_number(&w, root, "duration_ns", (double)proof->ns);
	writer_bool(&w, root, "traced", proof->is_traced);
	writer_filled(&w, root, "not_traced_because", proof->untraced);
	cpus = writer_array(&w, root, "cpus");
	for (size_t i = 0; i < proof->count; i++)
		cpu_write(&w, proof, &proof->cpus[i], writer_append(&w, cpus));
	return writer_print(&w, root, out, false, what, e);
}
