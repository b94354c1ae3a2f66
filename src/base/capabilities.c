/* SPDX-License-Identifier: MIT */
/* By the kernel's own calls: what is done here is too little for a library. */
#include "base/capabilities.h"

#include <errno.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"

enum {
	WORDS = _LINUX_CAPABILITY_U32S_3,
	WORD_BITS = 32,
};

static int
capabilities_read(struct __user_cap_data_struct *ret)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};

	return syscall(SYS_capget, &header, ret) < 0 ? -errno : 0;
}

bool
capabilities_has(uint64_t set)
{
	struct __user_cap_data_struct data[WORDS];
	uint64_t effective;

	if (capabilities_read(data) < 0)
		return false;
	effective = data[0].effective | (uint64_t)data[1].effective << WORD_BITS;
	return (set & ~effective) == 0;
}

bool
capabilities_has_any(void)
{
	struct __user_cap_data_struct data[WORDS];

	return capabilities_read(data) == 0 && (data[0].permitted | data[1].permitted) != 0;
}

/* Without CAP_SETPCAP the bounding set stays; so does what it bounds: what exec may give. */
static void
bounding_keep(uint64_t set)
{
	for (unsigned number = 0; prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0; number++) {
		if ((set & CAPABILITY(number)) == 0)
			(void)prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
	}
}

int
capabilities_keep(uint64_t set, struct error *e)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[WORDS];
	int r = capabilities_read(data);

	if (r < 0)
		return error_sys(e, -r, NULL, "read the capabilities");
	bounding_keep(set);
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); /* Linux 4.3 */
	for (size_t i = 0; i < WORDS; i++) {
		data[i].permitted &= (uint32_t)(set >> (i * WORD_BITS));
		data[i].effective &= data[i].permitted;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, data) < 0)
		return error_sys(e, errno, NULL, "give capabilities up");
	return 0;
}
