/* SPDX-License-Identifier: MIT */
#include "qemu/cmdline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "tree.h"

/* Of words with a blank between them. */
static void
line_make(const char *words, struct cmdline *ret)
{
	size_t len = strlen(words) + 1;
	char *text = malloc(len);
	struct error e;

	assert_non_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = words[i];
	for (size_t i = 0; i < len; i++) {
		if (text[i] == ' ')
			text[i] = '\0';
	}
	assert_int_equal(cmdline_split_take(text, len, ret, &e), 0);
}

/* As libvirt 9 starts it, and as Proxmox 8 does: what counts of them. */
#define LIBVIRT                                                                                    \
	"/usr/bin/qemu-system-x86_64 -name guest=web,debug-threads=on -S -object "                 \
	"{\"qom-type\":\"secret\",\"id\":\"masterKey0\",\"format\":\"raw\"} -machine pc-q35-7.2 "  \
	"-smp 4,sockets=4,cores=1,threads=1 -no-user-config -nodefaults "                          \
	"-chardev socket,id=charmonitor,fd=33,server=on,wait=off "                                 \
	"-mon chardev=charmonitor,id=monitor,mode=control -rtc base=utc -no-shutdown "             \
	"-chardev pty,id=charserial0 -device "                                                     \
	"{\"driver\":\"isa-serial\",\"chardev\":\"charserial0\",\"id\":\"serial0\"}"
#define PROXMOX                                                                                    \
	"/usr/bin/kvm -id 100 -name db,debug-threads=on -no-shutdown "                             \
	"-chardev socket,id=qmp,path=/var/run/qemu-server/100.qmp,server=on,wait=off "             \
	"-mon chardev=qmp,mode=control "                                                           \
	"-chardev socket,id=qmp-event,path=/var/run/qmeventd.sock,reconnect=5 "                    \
	"-mon chardev=qmp-event,mode=control -pidfile /var/run/qemu-server/100.pid -daemonize"

static void
names_are_found_in_command_lines(void **state)
{
	static const struct {
		const char *words, *want; /* NULL: it has none */
	} row[] = {
		{LIBVIRT, "web"},
		{PROXMOX, "db"},
		{"qemu -name a", "a"},
		{"qemu --name a,process=b", "a"},
		{"qemu -name guest=a,,b", "a,b"},
		{"qemu -name a -name debug-threads=on", "a"},
		{"qemu -name a -name b", "b"},
		{"qemu -name debug-threads=on", NULL},
		{"qemu -name", NULL},
		{"-name a", NULL}, /* the program's own name */
		{"qemu -nam a ---name b name c", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_cmdline struct cmdline c = {0};
		char name[CMDLINE_NAME_BYTES] = "";
		bool found;

		line_make(row[i].words, &c);
		found = cmdline_name(&c, name);
		if (found != (row[i].want != NULL) || (found && !str_eq(name, row[i].want)))
			fail_msg("\"%s\": %d \"%s\"", row[i].words, found, name);
	}
}

/* "/a /b elsewhere" */
static char *
monitors_text(const struct monitors *m)
{
	struct buf b = {0};

	for (size_t i = 0; i < m->count; i++)
		buf_printf(&b, "%s%s", i > 0 ? " " : "", m->paths[i]);
	if (m->elsewhere)
		buf_printf(&b, "%selsewhere", b.len > 0 ? " " : "");
	return buf_take(&b);
}

static void
monitors_are_found_in_command_lines(void **state)
{
	static const struct {
		const char *words, *want;
	} row[] = {
		{LIBVIRT, "elsewhere"},
		{PROXMOX, "/var/run/qemu-server/100.qmp elsewhere"},
		{"qemu -qmp unix:/a,server=on,wait=off", "/a"},
		{"qemu -qmp-pretty unix:a/b,server,nowait --qmp unix:,server", "a/b elsewhere"},
		{"qemu -qmp unix:/a,,b,server", "/a,b"},
		{"qemu -qmp unix:/a", "elsewhere"}, /* it is the client there */
		{"qemu -qmp unix:/a,server=off", "elsewhere"},
		{"qemu -qmp unix:/a,server=on,abstract=on", "elsewhere"},
		{"qemu -qmp tcp:localhost:4444,server=on", "elsewhere"},
		{"qemu -qmp stdio -qmp none", "elsewhere"},
		{"qemu -qmp none", ""},
		{"qemu -qmp chardev:x -chardev socket,id=x,path=/a,server=on", "/a"},
		{"qemu -chardev socket,id=x,path=/a,server=on -mon x,mode=control", "/a"},
		{"qemu -mon mode=control,chardev=x -chardev backend=socket,path=/a,server,id=x",
			"/a"},
		{"qemu -chardev socket,id=x,path=/a,server=on -mon chardev=x,mode=readline", ""},
		{"qemu -chardev socket,id=x,path=/a,server=on -mon chardev=x", ""},
		{"qemu -chardev socket,id=x,path=/a,server=on -monitor chardev:x", ""},
		{"qemu -chardev socket,id=x,server=on -mon chardev=x,mode=control", "elsewhere"},
		{"qemu -chardev pty,id=x,path=/a,server=on -mon chardev=x,mode=control",
			"elsewhere"},
		{"qemu -mon chardev=x,mode=control", "elsewhere"},
		{"qemu -qmp chardev:chardev:x -chardev socket,id=chardev:x,path=/a,server",
			"/a"}, /* a name as any other */
		{"qemu -qmp chardev:x -chardev hub,id=x,chardevs.0=x", "elsewhere"},
		{"qemu -mon", ""},
		{"qemu -qmp", ""},
		{"qemu", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_cmdline struct cmdline c = {0};
		auto_monitors struct monitors m = {0};
		auto_free char *got = NULL;

		line_make(row[i].words, &c);
		assert_int_equal(cmdline_monitors(&c, &m), 0);
		got = monitors_text(&m);
		if (!str_eq(got, row[i].want))
			fail_msg("\"%s\": \"%s\"", row[i].words, got);
	}
}

/* It costs time, but neither much nor memory: the first monitors will do. */
static void
giants_are_bounded(void **state)
{
	enum { MANY = 100 * 1000 };
	auto_cmdline struct cmdline c = {0};
	auto_monitors struct monitors m = {0};
	struct buf b = {0};

	(void)state;
	buf_add(&b, "qemu");
	for (unsigned i = 0; i < MANY; i++)
		buf_printf(&b, " -mon m%u,mode=control", i);
	for (unsigned i = 0; i < MANY; i++)
		buf_printf(&b, " -chardev socket,id=m%u,server,path=/%u", MANY - 1 - i, i);
	line_make(b.text, &c);
	buf_done(&b);
	assert_int_equal(cmdline_monitors(&c, &m), 0);
	assert_int_equal(m.count, CMDLINE_MONITORS_MAX);
	assert_string_equal(m.paths[1], "/99998");
}

static void
paths_that_no_host_has_are_elsewhere(void **state)
{
	enum { LONG = 10000 };
	auto_cmdline struct cmdline c = {0};
	auto_monitors struct monitors m = {0};
	struct buf b = {0};

	(void)state;
	buf_add(&b, "qemu -qmp unix:/");
	for (unsigned i = 0; i < LONG; i++)
		buf_add(&b, "a");
	buf_add(&b, ",server");
	line_make(b.text, &c);
	buf_done(&b);
	assert_int_equal(cmdline_monitors(&c, &m), 0);
	assert_int_equal(m.count, 0);
	assert_true(m.elsewhere);
}

static void
command_lines_are_read_from_proc(void **state)
{
	auto_cmdline struct cmdline c = {0}, none = {0}, gone = {0}, mine = {0};
	struct root proc;
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "7/cmdline", "");
	assert_int_equal(cmdline_read(&tree.root, 7, &none, &e), 0);
	assert_int_equal(none.count, 0);
	tree_put(&tree, "8/cmdline", "qemu without its end");
	assert_int_equal(cmdline_read(&tree.root, 8, &c, &e), 0);
	assert_int_equal(c.count, 0);
	assert_int_equal(cmdline_read(&tree.root, 9, &gone, &e), -ENOENT);
	tree_remove(&tree);
	assert_int_equal(root_open(&proc, "/proc", &e), 0);
	assert_int_equal(cmdline_read(&proc, getpid(), &mine, &e), 0);
	assert_true(mine.count > 0);
	assert_true(str_ends(mine.words[0], "test_cmdline"));
	root_close(&proc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_in_command_lines),
		cmocka_unit_test(monitors_are_found_in_command_lines),
		cmocka_unit_test(giants_are_bounded),
		cmocka_unit_test(paths_that_no_host_has_are_elsewhere),
		cmocka_unit_test(command_lines_are_read_from_proc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
