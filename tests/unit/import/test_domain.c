/* SPDX-License-Identifier: MIT */
#include "import/domain.h"

#include <errno.h>

#include "base/cleanup.h"
#include "import/domain_xml.h"
#include "qemu/argv.h"

#define OS "<os><type arch='x86_64'>hvm</type></os>"

static void
domain_check_takes_domains_that_qemu_runs(void **state)
{
	static const struct {
		const char *text;
		const char *why; /* NULL: it is taken */
	} row[] = {
		{"<domain type='kvm'/>", NULL},
		{"<domain type='qemu' id='3'/>", NULL},
		{"<domain type='xen'/>", "type 'xen'"},
		{"<domain/>", "type ''"},
		{"<domstatus/>", "of a <domstatus>"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct xml_element *root = domain_of(row[i].text);
		struct error e = {0};
		int r = domain_check(root, "d.xml", &e);

		if ((r == 0) != (row[i].why == NULL) ||
			(r < 0 && (e.kind != ERROR_DEFINITION || !strstr(e.why, row[i].why))))
			fail_msg("%s: %d, %s", row[i].text, r, e.why);
		xml_done(root);
	}
}

static void
domain_read_options_tells_what_the_xml_says_plainly(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{DOMAIN(OS), "qemu-system-x86_64 -accel kvm -smp 1,sockets=1,cores=1,threads=1"},
		{"<domain type='qemu'>" OS "</domain>",
			"qemu-system-x86_64 -accel tcg -smp 1,sockets=1,cores=1,threads=1"},
		{DOMAIN("<name>a,b c</name>\n<memory unit='GiB'>2</memory><vcpu "
			"current='1'>4</vcpu>"
			"<os><type arch='aarch64' machine='virt-7.2'>hvm</type></os>"
			"<devices><emulator>/opt/qemu</emulator></devices>"
			"<iothreads>3</iothreads><iothreadids><iothread id='2'/><iothread id='7'/>"
			"</iothreadids>"
			"<cpu><topology sockets='1' dies='1' cores='2' threads='2'/></cpu>"),
			"/opt/qemu -name 'a,,b c' -machine virt-7.2 -accel kvm "
			"-smp 1,maxcpus=4,sockets=1,cores=2,threads=2 -m 2048M "
			"-object iothread,id=iothread1 -object iothread,id=iothread2 "
			"-object iothread,id=iothread7"},
		{DOMAIN(OS "<memory>1048577</memory><vcpu> 8 </vcpu><cpu><topology sockets='2' "
			   "dies='2' clusters='1' cores='2' threads='1'/></cpu>"),
			"qemu-system-x86_64 -accel kvm -smp 8,sockets=2,dies=2,cores=2,threads=1 "
			"-m size=1048577k"},
		{DOMAIN(OS "<memory unit='b'>1025</memory>"),
			"qemu-system-x86_64 -accel kvm -smp 1,sockets=1,cores=1,threads=1 "
			"-m size=2k"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct xml_element *root = domain_of(row[i].text);
		auto_argv struct argv argv = {0};
		auto_buf struct buf line = {0};
		struct definition d = {0};
		struct error e = {0};

		if (domain_read_options(root, "d.xml", &d, &e) != 0)
			fail_msg("row %zu: %s", i, e.why);
		assert_int_equal(argv_build(&d, &argv, &e), 0);
		argv_shell(&argv, &line);
		if (!str_eq(line.text, row[i].want))
			fail_msg("row %zu: %s", i, line.text);
		definition_done(&d);
		xml_done(root);
	}
}

static void
domain_read_options_refuses_what_libvirt_wouldnt_take(void **state)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *why;
	} row[] = {
		{DOMAIN(""), 1, 1, "it names no QEMU"},
		{DOMAIN("<devices>\n <emulator/></devices>"), 3, 2, "<emulator> is empty"},
		{DOMAIN(OS "\n<vcpu>x</vcpu>"), 3, 1, "<vcpu> wants a number from 1 to 4096"},
		{DOMAIN(OS "\n<vcpu>0</vcpu>"), 3, 1, "a number from 1"},
		{DOMAIN(OS "\n<vcpu current='5'>4</vcpu>"), 3, 1, "current of <vcpu>"},
		{DOMAIN(OS "\n <cpu><topology cores='-1'/></cpu>"), 3, 7, "cores of <topology>"},
		{DOMAIN(OS "\n<memory unit='stone'>4</memory>"), 3, 1, "unit 'stone'"},
		{DOMAIN(OS "\n<memory unit='TiB'>99999999999</memory>"), 3, 1, "wants a number"},
		{DOMAIN(OS "\n<memory/>"), 3, 1, "<memory> wants a number, not ''"},
		{DOMAIN(OS "\n<iothreads>a</iothreads>"), 3, 1, "<iothreads> wants a number"},
		{DOMAIN(OS "\n<iothreadids>\n<iothread/></iothreadids>"), 4, 1,
			"<iothread> has no id"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct xml_element *root = domain_of(row[i].text);
		struct definition d = {0};
		struct error e = {0};
		int r = domain_read_options(root, "d.xml", &d, &e);

		if (r != -EINVAL || e.kind != ERROR_DEFINITION || e.line != row[i].line ||
			e.column != row[i].column || !strstr(e.why, row[i].why))
			fail_msg("row %zu: %d, %u:%u %s", i, r, e.line, e.column, e.why);
		definition_done(&d);
		xml_done(root);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(domain_check_takes_domains_that_qemu_runs),
		cmocka_unit_test(domain_read_options_tells_what_the_xml_says_plainly),
		cmocka_unit_test(domain_read_options_refuses_what_libvirt_wouldnt_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
