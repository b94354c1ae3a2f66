/* SPDX-License-Identifier: MIT */
/* What every unit test includes: cmocka in the order it wants. */
#ifndef QPIN_TESTS_CHECK_H
#define QPIN_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
