/* SPDX-License-Identifier: MIT */
/* Huge pages, and what the kernel does to memory behind a guest's back. */
#include "host/pages.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "host/survey.h"

enum {
	PATH_BYTES = 160,
	NAME_BYTES = 32, /* "hugepages-1048576kB" */
	KIB = 1024,
	MEMINFO_BYTES = 64 * 1024,
};

/* "hugepages-2048kB" as bytes; false for another name. */
static bool
name_parse(const char *name, uint64_t *ret)
{
	static const char prefix[] = "hugepages-", unit[] = "kB";
	char number[NAME_BYTES];
	size_t len = strlen(name);

	if (len >= sizeof(number) || !str_starts(name, prefix) || !str_ends(name, unit) ||
		len < sizeof(prefix) + sizeof(unit) - 2)
		return false;
	(void)snprintf(number, sizeof(number), "%.*s",
		(int)(len - (sizeof(prefix) - 1) - (sizeof(unit) - 1)), name + sizeof(prefix) - 1);
	if (num_parse_u64(number, 1, UINT64_MAX / KIB, ret) < 0)
		return false;
	*ret *= KIB;
	return true;
}

static int
pool_add(struct memory_facts *m, const struct page_pool *pool, struct error *e)
{
	struct page_pool *list;

	if (m->pool_count >= SURVEY_PAGE_POOLS)
		return 0;
	list = reallocarray(m->pools, m->pool_count + 1, sizeof(*list));
	if (list == NULL)
		return error_sys(e, ENOMEM, NULL, "look at huge pages");
	list[m->pool_count++] = *pool;
	m->pools = list;
	return 0;
}

static uint64_t
count_read(const struct root *sys, const char *dir, const char *name, const char *file)
{
	char path[PATH_BYTES];
	struct tunable count;

	(void)snprintf(path, sizeof(path), "%s/%s/%s", dir, name, file);
	count = tunable_read(sys, path);
	return count.is_known && count.value > 0 ? (uint64_t)count.value : 0;
}

/* The pools in @dir, which may not be there. */
static int
pools_read(const struct root *sys, const char *dir, int node, struct memory_facts *ret,
	struct error *e)
{
	int fd = openat(sys->fd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;

	if (entries == NULL && fd >= 0)
		(void)close(fd);
	while (r == 0 && entries != NULL && (entry = readdir(entries)) != NULL) {
		struct page_pool pool = {.node = node};

		if (!name_parse(entry->d_name, &pool.page_bytes))
			continue;
		pool.total = count_read(sys, dir, entry->d_name, "nr_hugepages");
		pool.free = count_read(sys, dir, entry->d_name, "free_hugepages");
		r = pool_add(ret, &pool, e);
	}
	if (entries != NULL)
		(void)closedir(entries);
	return r;
}

static int
pool_compare(const void *a, const void *b)
{
	const struct page_pool *x = a, *y = b;

	if (x->page_bytes != y->page_bytes)
		return x->page_bytes < y->page_bytes ? -1 : 1;
	return (x->node > y->node) - (x->node < y->node);
}

/* Source: proc(5), /proc/meminfo, Hugepagesize. */
static uint64_t
default_read(const struct root *proc)
{
	static const char name[] = "\nHugepagesize:";
	auto_free char *text = NULL;
	char number[NAME_BYTES];
	struct error ignored;
	const char *at;
	uint64_t kib;

	if (file_load(proc, "meminfo", MEMINFO_BYTES, &text, &ignored) < 0)
		return 0;
	at = strstr(text, name);
	if (at == NULL)
		return 0;
	at += sizeof(name) - 1;
	at += strspn(at, " ");
	(void)snprintf(number, sizeof(number), "%.*s", (int)strspn(at, "0123456789"), at);
	return num_parse_u64(number, 1, UINT64_MAX / KIB, &kib) == 0 ? kib * KIB : 0;
}

int
pages_load(const struct roots *roots, const struct cpus *nodes, struct memory_facts *ret,
	struct error *e)
{
	char path[PATH_BYTES];
	int r;

	*ret = (struct memory_facts){0};
	ret->default_bytes = default_read(&roots->proc);
	choice_read(&roots->sys, "kernel/mm/transparent_hugepage/enabled", ret->transparent);
	ret->ksm = tunable_read(&roots->sys, "kernel/mm/ksm/run");
	ret->numa_balancing = tunable_read(&roots->proc, "sys/kernel/numa_balancing");
	r = pools_read(&roots->sys, "kernel/mm/hugepages", -1, ret, e);
	cpus_each (node, nodes) {
		(void)snprintf(path, sizeof(path), "devices/system/node/node%d/hugepages", node);
		if (r == 0)
			r = pools_read(&roots->sys, path, node, ret, e);
	}
	if (ret->pool_count > 0)
		qsort(ret->pools, ret->pool_count, sizeof(*ret->pools), pool_compare);
	return r;
}

int
pages_look(const char *path, uint64_t *ret_page_bytes)
{
	struct statfs fs;

	if (statfs(path, &fs) < 0)
		return -errno;
	if (fs.f_type != HUGETLBFS_MAGIC)
		return 0;
	*ret_page_bytes = (uint64_t)fs.f_bsize;
	return 1;
}
