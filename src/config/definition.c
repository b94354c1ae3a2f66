/* SPDX-License-Identifier: MIT */
/* One VM's definition: the text as a whole, from YAML to the struct. */
#include "config/definition.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/text.h"
#include "config/document.h"
#include "config/draft.h"
#include "config/findings.h"
#include "config/launcher.h"
#include "config/options.h"
#include "config/scheduling.h"
#include "config/similar.h"

void
definition_done(struct definition *d)
{
	for (size_t i = 0; i < d->env_count; i++) {
		free(d->env[i].name);
		free(d->env[i].value);
	}
	for (size_t i = 0; i < d->iothread_pin_count; i++)
		free(d->iothread_pins[i].id);
	for (size_t i = 0; i < d->option_count; i++) {
		free(d->options[i].name);
		free(d->options[i].value);
	}
	free(d->env);
	free(d->iothread_pins);
	free(d->options);
	free(d->pins);
	free(d->name);
	free(d->path);
	free(d->binary);
	free(d->user);
	free(d->group);
	free(d->governor);
	*d = (struct definition){0};
}

static const struct node_item *
section_find(const struct node *root, const char *name)
{
	for (size_t i = 0; i < root->count; i++) {
		if (str_eq(root->items[i].key->text, name))
			return &root->items[i];
	}
	return NULL;
}

static void
sections_check(const struct node *root, struct findings *f)
{
	for (size_t i = 0; i < root->count; i++) {
		const struct node *key = root->items[i].key;
		struct similar similar = {.typed = key->text};
		struct error *e;

		if (str_eq(key->text, "launcher") || str_eq(key->text, "qemu"))
			continue;
		e = finding_pass(f, key->place, "unknown section '%s'", quote(key->text).text);
		similar_try(&similar, "launcher");
		similar_try(&similar, "qemu");
		if (similar.best != NULL)
			(void)error_hint(e, "did you mean '%s'?", similar.best);
		else
			(void)error_hint(e, "a definition has the sections launcher and qemu");
	}
}

static void
root_read(const struct node *root, struct draft *draft, struct findings *f)
{
	const struct node_item *launcher, *qemu;

	if (root->type != NODE_MAP) {
		(void)finding_add(f, root->place,
			"a definition is a mapping with the sections launcher and qemu");
		return;
	}
	sections_check(root, f);
	launcher = section_find(root, "launcher");
	qemu = section_find(root, "qemu");
	if (launcher == NULL)
		(void)error_hint(finding_add(f, root->place, "there is no section 'launcher'"),
			"it needs at least binary: the QEMU program");
	else
		launcher_read(launcher->key, launcher->value, draft, f);
	if (qemu == NULL)
		(void)error_hint(finding_add(f, root->place, "there is no section 'qemu'"),
			"it lists QEMU's options");
	else
		options_read(qemu->value, &draft->d, f);
	scheduling_resolve(draft, f);
}

/* The VM's name: the file's, without directories and ".yml". */
static void
name_read(const char *path, struct definition *d, struct findings *f)
{
	static const char suffix[] = ".yml";
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;
	size_t len = strlen(base) - (str_ends(base, suffix) ? strlen(suffix) : 0);

	d->path = strdup(path);
	d->name = strndup(base, len);
	if (d->path == NULL || d->name == NULL)
		f->no_memory = true;
	else if (!name_is_safe(d->name))
		(void)error_hint(
			finding_add(f, (struct place){0, 0},
				"the file's name '%s' can't be a VM's name", quote(d->name).text),
			"name it with up to 64 letters, digits and . _ - : @, and not with . or - "
			"first");
}

/* What was found, for the caller: errors alone when there are any, else what is only told. */
static int
findings_take(struct findings *f, struct error *e)
{
	int r = f->problems->count > 0 ? -EINVAL : 0;

	if (r == 0)
		*f->problems = f->passed;
	else
		problems_done(&f->passed);
	if (f->no_memory)
		return error_sys(e, ENOMEM, f->path, "read a definition");
	problems_sort(f->problems);
	if (r < 0)
		*e = f->problems->list[0];
	return r;
}

int
definition_parse(const struct definition_text *from, struct definition *ret,
	struct problems *problems, struct error *e)
{
	struct findings f = {.path = from->path, .problems = problems, .dialect = from->dialect};
	auto_document struct document doc = {0};
	struct draft draft = {0};

	*problems = (struct problems){0};
	*ret = (struct definition){0};
	launcher_init(&draft, from->dialect);
	name_read(from->path, &draft.d, &f);
	if (document_parse(from->text, from->len, &doc, &f) == 0)
		root_read(doc.root, &draft, &f);
	*ret = draft.d;
	return findings_take(&f, e);
}
