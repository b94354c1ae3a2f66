/* SPDX-License-Identifier: MIT */
/* Finding QEMU's program as a shell would, but for relative directories. */
#include "qemu/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

static const char path_default[] = "/usr/local/bin:/usr/bin:/bin";

/* 0 when it can be executed, else -errno. */
static int
program_check(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

static int
program_check_in(const char *directory, int len, const char *name, char **ret)
{
	char *path = text_printf("%.*s/%s", len, directory, name);
	int r = path != NULL ? program_check(path) : -ENOMEM;

	if (r == 0)
		*ret = path;
	else
		free(path);
	return r;
}

static int
program_search(const char *name, const char *directories, char **ret)
{
	int worst = -ENOENT;

	for (const char *next = directories; *next != '\0'; next += *next == ':') {
		const char *directory = next;
		int r;

		next += strcspn(next, ":");
		if (*directory != '/')
			continue; /* relative ones are for shells */
		r = program_check_in(directory, (int)(next - directory), name, ret);
		if (r == 0 || r == -ENOMEM)
			return r;
		if (r == -EACCES)
			worst = r;
	}
	return worst;
}

int
program_find(const char *binary, char **ret, struct error *e)
{
	const char *directories = getenv("PATH");
	int r;

	if (*binary == '\0')
		return error_sys(e, ENOENT, NULL, "find QEMU's program ''");
	if (strchr(binary, '/') != NULL) {
		r = program_check(binary);
		if (r < 0) {
			(void)error_sys(e, -r, binary, "start QEMU");
			return error_hint(e, "`binary` must name an executable file");
		}
		*ret = strdup(binary);
		return *ret != NULL ? 0 : error_sys(e, ENOMEM, binary, "start QEMU");
	}
	if (directories == NULL)
		directories = path_default;
	r = program_search(binary, directories, ret);
	if (r < 0) {
		(void)error_sys(e, -r, binary, "find QEMU's program");
		return error_hint(e, "searched PATH: %s", directories);
	}
	return 0;
}
