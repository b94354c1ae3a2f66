/* SPDX-License-Identifier: MIT */
/* qpin verify: what ran on the pinned CPUs meanwhile; nothing is moved. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/text.h"
#include "command/command.h"
#include "host/online.h"
#include "plan/proof.h"
#include "report/proof.h"
#include "supervise/occupants.h"
#include "supervise/prove.h"
#include "supervise/signals.h"

enum {
	DEFAULT_MS = 10 * 1000,
	MIN_MS = 10,
	MAX_MS = 24 * 3600 * 1000,
};

struct options {
	bool help;
	bool json;
	int64_t ms;
	struct cpus cpus; /* empty: of the VM */
	const char *name; /* borrowed; NULL: of the CPUs */
};

/* "10", "10s", "500ms", "5m", "1h" */
static int
duration_parse(const char *text, int64_t *ret_ms)
{
	static const struct {
		const char *unit;
		uint32_t ms;
	} units[] = {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60 * 1000}, {"h", 3600 * 1000}};
	size_t digits = strspn(text, "0123456789");
	char number[16];
	uint32_t value;

	if (digits >= sizeof(number))
		return -EINVAL;
	(void)snprintf(number, sizeof(number), "%.*s", (int)digits, text);
	if (num_parse_u32(number, 1, MAX_MS, &value) < 0)
		return -EINVAL;
	for (size_t i = 0; i < COUNT(units); i++) {
		int64_t ms = (int64_t)value * units[i].ms;

		if (!str_eq(text + digits, units[i].unit))
			continue;
		if (ms < MIN_MS || ms > MAX_MS)
			return -EINVAL;
		*ret_ms = ms;
		return 0;
	}
	return -EINVAL;
}

static int
option_take(int c, struct options *ret, char *const *argv, struct error *e)
{
	switch (c) {
	case 'h':
		ret->help = true;
		return 0;
	case 'j':
		ret->json = true;
		return 0;
	case 'f':
		if (duration_parse(optarg, &ret->ms) == 0)
			return 0;
		return command_usage(&command_verify, e,
			"\"%.32s\" is no time: 10s, 500ms, 5m; at most 24h", optarg);
	case 'c':
		if (cpus_parse(optarg, &ret->cpus) == 0 && !cpus_empty(&ret->cpus))
			return 0;
		return command_usage(
			&command_verify, e, "\"%.64s\" is no list of CPUs, as 2-5,8", optarg);
	case ':':
		return command_usage(&command_verify, e, "%s needs a value", argv[optind - 1]);
	default:
		return command_usage(&command_verify, e, "there is no option %s", argv[optind - 1]);
	}
}

static int
options_parse(int argc, char **argv, struct options *ret, struct error *e)
{
	static const struct option table[] = {
		{.name = "cpus", .has_arg = required_argument, .val = 'c'},
		{.name = "for", .has_arg = required_argument, .val = 'f'},
		{.name = "help", .val = 'h'},
		{.name = "json", .val = 'j'},
		{0},
	};
	int c, r = 0;

	*ret = (struct options){.ms = DEFAULT_MS};
	opterr = 0;
	optind = 1;
	while (r == 0 && (c = getopt_long(argc, argv, ":h", table, NULL)) != -1)
		r = option_take(c, ret, argv, e);
	if (r < 0 || ret->help)
		return r;
	if (argc - optind + !cpus_empty(&ret->cpus) != 1)
		return command_usage(&command_verify, e, "it takes the name of one VM, or --cpus");
	ret->name = argv[optind];
	if (ret->name != NULL && !name_is_safe(ret->name))
		return command_usage(&command_verify, e, "\"%.64s\" is no name of a VM", ret->name);
	return 0;
}

/* A CPU that isn't online has nothing to tell. */
static int
cpus_check(const struct cpus *cpus, struct error *e)
{
	struct root sys;
	int r = root_open(&sys, "/sys", e);

	if (r < 0)
		return r;
	r = online_check(&sys, cpus, "verify CPUs", e);
	root_close(&sys);
	return r;
}

static int
occupants_find(
	const struct options *o, const struct root *proc, struct proof *proof, struct error *e)
{
	int r;

	if (o->name != NULL)
		return occupants_of_vm(o->name, proof, e);
	r = cpus_check(&o->cpus, e);
	return r < 0 ? r : occupants_of_cpus(proc, &o->cpus, proof, e);
}

static int
verify(const struct options *o, const struct root *proc, struct proof *proof, struct error *e)
{
	static const int statuses[PROOF_VERDICTS] = {
		[PROOF_PASS] = EXIT_STATUS_OK,
		[PROOF_UNPROVEN] = EXIT_STATUS_UNPROVEN,
		[PROOF_FAIL] = EXIT_STATUS_PROBLEM,
	};
	auto_fd int signal_fd = -1;
	enum proof_verdict worst;
	sigset_t none;
	int r;

	(void)sigemptyset(&none);
	r = signal_fd = signals_open(&none, NULL, e);
	if (r >= 0)
		r = occupants_find(o, proc, proof, e);
	if (r >= 0)
		r = prove(proc, o->ms, signal_fd, proof, e);
	if (r < 0)
		return r;
	worst = proof_judge(proof);
	r = o->json ? report_proof_json(stdout, proof, e)
		    : report_proof(stdout, proof, command_colour(), e);
	return r < 0 ? r : statuses[worst];
}

static int
verify_main(int argc, char **argv, struct error *e)
{
	struct options options;
	struct proof proof = {0};
	struct root proc;
	int r = options_parse(argc, argv, &options, e);

	if (r < 0)
		return r;
	if (options.help) {
		command_help(&command_verify);
		return EXIT_STATUS_OK;
	}
	r = root_open(&proc, "/proc", e);
	if (r < 0)
		return r;
	r = verify(&options, &proc, &proof, e);
	proof_done(&proof);
	root_close(&proc);
	return r;
}

const struct command command_verify = {
	.name = "verify",
	.synopsis = "[--for TIME] [--json] NAME|--cpus LIST",
	.summary = "prove that nothing else ran on the pinned CPUs",
	.help = "  NAME         the CPUs of this VM's pinned vCPUs and iothreads\n"
		"  --cpus LIST  these CPUs, whoever has them: to judge other tools, too\n"
		"  --for TIME   10s when it isn't given; 500ms, 5m, 1h; Ctrl-C ends it earlier\n"
		"  --json       everything, for programs\n"
		"\n"
		"Each CPU has a verdict:\n"
		"  PASS      none but its vCPU ran there, and the kernel's own threads of it\n"
		"  FAIL      another task, or a device's interrupt: who, and what would stop it\n"
		"  UNPROVEN  it can't be told, and why not\n"
		"It needs root, who may trace. Without, what the kernel counts still proves that\n"
		"no other task ran; not who it was. With --cpus, of VMs that qpin doesn't know a\n"
		"thread must be called as vCPUs are: QEMU's -name NAME,debug-threads=on.\n"
		"\n"
		"Exit status: 0 if all pass; 6 if one fails, else 7 if one is unproven.\n"
		"\n"
		"  sudo qpin verify win11\n"
		"  sudo qpin verify --for 1m --cpus 2-5\n"
		"  sudo qpin verify --json win11 | jq '.cpus[] | select(.verdict != \"pass\")'\n",
	.run = verify_main,
};
