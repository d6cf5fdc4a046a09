/* SPDX-License-Identifier: GPL-2.0-only */
/* A made-up archive of Debian's (see kernels.h): apt and dpkg-deb that find and unpack it. */
#ifndef PTWALK_TESTS_FAKE_DEBIAN_H
#define PTWALK_TESTS_FAKE_DEBIAN_H

/* What apt is told of a system without lists: T/targets. */
#define FAKE_DEBIAN_TARGETS "|bookworm|main|http://bare.example/debian/\n"

/*
 * Put the programs into T/bin, and 6.1.10-1 of 6.1 into the archive. Packages
 * hold as much as ptwalk looks at; T/no-NAME makes a program fail, and what is
 * in T/extra becomes part of a kernel's lib/modules/RELEASE.
 */
void fake_debian(void);

/* The archive has @package. */
void fake_debian_record(const char *package, const char *version, const char *depends);

/* It has @kernel ("6.1") as build @abi of @version. */
void fake_debian_serve(const char *kernel, const char *abi, const char *version);

#endif
