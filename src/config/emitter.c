/* SPDX-License-Identifier: MIT */
/* Writing YAML that document_parse() reads back as the same texts. libyaml's other half. */
#include "config/emitter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/findings.h"
#include "config/source.h"

enum {
	LINE_ENDLESS = -1, /* to libyaml: no text is folded */
	NUMBER_BYTES = 16,
};

static int
write_to_buf(void *data, unsigned char *bytes, size_t len)
{
	struct buf *out = data;

	buf_add_bytes(out, (const char *)bytes, len);
	return !out->failed;
}

/* @made: whether libyaml could make @event, which it takes over. */
static void
event_emit(struct emitter *m, int made, yaml_event_t *event)
{
	if (m->failed != 0) {
		if (made)
			yaml_event_delete(event);
		return;
	}
	if (!made || !yaml_emitter_emit(&m->yaml, event))
		m->failed = error_sys(&m->error, ENOMEM, NULL, "write a definition");
}

void
emitter_begin(struct emitter *m, struct buf *out)
{
	yaml_event_t event;

	*m = (struct emitter){.out = out};
	if (!yaml_emitter_initialize(&m->yaml)) {
		m->failed = error_sys(&m->error, ENOMEM, NULL, "write a definition");
		return;
	}
	yaml_emitter_set_output(&m->yaml, write_to_buf, out);
	yaml_emitter_set_unicode(&m->yaml, 1);
	yaml_emitter_set_width(&m->yaml, LINE_ENDLESS);
	event_emit(m, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING), &event);
	event_emit(m, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1), &event);
}

int
emitter_end(struct emitter *m, struct error *e)
{
	yaml_event_t event;

	event_emit(m, yaml_document_end_event_initialize(&event, 1), &event);
	event_emit(m, yaml_stream_end_event_initialize(&event), &event);
	yaml_emitter_delete(&m->yaml);
	if (m->failed != 0)
		*e = m->error;
	return m->failed;
}

void
emit_map(struct emitter *m, bool in_line)
{
	yaml_event_t event;

	event_emit(m,
		yaml_mapping_start_event_initialize(&event, NULL, NULL, 1,
			in_line ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE),
		&event);
}

void
emit_map_end(struct emitter *m)
{
	yaml_event_t event;

	event_emit(m, yaml_mapping_end_event_initialize(&event), &event);
}

void
emit_list(struct emitter *m)
{
	yaml_event_t event;

	event_emit(m,
		yaml_sequence_start_event_initialize(
			&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE),
		&event);
}

void
emit_list_end(struct emitter *m)
{
	yaml_event_t event;

	event_emit(m, yaml_sequence_end_event_initialize(&event), &event);
}

/* What document_parse() refuses, quoted or not. */
static int
text_check(const char *text, struct error *e)
{
	size_t len = strlen(text), length;

	for (size_t i = 0; i < len; i += length) {
		unsigned char c = (unsigned char)text[i];

		length = utf8_length(text + i, len - i);
		if (length > 0 && (c >= ' ' || c == '\t' || c == '\n') && c != 0x7f)
			continue;
		error_refuse(
			e, ERROR_USAGE, NULL, "write '%s' into a definition", quote(text).text);
		if (length == 0)
			return error_why(e, "byte 0x%02x in it is not UTF-8 text", c);
		return error_why(e, "it has a control character, U+%04X", c);
	}
	return 0;
}

static yaml_scalar_style_t
text_style(const char *text)
{
	if (text[0] == '\0') /* without quotes it is nothing */
		return YAML_SINGLE_QUOTED_SCALAR_STYLE;
	return strpbrk(text, "\n\t") != NULL ? YAML_DOUBLE_QUOTED_SCALAR_STYLE
					     : YAML_PLAIN_SCALAR_STYLE; /* where it can be */
}

void
emit_text(struct emitter *m, const char *text)
{
	const yaml_char_t *bytes = (const yaml_char_t *)text;
	yaml_event_t event;

	if (m->failed == 0)
		m->failed = text_check(text, &m->error);
	if (m->failed != 0)
		return;
	event_emit(m,
		yaml_scalar_event_initialize(
			&event, NULL, NULL, bytes, (int)strlen(text), 1, 1, text_style(text)),
		&event);
}

void
emit_number(struct emitter *m, unsigned number)
{
	char text[NUMBER_BYTES];

	(void)snprintf(text, sizeof(text), "%u", number);
	emit_text(m, text);
}
