/* SPDX-License-Identifier: MIT */
#include "config/options.h"

#include <string.h>

#include "base/cleanup.h"
#include "config/bad.h"
#include "qemu/argv.h"

static void
options_read_refuses_what_is_no_option(void **state)
{
	static const struct bad_row row[] = {
		{"launcher: { binary: q }\nqemu: { m: 2G }\n", .line = 2, .column = 7,
			.why = "'qemu' wants a list of options", .hint = "'- '"},
		{"launcher: { binary: q }\nqemu: m\n", .line = 2, .column = 7,
			.why = "wants a list"},
		{"launcher: { binary: q }\nqemu:\n", .line = 2, .column = 6, .why = "wants a list"},
		{QEMU("-\n"), .line = 3, .column = 2, .why = "an item of 'qemu' is empty"},
		{QEMU("- ''\n"), .line = 3, .column = 3, .why = "'' is not an option's name"},
		{QEMU("- {}\n"), .line = 3, .column = 3, .why = "an item of 'qemu' is empty"},
		{QEMU("- []\n"), .line = 3, .column = 3, .why = "an item of 'qemu' is empty"},
		{QEMU("- [ m, 2G ]\n"), .line = 3, .column = 3, .why = "must be one option"},
		{QEMU("- m: 2G\n  smp: 2\n"), .line = 3, .column = 3, .why = "must be one option",
			.hint = "'- '"},
		{QEMU("- -nographic\n"), .line = 3, .column = 3, .why = "a dash of its own",
			.hint = "write 'nographic'"},
		{QEMU("- ---m: 2G\n"), .line = 3, .column = 3, .why = "a dash of its own",
			.hint = "write 'm'"},
		{QEMU("- --\n"), .line = 3, .column = 3, .why = "'--' has no word",
			.hint = "--: word"},
		{QEMU("- --:\n"), .line = 3, .column = 3, .why = "'--' has no word"},
		{QEMU("- --a b\n"), .line = 3, .column = 3, .why = "a dash of its own"},
		{QEMU("- m 2G\n"), .line = 3, .column = 3, .why = "'m 2G' is not an option's name",
			.hint = "name: value"},
		{QEMU("- m=2G\n"), .line = 3, .column = 3, .why = "is not an option's name",
			.hint = "name: value"},
		{QEMU("- /dev/sda\n"), .line = 3, .column = 3, .why = "'/dev/sda' is not an option",
			.hint = "--: word"},
		{QEMU("- m: { size: 2G }\n"), .line = 3, .column = 6,
			.why = "'m' wants one value or a list", .hint = "m: [ a, b: 1 ]"},
		{QEMU("- m: []\n"), .line = 3, .column = 6, .why = "'m' has an empty list"},
		{QEMU("- m: [ 2G, [ slots: 2 ] ]\n"), .line = 3, .column = 12,
			.why = "a list in a list"},
		{QEMU("- m: [ 2G, { slots: 2, maxmem: 4G } ]\n"), .line = 3, .column = 12,
			.why = "a mapping of 2 pairs", .hint = "an item of its own"},
		{QEMU("- m: [ 2G, {} ]\n"), .line = 3, .column = 12, .why = "an empty mapping"},
		{QEMU("- m: [ 2G, slots: [ 1 ] ]\n"), .line = 3, .column = 19,
			.why = "'slots' wants one value, not a list", .hint = "dots"},
		{QEMU("- m: [ 2G, slots: { a: 1 } ]\n"), .line = 3, .column = 19,
			.why = "not a mapping"},
		{QEMU("- m: [ 2G, '' ]\n"), .line = 3, .column = 12,
			.why = "an item of the list is"},
		{QEMU("- m:\n  - 2G\n  -\n"), .line = 5, .column = 4, .why = "an item of the list"},
		{QEMU("- m: [ 2G, ',' ]\n"), .line = 3, .column = 12, .why = "an item of the list"},
		{QEMU("- m: [ 2G, '': 1 ]\n"), .line = 3, .column = 12, .why = "a key is empty"},
	};

	(void)state;
	bad_rows_check(row, COUNT(row));
}

static void
options_read_gives_what_is_meant(void **state)
{
	static const struct {
		const char *item, *name, *value;
	} row[] = {
		{"nographic", "nographic", NULL},
		{"nographic:", "nographic", NULL},
		{"m: 2G", "m", "2G"},
		{"m: ''", "m", ""},
		{"serial: null", "serial", "null"},
		{"serial: ~", "serial", "~"},
		{"m: 0x10", "m", "0x10"},
		{"m: 1.10", "m", "1.10"},
		{"m: 007", "m", "007"},
		{"a: on", "a", "on"},
		{"a: [ b: yes, c: No, d: OFF, e: true ]", "a", "b=yes,c=No,d=OFF,e=true"},
		{"machine: [ pc, accel: kvm ]", "machine", "pc,accel=kvm"},
		{"machine: [ 'pc,', accel: kvm ]", "machine", "pc,accel=kvm"},
		{"machine: [ pc, ',accel=kvm,' ]", "machine", "pc,accel=kvm"},
		{"machine: [ 'pc,,', accel: kvm ]", "machine", "pc,,,accel=kvm"},
		{"machine: [ 'pc,,,', accel: kvm ]", "machine", "pc,,,accel=kvm"},
		{"machine: [ accel: 'kvm,', pc ]", "machine", "accel=kvm,pc"},
		{"machine: pc,", "machine", "pc,"},
		{"drive: [ file: '/a,,b', readonly: ]", "drive", "file=/a,,b,readonly"},
		{"drive: [ file: '', readonly: '' ]", "drive", "file=,readonly="},
		{"append: >\n    console=ttyS0\n    quiet", "append", "console=ttyS0 quiet"},
		{"name: [ my virtual machine ]", "name", "my virtual machine"},
		{"monitor: [ unix:/run/my-vm.sock ]", "monitor", "unix:/run/my-vm.sock"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_free char *text = text_printf(QEMU("- %s\n"), row[i].item);
		struct definition d = good(text);
		const struct qemu_option *option = &d.options[0];
		bool same = str_eq(option->name, row[i].name) &&
			    (row[i].value == NULL) == (option->value == NULL) &&
			    (row[i].value == NULL || str_eq(option->value, row[i].value));

		if (d.option_count != 1 || !same)
			fail_msg("\"%s\": got %zu options, \"%s\" \"%s\"", row[i].item,
				d.option_count, option->name,
				option->value != NULL ? option->value : "(flag)");
		assert_int_equal(option->place.line, 3);
		assert_int_equal(option->place.column, 3);
		definition_done(&d);
	}
}

static char *
shell_line(const char *text)
{
	struct definition d = good(text);
	auto_argv struct argv argv = {0};
	struct buf line = {0};
	struct error e;

	assert_int_equal(argv_build(&d, &argv, &e), 0);
	argv_shell(&argv, &line);
	definition_done(&d);
	return buf_take(&line);
}

/* The three ways of writing one command line that the predecessor's README shows. */
static void
options_read_takes_all_three_spellings_alike(void **state)
{
	static const char *const spelling[] = {
		QEMU("- name: my virtual machine\n"
		     "- machine: [ pc, accel: kvm ]\n"
		     "- nographic\n"
		     "- monitor: [ unix:/run/my-vm.sock ]\n"
		     "- cpu: host\n"
		     "- smp: [ 2, sockets: 1, cores: 1, threads: 1 ]\n"
		     "- m: 2G\n"
		     "- device: [ ide-hd, bus: ide.0, drive: drive0 ]\n"
		     "- drive: [ file: /var/storage/my-vm.qcow, if: none, id: drive0, "
		     "format: qcow, readonly ]\n"),
		QEMU("- name: my virtual machine\n"
		     "- machine: pc,accel=kvm\n"
		     "- nographic\n"
		     "- monitor: unix:/run/my-vm.sock\n"
		     "- cpu: host\n"
		     "- smp: 2,sockets=1,cores=1,threads=1\n"
		     "- m: 2G\n"
		     "- device: ide-hd,bus=ide.0,drive=drive0\n"
		     "- drive: file=/var/storage/my-vm.qcow,if=none,id=drive0,format=qcow,"
		     "readonly\n"),
		QEMU("- name: [ my virtual machine ] # a list of one\n"
		     "- machine:\n"
		     "  - pc,\n"
		     "  - accel=kvm\n"
		     "- nographic\n"
		     "- monitor:\n"
		     "  - unix:/run/my-vm.sock\n"
		     "- cpu:\n"
		     "  - host\n"
		     "- smp:\n"
		     "  - 2\n"
		     "  - { sockets: 1 }\n"
		     "  - cores: 1\n"
		     "  - { threads: 1 }\n"
		     "- m: 2G\n"
		     "- device: ide-hd,bus=ide.0,drive=drive0\n"
		     "- drive: file=/var/storage/my-vm.qcow,if=none,id=drive0,format=qcow,"
		     "readonly\n"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(spelling); i++) {
		auto_free char *line = shell_line(spelling[i]);

		assert_string_equal(line,
			"q -name 'my virtual machine' -machine pc,accel=kvm -nographic "
			"-monitor unix:/run/my-vm.sock -cpu host "
			"-smp 2,sockets=1,cores=1,threads=1 -m 2G "
			"-device ide-hd,bus=ide.0,drive=drive0 -drive "
			"file=/var/storage/my-vm.qcow,if=none,id=drive0,format=qcow,readonly");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_read_refuses_what_is_no_option),
		cmocka_unit_test(options_read_gives_what_is_meant),
		cmocka_unit_test(options_read_takes_all_three_spellings_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
