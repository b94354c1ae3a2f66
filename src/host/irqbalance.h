/* SPDX-License-Identifier: MIT */
/*
 * irqbalance, the daemon that moves interrupts about: which CPUs it is banned from, read and set
 * over its socket, and as a change.
 *
 * It tells what it is banned from as of its last look (every 10 s by itself), and takes a whole new
 * list, no single CPU. So what was there before us is kept in IRQBALANCE_FILE of the state
 * directory, with what our VMs want; the lists that it is sent are made from these.
 */
#ifndef QPIN_HOST_IRQBALANCE_H
#define QPIN_HOST_IRQBALANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cpus.h"
#include "change/change.h"

struct error;
struct host;
struct root;

#define IRQBALANCE_DIR  "/run/irqbalance"
#define IRQBALANCE_FILE ".irqbalance"

enum {
	IRQBALANCE_PATH_BYTES = 108, /* of struct sockaddr_un */
};

/* What it tells of itself. */
struct irqbalance {
	char path[IRQBALANCE_PATH_BYTES]; /* its socket; "" when it doesn't run */
	unsigned interval_s;              /* between its looks */
	struct cpus banned;
};

/*
 * irqbalance_parse - read its answer to "setup": "SLEEP 10 IRQ … BANNED 00000000,0000000c"
 *
 * Returns 0 or -EINVAL, with path of @ret untouched. Source: irqbalance's irqbalance.c,
 * sock_handle().
 */
int irqbalance_parse(const char *answer, struct irqbalance *ret);

/*
 * irqbalance_parse_environ - read which CPUs its environment bans it from, as /proc/PID/environ has
 * it: entries with NUL behind each, of which one that is cut doesn't count; the list goes before
 * the mask. 0, or -ENOENT when it says nothing. Source: irqbalance(1), IRQBALANCE_BANNED_CPULIST.
 */
int irqbalance_parse_environ(const char *text, size_t len, struct cpus *ret);

/*
 * irqbalance_default - which CPUs the one at @path is banned from without anybody telling it: by
 * its environment, else those that were isolated or made tickless at boot
 */
void irqbalance_default(const struct host *host, const char *path, struct cpus *ret);

/*
 * irqbalance_find - ask the one that listens in directory @dir; path "" when there is none
 *
 * Sockets of those that died may lie there. Returns 0; -ETIMEDOUT when it doesn't answer, -EPROTO
 * when that is no answer; or -errno.
 */
int irqbalance_find(const char *dir, struct irqbalance *ret, struct error *e);

/*
 * irqbalance_ban - have it use none of @cpus; of an empty list: what it is told by its environment
 *
 * Returns 0, -ENOENT or -ECONNREFUSED when it doesn't run any more, -ETIMEDOUT, or -errno.
 */
int irqbalance_ban(const char *path, const struct cpus *cpus, struct error *e);

/* What is kept: who was told, and what. */
struct irqbalance_note {
	char path[IRQBALANCE_PATH_BYTES];
	struct cpus base; /* banned before any VM */
	struct cpus ours;
};

/* irqbalance_note_load - 0, -ENOENT when nothing is kept, -EINVAL when it is damaged, or -errno */
int irqbalance_note_load(const struct root *state, struct irqbalance_note *ret, struct error *e);

/* irqbalance_note_save - replace it; one without CPUs of ours is deleted. 0 or -errno */
int irqbalance_note_save(
	const struct root *state, const struct irqbalance_note *note, struct error *e);

/*
 * "irqbalance": ban irqbalance from the CPUs of value, if it runs. Undo lets it have those that
 * were not banned before.
 */
extern const struct change_kind change_irqbalance;

#endif
