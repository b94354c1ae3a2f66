/* SPDX-License-Identifier: MIT */
/* The JSON Schema of definitions, for editors and other programs, out of the table of keys. */
#include "config/schema.h"

#include <errno.h>
#include <inttypes.h>

#include "base/cleanup.h"
#include "base/cpus.h"
#include "config/keys.h"
#include "config/wishes.h"

/* What keys and options refer to; both numbers are CPUS_MAX - 1. */
static const char definitions[] =
	"  \"$defs\": {\n"
	"    \"id\": {\n"
	"      \"anyOf\": [\n"
	"        { \"type\": \"integer\", \"minimum\": 0, \"maximum\": 4294967294 },\n"
	"        { \"type\": \"string\", \"pattern\": \"^[^-+:/\\\\s][^:/\\\\s]*$\" }\n"
	"      ]\n"
	"    },\n"
	"    \"cpus\": {\n"
	"      \"anyOf\": [\n"
	"        { \"type\": \"integer\", \"minimum\": 0, \"maximum\": %d },\n"
	"        { \"type\": \"string\", \"pattern\": "
	"\"^(\\\\^?[0-9]+(-[0-9]+(:[0-9]+/[0-9]+)?)?(,(?=.)|$))+$\" }\n"
	"      ]\n"
	"    },\n"
	"    \"env\": {\n"
	"      \"type\": \"object\",\n"
	"      \"propertyNames\": { \"pattern\": \"^[^=]+$\" },\n"
	"      \"additionalProperties\": { \"type\": [ \"string\", \"number\", \"boolean\" ] }\n"
	"    },\n"
	"    \"pins\": {\n"
	"      \"type\": \"object\",\n"
	"      \"propertyNames\": { \"pattern\": \"^[0-9]+$\" },\n"
	"      \"additionalProperties\": {\n"
	"        \"type\": \"object\",\n"
	"        \"propertyNames\": { \"pattern\": \"^[0-9]+$\" },\n"
	"        \"additionalProperties\": {\n"
	"          \"type\": \"object\",\n"
	"          \"propertyNames\": { \"pattern\": \"^[0-9]+$\" },\n"
	"          \"additionalProperties\": { \"type\": \"integer\", \"minimum\": 0, "
	"\"maximum\": %d }\n"
	"        }\n"
	"      }\n"
	"    },\n"
	"    \"iothreads\": {\n"
	"      \"type\": \"object\",\n"
	"      \"propertyNames\": { \"minLength\": 1 },\n"
	"      \"additionalProperties\": { \"$ref\": \"#/$defs/cpus\" }\n"
	"    },\n"
	"    \"pci\": {\n"
	"      \"type\": \"string\",\n"
	"      \"pattern\": "
	"\"^pci:[0-9a-fA-F]{4,}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}[.][0-7]$\"\n"
	"    },\n"
	"    \"option_name\": { \"type\": \"string\", "
	"\"pattern\": \"^(--)?[A-Za-z0-9_][A-Za-z0-9_-]*$\" },\n"
	"    \"scalar\": { \"type\": [ \"string\", \"number\", \"boolean\", \"null\" ] },\n"
	"    \"pair\": {\n"
	"      \"type\": \"object\",\n"
	"      \"minProperties\": 1,\n"
	"      \"maxProperties\": 1,\n"
	"      \"propertyNames\": { \"minLength\": 1 },\n"
	"      \"additionalProperties\": { \"$ref\": \"#/$defs/scalar\" }\n"
	"    },\n"
	"    \"option_value\": {\n"
	"      \"anyOf\": [\n"
	"        { \"$ref\": \"#/$defs/scalar\" },\n"
	"        {\n"
	"          \"type\": \"array\",\n"
	"          \"minItems\": 1,\n"
	"          \"items\": {\n"
	"            \"anyOf\": [\n"
	"              { \"type\": [ \"number\", \"boolean\" ] },\n"
	"              { \"type\": \"string\", \"pattern\": \"[^,]\" },\n"
	"              { \"$ref\": \"#/$defs/pair\" }\n"
	"            ]\n"
	"          }\n"
	"        }\n"
	"      ]\n"
	"    },\n"
	"    \"option\": {\n"
	"      \"anyOf\": [\n"
	"        { \"$ref\": \"#/$defs/option_name\" },\n"
	"        {\n"
	"          \"type\": \"object\",\n"
	"          \"minProperties\": 1,\n"
	"          \"maxProperties\": 1,\n"
	"          \"propertyNames\": { \"anyOf\": [ { \"const\": \"--\" }, "
	"{ \"$ref\": \"#/$defs/option_name\" } ] },\n"
	"          \"additionalProperties\": { \"$ref\": \"#/$defs/option_value\" }\n"
	"        }\n"
	"      ]\n"
	"    },\n";

static void
text_write(FILE *out, const char *text)
{
	(void)fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			(void)fputc('\\', out);
		(void)fputc(*text, out);
	}
	(void)fputc('"', out);
}

static void
words_write(FILE *out, const struct key_word *words)
{
	const char *between = "";

	(void)fputs("\"enum\": [ ", out);
	for (; words->name != NULL; words++) {
		if (words->refusal != NULL)
			continue;
		(void)fputs(between, out);
		text_write(out, words->name);
		between = ", ";
	}
	(void)fputs(" ]", out);
}

static void
type_write(FILE *out, const struct key *key)
{
	static const char nodes[] = "\"anyOf\": [\n"
				    "            { \"enum\": [ \"auto\", \"leave\" ] },\n"
				    "            { \"$ref\": \"#/$defs/cpus\" }\n"
				    "          ]";
	static const char *const fixed[] = {
		[KEY_BOOL] = "\"type\": \"boolean\"",
		[KEY_TEXT] = "\"type\": \"string\",\n          \"minLength\": 1",
		[KEY_ID] = "\"$ref\": \"#/$defs/id\"",
		[KEY_CPUS] = "\"$ref\": \"#/$defs/cpus\"",
		[KEY_NODES] = nodes,
		[KEY_ENV] = "\"$ref\": \"#/$defs/env\"",
		[KEY_PINNING] = "\"$ref\": \"#/$defs/pinning\"",
		[KEY_IOTHREADS] = "\"$ref\": \"#/$defs/iothreads\"",
		[KEY_PCI] = "\"$ref\": \"#/$defs/pci\"",
	};

	if (key->type == KEY_WORD)
		words_write(out, key->words);
	else if (key->type == KEY_INT)
		(void)fprintf(out,
			"\"type\": \"integer\",\n          \"minimum\": %" PRIu64
			",\n          \"maximum\": %" PRIu64,
			key->min, key->max);
	else
		(void)fputs(fixed[key->type], out);
	if (key->initial != 0)
		(void)fprintf(out, ",\n          \"default\": %" PRIu64, key->initial);
}

static void
properties_write(FILE *out, const struct key *keys, size_t count)
{
	(void)fputs("      \"properties\": {\n", out);
	for (size_t i = 0; i < count; i++) {
		(void)fprintf(out, "        \"%s\": {\n          \"description\": ", keys[i].name);
		text_write(out, keys[i].doc);
		(void)fputs(",\n          ", out);
		type_write(out, &keys[i]);
		(void)fprintf(out, "\n        }%s\n", i + 1 < count ? "," : "");
	}
	(void)fputs("      },\n", out);
}

/* vcpu_pinning: pins, or how to choose. */
static void
pinning_write(FILE *out)
{
	size_t count;
	const struct key *wishes = keys_of_wishes(&count);

	(void)fputs("    \"pinning\": {\n"
		    "      \"anyOf\": [\n"
		    "        { \"const\": \"auto\" },\n"
		    "        { \"$ref\": \"#/$defs/pins\" },\n"
		    "        { \"$ref\": \"#/$defs/wishes\" }\n"
		    "      ]\n"
		    "    },\n"
		    "    \"wishes\": {\n"
		    "      \"type\": \"object\",\n",
		out);
	properties_write(out, wishes, count);
	(void)fputs("      \"additionalProperties\": false\n"
		    "    }\n"
		    "  },\n",
		out);
}

/* The keys that must be there: always, or together with another one. */
static void
requirements_write(FILE *out, const struct key *keys, size_t count)
{
	const char *between = "";

	(void)fputs("      \"required\": [ ", out);
	for (size_t i = 0; i < count; i++) {
		if (!keys[i].mandatory)
			continue;
		(void)fprintf(out, "%s\"%s\"", between, keys[i].name);
		between = ", ";
	}
	(void)fputs(" ],\n      \"dependentRequired\": {", out);
	between = "\n";
	for (size_t i = 0; i < count; i++) {
		if (keys[i].needs == NULL)
			continue;
		(void)fprintf(
			out, "%s        \"%s\": [ \"%s\" ]", between, keys[i].name, keys[i].needs);
		between = ",\n";
	}
	(void)fputs("\n      },\n", out);
}

int
schema_write(FILE *out)
{
	size_t count;
	const struct key *keys = keys_of_launcher(&count);

	(void)fputs("{\n"
		    "  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
		    "  \"title\": \"qpin definition\",\n"
		    "  \"description\": \"How qpin runs one virtual machine: qpin.yml(5).\",\n",
		out);
	(void)fprintf(out, definitions, CPUS_MAX - 1, CPUS_MAX - 1);
	pinning_write(out);
	(void)fputs("  \"type\": \"object\",\n"
		    "  \"required\": [ \"launcher\", \"qemu\" ],\n"
		    "  \"additionalProperties\": false,\n"
		    "  \"properties\": {\n"
		    "    \"launcher\": {\n"
		    "      \"type\": \"object\",\n",
		out);
	requirements_write(out, keys, count);
	properties_write(out, keys, count);
	(void)fputs("      \"additionalProperties\": false\n"
		    "    },\n"
		    "    \"qemu\": {\n"
		    "      \"description\": \"QEMU's options, in their order.\",\n"
		    "      \"type\": \"array\",\n"
		    "      \"items\": { \"$ref\": \"#/$defs/option\" }\n"
		    "    }\n"
		    "  }\n"
		    "}\n",
		out);
	return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
