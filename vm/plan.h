/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The plan: what the host tells the guest's init, a file of the image, one
 * line an order, in the order they are carried out:
 *
 *	env NAME=VALUE
 *	module GUEST-PATH
 *	dax START SIZE ALIGN	hexadecimal: physical address of the region, bytes of the device,
 *				alignment of device-dax or 0: a block device
 *	arg WORD		the program's argument vector, word by word
 */
#ifndef PTWALK_VM_PLAN_H
#define PTWALK_VM_PLAN_H

#define PLAN_PATH "/ptwalk.plan"

/* A word of the kernel's command line that makes the guest fail, for tests. */
#define PLAN_TEST "ptwalk.test=" /* panic, hang, exit, garble */

#endif
