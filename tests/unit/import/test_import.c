/* SPDX-License-Identifier: MIT */
#include "import/import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "config/definition.h"

enum {
	LINES = 5000,
	WORDS_MAX = 24,
	WORD_MAX = 20,
};

/* A word of pieces that YAML, QEMU or a shell may take for something else. */
static void
word_make(struct buf *ret)
{
	static const char *const pieces[] = {"a", "B", "0", "-", "--", "---", "=", ",", ",,", ":",
		": ", " #", "#", " ", "  ", "\n", "\t", "'", "\"", "\\", "{", "}", "[", "]", "&",
		"*", "!", "|", ">", "%", "@", "`", "~", "?", "? ", "- ", "...", "<<", ".", "/", "$",
		"true", "null", "0x1", "stdio", "\xc3\xa4", "\xe2\x80\xa8", "\xf0\x9f\x90\xa7",
		"\xc2\x85", "\xef\xbb\xbf", "disk.img", "id=x"};
	long count = random() % WORD_MAX;

	buf_add(ret, "");
	if (random() % 4 > 0)
		count = random() % 4;
	for (; count > 0; count--)
		buf_add(ret, pieces[(size_t)random() % COUNT(pieces)]);
}

/* An option's name, mostly; a flag, an alias with two dashes, or no option at all. */
static void
option_make(struct buf *ret)
{
	static const char *const names[] = {"-m", "-smp", "-name", "-append", "-S", "-s",
		"-nodefaults", "-drive", "-device", "--machine", "--daemonize", "-new-one", "-9p",
		"-_", "-x.y", "-daemonize", "-readconfig", "-object", "-accel", "-nographic"};

	buf_add(ret, names[(size_t)random() % COUNT(names)]);
}

static void
line_make(struct argv *ret)
{
	size_t count = (size_t)random() % WORDS_MAX;
	struct error e;

	assert_int_equal(argv_add(ret, "/usr/bin/qemu-system-x86_64", &e), 0);
	for (size_t i = 0; i < count; i++) {
		auto_buf struct buf word = {0};

		if (random() % 2 > 0)
			option_make(&word);
		else
			word_make(&word);
		assert_int_equal(argv_add(ret, word.text, &e), 0);
	}
}

/* The words that definition @text gives. */
static void
argv_of(const struct buf *text, struct argv *ret)
{
	struct definition d;
	struct problems problems;
	struct error e = {0};

	if (definition_parse(
		    &(const struct definition_text){
			    .text = text->text, .len = text->len, .path = "x.yml"},
		    &d, &problems, &e) != 0)
		fail_msg("--\n%s--\n%u:%u %s", text->text, e.line, e.column, e.why);
	assert_int_equal(argv_build(&d, ret, &e), 0);
	definition_done(&d);
}

static void
import_text_gives_back_any_command_line(void **state)
{
	(void)state;
	srandom(3);
	for (size_t i = 0; i < LINES; i++) {
		auto_argv struct argv words = {0}, got = {0};
		auto_buf struct buf text = {0}, want_line = {0}, got_line = {0};
		struct remarks remarks = {0};
		struct error e = {0};

		line_make(&words);
		argv_shell(&words, &want_line);
		if (import_text(&words, NULL, &text, &remarks, &e) != 0)
			fail_msg("line %zu: %s\n%s %s", i, want_line.text, e.what, e.why);
		argv_of(&text, &got);
		argv_shell(&got, &got_line);
		if (got.count != words.count || !str_eq(got_line.text, want_line.text))
			fail_msg("line %zu: %s\ngave\n%s\nas\n%s", i, want_line.text, text.text,
				got_line.text);
		remarks_done(&remarks);
	}
}

static int
import_line(const char *const *words, size_t count, const char *xml_text, struct buf *text,
	struct remarks *remarks, struct error *e)
{
	const struct import_xml xml = {
		.text = xml_text,
		.len = xml_text != NULL ? strlen(xml_text) : 0,
		.path = "d.xml",
	};
	auto_argv struct argv argv = {0};

	for (size_t i = 0; i < count; i++)
		assert_int_equal(argv_add(&argv, words[i], e), 0);
	return import_text(
		count > 0 ? &argv : NULL, xml_text != NULL ? &xml : NULL, text, remarks, e);
}

static const char domain[] = "<domain type='kvm'>\n<vcpu>2</vcpu>\n"
			     "<os><type arch='x86_64'>hvm</type></os>\n"
			     "<cputune><vcpupin vcpu='1' cpuset='5'/></cputune></domain>";

static void
import_text_takes_topology_from_the_command_line(void **state)
{
	static const char *const words[] = {"A=b", "qemu-kvm", "-smp", "2,cores=2", "d.img"};
	auto_buf struct buf text = {0};
	struct remarks remarks = {0};
	struct error e = {0};

	(void)state;
	assert_int_equal(import_line(words, COUNT(words), domain, &text, &remarks, &e), 0);
	assert_string_equal(text.text, "launcher:\n  binary: qemu-kvm\n  env:\n    A: b\n"
				       "  vcpu_pinning:\n    0:\n      1: {0: 5}\n"
				       "qemu:\n- smp: 2,cores=2\n- --: d.img\n");
	assert_int_equal(remarks.count, 0);
}

static void
import_text_remarks_when_command_line_and_domain_differ(void **state)
{
	static const char *const words[] = {"qemu-kvm", "-smp", "4"};
	auto_buf struct buf text = {0};
	struct remarks remarks = {0};
	struct error e = {0};

	(void)state;
	assert_int_equal(import_line(words, COUNT(words), domain, &text, &remarks, &e), 0);
	assert_int_equal(remarks.count, 1);
	assert_int_equal(remarks.list[0].line, 2);
	assert_non_null(strstr(remarks.list[0].text, "2 vCPUs, but the command line 4"));
	remarks_done(&remarks);
}

static void
import_text_without_a_command_line_says_what_is_missing(void **state)
{
	auto_buf struct buf text = {0};
	auto_argv struct argv got = {0};
	struct remarks remarks = {0};
	struct error e = {0};

	(void)state;
	assert_int_equal(import_line(NULL, 0, domain, &text, &remarks, &e), 0);
	assert_non_null(strstr(text.text, "# What the domain's XML says"));
	assert_non_null(strstr(text.text, "    1:\n      0: {0: 5}\n"));
	argv_of(&text, &got);
	assert_int_equal(got.count, 5);
}

static void
import_text_refuses_what_cant_be_a_definition(void **state)
{
	static const struct {
		const char *words[4];
		size_t count;
		const char *xml;
		enum error_kind kind;
		const char *why;
	} row[] = {
		{{"A=b"}, 1, NULL, ERROR_USAGE, "it names no program"},
		{{"qemu", "-m", "\x01"}, 3, NULL, ERROR_USAGE, "control character"},
		{{"qemu", "caf\xe9.img"}, 2, NULL, ERROR_USAGE, "not UTF-8"},
		{{"qemu", "-smp", "x"}, 3, domain, ERROR_DEFINITION, "smp: cpus is a number"},
		{{"qemu"}, 1, "<domain", ERROR_DEFINITION, "unclosed token"},
		{{"qemu"}, 1, "<x/>", ERROR_DEFINITION, "not of a <domain>"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_buf struct buf text = {0};
		struct remarks remarks = {0};
		struct error e = {0};
		int r = import_line(row[i].words, row[i].count, row[i].xml, &text, &remarks, &e);

		if (r != -EINVAL || e.kind != row[i].kind || !strstr(e.why, row[i].why) ||
			text.len > 0)
			fail_msg("row %zu: %d, %s", i, r, e.why);
		remarks_done(&remarks);
	}
}

/* Letters of a domain changed: what comes out is a definition, or an error with its place. */
static void
import_text_survives_damaged_domains(void **state)
{
	static const char good[] =
		"<domain type='kvm'><vcpu cpuset='0-3' current='2'>4</vcpu><memory "
		"unit='GiB'>4</memory>"
		"<os><type arch='x86_64' machine='q35'>hvm</type></os><iothreads>2</iothreads>"
		"<cpu><topology sockets='1' dies='1' cores='2' threads='2'/></cpu><cputune>"
		"<vcpupin vcpu='0' cpuset='5'/><vcpupin vcpu='1' cpuset='6'/>"
		"<emulatorpin cpuset='0-1'/><iothreadpin iothread='1' cpuset='2'/>"
		"<vcpusched vcpus='0-3' scheduler='fifo' priority='1'/></cputune>"
		"<numatune><memory mode='strict' nodeset='0'/></numatune></domain>";
	static const char letters[] = "0123456789-^,.x \n";
	size_t good_ones = 0;

	(void)state;
	srandom(4);
	for (size_t i = 0; i < LINES; i++) {
		auto_buf struct buf text = {0};
		struct remarks remarks = {0};
		struct error e = {0};
		char bad[sizeof(good)];
		int r;

		memcpy(bad, good, sizeof(good));
		for (int n = 0; n < 3; n++) {
			size_t at = (size_t)random() % (sizeof(good) - 1);

			if (strchr("0123456789-", bad[at]) != NULL || n == 2)
				bad[at] = letters[(size_t)random() % (sizeof(letters) - 1)];
		}
		r = import_line(NULL, 0, bad, &text, &remarks, &e);
		if (r != 0 && (r != -EINVAL || e.kind != ERROR_DEFINITION || e.why[0] == '\0'))
			fail_msg("%s: %d, %s %s", bad, r, e.what, e.why);
		good_ones += r == 0;
		remarks_done(&remarks);
	}
	assert_in_range(good_ones, LINES / 50, LINES - LINES / 10);
}

/* More than a definition may have: refused, not cut. */
static void
import_text_refuses_more_than_a_definition_may_have(void **state)
{
	auto_argv struct argv words = {0};
	auto_buf struct buf text = {0}, word = {0};
	struct remarks remarks = {0};
	struct error e = {0};

	(void)state;
	while (word.len <= 1024 * 1024)
		buf_add(&word, "0123456789abcdef0123456789abcdef");
	assert_int_equal(argv_add(&words, "qemu", &e), 0);
	assert_int_equal(argv_add(&words, word.text, &e), 0);
	assert_int_equal(import_text(&words, NULL, &text, &remarks, &e), -EINVAL);
	assert_non_null(strstr(e.why, "larger than 1 MiB"));
	assert_int_equal(text.len, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(import_text_gives_back_any_command_line),
		cmocka_unit_test(import_text_takes_topology_from_the_command_line),
		cmocka_unit_test(import_text_remarks_when_command_line_and_domain_differ),
		cmocka_unit_test(import_text_without_a_command_line_says_what_is_missing),
		cmocka_unit_test(import_text_refuses_what_cant_be_a_definition),
		cmocka_unit_test(import_text_survives_damaged_domains),
		cmocka_unit_test(import_text_refuses_more_than_a_definition_may_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
