/* SPDX-License-Identifier: MIT */
/* Writing YAML that document_parse() reads back as the same texts. libyaml's other half. */
#ifndef QPIN_CONFIG_EMITTER_H
#define QPIN_CONFIG_EMITTER_H

#include <stdbool.h>
#include <yaml.h>

#include "base/error.h"
#include "base/text.h"

/*
 * One document that is being written. Begun by emitter_begin(), ended by emitter_end(). The first
 * failure is remembered, and further calls do nothing.
 */
struct emitter {
	yaml_emitter_t yaml;
	struct buf *out; /* borrowed */
	struct error error;
	int failed; /* 0, or the -errno of error */
};

/* emitter_begin - write to the end of @out, which outlives the emitter at one address */
void emitter_begin(struct emitter *m, struct buf *out);

/*
 * emitter_end - what is written so far becomes a whole document
 *
 * Returns 0; -EINVAL (ERROR_USAGE) for a text that no definition can hold: bytes that aren't UTF-8,
 * or control characters but tab and line feed; -ENOMEM.
 */
int emitter_end(struct emitter *m, struct error *e);

/* A map's items are a key and a value each; @in_line: "{ a: 1 }" */
void emit_map(struct emitter *m, bool in_line);
void emit_map_end(struct emitter *m);
void emit_list(struct emitter *m);
void emit_list_end(struct emitter *m);

/* emit_text - a scalar, in quotes where it needs them; "" has some, too */
void emit_text(struct emitter *m, const char *text);
void emit_number(struct emitter *m, unsigned number);

#endif
