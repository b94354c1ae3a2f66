/* SPDX-License-Identifier: MIT */
/* The JSON Schema of definitions, for editors and other programs, out of the table of keys. */
#ifndef QPIN_CONFIG_SCHEMA_H
#define QPIN_CONFIG_SCHEMA_H

#include <stdio.h>

/*
 * schema_write - write the schema (draft 2020-12) to @out
 *
 * It knows each key's type, range and words, not what keys have to do with each other (but for
 * those that need another one). Returns 0, or -EIO when @out refused something.
 */
int schema_write(FILE *out);

#endif
