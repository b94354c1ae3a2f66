/* SPDX-License-Identifier: MIT */
/* Commands for root's shell that mend what was found; where the host has a way, for good. */
#ifndef QPIN_PLAN_REMEDY_H
#define QPIN_PLAN_REMEDY_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/cpus.h"

struct checkup;

/*
 * remedy_sysctl - set @key, now and at each boot: a drop-in of sysctl.d(5)
 * @topic: of its file's name, "rt": /etc/sysctl.d/60-qpin-rt.conf
 */
void remedy_sysctl(struct checkup *c, const char *topic, const char *key, const char *value);

/*
 * remedy_files - write @value to files below /sys, now and, where systemd is, at each boot: a
 * drop-in of tmpfiles.d(5)
 * @topic: of its file's name, "ksm": /etc/tmpfiles.d/qpin-ksm.conf
 * @paths: words as a shell takes them: it expands * and ?
 */
void remedy_files(
	struct checkup *c, bool systemd, const char *topic, const char *paths, const char *value);

/* remedy_stop - end service @unit and keep it from coming back; without systemd: process @pid */
void remedy_stop(struct checkup *c, bool systemd, const char *unit, pid_t pid);

/*
 * remedy_boot - add @parameters to the kernel's command line at the next boot: a drop-in of
 * Debian's /etc/default/grub.d
 * @topic: of its file's name, "cgroup": qpin-cgroup.cfg
 */
void remedy_boot(struct checkup *c, const char *topic, const char *parameters);

/*
 * remedy_boot_edit - the same for a parameter that was put there: wherever Debian's GRUB has it
 * @word: that is looked for; @expression: of sed(1), without an apostrophe
 */
void remedy_boot_edit(struct checkup *c, const char *word, const char *expression);

/* remedy_irqbalance - have irqbalance ban @cpus: a drop-in of its unit */
void remedy_irqbalance(struct checkup *c, const struct cpus *cpus);

/*
 * remedy_limits - let @user's programs have more from his next log-in on: a drop-in of
 * limits.conf(5). @item: "memlock"; @value: "unlimited", "99"
 */
void remedy_limits(struct checkup *c, const char *user, const char *item, const char *value);

#endif
