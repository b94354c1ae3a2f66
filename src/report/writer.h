/* SPDX-License-Identifier: MIT */
/*
 * JSON for programs, member by member. cJSON's functions take NULL for an object and give NULL, so
 * that want of memory is remembered here, and told once, when all is written.
 */
#ifndef QPIN_REPORT_WRITER_H
#define QPIN_REPORT_WRITER_H

#include <stdbool.h>
#include <stdio.h>

#include "base/cpus.h"
#include "base/json.h"

struct error;

/* Starts as {0}. */
struct writer {
	bool failed; /* something could not be written for want of memory */
};

/* writer_add - @item, which is consumed, becomes member @key of @object; NULL: without memory */
void writer_add(struct writer *w, cJSON *object, const char *key, cJSON *item);

void writer_bool(struct writer *w, cJSON *object, const char *key, bool value);
void writer_number(struct writer *w, cJSON *object, const char *key, double value);

/* writer_known - a number, or null when it is not @known */
void writer_known(struct writer *w, cJSON *object, const char *key, bool known, double value);

/* writer_id - a number; null for -1, where the host has none */
void writer_id(struct writer *w, cJSON *object, const char *key, int id);

/* writer_text - a text; null for NULL */
void writer_text(struct writer *w, cJSON *object, const char *key, const char *text);

/* writer_filled - a text; null for "" */
void writer_filled(struct writer *w, cJSON *object, const char *key, const char *text);

/* writer_cpus - a set as the kernel's list: "2-3,8", "" for none */
void writer_cpus(struct writer *w, cJSON *object, const char *key, const struct cpus *cpus);

/* writer_given_cpus - the same; null for none */
void writer_given_cpus(struct writer *w, cJSON *object, const char *key, const struct cpus *cpus);

/* writer_object, writer_array - a new member, borrowed from @object; NULL without memory */
cJSON *writer_object(struct writer *w, cJSON *object, const char *key);
cJSON *writer_array(struct writer *w, cJSON *object, const char *key);

/* writer_append - a new object at the end of @array, borrowed from it; NULL without memory */
cJSON *writer_append(struct writer *w, cJSON *array);

/* writer_append_text - a text at the end of @array */
void writer_append_text(struct writer *w, cJSON *array, const char *text);

/*
 * writer_print - all of @root to @out, and a newline
 * @line: without any other
 * @what: for messages, an infinitive: "print the status"
 *
 * Returns 0; -ENOMEM when memory was wanting before, too; or another -errno.
 */
int writer_print(const struct writer *w, const cJSON *root, FILE *out, bool line, const char *what,
	struct error *e);

#endif
