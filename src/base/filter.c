/* SPDX-License-Identifier: MIT */
/* libseccomp makes the program, and raw calls install it: between fork and exec nothing else may.
 */
#include "base/filter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/library.h"
#include "base/text.h"

#define SECCOMP(X)                                                                                 \
	X(seccomp_, arch_add)                                                                      \
	X(seccomp_, arch_native)                                                                   \
	X(seccomp_, attr_set)                                                                      \
	X(seccomp_, export_bpf)                                                                    \
	X(seccomp_, init)                                                                          \
	X(seccomp_, release)                                                                       \
	X(seccomp_, rule_add_array)                                                                \
	X(seccomp_, syscall_resolve_name)

static struct {
	SECCOMP(LIBRARY_MEMBER)
} seccomp;

static struct library library = LIBRARY("libseccomp.so.2", "libseccomp2", SECCOMP, seccomp);

static const char making[] = "make a filter of system calls";

static void
context_cleanup(scmp_filter_ctx *context)
{
	if (*context != NULL)
		seccomp.release(*context);
}

#define auto_context __attribute__((cleanup(context_cleanup)))

void
filter_done(struct filter *f)
{
	free(f->program.filter);
	*f = (struct filter){0};
}

bool
filter_is_available(void)
{
	const uint32_t action = SECCOMP_RET_ERRNO;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/* What becomes of calls that no rule is about. */
static uint32_t
action_default(enum filter_kind kind)
{
	switch (kind) {
	case FILTER_REFUSES:
		return SCMP_ACT_ALLOW;
	case FILTER_ALLOWS:
		return SCMP_ACT_ERRNO(EPERM);
	case FILTER_LOGS:
		return SCMP_ACT_LOG;
	}
	return SCMP_ACT_ERRNO(EPERM);
}

static uint32_t
action_of(enum filter_kind kind, const struct filter_rule *rule)
{
	if (kind != FILTER_REFUSES)
		return SCMP_ACT_ALLOW;
	return SCMP_ACT_ERRNO(rule->errnum != 0 ? (uint32_t)rule->errnum : EPERM);
}

/*
 * The second ABI of such a kernel, where the same call has another number: what is refused in one
 * must be in the other. 0: there is none.
 */
static uint32_t
architecture_other(void)
{
	switch (seccomp.arch_native()) {
	case SCMP_ARCH_X86_64:
		return SCMP_ARCH_X86;
	case SCMP_ARCH_AARCH64:
		return SCMP_ARCH_ARM;
	default:
		return 0;
	}
}

/* A list of refusals would have a hole at any ABI that it isn't made for: there nothing works. */
static int
architectures_set(scmp_filter_ctx context, enum filter_kind kind)
{
	uint32_t other = architecture_other();
	uint32_t bad =
		kind == FILTER_REFUSES ? SCMP_ACT_ERRNO(ENOSYS) : action_default(FILTER_ALLOWS);
	int r = seccomp.attr_set(context, SCMP_FLTATR_ACT_BADARCH, bad);

	if (r == 0 && kind == FILTER_REFUSES && other != 0)
		r = seccomp.arch_add(context, other);
	return r == -EEXIST ? 0 : r;
}

static bool
is_left_out(const struct filter_request *request, const char *name)
{
	for (const char *const *at = request->without; at != NULL && *at != NULL; at++) {
		if (str_eq(*at, name))
			return true;
	}
	return false;
}

static int
rule_add(scmp_filter_ctx context, enum filter_kind kind, const struct filter_rule *rule,
	struct error *e)
{
	const struct scmp_arg_cmp comparison = {.arg = rule->arg,
		.op = SCMP_CMP_MASKED_EQ,
		.datum_a = rule->mask,
		.datum_b = rule->value};
	int call = seccomp.syscall_resolve_name(rule->name);
	int r;

	if (call == __NR_SCMP_ERROR) {
		error_sys(e, EINVAL, NULL, making);
		return error_why(e, "libseccomp knows no system call \"%s\"", rule->name);
	}
	r = seccomp.rule_add_array(context, action_of(kind, rule), call, rule->compares ? 1 : 0,
		rule->compares ? &comparison : NULL);
	return r < 0 ? error_sys(e, -r, rule->name, making) : 0;
}

/* The program that libseccomp writes into a file, in memory of ours. */
static int
program_take(scmp_filter_ctx context, struct sock_fprog *ret, struct error *e)
{
	auto_fd int fd = memfd_create("qpin-filter", MFD_CLOEXEC);
	auto_free struct sock_filter *code = NULL;
	struct stat st;
	int r = fd < 0 ? -errno : seccomp.export_bpf(context, fd);

	if (r < 0 || fstat(fd, &st) < 0)
		return error_sys(e, r < 0 ? -r : errno, NULL, making);
	code = malloc((size_t)st.st_size);
	if (code == NULL)
		return error_sys(e, ENOMEM, NULL, making);
	if (pread(fd, code, (size_t)st.st_size, 0) != st.st_size)
		return error_sys(e, EIO, NULL, making);
	ret->len = (unsigned short)((size_t)st.st_size / sizeof(*code));
	ret->filter = heap_release(&code);
	return 0;
}

/*
 * A program that we start may guess branches as before: what it is refused is no secret of its own
 * memory, and before Linux 5.16 a filter would slow it down for that.
 */
static unsigned
flags_of(enum filter_kind kind)
{
	return kind == FILTER_REFUSES ? SECCOMP_FILTER_FLAG_SPEC_ALLOW : SECCOMP_FILTER_FLAG_LOG;
}

static int
make(const struct filter_request *request, struct filter *ret, struct error *e)
{
	auto_context scmp_filter_ctx context = seccomp.init(action_default(request->kind));
	int r;

	if (context == NULL)
		return error_sys(e, ENOMEM, NULL, making);
	r = architectures_set(context, request->kind);
	if (r < 0)
		return error_sys(e, -r, NULL, making);
	for (size_t i = 0; i < request->count && r == 0; i++) {
		if (!is_left_out(request, request->rules[i].name))
			r = rule_add(context, request->kind, &request->rules[i], e);
	}
	if (r == 0)
		r = program_take(context, &ret->program, e);
	if (r == 0)
		ret->flags = flags_of(request->kind);
	return r;
}

int
filter_make(const struct filter_request *request, struct filter *ret, struct error *e)
{
	int r = library_open(&library, e);

	if (r < 0)
		return r;
	r = make(request, ret, e);
	library_close(&library);
	return r;
}

int
filter_install(const struct filter *f)
{
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, f->flags, &f->program);
}
