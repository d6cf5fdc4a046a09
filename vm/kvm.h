/* SPDX-License-Identifier: GPL-2.0-only */
/* What KVM on this host is good for; that a device is there says nothing. */
#ifndef PTWALK_VM_KVM_H
#define PTWALK_VM_KVM_H

#include <stdbool.h>

#include "base/err.h"

/* Overrides the device's path; "-" leaves it to QEMU to find out. */
#define KVM_DEVICE_VARIABLE "PTWALK_KVM"

/**
 * kvm_probe - does KVM make a virtual machine?
 * @device:	"/dev/kvm"
 * @seconds:	that each of its answers may take
 *
 * A process of its own asks, since opening the device can hang for good. One
 * that hangs is killed; where it cannot be, inside the kernel, it is left behind.
 *
 * Returns: 0, or a negative errno with what to do: -ENOENT, -EACCES, -ETIMEDOUT,
 * -EOPNOTSUPP (no KVM, or of another version), -EINTR, and what KVM said.
 */
int kvm_probe(const char *device, unsigned int seconds, struct err *err);

/* What the host can pass through to a guest. */
struct kvm_offer {
	bool invariant_tsc, pmu;
};

/* From the files of /proc and /sys below @root ("" is this host). */
struct kvm_offer kvm_offer(const char *root);

#endif
