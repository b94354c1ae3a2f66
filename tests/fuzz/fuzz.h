/* SPDX-License-Identifier: MIT */
/* What fuzz targets share: properties that must hold, texts, and a directory for what is read from
 * files. */
#ifndef QPIN_TESTS_FUZZ_H
#define QPIN_TESTS_FUZZ_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/files.h"

/* libFuzzer calls it with each input, which is exactly as large as it says: ASan sees a byte more.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* must - end with a crash, which libFuzzer reports, unless @condition holds */
#define must(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			(void)fprintf(                                                             \
				stderr, "%s:%d: must be: %s\n", __FILE__, __LINE__, #condition);   \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* fuzz_text - the input as a string, which the caller frees; a NUL ends it early */
static inline char *
fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	must(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* A directory in memory with the files that are rewritten for each input; starts as {0}. */
struct fuzz_tree {
	struct root root;
	char path[32];
};

/* fuzz_tree_open - make the directory, once; it's deleted by fuzz_tree_remove() */
static inline void
fuzz_tree_open(struct fuzz_tree *tree)
{
	struct error e;

	if (tree->path[0] != '\0')
		return;
	(void)snprintf(tree->path, sizeof(tree->path), "/dev/shm/qpin-fuzz-XXXXXX");
	must(mkdtemp(tree->path) != NULL);
	must(root_open(&tree->root, tree->path, &e) == 0);
}

/* fuzz_tree_put - make file @name (in a directory that is there) hold the @size bytes at @data */
static inline void
fuzz_tree_put(const struct fuzz_tree *tree, const char *name, const void *data, size_t size)
{
	int fd = openat(tree->root.fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd >= 0);
	must(write(fd, data, size) == (ssize_t)size);
	(void)close(fd);
}

/* fuzz_tree_remove - for atexit() */
static inline void
fuzz_tree_remove(const struct fuzz_tree *tree)
{
	char command[64];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", tree->path);
	must(system(command) == 0);
}

#endif
