/* SPDX-License-Identifier: MIT */
/* The kernel's hypervisor: whether the caller can have it, and its modules' knobs. */
#include "host/kvm.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "host/survey.h"

enum {
	CPUINFO_BYTES = 32 * 1024 * 1024, /* a CPU takes 1.5 KiB, and there may be 8,192 */
};

/* Whether line @text, up to its end, has @word between blanks. */
static bool
line_has(const char *text, const char *word)
{
	size_t len = strlen(word);

	while (*text != '\0' && *text != '\n') {
		text += strspn(text, " \t");
		if (strncmp(text, word, len) == 0 && strchr(" \n", text[len]) != NULL)
			return true;
		text += strcspn(text, " \n");
	}
	return false;
}

/* What is behind the colon of the first line that is called @name; "" when there is none. */
static const char *
line_find(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (; *text != '\0'; text += *text == '\n') {
		const char *colon = text + strcspn(text, ":\n");

		if (*colon == ':' && strncmp(text, name, len) == 0 &&
			strspn(text + len, " \t") == (size_t)(colon - text) - len)
			return colon + 1;
		text += strcspn(text, "\n");
	}
	return "";
}

static void
cpu_read(const struct root *proc, struct kvm_facts *ret)
{
	auto_free char *text = NULL;
	struct error ignored;
	const char *flags, *vendor;

	if (file_load(proc, "cpuinfo", CPUINFO_BYTES, &text, &ignored) < 0)
		return;
	flags = line_find(text, "flags");
	vendor = line_find(text, "vendor_id");
	/* Source: Linux arch/x86/kvm/svm/svm.c, __kvm_is_svm_supported(). */
	ret->is_amd = line_has(flags, "svm") &&
		      (line_has(vendor, "AuthenticAMD") || line_has(vendor, "HygonGenuine"));
	ret->cpu_can = ret->is_amd || line_has(flags, "vmx");
	ret->cpu_posts = ret->is_amd ? line_has(flags, "avic")
				     : line_has(line_find(text, "vmx flags"), "posted_intr");
}

void
kvm_load(const struct roots *roots, const struct root *top, struct kvm_facts *ret)
{
	const struct root *sys = &roots->sys;

	*ret = (struct kvm_facts){0};
	if (faccessat(top->fd, "dev/kvm", R_OK | W_OK, AT_EACCESS) < 0)
		ret->open_errno = errno;
	cpu_read(&roots->proc, ret);
	ret->loaded = file_exists(sys, "module/kvm_intel") || file_exists(sys, "module/kvm_amd");
	ret->halt_poll_ns = tunable_read(sys, "module/kvm/parameters/halt_poll_ns");
	word_read(sys, "module/kvm/parameters/nx_huge_pages", ret->nx_huge_pages);
	word_read(sys,
		ret->is_amd ? "module/kvm_amd/parameters/avic"
			    : "module/kvm_intel/parameters/enable_apicv",
		ret->posts);
}
