/* SPDX-License-Identifier: MIT */
/* What is in the kernel's record of an event, whose layout the kernel tells. */
#include "host/tracer_record.h"

#include <string.h>

#include "host/tracer_library.h"

static struct tep_format_field *
field_find(struct tep_event *event, const char *name)
{
	return name != NULL ? tep.find_field(event, name) : NULL;
}

bool
tracer_fields_find(
	struct tep_event *event, const struct tracer_event *wanted, struct tracer_fields *ret)
{
	*ret = (struct tracer_fields){
		.id = field_find(event, wanted->id_field),
		.name = field_find(event, wanted->name_field),
		.state = field_find(event, wanted->kind == TRACE_SWITCH ? "prev_state" : NULL),
		.took = field_find(event, wanted->took_field),
		.only = field_find(event, wanted->only_field),
	};
	return wanted->id_field == NULL || ret->id != NULL;
}

static uint64_t
number_read(struct tep_format_field *field, const struct tep_record *record)
{
	unsigned long long value = 0;

	if (field != NULL)
		(void)tep.read_number_field(field, record->data, &value);
	return value;
}

/* A text within the record: of a fixed place, or of one that the record tells. */
static void
name_read(struct tep_format_field *field, const struct tep_record *record, char *name)
{
	size_t offset, size;

	if (field == NULL)
		return;
	offset = (size_t)field->offset;
	size = (size_t)field->size;
	if ((field->flags & TEP_FIELD_IS_DYNAMIC) != 0) {
		uint64_t place = number_read(field, record);

		offset = place & UINT16_MAX;
		size = place >> 16 & UINT16_MAX;
	}
	if (offset > (size_t)record->size || size > (size_t)record->size - offset)
		return;
	if (size > TRACE_NAME_BYTES - 1)
		size = TRACE_NAME_BYTES - 1;
	memcpy(name, (const char *)record->data + offset, size);
	name[size] = '\0';
}

bool
tracer_record_read(const struct tracer_event *event, const struct tracer_fields *fields,
	const struct tep_record *record, struct trace_event *ret)
{
	if (fields->only != NULL && number_read(fields->only, record) == 0)
		return false;
	ret->kind = event->kind;
	ret->source = event->source;
	ret->ns = record->ts;
	ret->id = event->id_field != NULL ? number_read(fields->id, record) : event->id;
	ret->took_ns = number_read(fields->took, record);
	name_read(fields->name, record, ret->name);
	/* 0 is running; the bits beyond a byte tell of having been preempted. */
	if (ret->kind == TRACE_SWITCH)
		ret->ready = (number_read(fields->state, record) & UINT8_MAX) == 0;
	return true;
}
