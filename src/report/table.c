/* SPDX-License-Identifier: MIT */
/* Columns that line up: libsmartcols, which reports failures as -errno or NULL. */
#include "report/table.h"

#include <errno.h>
#include <stdlib.h>

#include <libsmartcols.h>

#include "base/error.h"
#include "base/library.h"

#define SCOLS(X)                                                                                   \
	X(scols_, line_set_data)                                                                   \
	X(scols_, new_table)                                                                       \
	X(scols_, print_table)                                                                     \
	X(scols_, table_new_column)                                                                \
	X(scols_, table_new_line)                                                                  \
	X(scols_, table_set_stream)                                                                \
	X(scols_, table_set_termforce)                                                             \
	X(scols_, unref_table)

static struct {
	SCOLS(LIBRARY_MEMBER)
} scols;

static struct library library = LIBRARY("libsmartcols.so.1", "libsmartcols1", SCOLS, scols);

struct table {
	struct libscols_table *scols; /* owned */
	size_t column_count;
};

void
table_free(struct table *table)
{
	if (table == NULL)
		return;
	scols.unref_table(table->scols);
	library_close(&library);
	free(table);
}

static int
columns_add(struct table *table, const struct table_column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int flags = columns[i].is_number ? SCOLS_FL_RIGHT : 0;

		if (scols.table_new_column(table->scols, columns[i].title, 0, flags) == NULL)
			return -ENOMEM;
	}
	table->column_count = count;
	return scols.table_set_termforce(table->scols, SCOLS_TERMFORCE_NEVER);
}

int
table_new(const struct table_column *columns, size_t count, struct table **ret, struct error *e)
{
	struct table *table;
	int r = library_open(&library, e);

	if (r < 0)
		return r;
	table = calloc(1, sizeof(*table));
	if (table == NULL) {
		library_close(&library);
		return error_sys(e, ENOMEM, NULL, "make a table");
	}
	table->scols = scols.new_table();
	r = table->scols != NULL ? columns_add(table, columns, count) : -ENOMEM;
	if (r < 0) {
		table_free(table);
		return error_sys(e, -r, NULL, "make a table");
	}
	*ret = table;
	return 0;
}

int
table_add(struct table *table, const char *const *cells, struct error *e)
{
	struct libscols_line *line = scols.table_new_line(table->scols, NULL);
	int r = line != NULL ? 0 : -ENOMEM;

	for (size_t i = 0; i < table->column_count && r == 0; i++)
		r = scols.line_set_data(line, i, cells[i]);
	return r < 0 ? error_sys(e, -r, NULL, "add a row to a table") : 0;
}

int
table_print(struct table *table, FILE *out, struct error *e)
{
	int r = scols.table_set_stream(table->scols, out);

	if (r == 0)
		r = scols.print_table(table->scols);
	return r < 0 ? error_sys(e, -r, NULL, "print a table") : 0;
}
