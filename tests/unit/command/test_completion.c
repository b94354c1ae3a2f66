/* SPDX-License-Identifier: MIT */
#include "command/completion.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"

static const struct command one = {
	.name = "one",
	.synopsis = "[-v] NAME",
	.summary = "do it; don't ask",
	.help = "  NAME           the VM\n  -v, --verbose  tell [more]: it's long\n  --cpus LIST   "
		" on "
		"these\n",
};
static const struct command other = {.name = "other", .synopsis = "", .summary = "no", .help = ""};
static const struct command *const commands[] = {&one, &other};

static void
completion_write_speaks_each_shell(void **state)
{
	static const struct {
		const char *shell;
		const char *has[8];
	} row[] = {
		{"bash", {"_qpin_commands='--help --version one other'\n",
				 "one)\n\t\toptions='--help -v --verbose --cpus'\n",
				 "values='--cpus=cpus '\n\t\targuments='vm'\n"}},
		{"zsh", {"'one:do it; don'\\''t ask'\n", "_qpin-one() {",
				"'(-v --verbose)-v[tell \\[more\\]\\: it'\\''s long]'",
				"'--cpus[on these]:cpus:_qpin_cpus'", "'1:vm:_qpin_vm'\n}"}},
		{"fish", {"-n __qpin_wants_command -f -a one -d 'do it; don\\'t ask'\n",
				 "-n '__qpin_is one' -s v -l verbose -d 'tell [more]: it\\'s "
				 "long'\n",
				 "-l cpus -r -f -a '(__qpin_cpus)' -d 'on these'\n",
				 "-n '__qpin_is one; and __qpin_has 0' -f -a '(__qpin_vm)'\n"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char *text = NULL;
		size_t len;
		FILE *out = open_memstream(&text, &len);

		assert_non_null(out);
		assert_int_equal(completion_write(out, row[i].shell, commands, COUNT(commands)), 0);
		assert_int_equal(fclose(out), 0);
		for (size_t k = 0; row[i].has[k] != NULL; k++) {
			if (strstr(text, row[i].has[k]) == NULL)
				fail_msg("%s lacks %s:\n%s", row[i].shell, row[i].has[k], text);
		}
		free(text);
	}
	assert_int_equal(completion_write(stdout, "tcsh", commands, COUNT(commands)), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(completion_write_speaks_each_shell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
