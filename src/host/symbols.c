/* SPDX-License-Identifier: MIT */
/* What the kernel's functions are called. */
#include "host/symbols.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"

enum {
	HEX = 16,
	READ_BYTES = 64 * 1024, /* what stdio takes of /proc is 1 KiB a time */
};

/* "ffffffff81000000 T _text", and maybe a tab and "[module]" */
static void
line_take(const char *line, struct symbol *list, size_t count)
{
	char *end = NULL;
	uint64_t address = strtoull(line, &end, HEX);
	size_t type = strlen(" T ");

	if (end == line || strlen(end) <= type || address == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		if (list[i].address == address && list[i].name[0] == '\0')
			(void)snprintf(list[i].name, sizeof(list[i].name), "%.*s",
				(int)strcspn(end + type, "\t\n"), end + type);
	}
}

/* It has some 200,000 lines, of which few are wanted. */
void
symbols_find(const struct root *proc, struct symbol *list, size_t count)
{
	int fd = file_open_beneath(proc, "kallsyms", O_RDONLY, 0);
	FILE *file = fd >= 0 ? fdopen(fd, "re") : NULL;
	char *line = NULL, *buffer = malloc(READ_BYTES);
	size_t size = 0;

	for (size_t i = 0; i < count; i++)
		list[i].name[0] = '\0';
	if (file == NULL) {
		if (fd >= 0)
			(void)close(fd);
		free(buffer);
		return;
	}
	if (buffer != NULL)
		(void)setvbuf(file, buffer, _IOFBF, READ_BYTES);
	while (getline(&line, &size, file) > 0)
		line_take(line, list, count);
	free(line);
	(void)fclose(file);
	free(buffer);
}
