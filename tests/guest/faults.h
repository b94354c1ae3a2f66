/* SPDX-License-Identifier: MIT */
/* What tests/guest/faults.c and the shim in qpin share. */
#ifndef QPIN_TESTS_FAULTS_H
#define QPIN_TESTS_FAULTS_H

struct fault_page {
	unsigned at;    /* the call to act at, from 1; 0: none */
	int errnum;     /* it fails with that; 0: the process is killed before it */
	int in_child;   /* calls of the child are counted, and not those of qpin itself */
	unsigned count; /* calls until now */
	char what[256]; /* the call that was acted at; "" as long as there was none */
};

#endif
