/* SPDX-License-Identifier: MIT */
/* QEMU's command line, word by word, as a definition: the way back of qemu/argv.h. */
#include "import/words.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/findings.h"
#include "qemu/monitor.h"

static const char name_letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789-_";

/*
 * Options without a value, of QEMU 2 to 10. One that is missing here costs no word, but may be
 * written with a disk image behind it as its value.
 * Source: QEMU qemu-options.def, all without HAS_ARG.
 */
static const char *const flags[] = {"S", "alt-grab", "audio-help", "ctrl-grab", "curses",
	"daemonize", "enable-fips", "enable-hax", "enable-kvm", "enable-sync-profile",
	"full-screen", "h", "help", "jitdump", "localtime", "mem-prealloc", "no-acpi",
	"no-fd-bootchk", "no-frame", "no-hpet", "no-kvm", "no-kvm-irqchip", "no-kvm-pit",
	"no-kvm-pit-reinjection", "no-quit", "no-reboot", "no-shutdown", "no-user-config",
	"nodefaults", "nodefconfig", "nographic", "old-param", "one-insn-per-tb", "only-migratable",
	"perfmap", "portrait", "preconfig", "rtc-td-hack", "s", "sdl", "semihosting", "singlestep",
	"snapshot", "std-vga", "tdf", "usb", "version", "win2k-hack", "xen-attach",
	"xen-domid-restrict"};

static bool
is_flag(const char *name)
{
	for (size_t i = 0; i < COUNT(flags); i++) {
		if (str_eq(flags[i], name))
			return true;
	}
	return false;
}

/* The name in "-name" or "--name", as a definition can say it; NULL of any other word. */
static const char *
option_name(const char *word)
{
	size_t dashes = strspn(word, "-");
	const char *name = word + dashes;

	if (dashes < 1 || dashes > 2 || !isalnum((unsigned char)*name) ||
		name[strspn(name, name_letters)] != '\0')
		return NULL;
	return name;
}

/*
 * Whether QEMU takes @next for the value of option @name. A word like an option is one, since
 * values seldom are; but for what is handed on to the guest. Either way no word changes.
 */
static bool
is_value(const char *name, const char *next)
{
	if (is_flag(name))
		return false;
	return option_name(next) == NULL || str_eq(name, "append");
}

static int
no_memory(struct error *e)
{
	return error_sys(e, ENOMEM, NULL, "read a command line");
}

/* Add the option that begins at @words, or the word; returns how many words it has. */
static int
option_add(const char *const *words, size_t count, struct definition *d, struct error *e)
{
	struct qemu_option *option = &d->options[d->option_count++];
	const char *name = option_name(words[0]);
	const char *value = name == NULL ? words[0] : NULL;

	if (name != NULL && count > 1 && is_value(name, words[1]))
		value = words[1];
	*option = (struct qemu_option){
		.name = strdup(name != NULL ? name : ""),
		.value = value != NULL ? strdup(value) : NULL,
		.two_dashes = name == NULL || str_starts(words[0], "--"),
	};
	if (option->name == NULL || (value != NULL && option->value == NULL))
		return no_memory(e);
	return name != NULL && value != NULL ? 2 : 1;
}

/* How many words are left without those that qpin added when it started this QEMU. */
static size_t
without_ours(const char *const *words, size_t count)
{
	size_t ours = 0, kept;

	while (monitor_argv[ours] != NULL)
		ours++;
	if (count <= ours)
		return count;
	kept = count - ours;
	for (size_t i = 0; i < ours; i++) {
		if (!str_eq(words[kept + i], monitor_argv[i]))
			return count;
	}
	return kept > 1 && str_eq(words[kept - 1], "-S") ? kept - 1 : kept;
}

/* "fd=27", "vhostfds=3:4", "\"fd\":\"27\"": a descriptor that was open when QEMU was started */
static bool
has_descriptor(const char *value)
{
	static const char *const keys[] = {"fd", "fds", "vhostfd", "vhostfds", "sockfd"};

	for (size_t i = 0; i < COUNT(keys); i++) {
		size_t len = strlen(keys[i]);

		for (const char *at = strstr(value, keys[i]); at != NULL;
			at = strstr(at + 1, keys[i])) {
			const char *after = at + len;
			bool begins = at == value || strchr(",\"", at[-1]) != NULL;

			after += strspn(after, "\"=: ");
			if (begins && after > at + len && isdigit((unsigned char)*after))
				return true;
		}
	}
	return false;
}

static void
option_remark(const struct qemu_option *option, struct remarks *remarks)
{
	if (str_eq(option->name, "S"))
		remarks_add(remarks, 0,
			"-S is kept: the guest will wait for `cont` from a monitor; take it out to "
			"let qpin start the guest");
	if (option->value != NULL && option->name[0] != '\0' && has_descriptor(option->value))
		remarks_add(remarks, 0, "-%s names an open descriptor, which no new start has: %s",
			option->name, quote(option->value).text);
}

/* As far as a word may be that is given to another program. */
static bool
is_system_emulator(const char *word)
{
	const char *slash = strrchr(word, '/');

	return str_starts(slash != NULL ? slash + 1 : word, "qemu-system-") &&
	       strpbrk(word, "=,") == NULL;
}

static int
program_check(const char *const *words, size_t count, struct error *e)
{
	if (count == 0 || words[0][0] == '\0') {
		error_refuse(e, ERROR_USAGE, NULL, "import a command line");
		return error_why(e, "it names no program");
	}
	for (size_t i = 1; i < count && !words_name_qemu(words[0]); i++) {
		if (!is_system_emulator(words[i]))
			continue;
		error_refuse(e, ERROR_USAGE, NULL, "import a command line");
		error_why(e, "'%s' isn't QEMU, but starts it", quote(words[0]).text);
		return error_hint(e, "begin with '%s'", quote(words[i]).text);
	}
	return 0;
}

int
words_read(const char *const *words, size_t count, struct definition *d, struct remarks *remarks,
	struct error *e)
{
	int r = program_check(words, count, e);

	if (r < 0)
		return r;
	count = without_ours(words, count);
	d->binary = strdup(words[0]);
	d->options = calloc(count + 1, sizeof(*d->options));
	if (d->binary == NULL || d->options == NULL)
		return no_memory(e);
	for (size_t i = 1; i < count; i += (size_t)r) {
		r = option_add(&words[i], count - i, d, e);
		if (r < 0)
			return r;
		option_remark(&d->options[d->option_count - 1], remarks);
	}
	return 0;
}

/* The length of NAME in NAME=VALUE; 0 of any other word. */
static size_t
assignment_name(const char *word)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_";
	size_t len = strspn(word, letters);

	return word[len] == '=' && !isdigit((unsigned char)word[0]) ? len : 0;
}

/* The place of variable @name, or the one behind the last. */
static size_t
env_find(const struct definition *d, const char *name)
{
	for (size_t i = 0; i < d->env_count; i++) {
		assert(d->env[i].name != NULL);
		if (str_eq(d->env[i].name, name))
			return i;
	}
	return d->env_count;
}

static int
env_put(struct definition *d, const char *word, size_t name_len, struct error *e)
{
	auto_free char *name = text_printf("%.*s", (int)name_len, word);
	auto_free char *value = text_printf("%s", word + name_len + 1);
	size_t i;

	if (name == NULL || value == NULL)
		return no_memory(e);
	i = env_find(d, name);
	if (i < d->env_count) {
		free(d->env[i].value);
	} else {
		d->env_count++;
		d->env[i].name = heap_release(&name);
	}
	d->env[i].value = heap_release(&value);
	return 0;
}

int
words_read_env(const char *const *words, size_t count, struct definition *d, struct error *e)
{
	size_t len, i = 0;
	int r = 0;

	d->env = calloc(count + 1, sizeof(*d->env));
	if (d->env == NULL)
		return no_memory(e);
	for (; i < count && r == 0; i++) {
		len = assignment_name(words[i]);
		if (len == 0)
			break;
		r = env_put(d, words[i], len, e);
	}
	return r < 0 ? r : (int)i;
}

bool
words_name_qemu(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;

	return strstr(base, "qemu") != NULL || str_eq(base, "kvm") || str_eq(base, "qemu-kvm");
}
