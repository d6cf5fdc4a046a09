// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/fake_debian.h"

#include <stdlib.h>

#include "base/str.h"
#include "tests/unit/kernels.h"

void fake_debian_record(const char *package, const char *version, const char *depends)
{
	char *name = xasprintf("records/%s", package);
	char *text =
		xasprintf("Package: %s\nVersion: %s\nDepends: %s\n", package, version, depends);

	made_up_file(name, text);
	free(text);
	free(name);
}

void fake_debian_serve(const char *kernel, const char *abi, const char *version)
{
	char *name = xasprintf("linux-image-%s.0-%s", kernel, abi);
	char *headers = xasprintf("linux-headers-%s.0-%s", kernel, abi);
	char *needs = xasprintf(
		"%s-common (= %s), linux-kbuild-%s (>= %s), linux-compiler-gcc-10-x86, gcc",
		headers, version, kernel, version);

	fake_debian_record("linux-image-amd64", version, name);
	fake_debian_record("linux-headers-amd64", version, headers);
	fake_debian_record(name, version, "kmod");
	fake_debian_record(headers, version, needs);
	free(needs);
	free(headers);
	free(name);
}

void fake_debian(void)
{
	made_up_file("targets", FAKE_DEBIAN_TARGETS);
	made_up_program(
		"apt-get",
		"case \" $* \" in\n"
		"*indextargets*) cat $T/targets ;;\n"
		"*\" -s \"*) echo 'Inst linux-compiler-gcc-10-x86 (5 x [amd64])'\n"
		"  echo 'Inst gcc-10 (10.2.1-6 x [amd64])' ;;\n"
		"*update*) [ ! -e $T/no-update ] || exit 100\n"
		"  [ ! -e $T/no-security ] || "
		"! grep -q -- -security $PTWALK_CACHE/apt/bookworm/sources.list || exit 100\n"
		"  [ ! -e $T/next ] || . $T/next ;;\n"
		"*download*) [ ! -e $T/no-download ] || exit 100\n"
		"  while [ \"$1\" != download ]; do shift; done; shift\n"
		"  echo dlstatus:1:40.5:Retrieving >&3\n"
		"  case $1 in linux-source-*) . $T/serve-sources; exit ;; esac\n"
		"  [ ! -e $T/image-waits ] || . $T/image-waits\n"
		"  for p; do touch \"${p%%=*}.deb\"; done ;;\n"
		"esac");
	made_up_program("apt-cache", "for p; do :; done\ncat $T/records/$p || exit 100");
	made_up_program("dpkg-deb",
			"p=${2##*/} p=${p%.deb} to=$3\n"
			"[ ! -e $T/no-unpack ] || exit 2\n"
			"case $p in\n"
			"linux-image-*) r=${p#linux-image-}\n"
			"  mkdir -p $to/boot $to/lib/modules/$r\n"
			"  echo image >$to/boot/vmlinuz-$r\n"
			"  echo 'CONFIG_CC_VERSION_TEXT=\"gcc-12 (x) 12\"' >$to/boot/config-$r\n"
			"  [ ! -e $T/extra ] || cp -r $T/extra/. $to/lib/modules/$r ;;\n"
			"gcc-10*) mkdir -p $to/usr/bin; cp /bin/true $to/usr/bin/\n"
			"  mkdir -p $to/usr/libexec/gcc/aarch64-linux-gnu/10\n"
			"  touch $to/usr/libexec/gcc/aarch64-linux-gnu/10/cc1 ;;\n"
			"linux-headers-*-common|linux-kbuild-*) mkdir -p $to/usr/src/$p ;;\n"
			"linux-headers-*) r=${p#linux-headers-} s=$to/usr/src/$p\n"
			"  mkdir -p $s $to/lib/modules/$r\n"
			"  echo include /usr/src/$p-common/Makefile >$s/Makefile\n"
			"  echo CC = gcc-12 >$s/.kernelvariables\n"
			"  ln -s /usr/src/$p $to/lib/modules/$r/build ;;\n"
			"esac");
	fake_debian_serve("6.1", "1", "6.1.10-1");
}
