/* SPDX-License-Identifier: MIT */
/* The state directories of all users whose VMs we may see. */
#include "host/states.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "host/account.h"
#include "host/host.h"

static const uint32_t uid_max = UINT32_MAX - 1; /* the last one means "none" to the kernel */

void
states_close(struct states *states)
{
	for (size_t i = 0; i < states->count; i++)
		root_close(&states->list[i].root);
	free(states->list);
	*states = (struct states){0};
}

static int
state_add_take(struct states *states, struct root *root, uid_t uid, struct error *e)
{
	struct state *bigger = reallocarray(states->list, states->count + 1, sizeof(*states->list));
	struct account account = {0};
	struct error ignored;
	struct state *state;

	if (bigger == NULL) {
		root_close(root);
		return error_sys(e, ENOMEM, root->path, "list the state directories");
	}
	states->list = bigger;
	state = &bigger[states->count++];
	*state = (struct state){.root = *root, .uid = uid};
	if (account_find(uid, &account, &ignored) == 0)
		(void)snprintf(state->user, sizeof(state->user), "%.64s", account.name);
	else
		(void)snprintf(state->user, sizeof(state->user), "%u", (unsigned)uid);
	return 0;
}

static int
own_add(const struct host *host, struct states *states, struct error *e)
{
	struct root root = host->state;

	if (root.fd < 0)
		return 0;
	root.fd = fcntl(root.fd, F_DUPFD_CLOEXEC, 0);
	if (root.fd < 0)
		return error_sys(e, errno, root.path, "open the state directory");
	return state_add_take(states, &root, geteuid(), e);
}

/* RUNTIME/UID/qpin, if it is that user's; whatever keeps us from it, he can't hide more. */
static int
users_add(const struct root *runtime, const char *number, uid_t uid, struct states *states,
	struct error *e)
{
	struct root home = {.own = true, .user = uid}, root;
	auto_fd int fd = file_open_beneath(runtime, number, O_RDONLY | O_DIRECTORY, 0);
	struct error ignored;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_uid != uid)
		return 0;
	home.fd = fd;
	(void)snprintf(home.path, sizeof(home.path), "%.200s/%s", runtime->path, number);
	if (root_open_own(&home, "qpin", &root, &ignored) < 0)
		return 0;
	return state_add_take(states, &root, uid, e);
}

static int
number_compare(const void *a, const void *b)
{
	uid_t x = ((const struct state *)a)->uid, y = ((const struct state *)b)->uid;

	return (x > y) - (x < y);
}

static int
others_add(const struct root *runtime, struct states *states, struct error *e)
{
	int fd = runtime->fd >= 0 ? openat(runtime->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
				  : -1;
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	size_t first = states->count;
	int r = 0;

	if (directory == NULL && fd >= 0)
		(void)close(fd);
	while (r == 0 && directory != NULL && (entry = readdir(directory)) != NULL) {
		uint32_t uid;

		if (num_parse_u32(entry->d_name, 1, uid_max, &uid) == 0 && uid != geteuid())
			r = users_add(runtime, entry->d_name, uid, states, e);
	}
	if (directory != NULL)
		(void)closedir(directory);
	if (states->count > first)
		qsort(states->list + first, states->count - first, sizeof(*states->list),
			number_compare);
	return r;
}

int
states_open(
	const struct host *host, const struct root *runtime, struct states *ret, struct error *e)
{
	int r;

	*ret = (struct states){0};
	r = own_add(host, ret, e);
	return r == 0 && geteuid() == 0 ? others_add(runtime, ret, e) : r;
}
