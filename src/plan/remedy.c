/* SPDX-License-Identifier: MIT */
/* Commands for root's shell that mend what was found; where the host has a way, for good. */
#include "plan/remedy.h"

#include "base/files.h"
#include "plan/checkup.h"

void
remedy_sysctl(struct checkup *c, const char *topic, const char *key, const char *value)
{
	checkup_mend(c,
		"echo %s=%s >/etc/sysctl.d/60-qpin-%s.conf && "
		"sysctl -q -p /etc/sysctl.d/60-qpin-%s.conf",
		key, value, topic, topic);
}

void
remedy_files(
	struct checkup *c, bool systemd, const char *topic, const char *paths, const char *value)
{
	if (systemd)
		checkup_mend(c,
			"for f in %s; do echo \"w $f - - - - %s\"; done "
			">/etc/tmpfiles.d/qpin-%s.conf && "
			"systemd-tmpfiles --create /etc/tmpfiles.d/qpin-%s.conf",
			paths, value, topic, topic);
	else
		checkup_mend(c, "for f in %s; do echo %s >$f; done", paths, value);
}

void
remedy_stop(struct checkup *c, bool systemd, const char *unit, pid_t pid)
{
	if (systemd)
		checkup_mend(c, "systemctl disable --now %s", unit);
	else
		checkup_mend(c, "kill %d", (int)pid);
}

void
remedy_boot(struct checkup *c, const char *topic, const char *parameters)
{
	checkup_mend(c,
		"mkdir -p /etc/default/grub.d && "
		"echo 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX %s\"' "
		">/etc/default/grub.d/qpin-%s.cfg && update-grub",
		parameters, topic);
	checkup_hint(c, "it takes effect at the next boot");
}

void
remedy_boot_edit(struct checkup *c, const char *word, const char *expression)
{
	checkup_mend(c,
		"grep -rlsZ '%s' /etc/default/grub /etc/default/grub.d | "
		"xargs -0r sed -i '%s' && update-grub",
		word, expression);
	checkup_hint(c, "it takes effect at the next boot");
}

void
remedy_irqbalance(struct checkup *c, const struct cpus *cpus)
{
	char text[CPUS_TEXT_BYTES];

	checkup_mend(c,
		"mkdir -p /etc/systemd/system/irqbalance.service.d && "
		"printf '[Service]\\nEnvironment=IRQBALANCE_BANNED_CPULIST=%s\\n' "
		">/etc/systemd/system/irqbalance.service.d/qpin.conf && "
		"systemctl daemon-reload && systemctl restart irqbalance.service",
		cpus_format(cpus, text));
}

void
remedy_limits(struct checkup *c, const char *user, const char *item, const char *value)
{
	if (!name_is_safe(user))
		return;
	checkup_mend(c, "echo '%s - %s %s' >/etc/security/limits.d/qpin-%s-%s.conf", user, item,
		value, user, item);
	checkup_hint(c, "it takes effect at the next log-in");
}
