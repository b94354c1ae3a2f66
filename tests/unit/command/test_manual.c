/* SPDX-License-Identifier: MIT */
#include "command/manual.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

static const struct command one = {
	.name = "one",
	.synopsis = "[-v|--all] NAME...",
	.summary = "do what `two` does, as a well-kept tool",
	.help = "  -v, --verbose  tell more\n"
		"\n"
		".dots and \\ are words.\n"
		"\n"
		"  qpin one -v x |\n"
		"    .y\n"
		"  .z '\\n' `~^`\n",
};
static const struct command bare = {
	.name = "bare", .synopsis = "", .summary = "no", .help = "  --all  all\n\nText.\n"};
static const struct command *const commands[] = {&one, &bare};

static char *
written(int (*write)(FILE *out, const struct command *c), const struct command *c)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(write(out, c), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
expect(int (*write)(FILE *out, const struct command *c), const struct command *c, const char *want)
{
	char *got = written(write, c);

	assert_string_equal(got, want);
	free(got);
}

static int
list(FILE *out, const struct command *c)
{
	(void)c;
	return command_manual_list(out, commands, 2);
}

static void
command_manual_speaks_man(void **state)
{
	(void)state;
	expect(command_manual_head, &one,
		".SH NAME\nqpin\\-one \\- do what \\fBtwo\\fP does, as a well\\-kept tool\n.SH "
		"SYNOPSIS\n\\fBqpin "
		"one\\fP "
		"[\\fB\\-v\\fP|\\fB\\-\\-all\\fP] \\fINAME\\fP...\n");
	expect(command_manual_examples, &one,
		".SH EXAMPLES\n.nf\nqpin one \\-v x |\n  .y\n\\&.z \\(aq\\en\\(aq "
		"\\(ga\\(ti\\(ha\\(ga\n.fi\n");
	expect(command_manual_examples, &bare, "");
	expect(command_manual_options, &one, "\\-v\n\\-\\-verbose\n");
	expect(list, NULL,
		".TP\n.BR qpin\\-one (1)\ndo what \\fBtwo\\fP does, as a well\\-kept tool.\n"
		".TP\n.BR qpin\\-bare (1)\nno.\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(command_manual_speaks_man),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
