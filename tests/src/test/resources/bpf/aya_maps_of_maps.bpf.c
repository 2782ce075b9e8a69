/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "aya_maps_of_maps.bpf.h"

/* Reads and writes through both levels, writes an event, and jumps to the second program. */
SEC("tc")
int first(struct __sk_buff *skb)
{
	__u32 *found = array_of_maps_item_lookup(1, 9);

	if (!found || hash_of_maps_item_update(2, 9, *found + 1, BPF_ANY) || events_event_output(3, 77, 0))
		return 1;
	if (counts_count_update(5, 6, 7, BPF_ANY))
		return 2;
	/* The outer map holds a perf event array, but the array has no perf event. */
	if (perfs_perf_perf_output(1, skb, found, sizeof(*found), BPF_F_CURRENT_CPU) != -2)
		return 3;
	jump_tail_call(skb, 1);
	return 4;
}

SEC("tc")
int second(struct __sk_buff *skb)
{
	(void)skb;
	return 42;
}

char _license[] SEC("license") = "GPL";
