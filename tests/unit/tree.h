/* SPDX-License-Identifier: MIT */
/* A temporary directory that stands for /sys, /proc or a cgroup mount. */
#ifndef QPIN_TESTS_TREE_H
#define QPIN_TESTS_TREE_H

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/files.h"

struct tree {
	struct root root;
};

/* tree_make - a new, empty tree */
static inline void
tree_make(struct tree *tree)
{
	char path[] = "/tmp/qpin-test-XXXXXX";
	struct error e;
	char *made = mkdtemp(path);

	assert(made != NULL);
	assert(root_open(&tree->root, made, &e) == 0);
	(void)made;
}

/* tree_put - write @text to file @name, whose directories are made */
static inline void
tree_put(const struct tree *tree, const char *name, const char *text)
{
	char path[512];
	int fd;

	(void)snprintf(path, sizeof(path), "%s", name);
	for (char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdirat(tree->root.fd, path, 0755);
		*slash = '/';
	}
	fd = openat(tree->root.fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert(fd >= 0);
	assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	(void)close(fd);
}

/* tree_remove - delete the tree and close it */
static inline void
tree_remove(struct tree *tree)
{
	char command[512];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", tree->root.path);
	assert(system(command) == 0);
	root_close(&tree->root);
}

#endif
