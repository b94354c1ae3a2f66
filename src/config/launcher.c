/* SPDX-License-Identifier: MIT */
/* The `launcher:` section: every key by its row of the table. */
#include "config/launcher.h"

#include <string.h>

#include "config/document.h"
#include "config/draft.h"
#include "config/findings.h"
#include "config/keys.h"
#include "config/similar.h"
#include "config/values.h"

enum {
	LAUNCHER_KEYS_MAX = 64,
};

void
launcher_init(struct draft *draft, enum dialect dialect)
{
	static const struct schedule_draft unset = {
		.policy = POLICY_UNSET,
		.priority = NUMBER_UNSET,
		.runtime_us = NUMBER_UNSET,
		.deadline_us = NUMBER_UNSET,
		.period_us = NUMBER_UNSET,
	};
	size_t count;
	const struct key *keys = keys_of_launcher(&count);

	for (size_t i = 0; i < count; i++) {
		unsigned value = (unsigned)keys[i].initial;

		if (keys[i].type == KEY_INT)
			memcpy((char *)draft + keys[i].offset, &value, sizeof(value));
	}
	draft->vcpu = draft->iothread = draft->emulator = unset;
	draft->d.share_cpus = dialect == DIALECT_LAUNCHER;
}

static void
unknown_refuse(const struct node *name, struct findings *f)
{
	size_t count;
	const struct key *keys = keys_of_launcher(&count);
	struct similar similar = {.typed = name->text};
	struct error *e = finding_pass(
		f, name->place, "unknown key '%s' in launcher", quote(name->text).text);

	for (size_t i = 0; i < count; i++)
		similar_try(&similar, keys[i].name);
	if (similar.best != NULL)
		(void)error_hint(e, "did you mean '%s'?", similar.best);
}

void
launcher_read(const struct node *section, const struct node *node, struct draft *draft,
	struct findings *f)
{
	bool given[LAUNCHER_KEYS_MAX] = {false};
	size_t count;
	const struct key *keys = keys_of_launcher(&count);

	if (node->type != NODE_MAP) {
		(void)error_hint(finding_add(f, node->place, "'launcher' wants a mapping"),
			"write each key below it, indented, as key: value");
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		const struct key *key = value_read(keys, count, &node->items[i], draft, f);

		if (key == NULL)
			unknown_refuse(node->items[i].key, f);
		else
			given[key - keys] = true;
	}
	for (size_t i = 0; i < count; i++) {
		if (keys[i].mandatory && !given[i])
			(void)error_hint(finding_add(f, section->place, "launcher has no '%s'",
						 keys[i].name),
				"%s", keys[i].doc);
	}
}
