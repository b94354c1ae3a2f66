/* SPDX-License-Identifier: MIT */
/* A journal's line: one that is read is written so that it reads the same. */
#include "change/record.h"

#include <errno.h>

#include "fuzz.h"
#include "supervise/kinds.h"

static char *
line_make(const struct record *record)
{
	switch (record->type) {
	case RECORD_HEADER:
		return record_header_line(&record->header);
	case RECORD_CHANGE:
		return record_change_line(&record->change);
	case RECORD_UNDONE:
		return record_undone_line(record->index);
	case RECORD_QEMU:
	case RECORD_KEEPER:
		return record_process_line(record->type, &record->process);
	case RECORD_BASELINE:
		return baseline_line(&record->baseline);
	}
	abort();
}

static void
record_done(struct record *record)
{
	if (record->type == RECORD_CHANGE)
		change_done(&record->change);
}

static void
record_check(struct record *record)
{
	char *line = line_make(record), *again;
	struct record read_back;
	struct error e;

	must(line != NULL && strlen(line) > 0 && strchr(line, '\n') == line + strlen(line) - 1);
	if (strlen(line) - 1 <= RECORD_MAX_BYTES) {
		must(record_parse(line, strlen(line) - 1, change_kinds, "fuzz", &read_back, &e) ==
			0);
		must(read_back.type == record->type);
		again = line_make(&read_back);
		must(again != NULL && strcmp(line, again) == 0);
		free(again);
		record_done(&read_back);
	}
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record record;
	struct error e;
	int r = record_parse((const char *)data, size, change_kinds, "fuzz", &record, &e);

	must(r == 0 || r == -EINVAL);
	if (r == 0) {
		record_check(&record);
		record_done(&record);
	}
	return 0;
}
