/* SPDX-License-Identifier: MIT */
/* What an import reads: a shell command, or, with "<" first, a domain of libvirt's. */
#include "import/import.h"

#include <errno.h>

#include "config/definition.h"
#include "fuzz.h"
#include "import/shell.h"

/* What was written is a definition. */
static void
written_check(const struct buf *out)
{
	const struct definition_text from = {
		.text = out->text, .len = out->len, .path = "fuzz.yml"};
	struct definition d;
	struct problems problems;
	struct error e;

	must(definition_parse(&from, &d, &problems, &e) == 0);
	definition_done(&d);
	problems_done(&problems);
}

static void
import_try(const struct argv *words, const struct import_xml *xml)
{
	struct remarks remarks = {0};
	struct buf out = {0};
	struct error e = {0};
	int r = import_text(words, xml, &out, &remarks, &e);

	must(r == 0 || (r == -EINVAL && (e.what[0] != '\0' || e.why[0] != '\0')));
	must(r == 0 || e.kind != ERROR_HOST); /* no fault of ours: what was written, read back */
	if (r == 0)
		written_check(&out);
	remarks_done(&remarks);
	buf_done(&out);
}

/* Words that were read are quoted so that they read the same. */
static void
quoting_check(const struct argv *words)
{
	struct argv again = {0};
	struct buf line = {0};
	struct error e;

	argv_shell(words, &line);
	must(shell_split(line.text, line.len, "fuzz", &again, &e) == 0);
	must(again.count == words->count);
	for (size_t i = 0; i < again.count; i++)
		must(strcmp(again.list[i], words->list[i]) == 0);
	argv_done(&again);
	buf_done(&line);
}

static void
shell_try(const uint8_t *data, size_t size)
{
	struct argv words = {0};
	struct error e;

	if (shell_split((const char *)data, size, "fuzz", &words, &e) == 0 && words.count > 0) {
		quoting_check(&words);
		import_try(&words, NULL);
	}
	argv_done(&words);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct import_xml xml = {.text = (const char *)data, .len = size, .path = "fuzz.xml"};

	if (size > 0 && data[0] == '<')
		import_try(NULL, &xml);
	else
		shell_try(data, size);
	return 0;
}
