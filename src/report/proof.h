/* SPDX-License-Identifier: MIT */
/* What `qpin verify` shows. */
#ifndef QPIN_REPORT_PROOF_H
#define QPIN_REPORT_PROOF_H

#include <stdbool.h>
#include <stdio.h>

struct error;
struct proof;

/*
 * report_proof - each CPU of the judged @proof with its verdict and the reasons, for a person
 *
 * Returns 0 or -errno.
 */
int report_proof(FILE *out, const struct proof *proof, bool colour, struct error *e);

/* report_proof_json - everything, for programs; likewise */
int report_proof_json(FILE *out, const struct proof *proof, struct error *e);

#endif
