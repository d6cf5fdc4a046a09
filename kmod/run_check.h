/* SPDX-License-Identifier: GPL-2.0-only */
/* Is what PTWALK_IOC_RUN asks for possible, and allowed? */
#ifndef PTWALK_RUN_CHECK_H
#define PTWALK_RUN_CHECK_H

#include "op.h"

/* 0, or the error that the ABI lists; @op may be NULL: the caller knows of none such. */
int run_check(const struct ptwalk_run *run, const struct op *op);

#endif
