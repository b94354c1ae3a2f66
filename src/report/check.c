/* SPDX-License-Identifier: MIT */
/* What `qpin check` shows. */
#include "report/check.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "plan/checkup.h"
#include "report/writer.h"

enum {
	VERDICT_COLUMNS = 8, /* "problem" and a blank */
	ID_COLUMNS = 29,     /* "memory.transparent-hugepages" and a blank */
};

/* Parameters of "select graphic rendition". */
static const char *const colours[VERDICT_COUNT] = {
	[VERDICT_UNSEEN] = "2",
	[VERDICT_OK] = "32",
	[VERDICT_ADVICE] = "33",
	[VERDICT_PROBLEM] = "1;31",
};

static void
verdict_print(FILE *out, enum verdict verdict, bool colour)
{
	const char *name = verdict_name(verdict);

	if (colour)
		(void)fprintf(out, "\033[%sm%-*s\033[0m", colours[verdict], VERDICT_COLUMNS, name);
	else
		(void)fprintf(out, "%-*s", VERDICT_COLUMNS, name);
}

static void
mend_print(FILE *out, const char *mend, bool is_root, struct buf *quoted)
{
	if (is_root) {
		(void)fprintf(out, "%*s mend: %s\n", VERDICT_COLUMNS, "", mend);
		return;
	}
	quoted->len = 0;
	buf_add_shell(quoted, mend);
	if (!quoted->failed)
		(void)fprintf(out, "%*s mend: sudo sh -c %s\n", VERDICT_COLUMNS, "", quoted->text);
}

static void
sum_print(FILE *out, const struct checkup *c)
{
	size_t count[VERDICT_COUNT] = {0};

	for (size_t i = 0; i < c->count; i++)
		count[c->list[i].verdict]++;
	(void)fprintf(out, "\n%zu problem%s, %zu advice, %zu ok, %zu unseen\n",
		count[VERDICT_PROBLEM], count[VERDICT_PROBLEM] == 1 ? "" : "s",
		count[VERDICT_ADVICE], count[VERDICT_OK], count[VERDICT_UNSEEN]);
}

int
report_check(FILE *out, const struct checkup *c, const struct report_check *how, struct error *e)
{
	auto_buf struct buf quoted = {0};

	for (size_t i = 0; i < c->count; i++) {
		const struct check *check = &c->list[i];

		verdict_print(out, check->verdict, how->colour);
		(void)fprintf(out, "%-*s%s\n", ID_COLUMNS, check_name(check->id), check->text);
		if (check->hint != NULL)
			(void)fprintf(out, "%*s hint: %s\n", VERDICT_COLUMNS, "", check->hint);
		if (check->mend != NULL)
			mend_print(out, check->mend, how->is_root, &quoted);
	}
	sum_print(out, c);
	if (quoted.failed || c->failed)
		return error_sys(e, ENOMEM, NULL, "print what was found");
	if (fflush(out) != 0)
		return error_sys(e, errno, NULL, "print what was found");
	return ferror(out) != 0 ? error_sys(e, EIO, NULL, "print what was found") : 0;
}

static void
check_write(struct writer *w, const struct check *check, cJSON *object)
{
	writer_text(w, object, "id", check_name(check->id));
	writer_text(w, object, "verdict", verdict_name(check->verdict));
	writer_text(w, object, "text", check->text);
	writer_text(w, object, "hint", check->hint);
	writer_text(w, object, "mend", check->mend);
}

int
report_check_json(
	FILE *out, const struct checkup *c, const struct report_check *how, struct error *e)
{
	struct writer w = {.failed = c->failed};
	auto_json cJSON *root = cJSON_CreateObject();
	cJSON *all;

	writer_text(&w, root, "kernel", how->kernel);
	writer_text(&w, root, "vm", how->vm);
	writer_bool(&w, root, "root", how->is_root);
	writer_text(&w, root, "worst", verdict_name(checkup_worst(c)));
	all = writer_array(&w, root, "checks");
	for (size_t i = 0; i < c->count; i++)
		check_write(&w, &c->list[i], writer_append(&w, all));
	return writer_print(&w, root, out, false, "print what was found", e);
}

/* In the page, a minus isn't a hyphen, and a code is bold. */
static void
manual_print(FILE *out, const char *text)
{
	bool code = false;

	for (; *text != '\0'; text++) {
		if (*text == '`') {
			code = !code;
			(void)fputs(code ? "\\fB" : "\\fP", out);
		} else if (*text == '-') {
			(void)fputs("\\-", out);
		} else {
			(void)fputc(*text, out);
		}
	}
}

int
report_check_manual(FILE *out)
{
	for (enum check_id id = 0; id < CHECK_COUNT; id++) {
		(void)fputs(".TP\n.B ", out);
		manual_print(out, check_name(id));
		(void)fputc('\n', out);
		manual_print(out, check_doc(id));
		(void)fputs(".\n", out);
	}
	return fflush(out) != 0 || ferror(out) != 0 ? -EIO : 0;
}
