/* SPDX-License-Identifier: MIT */
/* Memory of a process that rests for long. */
#include "base/memory.h"

#include <link.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	STACK_BYTES = 256 * 1024, /* nothing else is mapped so near below a stack */
};

/* What can't be given back stays. */
static void
give_back(uintptr_t begin, uintptr_t end)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): as the dynamic linker tells it */
	(void)madvise((void *)begin, end - begin, MADV_DONTNEED);
}

static int
object_rest(struct dl_phdr_info *info, size_t size, void *data)
{
	uintptr_t page = *(const uintptr_t *)data;

	(void)size;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		uintptr_t begin = info->dlpi_addr + part->p_vaddr;

		if (part->p_type == PT_LOAD && (part->p_flags & PF_W) == 0)
			give_back(begin / page * page,
				(begin + part->p_memsz + page - 1) / page * page);
	}
	return 0;
}

void
memory_rest(void)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t below = ((uintptr_t)__builtin_frame_address(0) / page - 1) * page;

	(void)malloc_trim(0);
	(void)dl_iterate_phdr(object_rest, &page);
	give_back(below - STACK_BYTES, below);
}
