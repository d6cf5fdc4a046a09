#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# QEMU itself, asked for KVM and given none: all else that the kvm machine does is as with it.
args=()
for arg; do
	case $arg in
	kvm) arg=tcg,thread=multi ;;
	host,*) arg=qemu64-v1,+pdpe1gb ;;
	# Without KVM it may take long to the first word that it says by itself.
	*" quiet "*) arg=${arg/ quiet / earlyprintk=serial,ttyS0 } ;;
	esac
	args+=("$arg")
done
exec /usr/bin/qemu-system-x86_64 "${args[@]}"
