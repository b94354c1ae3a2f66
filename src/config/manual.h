/* SPDX-License-Identifier: MIT */
/* The keys' part of the manual page qpin.yml(5), out of the table of keys. */
#ifndef QPIN_CONFIG_MANUAL_H
#define QPIN_CONFIG_MANUAL_H

#include <stdio.h>

/*
 * manual_write - write one paragraph (man macros) for each key to @out
 *
 * qpin.yml.5.in is the page around it. Returns 0, or -EIO when @out refused something.
 */
int manual_write(FILE *out);

#endif
