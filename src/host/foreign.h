/* SPDX-License-Identifier: MIT */
/* Cpusets that aren't qpin's, and to which users systemd passes the controller. */
#ifndef QPIN_HOST_FOREIGN_H
#define QPIN_HOST_FOREIGN_H

struct roots;
struct survey;

/* foreign_load - fill tree and cset_shield of @ret; a tree that isn't mounted has nothing */
void foreign_load(const struct roots *roots, struct survey *ret);

#endif
