/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Writes events to a ring buffer that overwrites its oldest ones. */
#include "recorders.bpf.h"

static __u64 next;

/* Writes the next number. Every third event is discarded, and has no number. */
SEC("xdp")
int happen(struct xdp_md *ctx)
{
	struct happened_map *events = recorder_lookup(1);
	struct happened *event;

	(void)ctx;
	if (!events)
		return 1;
	if (next % 3 == 0) {
		event = happened_reserve(events);
		if (event)
			bpf_ringbuf_discard(event, 0);
	}
	event = happened_reserve(events);
	if (!event)
		return 2;
	event->number = next;
	event->complement = ~next;
	next++;
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
