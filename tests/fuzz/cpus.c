/* SPDX-License-Identifier: MIT */
/* CPU lists, masks and systemd's bytes: what is read is written so that it reads the same. */
#include "base/cpus.h"

#include "base/mask.h"
#include "fuzz.h"
#include "host/unit_cpus.h"

static void
list_try(const char *text)
{
	char written[CPUS_TEXT_BYTES];
	struct cpus set = {0}, again = {0}, untouched = {0};

	cpus_add(&set, 7);
	cpus_add(&untouched, 7);
	if (cpus_parse(text, &set) < 0) {
		must(cpus_equal(&set, &untouched));
		return;
	}
	cpus_format(&set, written);
	must(strlen(written) < sizeof(written));
	must(cpus_parse(written, &again) == 0);
	must(cpus_equal(&set, &again));
}

static void
mask_try(const char *text)
{
	char written[CPUS_TEXT_BYTES];
	struct cpus set = {0}, again = {0};

	if (mask_parse(text, &set) < 0)
		return;
	mask_format(&set, written);
	must(strlen(written) < sizeof(written));
	must(mask_parse(written, &again) == 0);
	must(cpus_equal(&set, &again));
}

/* The input as a set: also what no short list describes. */
static void
bytes_try(const uint8_t *data, size_t size)
{
	unsigned char mask[UNIT_MASK_BYTES];
	char written[CPUS_TEXT_BYTES];
	struct cpus set, again = {0};

	unit_mask_read(data, size, &set);
	unit_mask_read(mask, unit_mask_write(&set, mask), &again);
	must(cpus_equal(&set, &again));
	must(cpus_parse(cpus_format(&set, written), &again) == 0);
	must(cpus_equal(&set, &again));
	must(mask_parse(mask_format(&set, written), &again) == 0);
	must(cpus_equal(&set, &again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	list_try(text);
	mask_try(text);
	bytes_try(data, size);
	free(text);
	return 0;
}
