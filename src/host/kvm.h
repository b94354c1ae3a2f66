/* SPDX-License-Identifier: MIT */
/* The kernel's hypervisor: whether the caller can have it, and its modules' knobs. */
#ifndef QPIN_HOST_KVM_H
#define QPIN_HOST_KVM_H

struct kvm_facts;
struct root;
struct roots;

/*
 * kvm_load - read /dev/kvm's permissions, the processor's flags and the modules' parameters
 * @top: the root directory, for dev/
 *
 * Opens nothing: that might load a module. Source: Linux Documentation/virt/kvm/halt-polling.rst,
 * Documentation/admin-guide/kernel-parameters.txt, "kvm.".
 */
void kvm_load(const struct roots *roots, const struct root *top, struct kvm_facts *ret);

#endif
