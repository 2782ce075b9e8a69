/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts in every slot that holds a map. */
#include "slotted.bpf.h"

static __always_inline int count_in(struct flow_map *flows, __u32 id)
{
	__u64 *packets;

	if (!flows)
		return 0;
	packets = flow_lookup_or_init(flows, id, 0);
	if (packets)
		__sync_fetch_and_add(packets, 1);
	return 1;
}

/* Returns the number of slots in which it has counted. */
SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct flow_map *flows;
	int maps = 0;
	__u32 i;

	(void)ctx;
	for (i = 0; i < 3; i++)
		maps += count_in(rank_lookup(i), 1);
	for (i = 0; i < 5; i++)
		maps += count_in(numbered_lookup(i), 2);
	maps += count_in(by_tier_lookup(TIER_FREE), 4);
	maps += count_in(hashed_tier_lookup(TIER_PAID_MONTHLY), 5);
	maps += count_in(&silver_one, 6);
	flows = rank_lookup(1);
	if (!flows)
		flows = &spill; /* not an inner map, but one like them */
	maps += count_in(flows, 7);
	return maps;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
