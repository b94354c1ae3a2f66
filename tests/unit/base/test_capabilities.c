/* SPDX-License-Identifier: MIT */
#include "base/capabilities.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "check.h"

static uint64_t
status_mask(const char *key)
{
	FILE *status = fopen("/proc/self/status", "re");
	unsigned long long mask = ~0ULL;
	size_t len = strlen(key);
	char line[256];

	if (status == NULL)
		return mask;
	while (fgets(line, sizeof(line), status) != NULL) {
		if (strncmp(line, key, len) == 0)
			(void)sscanf(line + len, ": %llx", &mask); /* NOLINT(cert-err34-c) */
	}
	(void)fclose(status);
	return mask;
}

/* In a child: 0 if all is well. */
static int
keep_work(void)
{
	const uint64_t kept = CAPABILITY(CAP_KILL) | CAPABILITY(CAP_SYS_NICE);
	uint64_t had = status_mask("CapPrm"), bounding = status_mask("CapBnd");
	bool may_bound = (had & CAPABILITY(CAP_SETPCAP)) != 0;
	struct error e;

	if (capabilities_keep(kept, &e) < 0)
		return 1;
	if (status_mask("CapPrm") != (had & kept) || status_mask("CapEff") != (had & kept))
		return 2;
	if (status_mask("CapInh") != 0 || status_mask("CapAmb") != 0)
		return 3;
	if (status_mask("CapBnd") != (may_bound ? bounding & kept : bounding))
		return 4;
	if (capabilities_has(CAPABILITY(CAP_KILL)) != ((had & CAPABILITY(CAP_KILL)) != 0))
		return 5;
	if (capabilities_has(CAPABILITY(CAP_KILL) | CAPABILITY(CAP_SYS_ADMIN)))
		return 6;
	/* None comes back. */
	if (capabilities_keep(UINT64_MAX, &e) < 0 || status_mask("CapEff") != (had & kept))
		return 7;
	return capabilities_keep(0, &e) == 0 && status_mask("CapPrm") == 0 && capabilities_has(0)
		       ? 0
		       : 8;
}

static void
capabilities_that_are_not_kept_are_gone_for_good(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0)
		_exit(keep_work());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capabilities_that_are_not_kept_are_gone_for_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
