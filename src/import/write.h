/* SPDX-License-Identifier: MIT */
/* What an import found, as the text of a definition. */
#ifndef QPIN_IMPORT_WRITE_H
#define QPIN_IMPORT_WRITE_H

#include "base/text.h"
#include "config/definition.h"

/*
 * import_write - append @d to @out as YAML
 *
 * Of `launcher` it knows the keys that an import can fill: binary, env, the three schedulers and
 * priorities, vcpu_pinning as pins, share_cpus, iothread_pinning, emulator_cpus and memory_nodes.
 * Returns 0, or as emitter_end().
 */
int import_write(const struct definition *d, struct buf *out, struct error *e);

#endif
