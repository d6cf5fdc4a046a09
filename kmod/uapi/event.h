/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Perf events that ptwalk.h's runs count; their sizes are asserted there. */
#ifndef PTWALK_UAPI_EVENT_H
#define PTWALK_UAPI_EVENT_H

#include <linux/types.h>

#define PTWALK_MAX_EVENTS 4

/**
 * struct ptwalk_event - a perf event to count inside the window
 * @type:	(in) perf_event_attr.type
 * @reserved0:	zero
 * @config:	(in) perf_event_attr.config
 */
struct ptwalk_event {
	__u32 type;
	__u32 reserved0;
	__u64 config;
};

/**
 * struct ptwalk_event_config - what more an event's encoding may take
 * @config1:	(in) perf_event_attr.config1
 * @config2:	(in) perf_event_attr.config2
 * @reserved:	zero
 */
struct ptwalk_event_config {
	__u64 config1;
	__u64 config2;
	__u64 reserved[2];
};

#endif /* PTWALK_UAPI_EVENT_H */
