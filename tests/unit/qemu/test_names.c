/* SPDX-License-Identifier: MIT */
#include "qemu/names.h"

#include <string.h>

#include "base/cleanup.h"
#include "check.h"

static void
names_tell_kind_and_part(void **state)
{
	static const struct {
		const char *name;
		enum thread_kind kind;
		unsigned index;
		const char *part;
	} row[] = {
		{"CPU 0/KVM", THREAD_VCPU, 0, "0"},
		{"CPU 17/TCG", THREAD_VCPU, 17, "17"},
		{"CPU 8191/MSHV", THREAD_VCPU, 8191, "8191"},
		{"ALL CPUs/TCG", THREAD_VCPU, 0, "0"},
		{"IO disk", THREAD_IO, 0, "disk"},
		{"IO a b", THREAD_IO, 0, "a b"},
		{"worker", THREAD_WORKER, 0, "worker"},
		{"CPU 0", THREAD_OTHER, 0, "CPU 0"},
		{"CPU 0/", THREAD_OTHER, 0, "CPU 0/"},
		{"CPU x/KVM", THREAD_OTHER, 0, "CPU x/KVM"},
		{"CPU -1/KVM", THREAD_OTHER, 0, "CPU -1/KVM"},
		{"CPU 8192/KVM", THREAD_OTHER, 0, "CPU 8192/KVM"},
		{"CPU 00000000000000000001/KVM", THREAD_OTHER, 0, "CPU 00000000000000000001/KVM"},
		{"IO ", THREAD_OTHER, 0, "IO "},
		{"workers", THREAD_OTHER, 0, "workers"},
		{"call_rcu", THREAD_OTHER, 0, "call_rcu"},
		{"", THREAD_OTHER, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct thread_name name;

		thread_name_parse(row[i].name, &name);
		if (name.kind != row[i].kind || name.index != row[i].index ||
			strcmp(name.part, row[i].part) != 0)
			fail_msg("'%s': %d %u '%s'", row[i].name, name.kind, name.index, name.part);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_tell_kind_and_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
