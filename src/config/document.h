/* SPDX-License-Identifier: MIT */
/* A YAML file as a tree. libyaml ends here. */
#ifndef QPIN_CONFIG_DOCUMENT_H
#define QPIN_CONFIG_DOCUMENT_H

#include <stddef.h>

#include "config/node.h"

struct findings;

/*
 * document_parse - the first and only YAML document of @text
 *
 * What is wrong with it goes to @f. Returns 0, also when something was found that doesn't prevent
 * reading on (duplicate keys, tags); -EINVAL when the file can't be read to its end. The caller
 * calls document_done() in any case.
 */
int document_parse(const char *text, size_t len, struct document *ret, struct findings *f);

#endif
