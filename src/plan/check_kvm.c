/* SPDX-License-Identifier: MIT */
/* The kernel's hypervisor. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/files.h"
#include "base/text.h"
#include "host/survey.h"
#include "plan/check.h"
#include "plan/checkup.h"

static const char halt_poll_default[] =
	"200000"; /* Source: Linux arch/x86/include/asm/kvm_host.h */

static const char *
module_of(const struct kvm_facts *kvm)
{
	return kvm->is_amd ? "kvm_amd" : "kvm_intel";
}

static void
device_missing(const struct kvm_facts *kvm, struct checkup *ret)
{
	if (kvm->loaded) {
		checkup_add(ret, CHECK_KVM_DEVICE, VERDICT_PROBLEM,
			"%s is loaded, but there is no /dev/kvm", module_of(kvm));
		checkup_hint(ret, "a container has to be given the device");
	} else if (kvm->cpu_can) {
		checkup_add(ret, CHECK_KVM_DEVICE, VERDICT_PROBLEM,
			"there is none, though the processor can do it");
		checkup_mend(ret, "modprobe %s && echo %s >/etc/modules-load.d/qpin-kvm.conf",
			module_of(kvm), module_of(kvm));
	} else {
		checkup_add(ret, CHECK_KVM_DEVICE, VERDICT_ADVICE,
			"there is none, and the processor doesn't tell that it could: QEMU "
			"emulates (accel: tcg)");
		checkup_hint(ret, "switch virtualization on in the firmware's setup; of a VM: let "
				  "it have nested virtualization");
	}
}

static void
check_device(const struct check_input *in, struct checkup *ret)
{
	const struct kvm_facts *kvm = &in->survey->kvm;
	const char *user = in->survey->limits.user;

	if (kvm->open_errno == 0) {
		checkup_add(ret, CHECK_KVM_DEVICE, VERDICT_OK, "it's there, and you may have it");
		return;
	}
	if (kvm->open_errno == ENOENT) {
		device_missing(kvm, ret);
		return;
	}
	checkup_add(ret, CHECK_KVM_DEVICE, VERDICT_PROBLEM, "you can't have it: %s",
		strerror(kvm->open_errno));
	if (!in->facts->root && name_is_safe(user)) {
		checkup_mend(ret, "usermod -aG kvm %s", user);
		checkup_hint(ret, "it takes effect at the next log-in");
	}
}

static void
check_posted(const struct kvm_facts *kvm, struct checkup *ret)
{
	const char *parameter = kvm->is_amd ? "avic" : "enable_apicv";

	if (kvm->posts[0] == '\0')
		return;
	if (str_eq(kvm->posts, "Y") || str_eq(kvm->posts, "1")) {
		checkup_add(ret, CHECK_KVM_POSTED, VERDICT_OK, "they do");
	} else if (!kvm->cpu_posts) {
		checkup_add(
			ret, CHECK_KVM_POSTED, VERDICT_OK, "they don't: the processor can't do it");
	} else {
		checkup_add(ret, CHECK_KVM_POSTED, VERDICT_ADVICE,
			"they don't, though the processor can do it (%s of %s is %s)", parameter,
			module_of(kvm), kvm->posts);
		checkup_mend(ret, "echo 'options %s %s=1' >/etc/modprobe.d/qpin-%s.conf",
			module_of(kvm), parameter, module_of(kvm));
		checkup_hint(ret, "it takes effect when the module is loaded the next time");
	}
}

void
check_kvm(const struct check_input *in, struct checkup *ret)
{
	const struct kvm_facts *kvm = &in->survey->kvm;

	check_device(in, ret);
	if (kvm->halt_poll_ns.is_known && kvm->halt_poll_ns.value == 0) {
		checkup_add(ret, CHECK_KVM_HALT_POLL, VERDICT_ADVICE,
			"not at all: each wake-up goes through the scheduler");
		checkup_mend(ret,
			"echo 'options kvm halt_poll_ns=%s' >/etc/modprobe.d/qpin-kvm.conf && "
			"echo %s >/sys/module/kvm/parameters/halt_poll_ns",
			halt_poll_default, halt_poll_default);
	} else if (kvm->halt_poll_ns.is_known) {
		checkup_add(ret, CHECK_KVM_HALT_POLL, VERDICT_OK, "up to %" PRId64 " ns",
			kvm->halt_poll_ns.value);
	}
	if (kvm->nx_huge_pages[0] != '\0')
		checkup_add(ret, CHECK_KVM_NX_HUGE_PAGES, VERDICT_OK, "%s",
			str_eq(kvm->nx_huge_pages, "N")
				? "it doesn't"
				: "it does, against iTLB multihit; a thread of the kernel's joins "
				  "them again now and then");
	check_posted(kvm, ret);
}
