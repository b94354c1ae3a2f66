/* SPDX-License-Identifier: MIT */
#include "host/irqbalance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "fake_host.h"

static struct cpus
list(const char *text)
{
	struct cpus cpus;

	assert_int_equal(cpus_parse(text, &cpus), 0);
	return cpus;
}

static void
answer_is_read_strictly(void **state)
{
	static const struct {
		const char *text;
		int want;
		unsigned interval_s;
		const char *banned;
	} row[] = {
		{"SLEEP 10 BANNED 00000000", 0, 10, ""},
		{"SLEEP 1 IRQ 24 LOAD 0 DIFF 0 CLASS 5 BANNED 1,0000000c", 0, 1, "2-3,32"},
		{"SLEEP 10 ", -EINVAL, 0, NULL},
		{"SLEEP x BANNED 0", -EINVAL, 0, NULL},
		{"SLEEP 99999999999999999999 BANNED 0", -EINVAL, 0, NULL},
		{"SLEEP 10 BANNED 0-3", -EINVAL, 0, NULL},
		{"BANNED 0", -EINVAL, 0, NULL},
		{"", -EINVAL, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct irqbalance got = {.path = "kept"};
		char text[CPUS_TEXT_BYTES];
		int r = irqbalance_parse(row[i].text, &got);

		if (r != row[i].want)
			fail_msg("\"%s\": want %d, got %d", row[i].text, row[i].want, r);
		assert_string_equal(got.path, "kept");
		if (r < 0)
			continue;
		assert_int_equal(got.interval_s, row[i].interval_s);
		assert_string_equal(cpus_format(&got.banned, text), row[i].banned);
	}
}

static void
environment_says_what_it_is_banned_from(void **state)
{
	static const char by_list[] = "A=1\0IRQBALANCE_BANNED_CPULIST=2-3\0B=2";
	static const char by_mask[] = "IRQBALANCE_BANNED_CPUS=0000000c";
	static const char by_neither[] = "XIRQBALANCE_BANNED_CPULIST=2\0IRQBALANCE_BANNED_CPUS=x";
	char text[CPUS_TEXT_BYTES];
	struct cpus cpus;

	(void)state;
	assert_int_equal(irqbalance_parse_environ(by_list, sizeof(by_list), &cpus), 0);
	assert_string_equal(cpus_format(&cpus, text), "2-3");
	assert_int_equal(irqbalance_parse_environ(by_mask, sizeof(by_mask), &cpus), 0);
	assert_string_equal(cpus_format(&cpus, text), "2-3");
	assert_int_equal(irqbalance_parse_environ(by_neither, sizeof(by_neither), &cpus), -ENOENT);
	assert_int_equal(irqbalance_parse_environ("", 0, &cpus), -ENOENT);
}

static void
default_is_of_the_environment_or_of_the_boot(void **state)
{
	static const char environment[] = "IRQBALANCE_BANNED_CPULIST=1"; /* with its NUL */
	char text[CPUS_TEXT_BYTES];
	struct fake_host f;
	struct tree sys;
	struct cpus cpus;
	int file;

	(void)state;
	fake_host_make(&f);
	tree_make(&sys);
	f.host.roots.sys = sys.root;
	tree_put(&sys, "devices/system/cpu/isolated", "6\n");
	tree_put(&sys, "devices/system/cpu/nohz_full", "7\n");
	tree_put(&f.proc, "12/environ", "");
	file = openat(f.proc.root.fd, "12/environ", O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(file, environment, sizeof(environment)), sizeof(environment));
	assert_int_equal(close(file), 0);
	irqbalance_default(&f.host, "/run/irqbalance/irqbalance12.sock", &cpus);
	assert_string_equal(cpus_format(&cpus, text), "1");
	irqbalance_default(&f.host, "/run/irqbalance/irqbalance13.sock", &cpus);
	assert_string_equal(cpus_format(&cpus, text), "6-7");
	tree_remove(&sys);
	fake_host_remove(&f);
}

/* Listens, in a child, as irqbalance does: answers @answers in turn, NULL: none; what it hears is
 * the child's exit status: the number of commands that were as @wants. */
static pid_t
serve(const char *dir, const char *const *wants, const char *const *answers, size_t count)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int right = 0;
	pid_t child;

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%.80s/irqbalance7.sock", dir);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1), 0);
	child = fork();
	if (child != 0) {
		(void)close(fd);
		return child;
	}
	for (size_t i = 0; i < count; i++) {
		char text[256];
		int client = accept(fd, NULL, NULL);
		ssize_t len = recv(client, text, sizeof(text) - 1, 0);

		text[len > 0 ? len : 0] = '\0';
		right += str_eq(text, wants[i]);
		if (answers[i] != NULL)
			(void)send(client, answers[i], strlen(answers[i]), MSG_NOSIGNAL);
		(void)close(client);
	}
	_exit(right);
}

static void
daemon_is_asked_and_told(void **state)
{
	static const char *const wants[] = {
		"setup", "settings cpus 2-3,8", "settings cpus NULL", "setup"};
	static const char *const answers[] = {"SLEEP 3 BANNED 4", NULL, NULL, "what?"};
	const struct cpus none = {0}, some = list("2-3,8");
	struct irqbalance found;
	struct tree dir;
	struct error e;
	pid_t child;
	int how;

	(void)state;
	tree_make(&dir);
	assert_int_equal(irqbalance_find("/nowhere", &found, &e), 0);
	assert_string_equal(found.path, "");
	tree_put(&dir, "irqbalance6.sock", ""); /* nobody listens */
	tree_put(&dir, "other.sock", "");
	assert_int_equal(irqbalance_find(dir.root.path, &found, &e), 0);
	assert_string_equal(found.path, "");
	child = serve(dir.root.path, wants, answers, COUNT(wants));
	assert_int_equal(irqbalance_find(dir.root.path, &found, &e), 0);
	assert_true(str_ends(found.path, "/irqbalance7.sock"));
	assert_int_equal(found.interval_s, 3);
	assert_true(cpus_has(&found.banned, 2));
	assert_int_equal(irqbalance_ban(found.path, &some, &e), 0);
	assert_int_equal(irqbalance_ban(found.path, &none, &e), 0);
	assert_int_equal(irqbalance_find(dir.root.path, &found, &e), -EPROTO);
	assert_true(e.hint[0] != '\0');
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_int_equal(WEXITSTATUS(how), COUNT(wants));
	(void)snprintf(found.path, sizeof(found.path), "%.80s/irqbalance7.sock", dir.root.path);
	assert_int_equal(irqbalance_ban(found.path, &some, &e), -ECONNREFUSED);
	tree_remove(&dir);
}

static void
note_is_kept_as_long_as_a_vm_wants_something(void **state)
{
	struct irqbalance_note note = {
		.path = "/run/irqbalance/irqbalance7.sock", .base = list("6"), .ours = list("2-3")};
	struct irqbalance_note read;
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(irqbalance_note_load(&f.host.state, &read, &e), -ENOENT);
	assert_int_equal(irqbalance_note_save(&f.host.state, &note, &e), 0);
	assert_int_equal(irqbalance_note_load(&f.host.state, &read, &e), 0);
	assert_string_equal(read.path, note.path);
	assert_true(cpus_equal(&read.base, &note.base) && cpus_equal(&read.ours, &note.ours));
	cpus_clear(&note.ours);
	assert_int_equal(irqbalance_note_save(&f.host.state, &note, &e), 0);
	assert_int_equal(irqbalance_note_load(&f.host.state, &read, &e), -ENOENT);
	tree_put(&f.state, IRQBALANCE_FILE, "/run\n6");
	assert_int_equal(irqbalance_note_load(&f.host.state, &read, &e), -EINVAL);
	tree_put(&f.state, IRQBALANCE_FILE, "/run\n6\nx\n");
	assert_int_equal(irqbalance_note_load(&f.host.state, &read, &e), -EINVAL);
	fake_host_remove(&f);
}

static void
undo_without_a_note_is_nothing(void **state)
{
	char cpus[] = "2-3", target[] = IRQBALANCE_DIR;
	struct change c = {.kind = &change_irqbalance, .target = target, .value = cpus};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answer_is_read_strictly),
		cmocka_unit_test(environment_says_what_it_is_banned_from),
		cmocka_unit_test(default_is_of_the_environment_or_of_the_boot),
		cmocka_unit_test(daemon_is_asked_and_told),
		cmocka_unit_test(note_is_kept_as_long_as_a_vm_wants_something),
		cmocka_unit_test(undo_without_a_note_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
