/* SPDX-License-Identifier: MIT */
/* Columns that line up, as util-linux prints them: through libsmartcols. */
#ifndef QPIN_REPORT_TABLE_H
#define QPIN_REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct error;
struct table;

struct table_column {
	const char *title;
	bool is_number; /* to the right */
};

/*
 * table_new - a table without rows; the caller frees it with table_free()
 *
 * Returns 0 or -errno.
 */
int table_new(
	const struct table_column *columns, size_t count, struct table **ret, struct error *e);
void table_free(struct table *table);

/* table_add - append a row, of as many texts (copied) as there are columns */
int table_add(struct table *table, const char *const *cells, struct error *e);

/*
 * table_print - write title line and rows to @out, never cut to a terminal's width
 *
 * Bytes that can't be printed are shown as \xNN. Returns 0 or -errno.
 */
int table_print(struct table *table, FILE *out, struct error *e);

static inline void
table_cleanup(struct table **table)
{
	table_free(*table);
}

#define auto_table __attribute__((cleanup(table_cleanup)))

#endif
