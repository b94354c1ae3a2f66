/* SPDX-License-Identifier: MIT */
/* From JSON to a message of fixed size and its items; types are looked at here, sense elsewhere. */
#include "qemu/message.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"

static const int64_t id_max = INT64_C(1) << 53; /* where a double is exact */

void
message_done(struct qmp_message *message)
{
	cJSON_free(message->vcpus);
	cJSON_free(message->iothreads);
	*message = (struct qmp_message){0};
}

/* The size of an item of that shape, and how many there may be. */
static size_t
item_bytes(enum qmp_shape shape, size_t *ret_max)
{
	switch (shape) {
	case QMP_VCPUS:
		*ret_max = QMP_VCPUS_MAX;
		return sizeof(struct qmp_vcpu);
	case QMP_IOTHREADS:
		*ret_max = QMP_IOTHREADS_MAX;
		return sizeof(struct qmp_iothread);
	case QMP_OTHER:
	case QMP_STATE:
	case QMP_LIST:
		break;
	}
	*ret_max = 0;
	return 0;
}

size_t
message_items_bytes(const struct qmp_message *message)
{
	size_t most;
	size_t bytes = item_bytes(message->shape, &most);

	return message->count <= most ? message->count * bytes : 0;
}

void *
message_items_make(struct qmp_message *message)
{
	size_t bytes = message_items_bytes(message);
	void *items = bytes > 0 ? cJSON_malloc(bytes) : NULL;

	if (items == NULL)
		return NULL;
	memset(items, 0, bytes); /* padding too: it is sent to another process */
	if (message->shape == QMP_VCPUS)
		message->vcpus = items;
	else
		message->iothreads = items;
	return items;
}

static void
name_set(struct qmp_message *message, const char *name)
{
	(void)snprintf(message->name, sizeof(message->name), "%s", name);
}

static int32_t
number_read(const cJSON *object, const char *key)
{
	int64_t value;

	if (cJSON_GetObjectItemCaseSensitive(object, key) == NULL)
		return QMP_ABSENT;
	return json_int(object, key, 0, INT32_MAX, &value) ? (int32_t)value : QMP_STRANGE;
}

static void
vcpu_read(const cJSON *item, struct qmp_vcpu *ret)
{
	static const char *const keys[QMP_PLACES] = {
		"socket-id", "die-id", "cluster-id", "module-id", "core-id", "thread-id"};
	const cJSON *props = cJSON_GetObjectItemCaseSensitive(item, "props");

	ret->is_object = cJSON_IsObject(item) != 0;
	ret->props_are_object = props == NULL || cJSON_IsObject(props);
	ret->index = number_read(item, "cpu-index");
	ret->tid = number_read(item, "thread-id");
	for (size_t i = 0; i < COUNT(keys); i++)
		ret->place[i] = number_read(props, keys[i]);
}

static void
iothread_read(const cJSON *item, struct qmp_iothread *ret)
{
	const char *id = json_string(item, "id");

	ret->tid = number_read(item, "thread-id");
	if (id != NULL && strlen(id) < sizeof(ret->id))
		(void)snprintf(ret->id, sizeof(ret->id), "%s", id);
}

/* By the first item: whatever it is, the others are read as its like. */
static enum qmp_shape
list_shape(const cJSON *list)
{
	if (cJSON_GetObjectItemCaseSensitive(list->child, "cpu-index") != NULL)
		return QMP_VCPUS;
	return cJSON_GetObjectItemCaseSensitive(list->child, "id") != NULL ? QMP_IOTHREADS
									   : QMP_LIST;
}

static int
list_read(const cJSON *list, struct qmp_message *ret)
{
	size_t most, at = 0;

	ret->shape = list_shape(list);
	(void)item_bytes(ret->shape, &most);
	for (const cJSON *item = list->child; item != NULL && ret->count <= most; item = item->next)
		ret->count++;
	if (message_items_bytes(ret) == 0)
		return 0;
	if (message_items_make(ret) == NULL)
		return -ENOMEM;
	for (const cJSON *item = list->child; item != NULL; item = item->next, at++) {
		if (ret->shape == QMP_VCPUS)
			vcpu_read(item, &ret->vcpus[at]);
		else
			iothread_read(item, &ret->iothreads[at]);
	}
	return 0;
}

static int
return_read(const cJSON *data, struct qmp_message *ret)
{
	const char *state = json_string(data, "status");

	ret->kind = QMP_RETURN;
	if (cJSON_IsArray(data))
		return list_read(data, ret);
	if (state == NULL)
		return 0;
	ret->shape = QMP_STATE;
	name_set(ret, state);
	return 0;
}

/* {"QMP": {"version": {"qemu": {"major": 7, "minor": 2, "micro": 22}, …}, …}} */
static int
greeting_read(const cJSON *qmp, struct qmp_message *ret)
{
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(qmp, "version");
	const cJSON *qemu = cJSON_GetObjectItemCaseSensitive(version, "qemu");

	ret->kind = QMP_GREETING;
	ret->version = (struct qmp_version){
		number_read(qemu, "major"), number_read(qemu, "minor"), number_read(qemu, "micro")};
	return ret->version.major < 0 || ret->version.minor < 0 || ret->version.micro < 0 ? -EPROTO
											  : 0;
}

static int
event_read(const cJSON *event, struct qmp_message *ret)
{
	const char *name = cJSON_GetStringValue(event);

	ret->kind = QMP_EVENT;
	ret->id = 0;
	if (name != NULL)
		name_set(ret, name);
	return name != NULL ? 0 : -EPROTO;
}

static int
refusal_read(const cJSON *refusal, struct qmp_message *ret)
{
	const char *why = json_string(refusal, "desc");

	ret->kind = QMP_ERROR;
	if (why != NULL)
		name_set(ret, why);
	return why != NULL ? 0 : -EPROTO;
}

static int
read_any(const cJSON *json, struct qmp_message *ret)
{
	static const struct {
		const char *key;
		int (*read)(const cJSON *member, struct qmp_message *ret);
	} kinds[] = {
		{"QMP", greeting_read},
		{"event", event_read},
		{"return", return_read},
		{"error", refusal_read},
	};
	const cJSON *found = NULL;
	size_t which = 0, count = 0;
	int64_t id = 0;

	for (size_t i = 0; i < COUNT(kinds); i++) {
		const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, kinds[i].key);

		if (member == NULL)
			continue;
		found = member;
		which = i;
		count++;
	}
	if (count != 1)
		return -EPROTO;
	(void)json_int(json, "id", 1, id_max, &id);
	ret->id = (uint64_t)id;
	return kinds[which].read(found, ret);
}

int
message_parse(const char *text, size_t len, struct qmp_message *ret, struct error *e)
{
	auto_json cJSON *json = NULL;
	int r = json_parse(text, len, "QMP", &json, e);

	memset(ret, 0, sizeof(*ret)); /* padding too */
	if (r < 0)
		return r;
	r = read_any(json, ret);
	if (r == 0)
		return 0;
	message_done(ret);
	(void)error_sys(e, -r, NULL, "read QMP");
	return r == -EPROTO ? error_why(e, "it is neither greeting, event nor answer") : r;
}

void
message_format(const char *name, uint64_t id, char text[QMP_COMMAND_BYTES])
{
	(void)snprintf(
		text, QMP_COMMAND_BYTES, "{\"execute\":\"%s\",\"id\":%" PRIu64 "}\n", name, id);
}
