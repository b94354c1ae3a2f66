/* SPDX-License-Identifier: MIT */
#include "import/words.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"

enum {
	WORDS_MAX = 16,
};

/* What is at @words (up to NULL) as "binary|name=value|flag|--two=x|=word"; "" when it fails. */
static char *
told(const char *const *words, struct remarks *remarks, struct error *e)
{
	struct definition d = {0};
	struct buf b = {0};
	size_t count = 0;
	int r;

	while (words[count] != NULL)
		count++;
	r = words_read(words, count, &d, remarks, e);
	if (r == 0)
		buf_add(&b, d.binary);
	for (size_t i = 0; r == 0 && i < d.option_count; i++) {
		const struct qemu_option *o = &d.options[i];

		buf_printf(&b, "|%s%s", o->two_dashes ? "--" : "", o->name);
		if (o->value != NULL)
			buf_printf(&b, "=%s", o->value);
	}
	definition_done(&d);
	return buf_take(&b);
}

static void
words_read_pairs_options_with_their_values(void **state)
{
	static const struct {
		const char *words[WORDS_MAX];
		const char *want;
	} row[] = {
		{{"q"}, "q"},
		{{"q", "disk"}, "q|--=disk"},
		{{"q", "-m", "2G", "-m", "3G"}, "q|m=2G|m=3G"},
		{{"q", "-nodefaults", "disk.img"}, "q|nodefaults|--=disk.img"},
		{{"q", "-S", "-s", "-snapshot", "a", "b"}, "q|S|s|snapshot|--=a|--=b"},
		{{"q", "-m", "-smp", "2"}, "q|m|smp=2"},
		{{"q", "-append", "-s", "-m", "1"}, "q|append=-s|m=1"},
		{{"q", "-append", "-s quiet"}, "q|append=-s quiet"},
		{{"q", "-serial", "-"}, "q|serial=-"},
		{{"q", "-rtc", "-5"}, "q|rtc|5"},
		{{"q", "--smp", "2", "--daemonize"}, "q|--smp=2|--daemonize"},
		{{"q", "-m", ""}, "q|m="},
		{{"q", "", "-m"}, "q|--=|m"},
		{{"q", "--", "-", "---x", "-x=y", "-"}, "q|--=--|--=-|--=---x|--=-x=y|--=-"},
		/* what qpin adds for a run */
		{{"q", "-m", "1", "-S", "-readconfig", "/proc/self/fd/4"}, "q|m=1"},
		{{"q", "-S", "-m", "1", "-readconfig", "/proc/self/fd/4"}, "q|S|m=1"},
		{{"q", "-readconfig", "/proc/self/fd/4"}, "q"},
		{{"q", "-readconfig", "/proc/self/fd/4", "-s"}, "q|readconfig=/proc/self/fd/4|s"},
		{{"-readconfig", "/proc/self/fd/4"}, "-readconfig|--=/proc/self/fd/4"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct remarks remarks = {0};
		struct error e = {0};
		auto_free char *got = told(row[i].words, &remarks, &e);

		if (!str_eq(got, row[i].want))
			fail_msg("row %zu: got %s, want %s; %s", i, got, row[i].want, e.why);
		remarks_done(&remarks);
	}
}

static void
words_read_refuses_what_is_no_qemu(void **state)
{
	static const struct {
		const char *words[WORDS_MAX];
		const char *why, *hint;
	} row[] = {
		{{NULL}, "it names no program", ""},
		{{""}, "it names no program", ""},
		{{"sudo", "-u", "vm", "/usr/bin/qemu-system-x86_64", "-m", "1"},
			"'sudo' isn't QEMU", "/usr/bin/qemu-system-x86_64"},
		{{"taskset", "-c", "1", "qemu-system-arm"}, "'taskset' isn't", "qemu-system-arm"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct remarks remarks = {0};
		struct error e = {0};
		auto_free char *got = told(row[i].words, &remarks, &e);

		if (!str_eq(got, "") || e.kind != ERROR_USAGE || !strstr(e.why, row[i].why) ||
			!strstr(e.hint, row[i].hint))
			fail_msg("row %zu: got %s, %s (%s)", i, got, e.why, e.hint);
		remarks_done(&remarks);
	}
}

static void
words_read_takes_other_names_for_qemu(void **state)
{
	static const char *const words[] = {"/opt/vmm", "-L", "/usr/share/qemu", "-name", "qemu",
		"-drive", "file=/srv/qemu-system-arm,if=none", NULL};
	struct remarks remarks = {0};
	struct error e = {0};
	auto_free char *got = told(words, &remarks, &e);

	(void)state;
	assert_string_equal(got, "/opt/vmm|L=/usr/share/qemu|name=qemu"
				 "|drive=file=/srv/qemu-system-arm,if=none");
}

static void
words_read_remarks_what_a_new_start_cant_do(void **state)
{
	static const struct {
		const char *words[WORDS_MAX];
		const char *want; /* NULL: nothing */
	} row[] = {
		{{"q", "-S"}, "-S is kept"},
		{{"q", "-netdev", "tap,fd=27,id=n"}, "-netdev names an open descriptor"},
		{{"q", "-netdev", "tap,id=n,vhostfds=3:4"}, "an open descriptor"},
		{{"q", "-netdev", "{\"type\":\"tap\",\"fd\":\"27\"}"}, "an open descriptor"},
		{{"q", "-add-fd", "set=1,fd=9"}, "-add-fd names"},
		{{"q", "-add-fd", "fd=9"}, "-add-fd names"},
		{{"q", "-drive", "file=fd=9.img"}, NULL},
		{{"q", "-netdev", "tap,fd=net"}, NULL},
		{{"q", "-device", "x,fdx=3,id=fd"}, NULL},
		{{"q", "fd=3"}, NULL},
		{{"q", "-m", "1", "-S", "-readconfig", "/proc/self/fd/4"}, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct remarks remarks = {0};
		struct error e = {0};
		auto_free char *got = told(row[i].words, &remarks, &e);

		(void)got;
		if (remarks.count != (row[i].want != NULL) ||
			(row[i].want != NULL && !strstr(remarks.list[0].text, row[i].want)))
			fail_msg("row %zu: %zu, %s", i, remarks.count,
				remarks.count > 0 ? remarks.list[0].text : "");
		remarks_done(&remarks);
	}
}

static void
words_read_env_takes_the_assignments_before_the_program(void **state)
{
	static const struct {
		const char *words[WORDS_MAX];
		const char *want;
		int count;
	} row[] = {
		{{"q", "A=b"}, "", 0},
		{{"A=b", "q"}, "A=b;", 1},
		{{"A=", "_b1=c=d", "A=e", "q"}, "A=e;_b1=c=d;", 3},
		{{"1A=b", "q"}, "", 0},
		{{"=b", "q"}, "", 0},
		{{"a-b=c", "q"}, "", 0},
		{{"A=b"}, "A=b;", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct definition d = {0};
		auto_buf struct buf got = {0};
		struct error e;
		size_t count = 0;

		while (row[i].words[count] != NULL)
			count++;
		assert_int_equal(words_read_env(row[i].words, count, &d, &e), row[i].count);
		buf_add(&got, "");
		for (size_t j = 0; j < d.env_count; j++)
			buf_printf(&got, "%s=%s;", d.env[j].name, d.env[j].value);
		if (!str_eq(got.text, row[i].want))
			fail_msg("row %zu: %s", i, got.text);
		definition_done(&d);
	}
}

static void
words_name_qemu_by_its_programs_name(void **state)
{
	static const struct {
		const char *path;
		bool want;
	} row[] = {
		{"qemu-system-x86_64", true},
		{"/usr/libexec/qemu-kvm", true},
		{"/nix/store/x/.qemu-system-arm-wrapped", true},
		{"kvm", true},
		{"/usr/bin/kvm", true},
		{"/usr/bin/qemu-system-x86_64 (deleted)", true},
		{"/usr/lib/qemu/x", false},
		{"bash", false},
		{"kvm-ok", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		if (words_name_qemu(row[i].path) != row[i].want)
			fail_msg("\"%s\"", row[i].path);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_read_pairs_options_with_their_values),
		cmocka_unit_test(words_read_refuses_what_is_no_qemu),
		cmocka_unit_test(words_read_takes_other_names_for_qemu),
		cmocka_unit_test(words_read_remarks_what_a_new_start_cant_do),
		cmocka_unit_test(words_read_env_takes_the_assignments_before_the_program),
		cmocka_unit_test(words_name_qemu_by_its_programs_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
