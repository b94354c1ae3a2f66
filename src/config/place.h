/* SPDX-License-Identifier: MIT */
/* A place in a definition's file. */
#ifndef QPIN_CONFIG_PLACE_H
#define QPIN_CONFIG_PLACE_H

/* Both from 1; {0, 0} when something has none. */
struct place {
	unsigned line;
	unsigned column;
};

#endif
