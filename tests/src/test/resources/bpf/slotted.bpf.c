/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts, and adds up the limits in every slot that holds a map. */
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

static __always_inline int limit_in(struct limit_map *limits)
{
	const __u64 *packets = limits ? limit_lookup(limits, 1) : 0;

	return packets ? (int)*packets : 0;
}

/* Returns the sum of the limits. */
SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct flow_map *flows;
	int limits = 0;
	__u32 i;

	(void)ctx;
	for (i = 0; i < 3; i++)
		limits += limit_in(plan_lookup(i));
	for (i = 0; i < 5; i++)
		limits += limit_in(numbered_plan_lookup(i));
	limits += limit_in(&silver_one);
	count_in(hashed_tier_lookup(TIER_PAID_MONTHLY), 5);
	flows = by_tier_lookup(TIER_FREE);
	if (!flows)
		flows = &spill; /* not an inner map, but one like them */
	count_in(flows, 7);
	return limits;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
