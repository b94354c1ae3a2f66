/* SPDX-License-Identifier: MIT */
/* Huge pages, and what the kernel does to memory behind a guest's back. */
#ifndef QPIN_HOST_PAGES_H
#define QPIN_HOST_PAGES_H

#include <stdbool.h>
#include <stdint.h>

struct cpus;
struct error;
struct memory_facts;
struct roots;

/*
 * pages_load - read the pools of huge pages, of the whole host and of each of @nodes
 *
 * Returns 0 or -ENOMEM; the caller frees pools. Source: Linux
 * Documentation/admin-guide/mm/hugetlbpage.rst.
 */
int pages_load(const struct roots *roots, const struct cpus *nodes, struct memory_facts *ret,
	struct error *e);

/*
 * pages_look - whether what is made at @path is of huge pages, and how large these are
 *
 * Returns 1, 0 for another file system, or -errno (ENOENT: there is no such place).
 */
int pages_look(const char *path, uint64_t *ret_page_bytes);

#endif
