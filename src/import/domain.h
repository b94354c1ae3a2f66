/* SPDX-License-Identifier: MIT */
/* libvirt's XML of a domain, as far as a definition has a word for it. */
#ifndef QPIN_IMPORT_DOMAIN_H
#define QPIN_IMPORT_DOMAIN_H

#include "config/definition.h"
#include "import/remarks.h"
#include "import/xml.h"

/*
 * domain_check - whether @root is a domain of QEMU's; -EINVAL (ERROR_DEFINITION) when it isn't
 *
 * @path is for messages, here as below.
 */
int domain_check(const struct xml_element *root, const char *path, struct error *e);

/*
 * domain_read_options - program and options of a guest without devices: its name, machine,
 * accelerator, vCPUs, memory and iothreads
 *
 * For who has no command line of the domain. Returns 0, -EINVAL with the place, or -ENOMEM; the
 * caller calls definition_done() in any case.
 */
int domain_read_options(
	const struct xml_element *root, const char *path, struct definition *d, struct error *e);

/*
 * domain_read_vcpus - how many vCPUs the domain has at most, by <vcpu>: 1 without one
 *
 * domain_read_iothreads likewise gives the ids of its iothreads. Return 0 or -EINVAL.
 */
int domain_read_vcpus(
	const struct xml_element *root, const char *path, unsigned *ret, struct error *e);
int domain_read_iothreads(
	const struct xml_element *root, const char *path, struct cpus *ret, struct error *e);

/* domain_number - a number of @element's: attribute @name, or its text when that is NULL */
struct domain_number {
	const struct xml_element *element;
	const char *name;
	unsigned min, max;
};
int domain_number(
	const struct domain_number *wanted, const char *path, unsigned *ret, struct error *e);

/* domain_refuse - fail for what is wrong with @element: returns -EINVAL */
int domain_refuse(const struct xml_element *element, const char *path, struct error *e,
	const char *why, ...) __attribute__((format(printf, 4, 5)));

#endif
