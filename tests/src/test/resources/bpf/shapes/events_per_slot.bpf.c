/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "events_per_slot.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

static __always_inline int write(struct event_map *events, __u64 number)
{
	__u64 *event = events ? event_reserve(events) : NULL;

	if (!event)
		return 0;
	*event = number;
	event_submit(event, 0);
	return 1;
}

EXCHANGE("raw_tp")
{
	EXPECT(write(ringbuf_arr_lookup(0), 1));
	EXPECT(!write(ringbuf_arr_lookup(1), 2));
	EXPECT(write(ringbuf_arr_lookup(2), ~0ULL));
	EXPECT(write(ringbuf_hash_lookup(0), 4));
	EXPECT(write(by_cpu_lookup(3), 5));
	return 0;
}
