/* SPDX-License-Identifier: MIT */
/* The kernel's mask format of CPU sets: hexadecimal, in groups of 32 bits: "ff", "3,ffffffff". */
#ifndef QPIN_BASE_MASK_H
#define QPIN_BASE_MASK_H

#include "base/cpus.h"

/*
 * mask_parse - read a mask, which white space may follow
 *
 * Returns 0, -EINVAL when it isn't one, -ERANGE for a number of CPUS_MAX or more; @ret is untouched
 * on failure. Source: Linux lib/bitmap-str.c, bitmap_parse().
 */
int mask_parse(const char *text, struct cpus *ret);

/* mask_format - write the mask to @text of CPUS_TEXT_BYTES; returns @text */
char *mask_format(const struct cpus *s, char *text);

#endif
