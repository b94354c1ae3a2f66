/* SPDX-License-Identifier: MIT */
/* qpin import: a command line of QEMU's, or a domain of libvirt's, as a definition. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/log.h"
#include "base/text.h"
#include "command/command.h"
#include "import/import.h"
#include "import/input.h"
#include "import/shell.h"

struct options {
	bool help;
	pid_t pid;           /* 0: not given */
	const char *libvirt; /* files; NULL: not given */
	const char *command;
	char **words; /* behind "--" */
	int word_count;
};

static int
pid_parse(const char *text, pid_t *ret, struct error *e)
{
	uint32_t pid;

	if (num_parse_u32(text, 1, INT32_MAX, &pid) < 0)
		return command_usage(&command_import, e, "\"%s\" is no PID", text);
	*ret = (pid_t)pid;
	return 0;
}

static int
options_check(const struct options *o, bool has_dashes, struct error *e)
{
	int sources = (o->pid > 0) + (o->command != NULL) + (o->word_count > 0);

	if (o->word_count > 0 && !has_dashes)
		return command_usage(&command_import, e, "QEMU's command line goes behind \"--\"");
	if (sources > 1)
		return command_usage(
			&command_import, e, "of --pid, --command and a command line it takes one");
	if (sources == 0 && o->libvirt == NULL)
		return command_usage(&command_import, e, "there is nothing to import");
	if (o->libvirt != NULL && o->command != NULL && str_eq(o->libvirt, "-") &&
		str_eq(o->command, "-"))
		return command_usage(
			&command_import, e, "standard input can't be both files at once");
	return 0;
}

static int
options_parse(int argc, char **argv, struct options *ret, struct error *e)
{
	static const struct option table[] = {
		{.name = "command", .has_arg = required_argument, .val = 'c'},
		{.name = "help", .val = 'h'},
		{.name = "libvirt", .has_arg = required_argument, .val = 'l'},
		{.name = "pid", .has_arg = required_argument, .val = 'p'},
		{0},
	};
	int c, r = 0;

	*ret = (struct options){0};
	opterr = 0;
	optind = 1;
	while (r == 0 && (c = getopt_long(argc, argv, "+:h", table, NULL)) != -1) {
		if (c == 'h')
			ret->help = true;
		else if (c == 'c')
			ret->command = optarg;
		else if (c == 'l')
			ret->libvirt = optarg;
		else if (c == 'p')
			r = pid_parse(optarg, &ret->pid, e);
		else
			r = command_usage(&command_import, e,
				c == ':' ? "option %s has no value" : "there is no option %s",
				argv[optind - 1]);
	}
	ret->words = argv + optind;
	ret->word_count = argc - optind;
	if (r < 0 || ret->help)
		return r;
	return options_check(ret, str_eq(argv[optind - 1], "--"), e);
}

static int
pid_read(pid_t pid, struct argv *ret, struct error *e)
{
	struct root proc;
	int r = root_open(&proc, "/proc", e);

	if (r < 0)
		return r;
	r = input_process(&proc, pid, ret, e);
	root_close(&proc);
	return r;
}

static int
file_split(const char *path, struct argv *ret, struct error *e)
{
	auto_buf struct buf text = {0};
	int r = input_load(path, &text, e);

	return r < 0 ? r : shell_split(text.text, text.len, input_name(path), ret, e);
}

static int
words_find(const struct options *o, struct argv *ret, struct error *e)
{
	int r = 0;

	if (o->pid > 0)
		return pid_read(o->pid, ret, e);
	if (o->command != NULL)
		return file_split(o->command, ret, e);
	for (int i = 0; i < o->word_count && r == 0; i++)
		r = argv_add(ret, o->words[i], e);
	return r;
}

static void
remarks_tell(const struct remarks *remarks, const char *path)
{
	for (size_t i = 0; i < remarks->count; i++) {
		const struct remark *remark = &remarks->list[i];

		if (remark->line > 0)
			log_warning("%s:%u: %s", input_name(path), remark->line, remark->text);
		else
			log_warning("%s", remark->text);
	}
}

static int
import(const struct options *o, struct buf *out, struct remarks *remarks, struct error *e)
{
	auto_argv struct argv words = {0};
	auto_buf struct buf xml = {0};
	struct import_xml domain = {0};
	bool has_words = o->pid > 0 || o->command != NULL || o->word_count > 0;
	int r = words_find(o, &words, e);

	if (r == 0 && o->libvirt != NULL)
		r = input_load(o->libvirt, &xml, e);
	domain.path = o->libvirt != NULL ? input_name(o->libvirt) : NULL;
	domain.text = xml.text;
	domain.len = xml.len;
	return r < 0 ? r
		     : import_text(has_words ? &words : NULL, o->libvirt != NULL ? &domain : NULL,
			       out, remarks, e);
}

static int
import_main(int argc, char **argv, struct error *e)
{
	struct remarks remarks = {0};
	auto_buf struct buf out = {0};
	struct options options;
	int r = options_parse(argc, argv, &options, e);

	if (r < 0)
		return r;
	if (options.help) {
		command_help(&command_import);
		return EXIT_STATUS_OK;
	}
	r = import(&options, &out, &remarks, e);
	if (r == 0) {
		remarks_tell(&remarks, options.libvirt);
		(void)fputs(out.text, stdout);
		if (fflush(stdout) != 0)
			r = error_sys(e, errno, NULL, "write the definition");
	}
	remarks_done(&remarks);
	return r;
}

const struct command command_import = {
	.name = "import",
	.synopsis = "[OPTION...] [-- COMMAND...]",
	.summary = "print a definition of a QEMU command line, or of a libvirt domain",
	.help = "  -- COMMAND...      QEMU's command line; variables (A=b) may stand before it\n"
		"  --pid PID          that of a QEMU which runs\n"
		"  --command FILE     that in a file, as a shell reads it; -: standard input\n"
		"  --libvirt FILE     a domain's XML: pins, schedulers, memory nodes; goes with\n"
		"                     one of the above, or alone\n"
		"\n"
		"The definition is printed, and gives back the very same command line, word by\n"
		"word. What can't be taken over is told, with its line. No shell is run: what\n"
		"one would replace in FILE (such as $HOME) is refused. Alone, --libvirt gives a\n"
		"guest without devices.\n"
		"\n"
		"  qpin import -- qemu-system-x86_64 -m 2G -smp 2 disk.qcow2 >vm.yml\n"
		"  sudo qpin import --pid $(pidof qemu-system-x86_64)\n"
		"  virsh dumpxml --inactive vm >vm.xml\n"
		"  virsh domxml-to-native qemu-argv --domain vm |\n"
		"    qpin import --libvirt vm.xml --command - >vm.yml\n",
	.run = import_main,
};
