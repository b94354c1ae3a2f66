/* SPDX-License-Identifier: MIT */
/* The columns of qpin status: their names, and what has to be read for them. */
#ifndef QPIN_REPORT_STATUS_COLUMNS_H
#define QPIN_REPORT_STATUS_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

struct error;

enum status_column {
	STATUS_COLUMN_ROLE,
	STATUS_COLUMN_TID,
	STATUS_COLUMN_CPU,
	STATUS_COLUMN_PLACE,
	STATUS_COLUMN_CORE,
	STATUS_COLUMN_CACHE,
	STATUS_COLUMN_NODE,
	STATUS_COLUMN_POLICY,
	STATUS_COLUMN_TIME,
	STATUS_COLUMN_DELAY,
	STATUS_COLUMN_INVOL,
	STATUS_COLUMN_VOL,
	STATUS_COLUMN_MIGR,
	STATUS_COLUMN_IRQS,
	STATUS_COLUMN_FOREIGN,
	STATUS_COLUMN_NAME,
	STATUS_COLUMN_PARTITION,
	STATUS_COLUMN_COUNT,
};

/* What isn't read unless it is wanted. */
enum status_want {
	STATUS_WANT_SPOT = 1 << 0,
	STATUS_WANT_PARTITION = 1 << 1,
	STATUS_WANT_SCHEDULING = 1 << 2,
	STATUS_WANT_USAGE = 1 << 3,
	STATUS_WANT_MIGRATIONS = 1 << 4,
	STATUS_WANT_IRQS = 1 << 5,
	STATUS_WANT_FOREIGN = 1 << 6,
	STATUS_WANT_ALL = (1 << 7) - 1,
};

struct status_columns {
	enum status_column list[STATUS_COLUMN_COUNT];
	size_t count;
	unsigned wants; /* of enum status_want */
};

/* status_columns_default - those that have room on a line of 80 */
void status_columns_default(struct status_columns *ret);

/*
 * status_columns_parse - read "role,cpu,time"; "+node,vol" is the default ones and these
 *
 * Names are known in capitals, too. Returns 0; or -EINVAL (ERROR_USAGE) with all that there are,
 * for one that isn't, is there twice, or an empty list.
 */
int status_columns_parse(const char *text, struct status_columns *ret, struct error *e);

/* status_column_title, status_column_is_number - of the table's head; static */
const char *status_column_title(enum status_column column);
bool status_column_is_number(enum status_column column);

#endif
