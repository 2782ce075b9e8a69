/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "events_per_cpu.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("raw_tp")
{
	struct event_map *events = ringbufs_lookup(63);
	struct event *event;

	EXPECT(events);
	event = event_reserve(events);
	EXPECT(event);
	*event = (struct event){ .header = { .nanos = ~0ULL, .type = 65535 }, .cpu = 63 };
	event_submit(event, 0);
	return 0;
}
