/* SPDX-License-Identifier: MIT */
/* The keys of `launcher:`, in one table: parser, checks, schema and manual page all read it. */
#ifndef QPIN_CONFIG_KEYS_H
#define QPIN_CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_type {
	KEY_BOOL,
	KEY_TEXT,      /* char * */
	KEY_ID,        /* char *: a number or a name */
	KEY_INT,       /* unsigned, min..max */
	KEY_WORD,      /* an enum, or a policy: one of words */
	KEY_CPUS,      /* struct cpus */
	KEY_NODES,     /* definition's memory_choice and memory_nodes */
	KEY_ENV,       /* definition's env */
	KEY_PINNING,   /* definition's pins or wishes */
	KEY_IOTHREADS, /* definition's iothread_pins */
	KEY_PCI,       /* char[PCI_ADDRESS_BYTES] */
};

struct key_word {
	const char *name;
	int value;
	const char *refusal; /* why it can't be used, after "'NAME' "; NULL when it can */
};

struct key {
	const char *name;
	enum key_type type;
	bool mandatory;
	uint64_t min, max;            /* of a number */
	uint64_t initial;             /* of a number that isn't given */
	const char *unit;             /* of a number, in words; else NULL */
	const struct key_word *words; /* of KEY_WORD; ends with a NULL name */
	const char *needs;            /* another key, without which this one is nothing; or NULL */
	const char *doc;              /* sentences for manual page and schema */
	size_t offset;                /* in struct draft */
	size_t place_offset;          /* of a struct place in struct draft; 0: not kept */
};

/* keys_of_launcher - the table; @ret_count rows in the order of the manual page */
const struct key *keys_of_launcher(size_t *ret_count);

/* The words of key types that others name too; each ends with a NULL name. */
extern const struct key_word isolation_words[];
extern const struct key_word host_tasks_words[];

/* key_word_name - the name of @value in @words, or "?" */
const char *key_word_name(const struct key_word *words, int value);

#endif
