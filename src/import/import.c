/* SPDX-License-Identifier: MIT */
/* From a command line, or a domain of libvirt's, to the text of a definition. */
#include "import/import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "import/domain.h"
#include "import/tuning.h"
#include "import/words.h"
#include "import/write.h"
#include "qemu/smp.h"

static const char no_devices[] =
	"# What the domain's XML says of CPUs and memory. Devices are missing: with --command - "
	"this "
	"reads\n"
	"# what `virsh domxml-to-native qemu-argv --domain NAME` prints.\n";

static int
command_read(
	const struct argv *words, struct definition *d, struct remarks *remarks, struct error *e)
{
	const char *const *list = (const char *const *)words->list;
	int r = words_read_env(list, words->count, d, e);

	return r < 0 ? r : words_read(list + r, words->count - (size_t)r, d, remarks, e);
}

static int
vcpus_compare(const struct xml_element *root, const char *path, const struct smp *smp,
	struct remarks *remarks, struct error *e)
{
	const struct xml_element *vcpu = xml_child(root, "vcpu");
	unsigned count;
	int r = domain_read_vcpus(root, path, &count, e);

	if (r == 0 && count != smp->maxcpus)
		remarks_add(remarks, (vcpu != NULL ? vcpu : root)->line,
			"the domain has %u vCPUs, but the command line %u: do they belong to each "
			"other?",
			count, smp->maxcpus);
	return r;
}

static int
root_read(const struct xml_element *root, const struct import_xml *xml, struct definition *d,
	struct remarks *remarks, struct error *e)
{
	struct smp smp = {0};
	int r = domain_check(root, xml->path, e);

	if (r == 0 && d->binary == NULL)
		r = domain_read_options(root, xml->path, d, e);
	if (r == 0)
		r = smp_read(d, &smp, e);
	if (r == 0)
		r = vcpus_compare(root, xml->path, &smp, remarks, e);
	return r == 0 ? tuning_read(root, xml->path, &smp, d, remarks, e) : r;
}

static int
xml_read(const struct import_xml *xml, struct definition *d, struct remarks *remarks,
	struct error *e)
{
	struct xml_element *root = NULL;
	int r = xml_parse(xml->text, xml->len, xml->path, &root, e);

	if (r == 0)
		r = root_read(root, xml, d, remarks, e);
	xml_done(root);
	return r;
}

static bool
argv_is_same(const struct argv *a, const struct argv *b)
{
	bool same = a->count == b->count;

	for (size_t i = 0; same && i < a->count; i++)
		same = str_eq(a->list[i], b->list[i]);
	return same;
}

/* Read what was written, and compare. */
static int
verify(const struct definition *d, const struct buf *text, struct error *e)
{
	auto_argv struct argv wanted = {0}, got = {0};
	const struct definition_text from = {
		.text = text->text, .len = text->len, .path = "imported.yml"};
	struct definition read_back;
	struct problems problems;
	int r = definition_parse(&from, &read_back, &problems, e);

	if (r == 0)
		r = argv_build(&read_back, &got, e);
	if (r == 0)
		r = argv_build(d, &wanted, e);
	if (r == 0 && !argv_is_same(&wanted, &got)) {
		error_refuse(e, ERROR_HOST, NULL, "import a command line");
		r = error_why(e, "the definition of it would give another one");
	}
	definition_done(&read_back);
	problems_done(&problems);
	return r;
}

static int
definition_make(const struct argv *words, const struct import_xml *xml, struct definition *d,
	struct remarks *remarks, struct error *e)
{
	int r = 0;

	d->path = strdup("the command line"); /* where smp_read() finds fault */
	if (d->path == NULL)
		return error_sys(e, ENOMEM, NULL, "import a command line");
	if (words != NULL)
		r = command_read(words, d, remarks, e);
	if (r == 0 && xml != NULL)
		r = xml_read(xml, d, remarks, e);
	return r;
}

int
import_text(const struct argv *words, const struct import_xml *xml, struct buf *out,
	struct remarks *remarks, struct error *e)
{
	struct definition d = {0};
	auto_buf struct buf text = {0};
	int r = definition_make(words, xml, &d, remarks, e);

	if (r == 0 && words == NULL)
		buf_add(&text, no_devices);
	if (r == 0)
		r = import_write(&d, &text, e);
	if (r == 0)
		r = verify(&d, &text, e);
	if (r == 0)
		buf_add(out, text.text);
	if (r == 0 && (out->failed || remarks->no_memory))
		r = error_sys(e, ENOMEM, NULL, "import a command line");
	definition_done(&d);
	return r;
}
